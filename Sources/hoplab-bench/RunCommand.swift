import ArgumentParser
import Simulation
import Workloads

/// `hoplab-bench W3`
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Plays one workload and prints its figures.",
    discussion: """
      W1 event queue · W2 hosts on one bridge · W3 a chain of routers · W4 clients and a server · W5 a tree of switches
      Example: hoplab-bench W3 --size 100000 --variant journal --json
      """)

  @Argument(help: "W1 to W5")
  var workload: String

  @Option(help: "How large: events pending, hosts, datagrams, clients.")
  var size: Int?

  @Option(help: "counters (unless told) or journal; of W1 exponential or network; idle only sets up.")
  var variant: String?

  @Option(help: "Events that W1 takes and puts back.")
  var operations = 2_000_000

  @Flag(help: "Start with what the traffic would teach the network; told with the variant.")
  var prelearned = false

  @Option(
    help: ArgumentHelp(
      "allocation: one deliberate allocation at each hop, to show that the guard sees it.", visibility: .hidden))
  var fault: Fault?

  @OptionGroup var form: OutputForm

  func run() throws {
    let measurement = workload == "W1" ? try measureQueue() : try measureNetwork()
    form.print(measurement)
  }

  private func measureQueue() throws -> Measurement {
    guard let spread = HoldModel.Spread(rawValue: variant ?? "exponential") else {
      throw ValidationError("W1 has the variants exponential and network.")
    }
    var measurement = Measurement(workload: workload, variant: spread.rawValue, size: size ?? 1000)
    let began = Usage.now()
    var model = HoldModel(pending: measurement.size, spread: spread)
    // Each event once round first: what is measured is the steady state.
    model.run(measurement.size)
    let ready = Usage.now()
    model.run(operations)
    measurement.run = Usage.now() - ready
    measurement.setup = ready - began
    measurement.events = UInt64(operations)
    measurement.delivered = UInt64(operations)
    measurement.residentMost = Usage.residentMost()
    return measurement
  }

  private func measureNetwork() throws -> Measurement {
    guard let kind = workloads.first(where: { $0.word == workload }) else {
      throw ValidationError("The workloads are W1, \(workloads.map { $0.word }.joined(separator: ", ")).")
    }
    let variant = variant ?? "counters"
    guard ["counters", "journal", "idle"].contains(variant) else {
      throw ValidationError("\(workload) has the variants counters, journal and idle.")
    }
    var measurement = Measurement(
      workload: workload, variant: prelearned ? "\(variant), pre-learned" : variant, size: size ?? kind.defaultSize)
    let detail = variant == "journal" ? Journal.Detail.full : .counters
    try measurement.play(detail: detail, idle: variant == "idle", isPrelearned: prelearned) {
      var plan = kind.plan(size: size ?? kind.defaultSize)
      if fault == .allocation { plan.network.replaceDevices { Wasteful($0) } }
      return plan
    }
    return measurement
  }
}

/// A mistake made on purpose.
enum Fault: String, ExpressibleByArgument, CaseIterable {
  case allocation
}

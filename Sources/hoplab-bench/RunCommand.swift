import ArgumentParser
import Figures
import Simulation
import Workloads

/// `hoplab-bench W3`
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Plays one workload and prints its figures.",
    discussion: """
      W1 event queue · W2 hosts on one bridge · W3 a chain of routers · W4 clients and a server · W4-nat the \
      same with translation and a filter · W5 a tree of switches · W5-routes computed routes · W6 two bulk transfers · \
      W7 W3 for its journal · W9-dhcp clients that all ask for an address · W9-nat connections that come and go
      Example: hoplab-bench W3 --size 100000 --variant journal --json
      """)

  @Argument(help: "W1 to W7, W4-nat, W5-routes, W9-dhcp or W9-nat; W8 is hoplab-bench-table's")
  var workload: String

  @Option(help: "How large: events pending, hosts, datagrams, clients, routers, connections.")
  var size: Int?

  @Option(
    help: """
      counters (unless told), journal, or capture: the journal, then a capture of every interface; idle only sets up. Of W1 exponential or network, of W5-routes tree or chain.
      """)
  var variant: String?

  @Option(help: "Events that W1 takes and puts back.")
  var operations = 2_000_000

  @Flag(help: "Start with what the traffic would teach the network; told with the variant.")
  var prelearned = false

  @Option(
    help: ArgumentHelp(
      "allocation: one deliberate allocation at each hop, to show that the guard sees it.", visibility: .hidden))
  var fault: Fault?

  @Option(help: "Play anew, with a line each, until the plays took this many seconds; not of W1.")
  var atLeast = 0.0

  @OptionGroup var form: OutputForm

  func run() throws {
    switch workload {
    case "W1": form.print(try measureQueue())
    case RoutePopulation.word: form.print(try measureRoutes())
    default:
      var spent = 0.0
      repeat {
        let measurement = try measureNetwork()
        form.print(measurement)
        spent += measurement.run.user
      } while spent < atLeast && variant != "idle"
    }
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
    // W7 asks what the journal of W3 costs.
    guard let kind = workloads.first(where: { $0.word == (workload == "W7" ? RouterChain.word : workload) }) else {
      throw ValidationError("The workloads are W1, \(workloads.map { $0.word }.joined(separator: ", ")), W7 and W8.")
    }
    let variant = variant ?? "counters"
    guard ["counters", "journal", "capture", "idle"].contains(variant) else {
      throw ValidationError("\(workload) has the variants counters, journal, capture and idle.")
    }
    var measurement = Measurement(
      workload: workload, variant: prelearned ? "\(variant), pre-learned" : variant, size: size ?? kind.defaultSize)
    let isCaptured = variant == "capture"
    let detail = variant == "journal" || isCaptured ? Journal.Detail.full : .counters
    try measurement.play(
      detail: detail, idle: variant == "idle", isPrelearned: prelearned, isCaptured: isCaptured
    ) {
      var plan = kind.plan(size: size ?? kind.defaultSize)
      if fault == .allocation { plan.network.replaceDevices { Wasteful($0, .allocation) } }
      return plan
    }
    return measurement
  }

  private func measureRoutes() throws -> Measurement {
    guard let shape = RoutePopulation.Shape(rawValue: variant ?? "tree") else {
      throw ValidationError("\(workload) has the variants tree and chain.")
    }
    var measurement = Measurement(workload: workload, variant: shape.rawValue, size: size ?? 1000)
    let began = Usage.now()
    let population = RoutePopulation(routers: measurement.size, shape: shape)
    let ready = Usage.now()
    measurement.delivered = UInt64(try population.run())
    measurement.run = Usage.now() - ready
    measurement.setup = ready - began
    measurement.residentMost = Usage.residentMost()
    return measurement
  }

}

/// A mistake made on purpose.
enum Fault: String, ExpressibleByArgument, CaseIterable {
  case allocation, scan
}

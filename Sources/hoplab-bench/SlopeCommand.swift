import ArgumentParser
import Figures
import Simulation
import Workloads

/// `hoplab-bench slope routes`
struct SlopeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "slope", abstract: "Plays a small network of which one part may be large.",
    discussion: slopes.map { "\($0.word): \($0.sizeMeans)" }.joined(separator: "\n")
      + "\nExample: hoplab-bench slope routes --size 10000 --traffic 2000 --json")

  @Argument(help: "Which part: \(slopes.map { $0.word }.joined(separator: ", ")).")
  var slope: String

  @Option(help: "How large it is.")
  var size = 10

  @Option(help: "Datagrams that one host sends to another, which echoes each.")
  var traffic = 1000

  @Option(
    help: ArgumentHelp(
      "scan: one deliberate look at every entry at each hop, to show that the guard sees it.", visibility: .hidden))
  var fault: Fault?

  @OptionGroup var form: OutputForm

  func run() throws {
    guard let kind = slopes.first(where: { $0.word == slope }) else {
      throw ValidationError("The slopes are \(slopes.map { $0.word }.joined(separator: ", ")).")
    }
    guard size >= 2, traffic >= 1 else { throw ValidationError("Two hosts have something to say to each other.") }
    var measurement = Measurement(workload: slope, variant: "slope", size: size)
    try measurement.play(detail: .counters) {
      var plan = kind.plan(size: size, traffic: traffic)
      if fault == .scan { plan.network.replaceDevices { Wasteful($0, .scan(entries: size)) } }
      return plan
    }
    form.print(measurement)
  }
}

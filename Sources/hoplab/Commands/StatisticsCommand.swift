import ArgumentParser
import Configuration
import Reports
import Scenarios
import Simulation

/// `hoplab statistics`
struct StatisticsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "statistics", abstract: "Play a scenario and say what its links and flows had to carry.",
    discussion: """
      First where it was tight, in sentences; then each cable that was used, in both directions, and each flow. \
      'hoplab run --statistics' writes the same as CSV, with a time series and a plot.

      Example: hoplab statistics Scenarios/openstack/congestion.yaml
      """)

  @Argument(help: "The scenario file; - reads standard input.", completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @Option(name: .long, help: "Only this variant; may be given several times.")
  var variant: [String] = []

  @Option(name: .long, help: "Where chance comes from: the same seed gives the same run.")
  var seed: UInt64 = 1

  @Flag(name: .long, help: "Print the numbers as JSON instead of tables.")
  var json = false

  @Option(name: .long, help: "Language of sentences and tables: en or zh; JSON is in English.")
  var language = Language.english

  @OptionGroup var limits: LimitOptions

  func run() async throws {
    let file = ScenarioFile(self.file)
    let scenario = try file.playable()
    let plays = try file.plays(of: scenario, named: variant)
    let line = ProgressLine()
    var runs = await Playing.run(
      plays, of: scenario.name, seed: seed, sources: file.sources, limits: try limits.limits(), detail: .full,
      watch: line?.watch)
    line?.erase()
    if json {
      let all = runs.map { StatisticsTables(RunStatistics(of: $0)).json }
      Terminal.print(
        JSONValue.members([
          ("version", .integer(RunStatistics.version)), ("scenario", .text(scenario.name)), ("variants", .list(all)),
        ]).written())
    } else {
      for index in runs.indices { runs[index].language = language }
      var text = Terminal.painted(scenario.name, .bold) + (scenario.title.isEmpty ? "" : ": \(scenario.title)") + "\n"
      for run in runs { text += "\n" + StatisticsText(RunStatistics(of: run), named: run.variant).text }
      Terminal.print(text)
    }
    guard runs.allSatisfy({ $0.verdict.limit == nil && $0.verdict.imbalance == nil }) else {
      Terminal.note("hoplab: a play did not come to its end\n")
      throw ExitCode.stopped
    }
  }
}

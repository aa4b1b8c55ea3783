import ArgumentParser

/// The command line of Hoplab.
@main
struct Hoplab: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "hoplab",
    abstract: "Plays a network described in one YAML file, and draws where the traffic went and why.",
    discussion: """
      Example: hoplab run Scenarios/vmware.yaml

      Exit codes: 0 everything held; 1 an expectation failed; 2 the scenario is invalid; 3 nothing to check; \
      4 internal error or a limit was reached; 64 wrong usage; 130 interrupted.
      """,
    version: version,
    subcommands: [
      RunCommand.self, TestCommand.self, TraceCommand.self, CompareCommand.self, CheckCommand.self, ShowCommand.self,
      StatisticsCommand.self, ExplainCommand.self, SchemaCommand.self, ManualCommand.self,
    ])

  static func main() async {
    Interruption.listen()
    await main(nil)
  }
}

import ArgumentParser

/// The benchmark: each workload in a process of its own, a line of figures each; or all of them in a table.
@main
struct Bench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hoplab-bench",
    abstract: "Measures the simulator that `hoplab run` plays with.",
    discussion: """
      Example: hoplab-bench W3 --size 100000 --json
      Example: hoplab-bench table --quick
      """,
    subcommands: [RunCommand.self, SlopeCommand.self, TableCommand.self],
    defaultSubcommand: RunCommand.self)
}

import ArgumentParser

/// The benchmark: each workload in a process of its own, a line of figures each; or all of them in a table.
@main
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hoplab-bench",
    abstract: "Measures the simulator that `hoplab run` plays with.",
    discussion: """
      Example: hoplab-bench W3 --size 100000 --json

      It links nothing that `hoplab run` would not need for playing, so that what is measured is that; the table of all
      figures is made by hoplab-bench-table.
      """,
    subcommands: [RunCommand.self, SlopeCommand.self],
    defaultSubcommand: RunCommand.self)
}

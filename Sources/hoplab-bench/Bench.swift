import ArgumentParser

/// The benchmark: each workload in a process of its own, a line of figures each.
@main
struct Bench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hoplab-bench",
    abstract: "Measures the simulator that `hoplab run` plays with.",
    discussion: """
      Example: hoplab-bench W3 --size 100000 --json
      """,
    subcommands: [RunCommand.self],
    defaultSubcommand: RunCommand.self)
}

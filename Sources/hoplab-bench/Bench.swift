import ArgumentParser

/// The benchmark: each workload in a process of its own, one line of figures each.
@main
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hoplab-bench",
    abstract: "Measures the simulator that `hoplab run` plays with.",
    discussion: "Example: hoplab-bench W3 --size 100000 --json",
    subcommands: [RunCommand.self, SlopeCommand.self],
    defaultSubcommand: RunCommand.self)
}

import ArgumentParser

/// The benchmark's table: starts `hoplab-bench`, `hoplab` and ns-3's counterpart, and says what came out.
@main
struct BenchTable: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hoplab-bench-table",
    abstract: "Measures all workloads, beside ns-3 where it is there.",
    discussion: """
      Example: hoplab-bench-table --quick
      Example: hoplab-bench-table W8 --variant cold
      """,
    subcommands: [TableCommand.self, ColdStartCommand.self],
    defaultSubcommand: TableCommand.self)
}

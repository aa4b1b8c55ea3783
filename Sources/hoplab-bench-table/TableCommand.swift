import ArgumentParser
import Foundation

/// `hoplab-bench-table`
struct TableCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "table", abstract: "Measures all workloads beside ns-3 and prints a table in Markdown.",
    discussion: "Example: hoplab-bench-table --quick")

  @Option(help: "How many times each row is measured; the table has the medians. (default: 5, quick 2)")
  var rounds: Int?

  @Flag(help: "Small sizes only, for trying it.")
  var quick = false

  @Option(help: "The benchmark's program for ns-3; without it the table has Hoplab's figures only.")
  var ns3 = "Benchmarks/ns3/build/ns3-bench"

  @Option(help: "The version of ns-3, for the page.")
  var ns3Version: String?

  @Option(help: "The commit that is measured, for the page.")
  var commit: String?

  @Option(help: "Text for the end of the page, where there is such a file.")
  var notes = "Documentation/performance-notes.md"

  @Option(help: "Write the whole page into this file instead of printing the table.")
  var output: String?

  func validate() throws {
    guard rounds.map({ $0 > 0 }) ?? true else { throw ValidationError("At least one round is needed.") }
  }

  func run() throws {
    let groups = Rows(isQuick: quick).groups
    let count = rounds ?? (quick ? 2 : 5)
    let isThere = FileManager.default.isExecutableFile(atPath: ns3)
    let machine = Machine()
    var programs: [Probe.Tool: String] = [.hoplab: try Programs.bench(), .table: try Programs.own()]
    if isThere { programs[.ns3] = ns3 }
    var measuring = Rounds(of: groups, count: count, programs)
    var page = Page(groups: groups, trials: measuring.run(), rounds: count, machine: machine)
    page.commit = commit
    page.ns3 = isThere ? ns3Version ?? "" : nil
    page.notes = (try? String(contentsOfFile: notes, encoding: .utf8)) ?? ""
    guard let output else { return print(page.tables) }
    // Atomically: under another name first, which is then renamed.
    try Data(page.text.utf8).write(to: URL(fileURLWithPath: output), options: .atomic)
    FileHandle.standardError.write(Data("written to \(output)\n".utf8))
  }
}

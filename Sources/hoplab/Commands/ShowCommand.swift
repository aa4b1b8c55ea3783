import ArgumentParser
import Configuration
import Reports
import Scenarios

/// `hoplab show`
struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Print what a scenario expands to, or what its devices know at any moment.",
    usage: """
      hoplab show FILE [--variant NAME] [--topology] [--picture FILE]
      hoplab show TABLE FILE [--variant NAME] [--at TIME | --after STEP] [--node NAMES] [--json]
      """,
    discussion: """
      With a file alone, every platform is written out as machines, devices and links, and variables have their \
      values. What is printed can be run.

      With a table before it, the scenario is played up to a moment, and what its devices know then is printed:

      \(tableList)

      Example: hoplab show Scenarios/vmware.yaml --variant nat > nat.yaml
      Example: hoplab show arp Scenarios/flatdhcp.yaml --after out --node ctl
      """)

  @Argument(
    help: "A table, if one is wanted, and the scenario file; - reads standard input.",
    completion: .file(extensions: ["yaml", "yml"]))
  var words: [String]

  @Option(name: .long, help: "The variant to show; the first unless given.")
  var variant: String?

  @Flag(name: .long, help: "Only nodes and links, without steps.")
  var topology = false

  @Option(
    name: .long, help: "Draw the topology into this file (.svg, .png, .pdf or .dot).", completion: .file())
  var picture: String?

  @Option(name: .long, help: "When: a time since the start, such as 12s; at the end unless given.")
  var at: String?

  @Option(name: .long, help: "When: as soon as this step has ended.")
  var after: String?

  @Option(
    name: .long, help: "Whose table, as in ctl or pc.nat8, several with commas; all that have one unless given.")
  var node: String?

  @Flag(name: .long, help: "Print the table as JSON.")
  var json = false

  @Option(name: .long, help: "Where chance comes from: the same seed gives the same run.")
  var seed: UInt64 = 1

  @OptionGroup var limits: LimitOptions

  mutating func validate() throws {
    guard (1...2).contains(words.count) else {
      throw ValidationError(
        "one file is shown, with one table before it if one is wanted: \(words.joined(separator: " "))")
    }
    guard words.count == 2 else {
      for (word, isGiven) in [("at", at != nil), ("after", after != nil), ("node", node != nil), ("json", json)]
      where isGiven { throw ValidationError("--\(word) is about a table: hoplab show TABLE \(words[0])") }
      return
    }
    _ = try Self.table(named: words[0])
    _ = try time
    if at != nil, after != nil { throw ValidationError("'--at' and '--after' are two moments; one can be shown") }
    if topology || picture != nil { throw ValidationError("a table has no picture and no topology") }
  }

  func run() throws {
    let file = ScenarioFile(words[words.count - 1])
    let scenario = try file.playable()
    let plays = try file.plays(of: scenario, named: variant.map { [$0] } ?? [])
    guard let play = plays.first else { return }
    if plays.count > 1 {
      let others = plays.dropFirst().map(\.variant).joined(separator: ", ")
      Terminal.note("showing the variant \(play.variant); others are \(others)\n")
    }
    if words.count == 2 { return try show(Self.table(named: words[0]), of: play, in: scenario, file.sources) }
    if let picture { try draw(play, of: scenario, file.sources, into: picture) }
    let shown = topology ? play.expanded.keeping(["nodes", "links"]) : play.expanded
    if picture == nil || topology { Terminal.print(shown.yaml()) }
  }

  private func draw(_ play: Play, of scenario: Scenario, _ sources: SourceMap, into path: String) throws {
    let ending = path.split(separator: ".").last.map(String.init) ?? ""
    var options = ReportOptions()
    guard ending == "dot" || PictureFormat(rawValue: ending) != nil else {
      throw ValidationError("a picture's name ends in .svg, .png, .pdf or .dot: '\(path)'")
    }
    options.formats = PictureFormat(rawValue: ending).map { [$0] } ?? []
    let run = VariantRun(before: play, of: scenario.name, sources: sources)
    options.atlas = try Playing.atlas(of: [run])
    do {
      for file in try TopologyPicture.files(of: run, options) where file.path.hasSuffix(".\(ending)") {
        try OutputFile.write(file.bytes, to: path)
      }
    } catch {
      Terminal.note("hoplab: \(error)\n")
      throw ExitCode.stopped
    }
  }
}

extension Value {
  /// The map with only these keys.
  fileprivate func keeping(_ keys: [String]) -> Value {
    .map((map?.entries ?? []).filter { keys.contains($0.key) }.map { ($0.key, $0.value) })
  }
}

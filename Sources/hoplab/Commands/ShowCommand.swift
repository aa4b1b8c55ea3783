import ArgumentParser
import Configuration
import Reports
import Scenarios

/// `hoplab show`
struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Print what a scenario expands to: a scenario in the plain language.",
    discussion: """
      Every platform is written out as machines, devices and links, and variables have their values. What is \
      printed can be run.

      Example: hoplab show Scenarios/vmware.yaml --variant nat > nat.yaml
      """)

  @Argument(
    help: "The scenario file; - reads standard input.", completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @Option(name: .long, help: "The variant to show; the first unless given.")
  var variant: String?

  @Flag(name: .long, help: "Only nodes and links, without steps.")
  var topology = false

  @Option(
    name: .long, help: "Draw the topology into this file (.svg, .png, .pdf or .dot).", completion: .file())
  var picture: String?

  func run() throws {
    let file = ScenarioFile(self.file)
    let scenario = try file.playable()
    let plays = try file.plays(of: scenario, named: variant.map { [$0] } ?? [])
    guard let play = plays.first else { return }
    if plays.count > 1 {
      let others = plays.dropFirst().map(\.variant).joined(separator: ", ")
      Terminal.note("showing the variant \(play.variant); others are \(others)\n")
    }
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

import Configuration
import Foundation
import Platforms
import Reports
import Scenarios
import Testing
import YAMLSource

/// Every shipped scenario is played again and compared with what is kept in Output/gallery.
///
/// A difference is a change of behaviour: look at it, and if it is right, `make baseline` keeps it.
@Suite("Baseline") struct BaselineTests {
  /// Below `Scenarios`: those in it, and those in its folders.
  static let scenarios: [String] = {
    let names = (try? FileManager.default.subpathsOfDirectory(atPath: "\(Command.root)/Scenarios")) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.sorted()
  }()

  @Test("there are scenarios")
  func some() { #expect(!Self.scenarios.isEmpty) }

  @Test("does what it did", arguments: scenarios)
  func unchanged(name: String) throws {
    let path = "\(Command.root)/Scenarios/\(name)"
    var sources = SourceMap()
    var diagnostics = Diagnostics()
    let value = YAMLSource.read(file: path, into: &sources, &diagnostics) {
      Array(try Data(contentsOf: URL(fileURLWithPath: $0)))
    }
    let stem = String(name.split(separator: "/").last?.dropLast(5) ?? "")
    let folder = name.split(separator: "/").dropLast().map { "\($0)/" }.joined()
    var files = TextFiles(sources) { name, sources, diagnostics in
      YAMLSource.readText(name, into: &sources, &diagnostics) {
        Array(try Data(contentsOf: URL(fileURLWithPath: $0)))
      }
    }
    let read = value.flatMap { Scenario.read($0, defaultName: stem, files: &files, &diagnostics) }
    sources = files.sources
    let told = DiagnosticRenderer(sources: sources, colour: false).render(diagnostics)
    let scenario = try #require(read, "\(told)")
    let runs = scenario.plays.map { VariantRun(playing: $0, of: scenario.name, seed: 1, sources: sources) }
    var options = ReportOptions.ofGallery(inFolder: !folder.isEmpty)
    options.atlas = try Atlas(of: runs)
    // Other fonts make another SVG, so only the text that it is made from is made again.
    options.formats = []
    options.keepsDOT = true
    options.withoutDOT = []
    for run in runs {
      let kept = "\(Command.root)/Output/gallery/\(folder)\(scenario.name)/\(run.variant)"
      let files = try reportFiles(of: run, options)
      let difference = Comparison(of: files, with: kept).words
      #expect(difference == nil, "\(difference ?? "")")
    }
  }
}

/// What is different, in the words of the network where there are some: the story first, then the results.
struct Comparison {
  private(set) var words: String?

  /// How many lines are shown of each side.
  private static let shown = 3
  /// Lines of pictures can be very long.
  private static let longest = 200

  init(of files: [ReportFile], with folder: String) {
    var told: [String] = []
    for file in files {
      guard let kept = try? String(contentsOfFile: "\(folder)/\(file.path)", encoding: .utf8) else {
        told += Comparison.absence(of: file, in: folder).map { [$0] } ?? []
        continue
      }
      if let line = Comparison.difference(kept, String(decoding: file.bytes, as: UTF8.self)) {
        told.append("\(file.path), \(line)")
      }
    }
    let expected = Set(files.map(\.path))
    let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder))?.sorted() ?? []
    for name in names {
      if name.hasSuffix(".dot"), !expected.contains(name) { told.append("\(name) is no longer made") }
      let isAlone = expected.contains("\(name.dropLast(4)).dot") && !names.contains("\(name.dropLast(4)).dot")
      if name.hasSuffix(".svg"), !isAlone, let problem = Comparison.staleness(of: name, in: folder) {
        told.append(problem)
      }
    }
    guard !told.isEmpty else { return }
    words = "\(folder) is not what happens now. If that is right: make baseline\n" + told.joined(separator: "\n")
  }

  /// The first lines that differ; nil when none do.
  static func difference(_ kept: String, _ made: String) -> String? {
    guard kept != made else { return nil }
    let before = kept.split(separator: "\n", omittingEmptySubsequences: false)
    let after = made.split(separator: "\n", omittingEmptySubsequences: false)
    let place =
      zip(before, after).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(before.count, after.count)
    let heading =
      before[..<min(place + 1, before.count)].last { $0.hasPrefix("## ") }.map { " (\($0.dropFirst(3)))" } ?? ""
    let old = before.dropFirst(place).prefix(shown).map { "  - \($0.prefix(longest))" }
    let new = after.dropFirst(place).prefix(shown).map { "  + \($0.prefix(longest))" }
    return (["line \(place + 1)\(heading):"] + old + new).joined(separator: "\n")
  }

  /// Of a DOT text that is not kept, the picture is, which knows what it was made from.
  private static func absence(of file: ReportFile, in folder: String) -> String? {
    let picture = "\(file.path.dropLast(4)).svg"
    guard file.path.hasSuffix(".dot"),
      let svg = try? String(contentsOfFile: "\(folder)/\(picture)", encoding: .utf8)
    else { return "\(file.path) is not in \(folder)" }
    let isCurrent = Drawing.isCurrent(svg: svg, for: String(decoding: file.bytes, as: UTF8.self))
    return isCurrent ? nil : "\(picture) would be another picture now"
  }

  /// An SVG depends on fonts and the Graphviz that made it, so only the text it was made from is compared.
  private static func staleness(of name: String, in folder: String) -> String? {
    let stem = name.dropLast(4)
    guard let svg = try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8),
      let dot = try? String(contentsOfFile: "\(folder)/\(stem).dot", encoding: .utf8)
    else { return "\(name) has no \(stem).dot" }
    return Drawing.isCurrent(svg: svg, for: dot) ? nil : "\(name) was not made from \(stem).dot"
  }
}

@Suite("Comparison with the baseline") struct ComparisonTests {
  @Test("names the step and the first lines that differ")
  func lines() {
    let kept = "# Lab\n\n## 1. out: ping\n\n1. `a` sends it\n2. `b` answers\n"
    #expect(Comparison.difference(kept, kept) == nil)
    let made = kept.replacingOccurrences(of: "`b` answers", with: "`b` **drops it**")
    let words = Comparison.difference(kept, made)
    #expect(words == "line 6 (1. out: ping):\n  - 2. `b` answers\n  - \n  + 2. `b` **drops it**\n  + ")
    #expect(Comparison.difference(kept, String(kept.dropLast(1)))?.hasPrefix("line 7") == true)
  }

  @Test("notices files that are missing, stale or left over")
  func files() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let story = ReportFile("story.md", text: "one\n")
    #expect(Comparison(of: [story], with: folder.path).words?.contains("story.md is not in") == true)
    try folder.write("one\n", to: "story.md")
    #expect(Comparison(of: [story], with: folder.path).words == nil)
    let picture = ReportFile("flow.dot", text: "digraph {}")
    try folder.write("<!-- hoplab dot digest: \(Drawing.digest(of: "digraph {}")) --><svg/>", to: "flow.svg")
    #expect(Comparison(of: [story, picture], with: folder.path).words == nil)
    let other = ReportFile("flow.dot", text: "graph {}")
    #expect(Comparison(of: [story, other], with: folder.path).words?.contains("flow.svg would be another") == true)
    #expect(Comparison(of: [story], with: folder.path).words?.contains("flow.svg has no flow.dot") == true)
    try FileManager.default.removeItem(atPath: folder["flow.svg"])
    try folder.write("digraph {}", to: "old.dot")
    #expect(Comparison(of: [story], with: folder.path).words?.contains("old.dot is no longer made") == true)
    try folder.write("<svg/>", to: "old.svg")
    #expect(Comparison(of: [story], with: folder.path).words?.contains("old.svg was not made from old.dot") == true)
  }

  @Test("the command keeps what the test compares, and clears away steps that are no more")
  func command() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try FileManager.default.createDirectory(atPath: folder["scenarios"], withIntermediateDirectories: true)
    try FileManager.default.createDirectory(
      atPath: folder["kept/lab/default/steps"], withIntermediateDirectories: true)
    try folder.write("stale", to: "kept/lab/default/steps/gone.svg")
    let text = """
      nodes: { a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } } }
      steps: [{ id: self, ping: a -> 10.0.0.1 }]
      expect: { self: reply }
      """
    try folder.write(text, to: "scenarios/lab.yaml")
    let run = try Command.run("baseline", folder["scenarios"], folder["kept"])
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    let files = try folder.contents(below: "kept/lab/default").keys.sorted()
    let pictures = ["sequence.mmd", "sequence.svg", "steps/self.dot", "steps/self.svg"]
    #expect(
      files == ["flow.dot", "flow.svg", "result.json"] + pictures + ["story.md", "topology.dot", "topology.svg"])
    #expect(try Command.run("baseline", folder["nowhere"], folder["kept"]).status == 2)
  }
}

import Foundation
import Reports
import Testing

/// Every shipped scenario is played again and compared with what is kept in Output/gallery.
///
/// A difference is a change of behaviour: look at it, and if it is right, `make baseline` keeps it.
@Suite("Baseline") struct BaselineTests {
  @Test("every scenario does what it did")
  func unchanged() throws {
    let run = try Command.run("test", "Scenarios", "--baselines", "Output/gallery", in: Command.root)
    #expect(run.status == 0, "if this is right: make baseline\n\(run.output)\(run.errors)")
    // Lines that have moved are no failure, but the gallery is to be up to date in everything.
    #expect(!run.output.contains("~"), "make baseline\n\(run.output)")
    #expect(run.output.contains("variants held"))
  }

  private static let lab = """
    nodes:
      a: { kind: host, interfaces: { eth0: 10.0.0.2/24 }, gateway: 10.0.0.1 }
      r: { kind: router, interfaces: { in: 10.0.0.1/24, out: 10.0.1.1/24 } }
      b: { kind: host, interfaces: { eth0: 10.0.1.2/24 }, gateway: 10.0.1.1 }
    links: [[a, r:in], { endpoints: [r:out, b], delay: 1ms }]
    steps: [{ id: out, ping: a -> b }]
    expect: { out: reply }

    """

  /// Of a variant, without pictures.
  private static func recorded(of variant: String) -> [String] {
    ["result.json", "sequence.mmd", "story.md"].map { "lab/\(variant)/\($0)" }
  }

  private func folder(_ text: String = lab, name: String = "lab.yaml") throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder["in/deep"], withIntermediateDirectories: true)
    try folder.write(text, to: "in/\(name)")
    return folder
  }

  private func test(_ folder: TemporaryFolder, _ options: String..., paths: [String] = ["in"]) throws -> Command {
    try Command.run(["test"] + paths + ["--baselines", "kept"] + options, in: folder.path)
  }

  @Test("what is recorded is what is compared, and pictures only where they were asked for")
  func recording() throws {
    let folder = try folder()
    defer { folder.remove() }
    let missing = try test(folder)
    #expect(missing.status == 1)
    #expect(missing.output.contains("✗ in/lab.yaml: nothing is recorded of it yet"))
    #expect(try test(folder, "--update").status == 0)
    #expect(try folder.contents(below: "kept").keys.sorted() == Self.recorded(of: "default"))
    let same = try test(folder, "--verbose")
    #expect(same.status == 0)
    #expect(same.output.hasPrefix("✓ in/lab.yaml: 1 of 1 steps judged, all held, and what was recorded\n"))

    try FileManager.default.createDirectory(atPath: folder["kept/lab/default/steps"], withIntermediateDirectories: true)
    try folder.write("stale", to: "kept/lab/default/steps/gone.svg")
    #expect(try test(folder, "--update", "--pictures").status == 0)
    let pictures = ["flow", "steps/out", "topology"].flatMap { ["\($0).dot", "\($0).svg"] } + ["sequence.svg"]
    let recorded = (Self.recorded(of: "default") + pictures.map { "lab/default/\($0)" }).sorted()
    #expect(try folder.contents(below: "kept").keys.sorted() == recorded)
    #expect(try test(folder).status == 0)
  }

  /// What is changed in the lab, and what is said of it.
  private static let changes: [(from: String, to: String, words: [String])] = [
    (
      "out: 10.0.1.1/24 }", "out: 10.0.1.1/24 }, masquerade: out",
      [
        "out: hop 2, r: now also rewrites the source 10.0.0.2 id", "(masquerade out of out, lab.yaml:3)",
        "out: the reply: now IP 10.0.1.2 > 10.0.1.1",
      ]
    ),
    ("delay: 1ms", "delay: 2ms", ["out: at another time: now a sees: an answer from 10.0.1.2 after 8 ms"]),
    ("gateway: 10.0.1.1", "routes: []", ["out: now failed; was held", "out: the reply is no longer sent: b → r → a"]),
    ("ping: a -> b", "ping: b -> a", ["out: now ping b → a; was ping a → b", "takes another way: now b → r → a; was"]),
  ]

  @Test("a change is told in the words of the network", arguments: changes)
  func change(from: String, to: String, words: [String]) throws {
    let folder = try folder()
    defer { folder.remove() }
    #expect(try test(folder, "--update").status == 0)
    try folder.write(Self.lab.replacingOccurrences(of: from, with: to), to: "in/lab.yaml")
    let changed = try test(folder)
    #expect(changed.status == 1, "\(changed.output)\(changed.errors)")
    let told = changed.output.split(separator: "\n").filter { $0.hasPrefix("✗") }.joined(separator: "\n")
    for word in words { #expect(told.contains(word), "\(told)") }
    #expect(try test(folder).output == changed.output)
  }

  @Test("that lines moved in a file is no failure, and is told")
  func moved() throws {
    let folder = try folder()
    defer { folder.remove() }
    #expect(try test(folder, "--update").status == 0)
    try folder.write("# one line more\n" + Self.lab, to: "in/lab.yaml")
    let moved = try test(folder)
    #expect(moved.status == 0)
    #expect(moved.output.contains("~ in/lab.yaml: its lines have moved"))
    #expect(try test(folder, "--update").output.contains("recorded anew"))
    #expect(try !test(folder).output.contains("~"))
  }

  @Test("a file named alone is found where its folder's are recorded")
  func alone() throws {
    let folder = try folder(name: "deep/lab.yaml")
    defer { folder.remove() }
    #expect(try test(folder, "--update").status == 0)
    #expect(try folder.contents(below: "kept").keys.contains("deep/lab/default/story.md"))
    for paths in [["in/deep/lab.yaml"], ["in/deep"], ["./in/deep"]] {
      let run = try test(folder, paths: paths)
      #expect(run.status == 0, "\(run.output)")
    }
  }

  @Test("what no scenario makes any more fails, and is forgotten with --update")
  func leftovers() throws {
    let folder = try folder(Self.lab + "variants: { one: {}, two: {} }\n")
    defer { folder.remove() }
    #expect(try test(folder, "--update").status == 0)
    #expect(try test(folder).status == 0)
    try folder.write(Self.lab + "variants: { one: {} }\n", to: "in/lab.yaml")
    let left = try test(folder)
    #expect(left.status == 1)
    #expect(left.output.contains("✗ kept/lab/two is recorded, but no scenario makes it any more"))
    // A part of all there is says nothing about the rest.
    #expect(try test(folder, "--only", "lab/one").status == 0)
    #expect(try test(folder, "--update").output.contains("kept/lab/two: forgotten"))
    #expect(try test(folder).status == 0)
    #expect(try folder.contents(below: "kept").keys.sorted() == Self.recorded(of: "one"))
  }

  @Test("a damaged record is a difference, never a trap", arguments: ["", "{", "[]", "null", "{\"steps\": 5}"])
  func damaged(text: String) throws {
    let folder = try folder()
    defer { folder.remove() }
    #expect(try test(folder, "--update").status == 0)
    try folder.write(text, to: "kept/lab/default/result.json")
    #expect(try test(folder).status == 1)
    try folder.write("## 1. \n**\n1. `\n## x: y\n", to: "kept/lab/default/story.md")
    #expect(try test(folder).status == 1)
  }
}

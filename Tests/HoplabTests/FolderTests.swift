import Foundation
import Testing

/// Whole folders of scenarios in one command.
@Suite("hoplab run and check with folders") struct FolderTests {
  private static let lab =
    "nodes: { a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } } }\nsteps: [{ id: x, ping: a -> a }]\n"
  private static let held = lab + "expect: { x: reply }\n"
  private static let failed = lab + "expect: { x: { hops: 1 } }\n"

  private func folder(_ files: [(String, String)]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (name, text) in files {
      let place = "in/\(name)".split(separator: "/").dropLast().joined(separator: "/")
      try FileManager.default.createDirectory(atPath: folder[place], withIntermediateDirectories: true)
      try folder.write(text, to: "in/\(name)")
    }
    return folder
  }

  private func run(_ folder: TemporaryFolder, _ options: String...) throws -> Command {
    try Command.run(["run", folder["in"], "--no-pictures", "--out", folder["out"]] + options)
  }

  @Test("plays every scenario, sub-folders too, and says one line for each variant")
  func all() throws {
    let folder = try folder([
      ("b.yaml", Self.held), ("a.yml", Self.held + "variants: { one: {}, two: {} }\n"), ("deep/er/c.yaml", Self.held),
      ("notes.txt", "no scenario"),
    ])
    defer { folder.remove() }
    let run = try run(folder)
    #expect(run.status == 0, "\(run.errors)")
    let lines = run.output.replacingOccurrences(of: folder["in"], with: "in").split(separator: "\n").map(String.init)
    let rest = "1 of 1 steps judged, all held"
    #expect(
      lines == [
        "✓ in/a.yml one: \(rest)", "✓ in/a.yml two: \(rest)", "✓ in/b.yaml: \(rest)", "✓ in/deep/er/c.yaml: \(rest)",
        "3 scenarios: 4 variants held; 4 steps, 4 expectations",
      ])
    #expect(try folder.contents(below: "out").keys.contains("c/default/story.md"))
    #expect(try Command.run("run", folder["in"], "--no-pictures", "--out", folder["out"], "--quiet").output == "")
  }

  private static let mixtures: [(kinds: [String], status: Int32)] = [
    (["held"], 0), (["held", "nothing"], 0), (["nothing"], 3), (["held", "failed"], 1), (["failed", "nothing"], 1),
    (["failed", "broken"], 2), (["held", "broken"], 2), (["broken", "stopped"], 4), (["failed", "stopped"], 4),
  ]

  @Test("the exit code is the worst of all", arguments: mixtures)
  func exitCodes(kinds: [String], status: Int32) throws {
    let texts = [
      "held": Self.held, "failed": Self.failed, "nothing": Self.lab, "broken": "nodes: { a: { kind: hots } }\n",
      "stopped": Self.held.replacingOccurrences(of: "a -> a", with: "a -> 10.0.0.9") + "limits: { events: 1 }\n",
    ]
    let files = try kinds.map { ("\($0).yaml", try #require(texts[$0])) }
    let folder = try folder(files)
    defer { folder.remove() }
    let run = try run(folder)
    #expect(run.status == status, "\(run.output)\(run.errors)")
    if kinds.contains("failed") { #expect(run.output.contains("wanted 1 router passed, got 0")) }
  }

  @Test("JSON has a member for each file")
  func json() throws {
    let folder = try folder([("a.yaml", Self.held), ("b.yaml", Self.failed), ("c.yaml", "nodes: 5\n")])
    defer { folder.remove() }
    let run = try run(folder, "--json")
    #expect(run.status == 2)
    let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    #expect(object?["holds"] as? Bool == false)
    let scenarios = try #require(object?["scenarios"] as? [[String: Any]])
    #expect(scenarios.map { $0["valid"] as? Bool } == [true, true, false])
    #expect(scenarios.map { ($0["result"] as? [String: Any])?["holds"] as? Bool } == [true, false, nil])
  }

  @Test("two scenarios of one name, an empty folder and a variant of many are refused")
  func refusals() throws {
    let folder = try folder([("a.yaml", Self.held), ("deep/a.yaml", Self.held)])
    defer { folder.remove() }
    let twice = try run(folder)
    #expect(twice.status == 2)
    #expect(twice.errors.contains("its name 'a' is that of"))
    #expect(try Command.run("run", folder["in"], "--variant", "x").status == 64)
    try FileManager.default.createDirectory(atPath: folder["empty"], withIntermediateDirectories: true)
    let empty = try Command.run("run", folder["empty"])
    #expect(empty.status == 2)
    #expect(empty.errors.contains("there is no scenario in"))
  }

  @Test("check reads folders too")
  func check() throws {
    let folder = try folder([("a.yaml", Self.held), ("deep/b.yaml", "nodes: { a: { kind: hots } }\n")])
    defer { folder.remove() }
    let check = try Command.run("check", folder["in"])
    #expect(check.status == 2)
    #expect(check.output.contains("a.yaml: valid") && check.output.contains("deep/b.yaml: 1 mistake"))
  }
}

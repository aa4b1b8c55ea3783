import Foundation
import Testing

/// python3-jsonschema, which knows nothing of Hoplab, on everything that is shipped.
@Suite("Schemas, as python3-jsonschema reads them", .enabled(if: Python.isThere, Python.absence))
struct ContractTests {
  private static let schemas = (
    scenario: "\(Command.root)/Scenarios/scenario.schema.json",
    result: "\(Command.root)/Documentation/schemas/result.schema.json",
    journal: "\(Command.root)/Documentation/schemas/journal.schema.json"
  )

  private static func files(below folder: String, ending: String) throws -> [String] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: "\(Command.root)/\(folder)")
    return names.filter { $0.hasSuffix(ending) }.sorted().map { "\(Command.root)/\(folder)/\($0)" }
  }

  @Test("every shipped scenario fits the schema that editors read")
  func scenarios() throws {
    let files = try Self.files(below: "Scenarios", ending: ".yaml")
    #expect(files.count > 100)
    #expect(try Python.misfits(Self.schemas.scenario, files).isEmpty)
  }

  private static let broken = [
    "nodes: { a: { kind: hots } }", "nodes: { a: { kind: host, gatewy: 10.0.0.1 } }",
    "nodes: { a: { kind: host, interfaces: { eth0: 10.0.0.1 } } }",
    "nodes: { a: { kind: host, services: [tcp] } }", "start: warm", "steps: [{ id: x, pong: a -> b }]",
    "links: [{ endpoints: [a, b], rate: 100 }]", "expect: { x: { replyy: true } }", "expect: { x: rely }",
    "variants: { one: { start: warm } }", "limits: { events: many }",
  ]

  private static let whole = [
    "start: pre-learned", "limits: { events: 100 }", "limits: { events: 50k }", "with: { a: 1 }\nnodes: $nodes",
    "nodes: { a: { kind: host, interfaces: $all, services: [tcp/22, $more] } }", "x-own: { anything: [1] }",
    "expect: { x: { vm1: 10.0.0.2, from: rtr } }", "nodes: { a: { kind: host, count: 5 } }",
    "variants: { one: { nodes: { a: null }, start: cold } }", "include: other.yaml",
  ]

  @Test("a scenario with a mistake does not fit, and what only looks like one does")
  func mistakes() throws {
    let misfits = try Self.misfits(Self.schemas.scenario, Self.broken + Self.whole, "yaml")
    for (place, text) in Self.broken.enumerated() { #expect(misfits.contains(place), "\(text)") }
    for (place, text) in Self.whole.enumerated() { #expect(!misfits.contains(place + Self.broken.count), "\(text)") }
  }

  /// Which of the texts do not fit.
  private static func misfits(_ schema: String, _ texts: [String], _ ending: String) throws -> Set<Int> {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let names = texts.indices.map { "\($0).\(ending)" }
    for (name, text) in zip(names, texts) { try folder.write(text, to: name) }
    let lines = try Python.misfits(schema, names.map { folder[$0] })
    return Set(names.indices.filter { place in lines.contains { $0.hasPrefix("\(folder[names[place]]): ") } })
  }

  /// Each with one word replaced.
  private static func damaged(_ text: String, _ changes: [(word: String, wrong: String)]) throws -> [String] {
    try changes.map { change in
      let place = try #require(text.range(of: change.word), "\(change.word)")
      return text.replacingCharacters(in: place, with: change.wrong)
    }
  }

  @Test("every result of the gallery fits, and what is printed of several variants; one with a mistake does not")
  func results() throws {
    let files = try Self.files(below: "Output/gallery", ending: "/result.json")
    #expect(files.count > 200)
    #expect(try Python.misfits(Self.schemas.result, files).isEmpty)
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let run = try Command.run("run", Command.vmware, "--json", "--no-pictures", "--out", folder["out"])
    let one = try String(contentsOfFile: "\(Command.root)/Output/gallery/vmware/nat/result.json", encoding: .utf8)
    let broken = try Self.damaged(one, Self.resultMistakes)
    #expect(try Self.misfits(Self.schemas.result, [run.output] + broken, "json") == Set(1...broken.count))
  }

  private static let resultMistakes = [
    ("\"version\": 1", "\"version\": 2"), ("\"holds\": true", "\"holds\": \"yes\""),
    ("\"verdict\": \"held\"", "\"verdict\": \"good\""), ("\"rtt\":", "\"rt\":"), ("\"machine\":", "\"box\":"),
    ("\"absorbed: icmp\"", "\"absorbed: icpm\""), ("\"journal\": \"", "\"journal\": \"x"),
  ]

  /// Small ones, with as many kinds of events as possible.
  private static let sample = [
    "vmware.yaml", "behaviour/one-way.yaml", "behaviour/spanning-tree.yaml", "behaviour/icmp-rate-limit.yaml",
    "behaviour/log-and-mark.yaml", "behaviour/stopped-service.yaml", "behaviour/wrong-gateway.yaml",
    "behaviour/impaired-link.yaml", "behaviour/lease-life.yaml", "behaviour/lost-fragment.yaml",
  ]

  @Test("journals fit, and with a mistake do not")
  func journals() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    var journals: [String] = []
    for name in Self.sample {
      let out = folder[name.replacing("/", with: "-")]
      _ = try Command.run(
        "run", "\(Command.root)/Scenarios/\(name)", "--journal", "--no-capture", "--no-pictures", "--out", out)
      let found = try FileManager.default.subpathsOfDirectory(atPath: out).filter { $0.hasSuffix("journal.json") }
      journals += found.sorted().prefix(1).map { "\(out)/\($0)" }
    }
    #expect(journals.count == Self.sample.count)
    #expect(try Python.misfits(Self.schemas.journal, journals).isEmpty)
    let broken = try Self.damaged(String(contentsOfFile: journals[0], encoding: .utf8), Self.journalMistakes)
    #expect(try Self.misfits(Self.schemas.journal, broken, "json") == Set(broken.indices))
  }

  private static let journalMistakes = [
    ("\"version\": 1", "\"version\": 2"), ("\"event\": \"received\"", "\"event\": \"recieved\""),
    ("\"relation\": 1", "\"relation\": 9"), ("\"events\":", "\"evnts\":"), ("\"by\": \"arp\"", "\"by\": \"apr\""),
    ("\"bytes\": \"", "\"bytes\": \"x"), ("\"time\": 0", "\"time\": -1"), ("\"because\":", "\"becuase\":"),
  ]
}

/// Debian's python3-jsonschema and python3-yaml, which `make test` installs.
private enum Python {
  static let path = ["/usr/bin/python3", "/usr/local/bin/python3", "/opt/homebrew/bin/python3"].first(where: canJudge)

  static var isThere: Bool { path != nil }
  static let absence: Comment =
    "schemas are judged by python3-jsonschema and python3-yaml, which are not on this machine"

  private static func canJudge(_ path: String) -> Bool {
    guard FileManager.default.isExecutableFile(atPath: path) else { return false }
    return (try? run(path, ["-c", "import yaml; from jsonschema import Draft202012Validator"]).status) == 0
  }

  /// A line for each place of a file that does not fit.
  static func misfits(_ schema: String, _ files: [String]) throws -> [String] {
    let path = try #require(path)
    let (status, output) = try run(path, ["\(Command.root)/Tests/Contract/contract.py", schema] + files)
    try #require(status == 0, "\(output)")
    return output.split(separator: "\n").map(String.init)
  }

  private static func run(_ path: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try folder.write("", to: "output")
    let output = try FileHandle(forWritingTo: URL(fileURLWithPath: folder["output"]))
    process.standardOutput = output
    process.standardError = output
    try process.run()
    process.waitUntilExit()
    return (process.terminationStatus, try String(contentsOfFile: folder["output"], encoding: .utf8))
  }
}

import Foundation
import Testing

/// Every mistake has exit code 2, a place, a code that is explained, and nothing on standard output.
@Suite("Broken scenario files") struct BrokenFileTests {
  struct Mistake: Sendable, CustomTestStringConvertible {
    var name: String
    /// Of these, the first that is reported.
    var code: String
    /// `line:column`, or nothing where there is no line.
    var place: String
    var text: @Sendable () -> [UInt8]
    /// What helps.
    var hint: String?
    var testDescription: String { name }

    init(
      _ name: String, _ code: String, at place: String, hint: String? = nil,
      _ text: @autoclosure @escaping @Sendable () -> String
    ) {
      self.name = name
      self.code = code
      self.place = place
      self.hint = hint
      self.text = { Array(text().utf8) }
    }
  }

  private static let hosts = """
    nodes:
      a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
      b: { kind: host, interfaces: { eth0: 10.0.0.2/24 } }

    """
  private static let cable = "links: [[a, b]]\n"
  private static let step = "steps: [{ id: p, ping: a -> b }]\n"

  static let mistakes: [Mistake] = [
    Mistake("bad YAML", "HL0101", at: "2:1", "nodes: { a: { kind: host }\nlinks: []\n"),
    Mistake(
      "unknown field", "HL0120", at: "2:20", hint: "did you mean 'gateway'?",
      "nodes:\n  a: { kind: host, gatway: 10.0.0.1 }\n"),
    Mistake("misspelt node", "HL0202", at: "4:13", hint: "the nodes are a, b", hosts + "links: [[a, bee5]]\n"),
    Mistake(
      "duplicate address", "HL0212", at: "3:40",
      "nodes:\n  a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }\n  b: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }\n"
        + cable),
    Mistake("link to nowhere", "HL0205", at: "4:13", hint: "eth0", hosts + "links: [[a, \"b:eth9\"]]\n"),
    Mistake("wrong unit", "HL0126", at: "4:37", hosts + "links: [{ endpoints: [a, b], delay: 50usec }]\n"),
    Mistake("no unit", "HL0127", at: "4:37", hosts + "links: [{ endpoints: [a, b], delay: 50 }]\n"),
    Mistake(
      "impossible prefix", "HL0213", at: "1:47", "nodes: { a: { kind: host, interfaces: { eth0: 10.0.0.1/33 } } }\n"),
    Mistake("empty file", "HL0102", at: "1:1", ""),
    Mistake("only comments", "HL0102", at: "1:1", "# a lab\n"),
    Mistake("10 MB of brackets", "HL0110", at: "", String(repeating: "[", count: 10 << 20)),
    Mistake("1 MB of brackets", "HL0109", at: "1:65", String(repeating: "[", count: 1 << 20)),
    Mistake(
      "alias bomb", "HL0108", at: "6:5",
      (0..<9).map {
        "x\($0): &x\($0) [\(Array(repeating: $0 == 0 ? "x" : "*x\($0 - 1)", count: 10).joined(separator: ", "))]\n"
      }
      .joined()),
    Mistake("a tab", "HL0104", at: "2:1", "nodes:\n\ta: { kind: host }\n"),
    Mistake("unknown kind", "HL0201", at: "1:21", hint: "did you mean 'host'?", "nodes: { a: { kind: hots } }\n"),
    Mistake(
      "unknown verb", "HL0301", at: "5:18", hint: "did you mean 'ping'?",
      hosts + cable + "steps: [{ id: p, pnig: a -> b }]\n"),
    Mistake("unknown step", "HL0304", at: "6:11", hosts + cable + step + "expect: { q: reply }\n"),
    Mistake(
      "unknown expectation", "HL0305", at: "6:16", hint: "did you mean 'reply'?",
      hosts + cable + step + "expect: { p: { relpy: true } }\n"),
    Mistake("undefined variable", "HL0308", at: "1:21", "nodes: { a: { kind: $kind } }\n"),
    Mistake("duplicate key", "HL0106", at: "3:3", "nodes:\n  a: { kind: host }\n  a: { kind: host }\n"),
    Mistake(
      "duplicate id", "HL0303", at: "5:40",
      hosts + cable + "steps: [{ id: p, ping: a -> b }, { id: p, ping: b -> a }]\n"),
    Mistake("not a map", "HL0122", at: "1:1", "- a\n- b\n"),
    Mistake("nodes are a list", "HL0122", at: "1:8", "nodes: [a, b]\n"),
    Mistake("no nodes", "HL0121", at: "1:1", "title: nothing\n"),
    Mistake("two documents", "HL0111", at: "2:1", "nodes: {}\n---\nnodes: {}\n"),
    Mistake("cyclic include", "HL0114", at: "1:10", "include: broken.yaml\nnodes: {}\n"),
    Mistake("missing include", "HL0115", at: "1:10", "include: nowhere.yaml\nnodes: {}\n"),
    Mistake("a name that leaves the folder", "HL0210", at: "1:7", "name: ../../etc\nnodes: {}\n"),
  ]

  @Test("are told with place, code and help, exit 2", arguments: mistakes)
  func mistake(_ mistake: Mistake) throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try folder.write(mistake.text(), to: "broken.yaml")
    let run = try Command.run("run", "broken.yaml", "--no-pictures", in: folder.path)
    #expect(run.status == 2, "\(run.output)\(run.errors)")
    #expect(run.signal == nil)
    #expect(run.output == "")
    let place = mistake.place.isEmpty ? "broken.yaml:" : "broken.yaml:\(mistake.place)"
    let first = run.errors.split(separator: "\n").first.map(String.init) ?? ""
    #expect(first.hasPrefix(place), "\(run.errors.prefix(500))")
    #expect(first.contains(" error \(mistake.code): "), "\(run.errors.prefix(500))")
    if let hint = mistake.hint { #expect(run.errors.contains(hint), "\(run.errors.prefix(500))") }
    #expect(run.errors.contains("hoplab explain HL"))
    #expect(run.seconds < 2)
    #expect(try folder.contents(below: "").keys.sorted() == ["broken.yaml"])
  }

  @Test("bytes that are no text")
  func binary() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try folder.write([0x6e, 0x3a, 0xff, 0x00, 0xc3, 0x28] + (0...255).map { UInt8($0) }, to: "binary.yaml")
    let run = try Command.run("run", "binary.yaml", in: folder.path)
    #expect(run.status == 2)
    #expect(run.errors.hasPrefix("binary.yaml:1:3: error HL0103: "))
  }

  @Test("a folder without a scenario")
  func emptyFolder() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let run = try Command.run("run", ".", in: folder.path)
    #expect(run.status == 2)
    #expect(run.errors == "hoplab: there is no scenario in '.'\n")
  }

  @Test("a file that is missing, a device, one without a name")
  func unreadable() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    for (path, words) in [
      ("missing.yaml", "it does not exist"), ("/dev/zero", "it is no ordinary file"), ("", "the name is empty"),
    ] {
      let run = try Command.run("run", path, in: folder.path)
      #expect(run.status == 2)
      #expect(run.errors.contains("error HL0128: cannot be read: \(words)"), "\(run.errors)")
    }
  }

  @Test("all mistakes of a file are told at once, in the order of the file")
  func together() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let text = """
      nodes:
        a: { kind: host, interfaces: { eth0: 10.0.0.300/24 } }
        b: { kind: hots }
      links:
        - { endpoints: [a, c], rate: 5 }
      steps:
        - { id: p, ping: a -> d }
      """
    try folder.write(text, to: "many.yaml")
    let run = try Command.run("check", "many.yaml", in: folder.path)
    #expect(run.status == 2)
    let lines = run.errors.split(separator: "\n").filter { $0.hasPrefix("many.yaml:") }
      .compactMap { $0.split(separator: ":").dropFirst().first.flatMap { Int($0) } }
    #expect(Set(lines).isSuperset(of: [2, 3, 5, 7]))
    #expect(lines == lines.sorted())
  }
}

import Foundation
import Testing

/// `hoplab test`, as a CI job meets it.
@Suite("hoplab test") struct TestCommandTests {
  private static let lab =
    "nodes: { a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } } }\nsteps: [{ id: x, ping: a -> a }]\n"
  private static let held = lab + "expect: { x: reply }\n"
  private static let failed = lab + "expect: { x: { hops: 1 } }\n"

  /// Files below `in`; the tests are started beside it.
  private func folder(_ files: [(String, String)]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (name, text) in files {
      let place = "in/\(name)".split(separator: "/").dropLast().joined(separator: "/")
      try FileManager.default.createDirectory(atPath: folder[place], withIntermediateDirectories: true)
      try folder.write(text, to: "in/\(name)")
    }
    return folder
  }

  private func test(_ folder: TemporaryFolder, _ options: String...) throws -> Command {
    try Command.run(["test", "in"] + options, in: folder.path)
  }

  @Test("says nothing of what held but the counts, a line of what failed, and its story")
  func lines() throws {
    let folder = try folder([("good.yaml", Self.held + "variants: { one: {}, two: {} }\n"), ("bad.yaml", Self.failed)])
    defer { folder.remove() }
    let run = try test(folder)
    #expect(run.status == 1)
    let lines = run.output.split(separator: "\n").map(String.init)
    #expect(lines.first == "✗ in/bad.yaml:3 x: hops: wanted 1 router passed, got 0")
    #expect(lines.contains("## 1. x: ping a → a ✗"))
    #expect(lines.last == "2 scenarios: 2 variants held, 1 failed; 3 steps, 3 expectations")
    #expect(!run.output.contains("good"))
    let verbose = try test(folder, "--verbose")
    #expect(verbose.output.contains("✓ in/good.yaml two: 1 of 1 steps judged, all held\n"))
    // Nothing is written that was not asked for.
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["in"])
  }

  #if os(Linux)
    @Test("breaks the story of what failed between words on a terminal, and leaves it whole in a file")
    func width() throws {
      let lab = """
        nodes:
          a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
          b: { kind: host, interfaces: { eth0: 10.0.0.2/24 } }
        links: [[a, b]]
        steps: [{ id: x, ping: a -> b }]
        expect: { x: { hops: 1 } }

        """
      let folder = try folder([("bad.yaml", lab)])
      defer { folder.remove() }
      let whole = try Command.run(["test", folder["in"]]).output
      let seen = try Command.seen(columns: 60, ["test", folder["in"]])
      #expect(whole.split(separator: "\n").contains { $0.hasPrefix("1. ") && $0.count > 60 })
      let begin = try #require(seen.firstIndex { $0.hasPrefix("## 1. x") })
      #expect(seen[begin...].filter { $0.count > 60 && $0.contains(" ") } == [])
      let words = { (text: String) in text.split(whereSeparator: \.isWhitespace) }
      #expect(words(seen.joined(separator: "\n")) == words(whole))
    }
  #endif

  @Test("writes several reports at once, in folders that it makes; what is on standard output stands there alone")
  func reports() throws {
    let folder = try folder([("bad.yaml", Self.failed)])
    defer { folder.remove() }
    let run = try test(
      folder, "--report", "junit=out/junit.xml", "--report", "sarif=out/x.sarif", "--report", "json=out/x.json",
      "--report", "markdown=out/x.md", "--report", "github=out/x.txt", "--report", "tap=-")
    #expect(run.status == 1)
    #expect(run.output.hasPrefix("TAP version 13\n1..1\nnot ok 1 - bad, x: ping a → a\n"))
    #expect(run.output.hasSuffix("  ...\n") && run.errors.contains("1 scenario: 1 variant failed"))
    #expect(try folder.contents(below: "out").keys.sorted() == ["junit.xml", "x.json", "x.md", "x.sarif", "x.txt"])
    let github = try test(folder, "--report", "github")
    #expect(github.output.hasPrefix("::error file=in/bad.yaml,line=3,col=16,title=bad%2C x%3A expectation/hops::hops"))
    let json = try test(folder, "--json")
    #expect(try Data(json.output.utf8) == folder.contents(below: "out")["x.json"])
  }

  private static let mistakes: [(options: [String], says: String)] = [
    (["--report", "tap", "--report", "github"], "tap and github would both go to standard output"),
    (["--report", "tap=x", "--report", "junit=x"], "tap and junit would both go to 'x'"),
    (["--report", "junot=x"], "junit"), (["--report", "junit="], "junit"), (["--json", "--report", "tap"], "both"),
    (["--shard", "0/2"], "shard"), (["--shard", "3/2"], "shard"), (["--shard", "1"], "shard"),
    (["--jobs", "0"], "--jobs"),
    (["--update"], "--update needs --baselines"), (["--baselines", "x", "--pictures"], "--pictures"),
    (["--time-limit", "5"], "--time-limit"), (["--time-limit", "-5m"], "time-limit"),
  ]

  @Test("wrong usage is told before anything is played", arguments: mistakes)
  func usage(options: [String], says: String) throws {
    let folder = try folder([("bad.yaml", Self.failed)])
    defer { folder.remove() }
    let run = try Command.run(["test", "in"] + options, in: folder.path)
    #expect(run.status == 64, "\(run.output)")
    #expect(run.errors.contains(says) && run.output == "", "\(run.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["in"])
  }

  @Test("a report that cannot be written is told, and the others are written")
  func unwritable() throws {
    let folder = try folder([("good.yaml", Self.held)])
    defer { folder.remove() }
    let run = try test(folder, "--report", "junit=in/good.yaml/x.xml", "--report", "json=ok.json")
    #expect(run.status == 4 && run.errors.contains("cannot write into 'in/good.yaml'"), "\(run.errors)")
    #expect(FileManager.default.fileExists(atPath: folder["ok.json"]))
  }

  /// A file of twelve variants, and six of one.
  private static let many =
    [("m.yaml", held + "variants: { \((1...12).map { "v\($0): {}" }.joined(separator: ", ")) }\n")]
    + (1...6).map { ("s\($0).yaml", held) }

  private func names(_ run: Command) -> [String] {
    run.output.split(separator: "\n").filter { $0.hasPrefix("✓") }.map { String($0.prefix { $0 != ":" }) }
  }

  @Test("shards are disjoint and together everything, whatever their number", arguments: [1, 2, 3, 5, 8, 40])
  func shards(count: Int) throws {
    let folder = try folder(Self.many + [("zz.yaml", "nodes: 5\n")])
    defer { folder.remove() }
    let whole = names(try test(folder, "--verbose"))
    #expect(whole.count == 18)
    var found: [String] = []
    var invalid = 0
    var sizes: [Int] = []
    for number in 1...count {
      let part = try test(folder, "--verbose", "--shard", "\(number)/\(count)")
      sizes.append(names(part).count)
      found += names(part)
      if part.output.contains("zz.yaml") { invalid += 1 }
      #expect(part.status == (part.output.contains("zz.yaml") ? 2 : 0), "an empty part is no failure")
    }
    #expect(found.sorted() == whole.sorted() && invalid == 1)
    // Dealt out evenly enough.
    if count <= 5 { #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 3, "\(sizes)") }
  }

  private static let choices: [(only: [String], count: Int)] = [
    (["m"], 12), (["m/v1"], 1), (["m/v1*"], 4), (["s?"], 6), (["s[12]"], 2), (["in/s1.yaml"], 1), (["s1", "m/v2"], 2),
    (["*"], 18),
  ]

  @Test("--only takes names and patterns of scenarios, variants and paths", arguments: choices)
  func only(only: [String], count: Int) throws {
    let folder = try folder(Self.many)
    defer { folder.remove() }
    let run = try Command.run(["test", "in", "--verbose"] + only.flatMap { ["--only", $0] }, in: folder.path)
    #expect(run.status == 0 && names(run).count == count, "\(run.output)")
  }

  @Test("--only that finds nothing is a mistake")
  func nothing() throws {
    let folder = try folder(Self.many)
    defer { folder.remove() }
    let run = try test(folder, "--only", "vmwaer")
    #expect(run.status == 2 && run.errors.contains("nothing here is called 'vmwaer'"))
  }

  @Test("the same bytes with any number of jobs")
  func jobs() throws {
    let folder = try folder(Self.many + [("n.yaml", Self.failed), ("z.yaml", Self.failed)])
    defer { folder.remove() }
    let runs = try ["1", "2", "7"].map { try test(folder, "--verbose", "--jobs", $0) }
    #expect(Set(runs.map(\.output)).count == 1 && runs.allSatisfy { $0.status == 1 })
    let reports = try ["1", "7"].map { try test(folder, "--json", "--jobs", $0).output }
    #expect(reports[0] == reports[1])
  }

  @Test("--fail-fast ends after the first file in which something failed, whichever was played first")
  func failFast() throws {
    let folder = try folder(Self.many + [("n.yaml", Self.failed), ("o.yaml", Self.failed)])
    defer { folder.remove() }
    for jobs in ["1", "2"] {
      let run = try test(folder, "--verbose", "--fail-fast", "--jobs", jobs)
      #expect(run.status == 1)
      #expect(names(run).count == 12 && run.output.contains("in/n.yaml") && !run.output.contains("in/o.yaml"))
      #expect(run.output.contains("7 files left out"), "\(run.output)")
    }
  }

  @Test("--time-limit ends even what would never end by itself, with the reports of what is known")
  func timeLimit() throws {
    let endless = """
      nodes:
        a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
        s1: { kind: switch }
        s2: { kind: switch }
      links: [[a, s1], [s1:x, s2:x], [s1:y, s2:y]]
      limits: { events: 100G, memory: 64GB }
      steps: [{ id: x, ping: a -> 10.0.0.9 }]

      """
    let folder = try folder([("a.yaml", Self.held), ("b.yaml", endless), ("c.yaml", Self.held)])
    defer { folder.remove() }
    let run = try test(folder, "--time-limit", "1s", "--report", "junit=out.xml")
    #expect(run.status == 4, "\(run.output)\(run.errors)")
    #expect(run.seconds < 20)
    #expect(run.output.contains("✗ ended because the time limit of 1s was reached"))
    #expect(run.output.contains("1 scenario: 1 variant held, 2 files left out"), "\(run.output)")
    let report = try String(contentsOfFile: folder["out.xml"], encoding: .utf8)
    #expect(report.contains("tests=\"2\" failures=\"0\" errors=\"1\""), "\(report)")
  }

  @Test("--verify-determinism plays everything twice and finds the same")
  func determinism() throws {
    let run = try Command.run(
      "test", "Scenarios", "--verify-determinism", "--only", "vmware", "--only", "storm", "--only", "impaired-link",
      in: Command.root)
    #expect(run.status == 0, "\(run.output)")
    #expect(try Command.run("test", "-", "--verify-determinism", input: Self.held).status == 64)
    #expect(try Command.run("test", "-", input: Self.held).status == 0)
  }

  @Test("the seed is that of the reports, and limits are obeyed")
  func seed() throws {
    let folder = try folder([("a.yaml", Self.held.replacingOccurrences(of: "a -> a", with: "a -> 10.0.0.9"))])
    defer { folder.remove() }
    #expect(try test(folder, "--seed", "7", "--json").output.contains("\"seed\": 7,"))
    let limited = try test(folder, "--limit-events", "1")
    #expect(limited.status == 4 && limited.output.contains("the play was ended because"), "\(limited.output)")
  }
}

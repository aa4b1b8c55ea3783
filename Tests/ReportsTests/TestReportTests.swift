import Configuration
import Foundation
import Reports
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The forms in which servers read a test, with texts that could break each of them.
@Suite("Reports of a test") struct TestReportTests {
  /// Everything that is special in one of the forms.
  private static let hostile = "50% <a&b> \"q\" #x |y, z: ü…\\ \u{1} end\r\nnext"

  private static var outcome: TestOutcome {
    var failure = TestProblem(
      "hops: wanted \(hostile), got 1", .expectation("hops"),
      at: TestPlace(file: "a b,c:d/l%b.yaml", line: 7, column: 9), step: 1)
    failure.story = "## 2. \(hostile)\n"
    failure.related = [.init(message: "rtr \(hostile)", place: TestPlace(file: "rules.yaml", line: 3, column: 5))]
    func step(_ id: String, _ expectations: Int, isPlayed: Bool = true) -> TestedStep {
      TestedStep(
        id: id, words: "ping \(hostile)", happened: "reply", expectations: expectations, isPlayed: isPlayed)
    }
    let steps = [step("one", 1), step("two", 2), step("three", 0), step("four", 0, isPlayed: false)]
    let failed = TestedVariant(name: "nat", steps: steps, problems: [failure], journal: "0123456789abcdef")
    let limited = TestedVariant(
      name: "default", steps: [step("one", 1)], problems: [TestProblem("the play was ended because …", .limit)],
      journal: "0123456789abcdef")
    var compared = TestedVariant(name: "default", steps: [step("one", 1)], problems: [], journal: "0123456789abcdef")
    compared.isCompared = true
    let mistake = TestProblem("no field 'x'", .mistake(.unknownField), at: TestPlace(file: "bad.yaml"))
    return TestOutcome(files: [
      TestedFile(path: "a b,c:d/l%b.yaml", scenario: "lab", variants: [failed]),
      TestedFile(path: "slow.yaml", scenario: "slow", variants: [limited]),
      TestedFile(path: "good.yaml", scenario: "good", variants: [compared]),
      TestedFile(path: "bad.yaml", scenario: nil, mistakes: [mistake]),
    ])
  }

  @Test("every form has a word and a sentence of its own, and says the same twice")
  func kinds() {
    let words = testReportKinds.map { $0.word }
    #expect(Set(words) == ["junit", "sarif", "tap", "github", "json", "markdown"] && words.count == 6)
    #expect(Set(testReportKinds.map { $0.summary }).count == 6)
    for kind in testReportKinds { #expect(kind.text(of: Self.outcome) == kind.text(of: Self.outcome)) }
  }

  @Test("of nothing at all, every form is still what it should be")
  func nothing() throws {
    let empty = TestOutcome()
    #expect(XMLParser(data: Data(JUnitReport.text(of: empty).utf8)).parse())
    #expect(TAPReport.text(of: empty) == "TAP version 13\n1..0 # SKIP nothing was played\n")
    #expect(GitHubReport.text(of: empty) == "")
    _ = try JSONSerialization.jsonObject(with: Data(SARIFReport.text(of: empty).utf8))
    _ = try JSONSerialization.jsonObject(with: Data(JSONTestReport.text(of: empty).utf8))
    #expect(MarkdownReport.text(of: empty).hasPrefix("## · Nothing is expected"))
  }

  private static let verdicts: [(rules: [TestRule?], verdict: TestVerdict)] = [
    ([], .nothingToCheck), ([nil], .held), ([nil, .expectation("hops")], .failed), ([nil, .baseline], .failed),
    ([nil, .mistake(.unknownField)], .invalid), ([.expectation("hops"), .mistake(.unknownField)], .invalid),
    ([.limit, .mistake(.unknownField)], .stopped), ([nil, .determinism], .stopped), ([.imbalance], .stopped),
  ]

  @Test("the verdict is the worst of all", arguments: verdicts)
  func verdict(rules: [TestRule?], verdict: TestVerdict) {
    let step = TestedStep(id: "x", words: "ping", happened: "reply", expectations: 1, isPlayed: true)
    let files = rules.map { rule in
      let problems = rule.map { [TestProblem("wrong", $0)] } ?? []
      if case .mistake? = rule { return TestedFile(path: "x.yaml", scenario: nil, mistakes: problems) }
      let variant = TestedVariant(name: "default", steps: [step], problems: problems, journal: "0")
      return TestedFile(path: "x.yaml", scenario: "x", variants: [variant])
    }
    #expect(TestOutcome(files: files).verdict == verdict)
    #expect(TestOutcome(files: files, ended: "time is up").verdict == .stopped)
  }

  @Test("JUnit: well-formed, and every attribute says what was meant but for what no XML can hold")
  func junit() throws {
    let reader = JUnitReader()
    let parser = XMLParser(data: Data(JUnitReport.text(of: Self.outcome).utf8))
    parser.delegate = reader
    #expect(parser.parse(), "\(parser.parserError.debugDescription)")
    let suites = try #require(reader.elements.first { $0.name == "testsuites" })
    #expect(suites.attributes["tests"] == "9" && suites.attributes["failures"] == "1")
    #expect(suites.attributes["errors"] == "2" && suites.attributes["skipped"] == "2")
    let failure = try #require(reader.elements.first { $0.name == "failure" })
    let readable = Self.hostile.replacing("\u{1}", with: "\u{FFFD}").replacing("\r\n", with: "\u{FFFD}\n")
    #expect(failure.attributes["message"] == "hops: wanted \(readable), got 1")
    #expect(failure.attributes["type"] == "expectation/hops")
    #expect(reader.elements.count { $0.name == "testcase" } == 9)
  }

  @Test("TAP: as many points as planned, one line each, and no directive by accident")
  func tap() {
    let lines = TAPReport.text(of: Self.outcome).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0] == "TAP version 13" && lines[1] == "1..9")
    let points = lines.filter { $0.hasPrefix("ok ") || $0.hasPrefix("not ok ") }
    #expect(points.count == 9)
    #expect(points.count { $0.hasPrefix("not ok ") } == 3)
    #expect(points.count { $0.contains(" # SKIP ") } == 2)
    for point in points { #expect(!point.replacing("\\#", with: "").replacing(" # SKIP", with: "").contains("#")) }
    for line in lines.dropFirst(2).dropLast() where !points.contains(line) { #expect(line.hasPrefix("  "), "\(line)") }
    #expect(lines.contains("      at: \"a b,c:d/l%b.yaml:7\""))
  }

  @Test("GitHub: one line each, and what it decodes is what was meant")
  func github() throws {
    let lines = GitHubReport.text(of: Self.outcome).split(separator: "\n").map(String.init)
    #expect(lines.count == 4)
    let first = try #require(lines[0].wholeMatch(of: /::error ([^:]*)::(.*)/))
    func decoded(_ text: Substring) -> String {
      // In the order of actions/runner: the sign of the escapes itself comes last.
      let pairs = [("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")]
      return pairs.reduce(String(text)) { $0.replacing($1.0, with: $1.1) }
    }
    let properties = Dictionary(
      uniqueKeysWithValues: first.output.1.split(separator: ",").map { pair in
        let parts = pair.split(separator: "=", maxSplits: 1)
        return (String(parts[0]), decoded(parts[1]))
      })
    #expect(properties["file"] == "a b,c:d/l%b.yaml" && properties["line"] == "7" && properties["col"] == "9")
    #expect(properties["title"] == "lab/nat, two: expectation/hops")
    #expect(decoded(first.output.2).hasPrefix("hops: wanted \(Self.hostile), got 1"))
    #expect(lines[1].hasPrefix("::notice file=rules.yaml,line=3,col=5,title="))
    for line in lines { #expect(!line.contains("\r")) }
  }

  @Test("JSON: counts and problems with their places")
  func json() throws {
    let text = JSONTestReport.text(of: Self.outcome)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let counts = try #require(object["counts"] as? [String: Int])
    #expect(counts["held"] == 1 && counts["failed"] == 1 && counts["stopped"] == 1 && counts["invalid"] == 1)
    let files = try #require(object["scenarios"] as? [[String: Any]])
    let problem = try #require((files[0]["problems"] as? [[String: Any]])?.first)
    #expect(problem["step"] as? String == "two" && problem["variant"] as? String == "nat")
    #expect((problem["place"] as? [String: Any])?["line"] as? Int == 7)
    #expect((problem["decided"] as? [[String: Any]])?.count == 1)
  }

  @Test("Markdown: a row for each problem that no text breaks out of, and its story folded away")
  func markdown() throws {
    let text = MarkdownReport.text(of: Self.outcome)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0] == "## ✗ Not everything held")
    let rows = lines.filter { $0.hasPrefix("| ") }
    #expect(rows.count == 4)
    for row in rows { #expect(row.replacing("\\|", with: "").count { $0 == "|" } == 4, "\(row)") }
    #expect(text.contains("<details><summary>lab/nat, two: hops: wanted 50% &lt;a&amp;b>"))
    #expect(text.contains("- `rules.yaml:3`: rtr"))
  }
}

private final class JUnitReader: NSObject, XMLParserDelegate {
  private(set) var elements: [(name: String, attributes: [String: String])] = []

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) { elements.append((name, attributes)) }
}

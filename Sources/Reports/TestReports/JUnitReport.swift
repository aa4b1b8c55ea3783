/// JUnit's XML, which GitLab, Jenkins and most other servers read: a suite for each variant, a case for each step.
public struct JUnitReport: TestReportKind {
  public static let word = "junit"
  public static let summary = "XML for GitLab, Jenkins and most other servers"

  public static func text(of outcome: TestOutcome) -> String {
    let suites = TestSuite.all(of: outcome)
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    text += "<testsuites name=\"hoplab\"\(counts(suites.flatMap(\.cases)))>\n"
    for suite in suites { text += self.text(of: suite, seed: outcome.seed) }
    return text + "</testsuites>\n"
  }

  private static func text(of suite: TestSuite, seed: UInt64) -> String {
    let file = suite.file.isEmpty ? "" : attribute("file", suite.file)
    var text = "  <testsuite\(attribute("name", suite.name))\(file)\(counts(suite.cases))>\n"
    if let journal = suite.journal {
      text += "    <properties>\n"
      for (name, value) in [("seed", "\(seed)"), ("journal", journal)] {
        text += "      <property\(attribute("name", name))\(attribute("value", value))/>\n"
      }
      text += "    </properties>\n"
    }
    let group = suite.name.split(separator: "/").joined(separator: ".")
    for item in suite.cases { text += self.text(of: item, group, file) }
    return text + "  </testsuite>\n"
  }

  private static func text(of item: TestSuite.Case, _ group: String, _ file: String) -> String {
    let line = item.problems.first?.place.map { attribute("line", "\($0.line)") } ?? ""
    let start = "    <testcase\(attribute("name", item.name))\(attribute("classname", group))\(file)\(line)"
    switch item.result {
    case .passed: return start + "/>\n"
    case .skipped(let reason):
      return "\(start)>\n      <skipped\(attribute("message", reason))/>\n    </testcase>\n"
    case .failed, .errored: break
    }
    let element = item.result == .failed ? "failure" : "error"
    let message = item.problems.map(\.message).joined(separator: "; ")
    let rule = item.problems.first?.rule.id ?? ""
    return "\(start)>\n      <\(element)\(attribute("message", message))\(attribute("type", rule))>"
      + "\(escaped(body(of: item.problems)))</\(element)>\n    </testcase>\n"
  }

  /// Every problem with its place, then the story they share.
  private static func body(of problems: [TestProblem]) -> String {
    var text = problems.map { "\($0.place.map { "\($0): " } ?? "")\($0.message)\n" }.joined()
    for line in problems.first?.related ?? [] { text += "\(line.place): \(line.message)\n" }
    if let story = problems.first?.story, !story.isEmpty { text += "\n\(story)\(story.hasSuffix("\n") ? "" : "\n")" }
    return text
  }

  private static func counts(_ cases: [TestSuite.Case]) -> String {
    [
      ("tests", cases.count), ("failures", cases.failures), ("errors", cases.errors), ("skipped", cases.skipped),
    ].map { attribute($0.0, "\($0.1)") }.joined()
  }

  private static func attribute(_ name: String, _ value: String) -> String {
    // A line break in an attribute would be read as a space (XML 1.0, 3.3.3).
    " \(name)=\"\(escaped(value).escaping(["\"": "&quot;", "\n": "&#10;", "\t": "&#9;"]))\""
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\t", "\n": result.unicodeScalars.append(scalar)
      // No XML 1.0 may hold them, not even escaped (2.2).
      case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

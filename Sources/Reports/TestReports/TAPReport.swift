import Configuration

/// The Test Anything Protocol, version 13: a line for each step, with what is wrong below it as YAML.
public struct TAPReport: TestReportKind {
  public static let word = "tap"
  public static let summary = "the Test Anything Protocol, for prove and its kin"

  public static func text(of outcome: TestOutcome) -> String {
    let cases = TestSuite.all(of: outcome).flatMap { suite in suite.cases.map { (suite, $0) } }
    var text = "TAP version 13\n1..\(cases.count)\(cases.isEmpty ? " # SKIP nothing was played" : "")\n"
    for (number, (suite, item)) in cases.enumerated() {
      let name = described("\(suite.name), \(item.name)")
      switch item.result {
      case .passed: text += "ok \(number + 1) - \(name)\n"
      case .skipped(let reason): text += "ok \(number + 1) - \(name) # SKIP \(reason)\n"
      case .failed, .errored: text += "not ok \(number + 1) - \(name)\n" + block(of: item)
      }
    }
    return text
  }

  /// What follows a `#` would be a directive.
  private static func described(_ text: String) -> String {
    text.escaping(["\\": "\\\\", "#": "\\#", "\n": " ", "\r": " "])
  }

  /// A text of JSON is one of YAML too.
  private static func block(of item: TestSuite.Case) -> String {
    var text = "  ---\n  severity: \(item.result == .errored ? "error" : "fail")\n  problems:\n"
    for problem in item.problems {
      text += "    - message: \(quoted(problem.message))\n      rule: \(quoted(problem.rule.id))\n"
      if let place = problem.place { text += "      at: \(quoted("\(place)"))\n" }
    }
    let decided = item.problems.first?.related ?? []
    if !decided.isEmpty {
      text += "  decided:\n" + decided.map { "    - \(quoted("\($0.place): \($0.message)"))\n" }.joined()
    }
    return text + "  ...\n"
  }

  private static func quoted(_ text: String) -> String { JSONValue.text(text).oneLine }
}

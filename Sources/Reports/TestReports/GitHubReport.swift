/// Workflow commands: GitHub shows each as an annotation at its line.
///
/// What it does with them is written at
/// https://docs.github.com/actions/reference/workflow-commands-for-github-actions.
public struct GitHubReport: TestReportKind {
  public static let word = "github"
  public static let summary = "annotations of a GitHub workflow; they go to standard output"

  public static func text(of outcome: TestOutcome) -> String {
    var text = ""
    // Several expectations of a step fail for one reason.
    var told: Set<TestProblem.Related> = []  // looked up, never iterated
    for (subject, problem) in outcome.allProblems {
      text += command("error", problem.place, title: "\(subject): \(problem.rule.id)", problem.message + more(problem))
      // GitHub knows no places that belong to another one.
      if let decided = problem.related.first, told.insert(decided).inserted {
        text += command("notice", decided.place, title: "\(subject): what decided", decided.message)
      }
    }
    if let ended = outcome.ended { text += command("error", nil, title: "hoplab test", "ended because \(ended)") }
    return text
  }

  private static func more(_ problem: TestProblem) -> String {
    problem.related.map { "\n\($0.place): \($0.message)" }.joined()
  }

  private static func command(_ kind: String, _ place: TestPlace?, title: String, _ message: String) -> String {
    var properties: [(String, String)] = []
    if let place { properties = [("file", place.file), ("line", "\(place.line)"), ("col", "\(place.column)")] }
    properties.append(("title", title))
    let words = properties.map { "\($0.0)=\(property($0.1))" }.joined(separator: ",")
    return "::\(kind) \(words)::\(data(message))\n"
  }

  private static func data(_ text: String) -> String {
    text.escaping(["%": "%25", "\r": "%0D", "\n": "%0A"])
  }

  private static func property(_ text: String) -> String { data(text).escaping([":": "%3A", ",": "%2C"]) }
}

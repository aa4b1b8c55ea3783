/// For people who read a pull request or a job's summary: the counts, and each failure with its story folded away.
public struct MarkdownReport: TestReportKind {
  public static let word = "markdown"
  public static let summary = "a summary for pull requests, each failure with its story"

  public static func text(of outcome: TestOutcome) -> String {
    let verdict =
      switch outcome.verdict {
      case .held: "✓ Everything held"
      case .nothingToCheck: "· Nothing is expected"
      case .failed, .invalid, .stopped: "✗ Not everything held"
      }
    var text = "## \(verdict)\n\n\(outcome.counts.words)\n"
    if let ended = outcome.ended { text += "\n**Ended because \(ended).**\n" }
    let problems = outcome.allProblems
    guard !problems.isEmpty else { return text }
    text += "\n| | what | at |\n|---|---|---|\n"
    for (subject, problem) in problems {
      let place = problem.place.map { "`\($0)`" } ?? ""
      text += "| \(cell(subject)) | \(cell(problem.message)) | \(cell(place)) |\n"
    }
    return text + stories(problems)
  }

  /// Of problems of one step, the story is told once.
  private static func stories(_ problems: [(subject: String, problem: TestProblem)]) -> String {
    var text = ""
    var told = ""
    for (subject, problem) in problems where !problem.story.isEmpty && problem.story != told {
      told = problem.story
      text += "\n<details><summary>\(escaped(subject)): \(escaped(problem.message))</summary>\n\n"
      text += told + (told.hasSuffix("\n") ? "" : "\n")
      if !problem.related.isEmpty {
        text += "\n**What decided:**\n\n" + problem.related.map { "- `\($0.place)`: \($0.message)\n" }.joined()
      }
      text += "\n</details>\n"
    }
    return text
  }

  /// One line, in which no bar ends the cell.
  private static func cell(_ text: String) -> String {
    text.escaping(["|": "\\|", "\n": "<br>", "\r": ""])
  }

  private static func escaped(_ text: String) -> String {
    text.escaping(["&": "&amp;", "<": "&lt;", "\n": " ", "\r": ""])
  }
}

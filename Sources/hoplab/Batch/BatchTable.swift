import Reports

/// A batch as lines for a terminal or a log.
struct BatchTable: Sendable {
  /// Standard error where a report is the result.
  var stream = Terminal.Stream.output
  /// Whether what held gets a line as well.
  var showsHeld = true
  /// Whether anything is said of what held, at the end.
  var showsSummary = true
  /// Whether it says nothing at all.
  var isSilent = false

  /// A line for each variant that held, and for each problem of the others.
  func lines(of file: TestedFile, _ notes: [String]) -> String {
    guard !isSilent else { return "" }
    guard file.isValid else { return line(ofInvalid: file) }
    var text = ""
    for variant in file.variants {
      guard variant.problems.isEmpty else {
        text += variant.problems.map { line(for: $0, of: variant, in: file) }.joined()
        continue
      }
      if showsHeld { text += line(of: variant, in: file) }
    }
    return text + notes.map { "\($0)\n" }.joined()
  }

  /// The first of its mistakes; all of them are told on standard error.
  private func line(ofInvalid file: TestedFile) -> String {
    guard let first = file.mistakes.first else { return crossed("\(file.path): it cannot be played") }
    let rest = file.mistakes.count - 1
    let more = rest > 0 ? ", and \(rest) more mistake\(rest == 1 ? "" : "s")" : ""
    return crossed("\(first.place.map { "\($0)" } ?? file.path): \(first.rule.id): \(first.message)\(more)")
  }

  private func line(of variant: TestedVariant, in file: TestedFile) -> String {
    let place = place(of: variant, in: file)
    guard variant.status == .held else { return "· \(place): nothing is expected\n" }
    let judged = variant.steps.count { $0.expectations > 0 }
    let recorded = variant.isCompared ? ", and what was recorded" : ""
    return
      "\(painted("✓", .green)) \(place): \(judged) of \(variant.steps.count) steps judged, all held\(recorded)\n"
  }

  /// `✗ Scenarios/vmware.yaml:63 nat, out: hops: wanted 0 routers passed, got 1`.
  func line(for problem: TestProblem, of variant: TestedVariant, in file: TestedFile) -> String {
    guard !isSilent else { return "" }
    var words = problem.place.map { "\($0)" } ?? file.path
    let subject = [variant.isOnly ? nil : variant.name, problem.step.map { variant.steps[$0].id }].compactMap { $0 }
    if !subject.isEmpty { words += " " + subject.joined(separator: ", ") }
    return crossed("\(words): \(problem.message)")
  }

  func line(for problem: TestProblem) -> String { isSilent ? "" : crossed(problem.message) }

  /// One line in a log, where a search finds it; on a terminal as many as it needs, broken between words.
  private func crossed(_ words: String) -> String {
    guard stream.isScreen else { return "\(cross) \(words)\n" }
    return cross + Terminal.wrapped("✗ \(words)", indent: 0, hanging: 2, width: stream.width).dropFirst()
  }

  private func place(of variant: TestedVariant, in file: TestedFile) -> String {
    variant.isOnly ? file.path : "\(file.path) \(variant.name)"
  }

  /// The stories of what failed, and the counts.
  func end(of outcome: TestOutcome) -> String {
    guard !isSilent else { return "" }
    var text = ""
    for file in outcome.files {
      for variant in file.variants {
        var told = ""
        for problem in variant.problems where !problem.story.isEmpty && problem.story != told {
          told = problem.story
          text += "\n" + painted("\(place(of: variant, in: file)):", .bold) + "\n\n" + Terminal.told(told, on: stream)
        }
      }
    }
    if let ended = outcome.ended { text += "\n\(cross) ended because \(ended)\n" }
    guard showsSummary || !outcome.holds else { return text }
    return text + (text.isEmpty && !showsHeld ? "" : "\n") + outcome.counts.words + "\n"
  }

  private var cross: String { painted("✗", .red) }
  private func painted(_ text: String, _ style: Terminal.Style) -> String {
    Terminal.painted(text, style, on: stream)
  }
}

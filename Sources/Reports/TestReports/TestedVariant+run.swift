import Configuration
import Scenarios

extension VariantRun {
  /// The name of the variant of a scenario that has none.
  static let nameOfOnly = Play.defaultVariant
}

extension TestedVariant {
  /// - Parameter keepsResult: Whether some report wants all of `result.json`.
  public init(_ run: VariantRun, keepsResult: Bool) {
    let steps = run.verdict.steps.map {
      TestedStep(
        id: $0.id, words: $0.words, happened: VerdictWords.happened(in: $0), expectations: $0.findings.count,
        isPlayed: $0.result != .unplayed)
    }
    self.init(name: run.variant, steps: steps, problems: [], journal: run.journalDigest)
    result = keepsResult ? ResultReport.json(of: run) : nil
    for index in run.verdict.steps.indices { problems += TestedVariant.problems(of: index, in: run) }
    if let limit = run.verdict.limit { problems.append(TestProblem("the play was ended because \(limit)", .limit)) }
    if let imbalance = run.verdict.imbalance {
      problems.append(TestProblem("a mistake of the simulator: \(imbalance)", .imbalance))
    }
  }

  private static func problems(of index: Int, in run: VariantRun) -> [TestProblem] {
    let step = run.verdict.steps[index]
    let own = TestPlace(run.play.steps[index].location, in: run.sources)
    guard step.result != .unplayed else {
      // Of steps that a limit left out, the limit is told.
      guard run.verdict.limit == nil else { return [] }
      return [TestProblem("what came after it cut it short", .unplayed, at: own, step: index)]
    }
    let failed = step.findings.filter { !$0.holds }
    guard !failed.isEmpty else { return [] }
    let decisions = DecidedPlaces(of: index, in: run).places
    let story = StoryReport.text(of: index, in: run)
    return failed.map { finding in
      var problem = TestProblem(
        "\(finding.word): wanted \(finding.wanted), got \(finding.got)", .expectation(finding.word),
        at: TestPlace(finding.location, in: run.sources) ?? own, step: index)
      problem.related = decisions
      problem.story = story
      return problem
    }
  }
}

extension TestedFile {
  /// A file that cannot be played.
  public init(path: String, _ diagnostics: Diagnostics, _ sources: SourceMap) {
    self.init(
      path: path, scenario: nil,
      mistakes: diagnostics.sorted.filter { $0.severity == .error }.map { diagnostic in
        var problem = TestProblem(
          diagnostic.message, .mistake(diagnostic.code),
          at: TestPlace(diagnostic.location, in: sources) ?? TestPlace(file: path))
        problem.related = diagnostic.notes.compactMap { note in
          note.location.flatMap { TestPlace($0, in: sources) }.map { .init(message: note.message, place: $0) }
        }
        problem.story = diagnostic.notes.map(\.message).joined(separator: "; ")
        return problem
      })
  }
}

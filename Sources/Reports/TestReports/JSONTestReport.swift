import Configuration

/// Everything as JSON: what `result.json` says of each variant, and what went wrong with its places.
public struct JSONTestReport: TestReportKind {
  public static let word = "json"
  public static let summary = "everything, with each variant's result.json"

  /// Rises when a reader of the old form could not read the new one.
  public static let version = 1

  public static func text(of outcome: TestOutcome) -> String { json(of: outcome).written() }

  public static func json(of outcome: TestOutcome) -> JSONValue {
    let counts = outcome.counts
    return .members([
      ("version", .integer(version)), ("holds", .boolean(outcome.holds)), ("seed", .integer(outcome.seed)),
      ("ended", outcome.ended.map { .text($0) }),
      (
        "counts",
        .members([
          ("scenarios", .integer(counts.scenarios)), ("variants", .integer(counts.variants)),
          ("held", .integer(counts.held)), ("failed", .integer(counts.failed)),
          ("unchecked", .integer(counts.unchecked)), ("stopped", .integer(counts.stopped)),
          ("invalid", .integer(counts.invalid)), ("left-out", .integer(counts.unplayed)),
          ("steps", .integer(counts.steps)), ("expectations", .integer(counts.expectations)),
        ])
      ),
      ("scenarios", .list(outcome.files.map { json(of: $0) })),
      ("problems", outcome.problems.isEmpty ? nil : .list(outcome.problems.map { json(of: $0) })),
    ])
  }

  private static func json(of file: TestedFile) -> JSONValue {
    let problems =
      file.mistakes.map { json(of: $0) }
      + file.variants.flatMap { variant in
        variant.problems.map { problem in
          json(of: problem, variant: variant.name, step: problem.step.map { variant.steps[$0].id })
        }
      }
    let results = file.variants.compactMap(\.result)
    return .members([
      ("file", .text(file.path)), ("valid", .boolean(file.isValid)),
      ("problems", problems.isEmpty ? nil : .list(problems)),
      ("result", results.isEmpty ? nil : ResultReport.json(of: results, of: file.scenario)),
    ])
  }

  private static func json(of problem: TestProblem, variant: String? = nil, step: String? = nil) -> JSONValue {
    .members([
      ("variant", variant.map { .text($0) }), ("step", step.map { .text($0) }), ("rule", .text(problem.rule.id)),
      ("message", .text(problem.message)), ("place", problem.place.map(json)),
      (
        "decided",
        problem.related.isEmpty
          ? nil
          : .list(problem.related.map { .members([("message", .text($0.message)), ("place", json(of: $0.place))]) })
      ),
    ])
  }

  private static func json(of place: TestPlace) -> JSONValue {
    .members([
      ("file", .text(place.file)), ("line", .integer(place.line)), ("column", .integer(place.column)),
    ])
  }
}

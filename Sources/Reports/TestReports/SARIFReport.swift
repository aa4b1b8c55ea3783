import Configuration

/// SARIF 2.1.0 (OASIS), which code-scanning services read: a result for each problem, at its line.
public struct SARIFReport: TestReportKind {
  public static let word = "sarif"
  public static let summary = "SARIF 2.1.0 for code scanning, with the lines that decided"

  public static func text(of outcome: TestOutcome) -> String {
    JSONValue.members([
      ("$schema", .text("https://json.schemastore.org/sarif-2.1.0.json")), ("version", .text("2.1.0")),
      ("runs", .list([run(outcome)])),
    ]).written()
  }

  private static func run(_ outcome: TestOutcome) -> JSONValue {
    let problems = outcome.allProblems
    var rules: [TestRule] = []
    for (_, problem) in problems where !rules.contains(problem.rule) { rules.append(problem.rule) }
    let invocation = JSONValue.members([
      ("executionSuccessful", .boolean(outcome.ended == nil)),
      (
        "toolExecutionNotifications",
        outcome.ended.map {
          .list([.members([("level", .text("error")), ("message", message("ended because \($0)"))])])
        }
      ),
    ])
    return .members([
      ("tool", .members([("driver", driver(rules, outcome.version))])), ("invocations", .list([invocation])),
      ("columnKind", .text("unicodeCodePoints")),
      (
        "results",
        .list(
          problems.map { subject, problem in
            result(subject, problem, rule: rules.firstIndex(of: problem.rule) ?? 0)
          })
      ),
    ])
  }

  private static func driver(_ rules: [TestRule], _ version: String) -> JSONValue {
    .members([
      ("name", .text("hoplab")), ("version", version.isEmpty ? nil : .text(version)),
      (
        "rules",
        .list(
          rules.map { rule in
            .members([
              ("id", .text(rule.id)), ("shortDescription", message(rule.summary)),
              ("defaultConfiguration", .members([("level", .text("error"))])),
            ])
          })
      ),
    ])
  }

  private static func result(_ subject: String, _ problem: TestProblem, rule: Int) -> JSONValue {
    let related = problem.related.enumerated().map { number, line in
      location(line.place, [("id", .integer(number + 1)), ("message", message(line.message))])
    }
    return .members([
      ("ruleId", .text(problem.rule.id)), ("ruleIndex", .integer(rule)), ("level", .text("error")),
      ("message", message("\(subject): \(problem.message)")),
      ("locations", .list(problem.place.map { [location($0)] } ?? [])),
      ("relatedLocations", related.isEmpty ? nil : .list(related)),
      // The line may move; what is wrong stays the same.
      ("partialFingerprints", .members([("hoplab/v1", .text("\(subject)/\(problem.rule.id)"))])),
    ])
  }

  private static func location(_ place: TestPlace, _ members: [(String, JSONValue?)] = []) -> JSONValue {
    let region = JSONValue.members([
      ("startLine", .integer(place.line)), ("startColumn", .integer(max(1, place.column))),
    ])
    let physical = JSONValue.members([
      ("artifactLocation", .members([("uri", .text(reference(to: place.file)))])), ("region", region),
    ])
    return .members(members + [("physicalLocation", physical)])
  }

  private static func message(_ text: String) -> JSONValue { .members([("text", .text(text))]) }

  /// A URI, or for a path that is relative a relative reference (RFC 3986, 4.2).
  private static func reference(to path: String) -> String {
    let encoded = path.utf8.map { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"), UInt8(ascii: "/"):
        String(UnicodeScalar(byte))
      default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }.joined()
    return path.hasPrefix("/") ? "file://\(encoded)" : encoded
  }
}

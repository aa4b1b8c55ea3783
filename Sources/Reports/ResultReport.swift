import Configuration
import Packets
import Scenarios
import Simulation

/// `result.json`: what became of each step, for machines.
public struct ResultReport: ReportKind {
  public static let word = "result"
  public static let summary = "Verdicts, paths and numbers of each step as JSON"

  /// Rises when a reader of the old form could not read the new one.
  public static let version = 1

  public static func files(of run: VariantRun, _ options: ReportOptions) -> [ReportFile] {
    [ReportFile("result.json", text: json(of: run).written())]
  }

  /// One variant; `version` and `scenario` lead, so that each file can stand alone.
  public static func json(of run: VariantRun) -> JSONValue {
    let verdict = run.verdict
    return .members([
      ("version", .integer(version)), ("scenario", .text(run.scenario)), ("variant", .text(run.variant)),
      ("title", run.play.title.isEmpty ? nil : .text(run.play.title)), ("seed", .integer(run.seed)),
      ("start", run.play.start == .cold ? nil : .text(run.play.start.rawValue)),
      ("holds", .boolean(verdict.holds)), ("limit", .optional(verdict.limit)),
      ("imbalance", verdict.imbalance.map { .text($0) }),
      ("duration", .integer(run.playback.duration.nanoseconds)), ("journal", .text(run.journalDigest)),
      ("counters", run.playback.counters.json), ("steps", .list(verdict.steps.map(json))),
    ])
  }

  /// All variants of a run in one value.
  public static func json(of runs: [VariantRun]) -> JSONValue {
    json(of: runs.map { json(of: $0) }, of: runs.first?.scenario)
  }

  /// - Parameter variants: What is said of each.
  static func json(of variants: [JSONValue], of scenario: String?) -> JSONValue {
    .members([
      ("version", .integer(version)), ("scenario", .optional(scenario)),
      ("holds", .boolean(variants.allSatisfy { $0["holds"]?.truth == true })), ("variants", .list(variants)),
    ])
  }

  private static func json(_ step: StepVerdict) -> JSONValue {
    .members([
      ("id", .text(step.id)), ("does", .text(step.words)), ("title", step.title.map { .text($0) }),
      ("verdict", .text(step.result.rawValue)), ("activities", .list(step.activities.map(json))),
      ("expectations", .list(step.findings.map(json))),
    ])
  }

  private static func json(_ finding: Finding) -> JSONValue {
    .members([
      ("word", .text(finding.word)), ("holds", .boolean(finding.holds)), ("wanted", .text(finding.wanted)),
      ("got", .text(finding.got)),
    ])
  }

  private static func json(_ activity: ActivityVerdict) -> JSONValue {
    let outcome = activity.outcome
    return .members([
      ("machine", .text(activity.machine)), ("flow", activity.flow.map { .text($0) }),
      ("succeeded", .boolean(outcome.succeeded)),
      ("reason", .optional(outcome.failure?.word)), ("by", .optional(activity.by)),
      ("rtt", .integer(outcome.roundTrip.nanoseconds)), ("responder", address(outcome.responder)),
      ("address", address(outcome.address)), ("detail", outcome.detail == 0 ? nil : .integer(outcome.detail)),
      ("bytes", outcome.bytes == 0 ? nil : .integer(outcome.bytes)),
      ("duration", outcome.duration == .zero ? nil : .integer(outcome.duration.nanoseconds)),
      ("repeats", outcome.repeats == 0 ? nil : .integer(outcome.repeats)),
      ("seen-as", activity.seenAs.map { .text("\($0)") }), ("hops", activity.hops.map { .integer($0) }),
      ("answered-by", activity.answeredBy.map(names)),
      ("packets", activity.tally.map(json)),
      (
        "ttl",
        .members([
          ("request", activity.requestTimeToLive.map { .integer($0) }),
          ("reply", activity.replyTimeToLive.map { .integer($0) }),
        ])
      ),
      ("request", leg(activity.request, activity.requestEnd)),
      ("reply", leg(activity.reply, activity.replyEnd)),
    ])
  }

  private static func names(_ names: [String?]) -> JSONValue { .list(names.map { JSONValue.optional($0) }) }

  private static func json(_ tally: Tally) -> JSONValue {
    let times = tally.roundTrips.sorted()
    return .members([
      ("sent", .integer(tally.sent)), ("arrived", .integer(tally.arrived)), ("answered", .integer(tally.answered)),
      ("bytes", .integer(tally.bytesArrived)), ("bits-per-second", tally.bitsPerSecond.map { .integer($0) }),
      ("rtt-min", times.first.map { .integer($0.nanoseconds) }),
      ("rtt-max", times.last.map { .integer($0.nanoseconds) }),
    ])
  }

  private static func address(_ address: IPv4Address) -> JSONValue? {
    address == .any ? nil : .text("\(address)")
  }

  private static func leg(_ path: [ActivityVerdict.Waypoint], _ end: Journey.End?) -> JSONValue {
    guard let end else { return .null }
    return .members([("end", .text(word(of: end))), ("path", .list(path.map(json)))])
  }

  private static func word(of end: Journey.End) -> String {
    switch end {
    case .absorbed(let absorber): "absorbed: \(absorber.word)"
    case .dropped(let reason, _): "dropped: \(reason.word)"
    case .underWay: "under-way"
    }
  }

  private static func json(_ waypoint: ActivityVerdict.Waypoint) -> JSONValue {
    .members([
      ("machine", .text(waypoint.machine)), ("device", .text(waypoint.device)),
      ("in", waypoint.ingress.map { .text($0) }), ("out", waypoint.egress.map { .text($0) }),
    ])
  }
}

import Configuration
import Packets
import Scenarios
import Simulation

/// What stands in `result.json`, member by member.
enum ResultForms {
  static let run = JSONForm<VariantRun>.object([
    JSONMember("version", .constant(ResultReport.version), "Of this form") { _ in ResultReport.version },
    JSONMember("scenario", .text, "Its name") { $0.scenario },
    JSONMember("variant", .text, "`default` where there are none") { $0.variant },
    JSONMember(optional: "title", .text, "The variant's own, or the scenario's") {
      $0.play.title.isEmpty ? nil : $0.play.title
    },
    JSONMember("seed", .number, "Where chance came from") { $0.seed },
    JSONMember(optional: "start", .choice(PlayStart.allCases.map(\.rawValue)), "What the network knew, if anything") {
      $0.play.start == .cold ? nil : $0.play.start.rawValue
    },
    JSONMember("holds", .truth, "Whether all that was expected came true") { $0.verdict.holds },
    JSONMember("limit", JSONForm<String>.text.orNull, "What ended the play before its last step") { $0.verdict.limit },
    JSONMember(optional: "imbalance", .text, "How frames were not conserved: a mistake of the simulator") {
      $0.verdict.imbalance
    },
    JSONMember("duration", nanoseconds, "Virtual time at the end, in nanoseconds") { $0.playback.duration.nanoseconds },
    JSONMember("journal", .text(like: "^[0-9a-f]{16}$"), "The digest of all that happened") { $0.journalDigest },
    JSONMember("counters", Counters.form, "Where every frame went") { $0.playback.counters },
    JSONMember("steps", .list(of: step), "In the order of the file") { $0.verdict.steps },
  ]).named("variant")

  static let runs = JSONForm<[VariantRun]>.object([
    JSONMember("version", .constant(ResultReport.version), "Of this form") { _ in ResultReport.version },
    JSONMember("scenario", JSONForm<String>.text.orNull, "Its name") { $0.first?.scenario },
    JSONMember("holds", .truth, "Whether all variants hold") { $0.allSatisfy { $0.verdict.holds } },
    JSONMember("variants", .list(of: run), "Those that were played") { $0 },
  ]).named("run")

  /// Whole nanoseconds.
  private static let nanoseconds = JSONForm<UInt64>.number

  private static let step = JSONForm<StepVerdict>.object([
    JSONMember("id", .text, "What the file calls it, or its number") { $0.id },
    JSONMember("does", .text, "As in `ping vm1 → peer`") { $0.words },
    JSONMember(optional: "title", .text, "What the file says of it") { $0.title },
    JSONMember("verdict", .choice(StepVerdict.Result.allCases.map(\.rawValue)), "What became of its expectations") {
      $0.result.rawValue
    },
    JSONMember("activities", .list(of: activity), "What it began: one for each sender and receiver") { $0.activities },
    JSONMember("expectations", .list(of: finding), "What was expected of it") { $0.findings },
  ]).named("step")

  private static let finding = JSONForm<Finding>.object([
    JSONMember("word", .text, "As in `reply`") { $0.word },
    JSONMember("holds", .truth, "Whether it came true") { $0.holds },
    JSONMember("wanted", .text, "What was expected") { $0.wanted },
    JSONMember("got", .text, "What happened") { $0.got },
  ]).named("expectation")

  private static let activity = JSONForm<ActivityVerdict>.object([
    JSONMember("machine", .text, "Who began it") { $0.machine },
    JSONMember(optional: "flow", .text, "What tells it from the others of its step") { $0.flow },
    JSONMember("succeeded", .truth, "As its sender saw it") { $0.outcome.succeeded },
    JSONMember(
      "reason", JSONForm<String>.choice(FailureReason.allCases.map(\.word)).orNull, "Why it failed: a word of `fails`"
    ) { $0.outcome.failure?.word },
    JSONMember("by", JSONForm<String>.text.orNull, "The device that made it fail") { $0.by },
    JSONMember("rtt", nanoseconds, "From the first packet to the end, in nanoseconds") {
      $0.outcome.roundTrip.nanoseconds
    },
    JSONMember(optional: "responder", address, "Who answered") { shown($0.outcome.responder) },
    JSONMember(optional: "address", address, "What was leased or resolved") { shown($0.outcome.address) },
    JSONMember(optional: "detail", .number, "The HTTP status, or the length of the lease's prefix") {
      $0.outcome.detail == 0 ? nil : $0.outcome.detail
    },
    JSONMember(optional: "bytes", .number, "Of a transfer, what the peer acknowledged") {
      $0.outcome.bytes == 0 ? nil : $0.outcome.bytes
    },
    JSONMember(optional: "duration", nanoseconds, "Of a transfer, from the first byte to the last acknowledgment") {
      $0.outcome.duration == .zero ? nil : $0.outcome.duration.nanoseconds
    },
    JSONMember(optional: "repeats", .number, "Of a transfer, segments sent again") {
      $0.outcome.repeats == 0 ? nil : $0.outcome.repeats
    },
    JSONMember(optional: "seen-as", address, "The source address the receiver saw") { $0.seenAs.map { "\($0)" } },
    JSONMember(optional: "hops", .number, "Routers the request passed") { $0.hops },
    JSONMember(
      optional: "answered-by", .list(of: JSONForm<String>.text.orNull), "Who answered each question; null is silence"
    ) { $0.answeredBy },
    JSONMember(optional: "packets", tally, "What became of all its packets, where there were several") { $0.tally },
    JSONMember("ttl", timesToLive, "With which the two arrived") { $0 },
    JSONMember("request", JSONForm<Leg>.leg.orNull, "The way of its packet") { Leg($0.requestEnd, $0.request) },
    JSONMember("reply", JSONForm<Leg>.leg.orNull, "The way of what came back") { Leg($0.replyEnd, $0.reply) },
  ]).named("activity")

  private static let timesToLive = JSONForm<ActivityVerdict>.object([
    JSONMember(optional: "request", .number, "Of the request") { $0.requestTimeToLive },
    JSONMember(optional: "reply", .number, "Of the reply") { $0.replyTimeToLive },
  ])

  private static let tally = JSONForm<Tally>.object([
    JSONMember("sent", .number, "Datagrams; one in parts is one") { $0.sent },
    JSONMember("arrived", .number, "Those that came to whom they were for") { $0.arrived },
    JSONMember("answered", .number, "Those whose answer came back") { $0.answered },
    JSONMember("bytes", .number, "Of data in those that arrived") { $0.bytesArrived },
    JSONMember(optional: "bits-per-second", .number, "Of data that arrived") { $0.bitsPerSecond },
    JSONMember(optional: "rtt-min", nanoseconds, "The shortest time to an answer") { $0.roundTrips.min()?.nanoseconds },
    JSONMember(optional: "rtt-max", nanoseconds, "The longest") { $0.roundTrips.max()?.nanoseconds },
  ]).named("packets")

  private static let address = JSONForm<String>.text(like: #"^\d{1,3}(\.\d{1,3}){3}$"#).named("address")

  private static func shown(_ address: IPv4Address) -> String? { address == .any ? nil : "\(address)" }
}

/// A way with its end.
private struct Leg: Sendable {
  var end: Journey.End
  var path: [ActivityVerdict.Waypoint]

  init?(_ end: Journey.End?, _ path: [ActivityVerdict.Waypoint]) {
    guard let end else { return nil }
    self.end = end
    self.path = path
  }

  var word: String {
    switch end {
    case .absorbed(let absorber): "absorbed: \(absorber.word)"
    case .dropped(let reason, _): "dropped: \(reason.word)"
    case .underWay: "under-way"
    }
  }

  static let words =
    Absorber.allCases.map { "absorbed: \($0.word)" } + DropReason.allCases.map { "dropped: \($0.word)" } + ["under-way"]
}

extension JSONForm where Value == Leg {
  fileprivate static var leg: JSONForm {
    .object([
      JSONMember("end", .choice(Leg.words), "Who took the packet in, or why it died") { $0.word },
      JSONMember("path", .list(of: waypoint), "The devices on its way") { $0.path },
    ]).named("way")
  }

  private static var waypoint: JSONForm<ActivityVerdict.Waypoint> {
    .object([
      JSONMember("machine", .text, "Its name") { $0.machine },
      JSONMember("device", .text, "The part of it") { $0.device },
      JSONMember(optional: "in", .text, "The port by which the packet came") { $0.ingress },
      JSONMember(optional: "out", .text, "The port by which it left") { $0.egress },
    ])
  }
}

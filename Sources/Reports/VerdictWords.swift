import Devices
import Packets
import Scenarios
import Simulation

/// What happened in a step, in a few words: for tables and for the heads of pictures.
public enum VerdictWords {
  /// `reply in 420 µs, seen as 192.168.1.10`.
  public static func happened(in step: StepVerdict) -> String {
    guard step.result != .unplayed else { return "not played" }
    let isOne = step.activities.count == 1
    guard step.activities.count <= mostTold else { return summary(of: step) }
    let words = step.activities.map { (isOne ? "" : "\($0.flow ?? $0.machine): ") + happened(to: $0, step.family) }
    return words.isEmpty ? "done" : words.joined(separator: "; ")
  }

  /// So many activities are told one by one.
  private static let mostTold = 3

  /// `61 of 64 answered in 1 ms to 4 ms; 2 no answer, 1 no route`.
  private static func summary(of step: StepVerdict) -> String {
    let good = step.activities.filter(\.outcome.succeeded)
    let spans = good.map(\.outcome.roundTrip).filter { $0 > .zero }
    var words = "\(good.count) of \(step.activities.count) \(success(step.family))"
    if let least = spans.min(), let most = spans.max() {
      words += " in \(least.words)" + (least == most ? "" : " to \(most.words)")
    }
    let reasons = FailureReason.allCases.compactMap { reason -> String? in
      let count = step.activities.count { $0.outcome.failure == reason }
      return count > 0 ? "\(count) \(plain(reason))" : nil
    }
    return words + (reasons.isEmpty ? "" : "; " + reasons.joined(separator: ", "))
  }

  private static func success(_ family: StepFamily) -> String {
    switch family {
    case .exchange, .query: "answered"
    case .trace: "reached"
    case .stream: "sent"
    case .connection: "connected"
    case .lease: "leased"
    case .lookup: "resolved"
    case .change: "done"
    }
  }

  private static func happened(to activity: ActivityVerdict, _ family: StepFamily) -> String {
    let outcome = activity.outcome
    if let many = manyPackets(of: activity, family) { return many }
    if let failure = outcome.failure {
      // What ended the play was nobody on the way.
      guard failure != .interrupted else { return plain(failure) }
      guard failure != .noAnswer, let who = activity.by else { return plain(failure) }
      let isSender = who == activity.machine || who.hasPrefix("\(activity.machine).")
      let hasSpoken = !activity.reply.isEmpty
      return plain(failure) + (isSender ? " at " : hasSpoken ? ", says " : ", ends at ") + short(who)
    }
    guard outcome.address == .any else {
      return "\(outcome.address)" + (outcome.responder == .any ? "" : " from \(outcome.responder)")
    }
    if let words = outcome.transferWords { return words }
    let success = family == .stream ? "sent" : "reply"
    let what = outcome.httpStatus.map { "HTTP \($0)" } ?? (activity.requestEnd == nil ? "done" : success)
    let reply = outcome.roundTrip > .zero ? "\(what) in \(outcome.roundTrip.words)" : what
    guard let seen = activity.seenAs, seen != .any else { return reply }
    return "\(reply), seen as \(seen)"
  }

  /// What became of a train of packets, of a question to all or of a trace; nil for a single packet.
  private static func manyPackets(of activity: ActivityVerdict, _ family: StepFamily) -> String? {
    if let answeredBy = activity.answeredBy {
      let names = answeredBy.map { $0 ?? "none" }.joined(separator: ", ")
      switch (family, activity.outcome.failure) {
      case (.query, nil): return "answered by \(names) in \(activity.outcome.roundTrip.words)"
      case (.query, .noAnswer): return "nobody answers"
      case (.trace, nil): return "\(answeredBy.count) hop\(answeredBy.count == 1 ? "" : "s"): \(names)"
      case (.trace, let failure?) where !answeredBy.isEmpty: return "\(plain(failure)) after \(names)"
      default: return nil
      }
    }
    guard let tally = activity.tally, tally.sent > 1, activity.outcome.succeeded else { return nil }
    guard family == .stream else {
      let times = tally.roundTrips.sorted()
      guard let least = times.first, let most = times.last else { return nil }
      return "\(tally.answered) of \(tally.sent) answered in "
        + (least == most ? least.words : "\(least.words) to \(most.words)")
    }
    let lost = tally.lost(in: family)
    return "\(tally.sent) sent, \(lost == 0 ? "none" : "\(lost)") lost"
      + (tally.bitsPerSecond.map { ", \(BitRate(bitsPerSecond: $0).words)" } ?? "")
      + (activity.seenAs.map { ", seen as \($0)" } ?? "")
  }

  static func plain(_ reason: FailureReason) -> String {
    reason.word.split(separator: "-").joined(separator: " ")
  }

  /// `peer` for `peer.stack`, since most machines are one device.
  private static func short(_ name: String) -> String {
    name.hasSuffix(".stack") ? String(name.dropLast(6)) : name
  }
}

extension Outcome {
  /// The status of a page that was fetched; nil for anything else (RFC 9110, 15: 100 to 599).
  var httpStatus: UInt32? { address == .any && (100...599).contains(detail) ? detail : nil }
}

import Packets
import Scenarios
import Simulation

/// What happened in a step, in a few words: for tables and for the heads of pictures.
public enum VerdictWords {
  /// `reply in 420 µs, seen as 192.168.1.10`.
  public static func happened(in step: StepVerdict) -> String {
    guard step.result != .unplayed else { return "not played" }
    let isOne = step.activities.count == 1
    let words = step.activities.map { (isOne ? "" : "\($0.machine): ") + happened(to: $0) }
    return words.isEmpty ? "done" : words.joined(separator: "; ")
  }

  private static func happened(to activity: ActivityVerdict) -> String {
    let outcome = activity.outcome
    if let failure = outcome.failure {
      guard failure != .noAnswer, let who = activity.by else { return plain(failure) }
      return "\(plain(failure)), says \(short(who))"
    }
    guard outcome.address == .any else {
      return "\(outcome.address)" + (outcome.responder == .any ? "" : " from \(outcome.responder)")
    }
    let reply = outcome.roundTrip > .zero ? "reply in \(outcome.roundTrip.words)" : "done"
    guard let seen = activity.seenAs, seen != .any else { return reply }
    return "\(reply), seen as \(seen)"
  }

  static func plain(_ reason: FailureReason) -> String {
    reason.word.split(separator: "-").joined(separator: " ")
  }

  /// `peer` for `peer.stack`, since most machines are one device.
  private static func short(_ name: String) -> String {
    name.hasSuffix(".stack") ? String(name.dropLast(6)) : name
  }
}

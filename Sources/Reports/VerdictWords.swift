import Devices
import Packets
import Scenarios
import Simulation

/// What happened in a step, in a few words: for tables and for the heads of pictures.
public struct VerdictWords: Sendable {
  private let words: any Wording

  init(_ words: any Wording) { self.words = words }

  /// `reply in 420 µs, seen as 192.168.1.10`.
  public static func happened(in step: StepVerdict, _ language: Language = .english) -> String {
    VerdictWords(language.words).happened(in: step)
  }

  func happened(in step: StepVerdict) -> String {
    guard step.result != .unplayed else { return words.notPlayed }
    let isOne = step.activities.count == 1
    guard step.activities.count <= Self.mostTold else { return summary(of: step) }
    let told = step.activities.map { activity in
      let happened = happened(to: activity, step.family)
      return isOne ? happened : words.of(activity.flow ?? activity.machine, happened)
    }
    return told.isEmpty ? words.done : words.joined(told)
  }

  /// So many activities are told one by one.
  private static let mostTold = 3

  /// `61 of 64 answered in 1 ms to 4 ms; 2 no answer, 1 no route`.
  private func summary(of step: StepVerdict) -> String {
    let good = step.activities.filter(\.outcome.succeeded)
    let spans = good.map(\.outcome.roundTrip).filter { $0 > .zero }
    let span = spans.min().flatMap { least in spans.max().map { words.span(least, $0) } }
    let reasons = FailureReason.allCases.compactMap { reason -> String? in
      let count = step.activities.count { $0.outcome.failure == reason }
      return count > 0 ? words.count(count, reason) : nil
    }
    let success = words.succeeded(good.count, of: step.activities.count, step.family, in: span)
    return words.joined([success] + (reasons.isEmpty ? [] : [words.listed(reasons)]))
  }

  private func happened(to activity: ActivityVerdict, _ family: StepFamily) -> String {
    let outcome = activity.outcome
    if let many = manyPackets(of: activity, family) { return many }
    if let failure = outcome.failure { return words.failed(failure, place(of: failure, activity)) }
    guard outcome.address == .any else {
      return words.leased(outcome.address, from: outcome.responder == .any ? nil : outcome.responder)
    }
    if let transfer = words.transferred(outcome) { return transfer }
    let success: Success =
      if let status = outcome.httpStatus {
        .page(status: status)
      } else if activity.requestEnd == nil {
        .done
      } else {
        family == .stream ? .sent : .reply
      }
    return words.succeeded(
      success, in: outcome.roundTrip > .zero ? outcome.roundTrip : nil,
      seenAs: activity.seenAs == .any ? nil : activity.seenAs)
  }

  private func place(of failure: FailureReason, _ activity: ActivityVerdict) -> FailurePlace {
    // What ended the play was nobody on the way.
    guard failure != .interrupted, failure != .noAnswer, let who = activity.by else { return .untold }
    if who == activity.machine || who.hasPrefix("\(activity.machine).") { return .atSender(Self.short(who)) }
    return activity.reply.isEmpty ? .ends(at: Self.short(who)) : .told(by: Self.short(who))
  }

  /// What became of a train of packets, of a question to all or of a trace; nil for a single packet.
  private func manyPackets(of activity: ActivityVerdict, _ family: StepFamily) -> String? {
    if let names = activity.answeredBy {
      switch (family, activity.outcome.failure) {
      case (.query, nil): return words.answered(by: names, in: activity.outcome.roundTrip)
      case (.query, .noAnswer): return words.nobodyAnswers
      case (.trace, nil): return words.hops(names)
      case (.trace, let failure?) where !names.isEmpty: return words.failed(failure, after: names)
      default: return nil
      }
    }
    guard let tally = activity.tally, tally.sent > 1, activity.outcome.succeeded else { return nil }
    guard family == .stream else {
      let times = tally.roundTrips.sorted()
      guard let least = times.first, let most = times.last else { return nil }
      return words.answered(tally.answered, of: tally.sent, in: words.span(least, most))
    }
    return words.streamed(
      tally.sent, lost: tally.lost(in: family), rate: tally.bitsPerSecond.map { BitRate(bitsPerSecond: $0).words },
      seenAs: activity.seenAs)
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

import Packets
import Scenarios
import Simulation

extension English {
  var nobody: String { "nobody" }
  var notPlayed: String { "not played" }
  var done: String { "done" }
  func of(_ who: String, _ words: String) -> String { "\(who): \(words)" }
  func joined(_ words: [String]) -> String { words.joined(separator: "; ") }
  func listed(_ words: [String]) -> String { words.joined(separator: ", ") }
  func span(_ least: TimeSpan, _ most: TimeSpan) -> String {
    least == most ? least.words : "\(least.words) to \(most.words)"
  }

  func succeeded(_ count: Int, of all: Int, _ family: StepFamily, in span: String?) -> String {
    let success =
      switch family {
      case .exchange, .query: "answered"
      case .trace: "reached"
      case .stream: "sent"
      case .connection: "connected"
      case .lease: "leased"
      case .lookup: "resolved"
      case .change: "done"
      }
    return "\(count) of \(all) \(success)" + (span.map { " in \($0)" } ?? "")
  }
  func count(_ count: Int, _ reason: FailureReason) -> String { "\(count) \(short(reason))" }
  func short(_ reason: FailureReason) -> String { reason.word.split(separator: "-").joined(separator: " ") }
  func meaning(_ reason: FailureReason) -> String { reason.meaning }
  func failed(_ reason: FailureReason, _ place: FailurePlace) -> String {
    switch place {
    case .untold: short(reason)
    case .atSender(let who): "\(short(reason)) at \(who)"
    case .told(let who): "\(short(reason)), says \(who)"
    case .ends(let who): "\(short(reason)), ends at \(who)"
    }
  }
  func leased(_ address: IPv4Address, from server: IPv4Address?) -> String {
    "\(address)" + (server.map { " from \($0)" } ?? "")
  }
  func transferred(_ outcome: Outcome) -> String? {
    guard outcome.bytes > 0 else { return nil }
    return "\(bytes(outcome.bytes)) in \(outcome.duration.words)" + (outcome.rate.map { ", \($0)" } ?? "")
      + (outcome.repeats > 0 ? ", \(Amounts.grouped(UInt64(outcome.repeats))) segments sent again" : "")
  }
  func succeeded(_ success: Success, in time: TimeSpan?, seenAs address: IPv4Address?) -> String {
    let what =
      switch success {
      case .done: done
      case .sent: "sent"
      case .reply: "reply"
      case .page(let status): "HTTP \(status)"
      }
    return what + (time.map { " in \($0.words)" } ?? "") + (address.map { ", seen as \($0)" } ?? "")
  }
  func answered(by names: [String?], in time: TimeSpan) -> String { "answered by \(list(names)) in \(time.words)" }
  var nobodyAnswers: String { "nobody answers" }
  func hops(_ names: [String?]) -> String { "\(names.count) hop\(names.count == 1 ? "" : "s"): \(list(names))" }
  func failed(_ reason: FailureReason, after names: [String?]) -> String { "\(short(reason)) after \(list(names))" }
  private func list(_ names: [String?]) -> String { names.map { $0 ?? "none" }.joined(separator: ", ") }
  func answered(_ count: Int, of sent: Int, in span: String) -> String { "\(count) of \(sent) answered in \(span)" }
  func streamed(_ sent: Int, lost: Int, rate: String?, seenAs address: IPv4Address?) -> String {
    "\(sent) sent, \(lost == 0 ? "none" : "\(lost)") lost" + (rate.map { ", \($0)" } ?? "")
      + (address.map { ", seen as \($0)" } ?? "")
  }
  func bytes(_ count: UInt64) -> String { Amounts.large(count) ?? "\(count) bytes" }

  func outcome(_ outcome: Outcome) -> String {
    if let failure = outcome.failure { return "\(failure.word) – \(meaning(failure))" }
    var parts: [String] = []
    if outcome.responder != .any { parts.append("an answer from \(outcome.responder)") }
    if outcome.address != .any { parts.append("the address \(outcome.address)") }
    if let status = outcome.httpStatus { parts.append("HTTP status \(status)") }
    if parts.isEmpty { parts.append("success") }
    let text = parts.joined(separator: " with ")
    if let words = transferred(outcome) { return "\(text), which took in \(words)" }
    return text + (outcome.roundTrip > .zero ? " after \(outcome.roundTrip.words)" : "")
      + (outcome.timeToLive > 0 ? ", time to live \(outcome.timeToLive)" : "")
  }
}

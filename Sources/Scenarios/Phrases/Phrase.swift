import Packets
import Simulation

/// What was expected of a step, or what was found instead: facts, of which each language makes its own words.
///
/// Names, addresses and amounts are text already, since no language says them otherwise.
public indirect enum Phrase: Hashable, Sendable {
  case text(String)
  /// `a, b and 3 more`.
  case list([Phrase], more: Int = 0)
  /// `vm1: …`.
  case of(String, Phrase)
  /// `1ms to 3ms`.
  case range(String, String)
  case nobody

  // MARK: Outcomes
  case success(in: TimeSpan?)
  case failure
  case failed(FailureReason, by: String?)
  case failureBy(String)
  case reply(Bool, ways: [Phrase])
  case connection(Bool)
  case refusal(Bool)
  case answer(String)
  case nothingBegun, nothingSent, noReply, noAnswer

  // MARK: Ways
  case via([String])
  case avoids([String])
  case crosses([Phrase])
  case times(String, Int)
  case passed(routers: Int)
  case seenAs(String)
  /// The way there was, and the place that is not on it, or not a second time.
  case way(String, lacks: String, again: Bool)
  case notArrived(Phrase)
  case taken(by: String, Absorber)
  case dropped(at: String, DropReason)
  case underWay(at: String)
  case reaches(String)
  case replyDropped(by: String)
  case redirect(by: Phrase?)
  case flooded(to: Phrase)
  case storm(at: [String])
  case floods(String, times: Int)
  /// Nil for silence.
  case trace([String?])

  // MARK: Leases
  case from(String)
  case router(IPv4Address)
  case noLease
  case askedForNone(String)

  // MARK: Amounts
  case roundTrip([Phrase])
  /// `p99 < 20ms`.
  case statistic(String, Phrase)
  case loss(Phrase)
  case lost(share: String, Int, of: Int)
  case throughput(Phrase)
  case answers(Phrase)
  case answered(by: Phrase)

  // MARK: Times
  case beginning(at: Instant)
  case delayed(to: Instant)
}

extension Phrase {
  /// Of very many as many as people read.
  static func some(of words: [Phrase]) -> Phrase {
    .list(Array(words.prefix(Enumeration.longest)), more: max(0, words.count - Enumeration.longest))
  }

  /// The names, or that there are none.
  static func names(_ names: [String]) -> Phrase { names.isEmpty ? .nobody : .some(of: names.map { .text($0) }) }
}

extension Phrase {
  /// An amount or a name that is made of something.
  static func text(_ value: some CustomStringConvertible) -> Phrase { .text(value.description) }
}

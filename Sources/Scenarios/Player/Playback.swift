import Packets
import Simulation
import Topology

/// What a play left behind; every report is made from it.
public struct Playback: Sendable {
  public var topology: Topology
  public var journal: Journal
  /// The long messages that the journal's frames refer to.
  public var messages: MessageTable
  /// The limit that ended the play before its last step, if one did.
  public var limit: Simulator.Stop?
  /// How many steps were played to their end.
  public var stepsPlayed: Int
  /// Virtual time at the end.
  public var duration: Instant

  public init(
    topology: Topology, journal: Journal, messages: MessageTable, limit: Simulator.Stop? = nil,
    stepsPlayed: Int,
    duration: Instant
  ) {
    self.topology = topology
    self.journal = journal
    self.messages = messages
    self.limit = limit
    self.stepsPlayed = stepsPlayed
    self.duration = duration
  }

  public var counters: Counters { journal.counters }

  /// What is wrong if frames were lost without a trace or met two fates; nil when every frame is accounted for.
  public var imbalance: String? {
    let counters = counters
    guard !counters.isBalanced else { return nil }
    return """
      frames are not conserved: \(counters.sent) sent, \(counters.arrived) arrived, \(counters.lostOnLinks) lost on \
      links, \(counters.inFlight) under way; of those that arrived \(counters.forwarded) forwarded, \
      \(counters.absorbed) absorbed, \(counters.dropped) dropped, \(counters.held) held, \(counters.withoutFate) \
      without a fate, \(counters.withTwoFates) with two
      """
  }
}

extension Simulator.Stop {
  /// What the limit was, as the end of "the play was ended because …"; nil where it was none.
  public var limitWords: String? {
    switch self {
    case .idle, .deadline, .finished: nil
    case .tooManyEvents: "it took more events than allowed; \(Self.advice)"
    case .tooLate: "it took more virtual time than allowed"
    case .tooMuchMemory: "it took more memory than allowed; \(Self.advice)"
    }
  }

  /// What nearly always was the matter.
  private static let advice = "where switches or hubs are linked in a circle, frames go round and multiply without end"
}

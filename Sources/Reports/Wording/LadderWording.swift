import Simulation

/// Ladders: what is said, short enough to stand over an arrow, and what stands around it.
protocol LadderWording: Sendable {
  func says(_ speech: Speech) -> String
  /// It comes so many times at once.
  func copied(_ words: String, _ copies: UInt64) -> String
  /// Of many that are alike.
  func summed(_ words: String, bytes: UInt64) -> String
  func change(_ change: Ladder.Change) -> String
  func loss(_ loss: Ladder.Loss) -> String

  // MARK: Runs
  var manyMore: String { get }
  var againAndAgain: String { get }
  func until(_ time: TimeSpan, _ times: String) -> String
  func omission(_ omission: Ladder.Omission) -> String

  // MARK: Around
  func topic(_ topic: Topic) -> String
  var answer: String { get }
  var ladderSubject: String { get }
  func page(_ number: Int, of all: Int) -> String
  /// `1. lease  dhcp vm1`, on a page after its first.
  func continued(_ step: String) -> String
  /// When a step begins.
  func moment(_ time: TimeSpan) -> String
  var nothingSaid: String { get }
  var nobodySpeaks: String { get }
}

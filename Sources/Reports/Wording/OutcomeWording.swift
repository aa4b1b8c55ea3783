import Devices
import Packets
import Scenarios
import Simulation

/// What came of a step, in a few words: for tables, pictures and the last line of a story.
protocol OutcomeWording: Sendable {
  var nobody: String { get }
  var notPlayed: String { get }
  var done: String { get }
  /// `vm1: …`.
  func of(_ who: String, _ words: String) -> String
  /// Of several flows or reasons.
  func joined(_ words: [String]) -> String
  func listed(_ words: [String]) -> String
  /// `1 ms to 4 ms`, or one where both are the same.
  func span(_ least: TimeSpan, _ most: TimeSpan) -> String

  func succeeded(_ count: Int, of all: Int, _ family: StepFamily, in span: String?) -> String
  func count(_ count: Int, _ reason: FailureReason) -> String
  /// The failure in a word or two; its code or errno is `meaning`.
  func short(_ reason: FailureReason) -> String
  func meaning(_ reason: FailureReason) -> String
  func failed(_ reason: FailureReason, _ place: FailurePlace) -> String
  func leased(_ address: IPv4Address, from server: IPv4Address?) -> String
  func transferred(_ outcome: Outcome) -> String?
  func succeeded(_ success: Success, in time: TimeSpan?, seenAs address: IPv4Address?) -> String
  func answered(by names: [String?], in time: TimeSpan) -> String
  var nobodyAnswers: String { get }
  func hops(_ names: [String?]) -> String
  func failed(_ reason: FailureReason, after names: [String?]) -> String
  func answered(_ count: Int, of sent: Int, in span: String) -> String
  func streamed(_ sent: Int, lost: Int, rate: String?, seenAs address: IPv4Address?) -> String
  func bytes(_ count: UInt64) -> String
  /// What the sender saw: the whole outcome.
  func outcome(_ outcome: Outcome) -> String
}

/// Where a failure was, seen from the sender.
enum FailurePlace {
  case untold
  case atSender(String)
  case told(by: String)
  case ends(at: String)
}

/// What a success was.
enum Success {
  case done, sent, reply
  case page(status: UInt32)
}

/// The short words in and around pictures.
protocol PictureWording: Sendable {
  func remark(_ remark: Remark) -> String
  func label(_ there: String?, back: String?) -> String
  func loses(_ share: String) -> String
  var losesInBursts: String { get }
  func reorders(_ share: String) -> String
  func doubles(_ share: String) -> String
  func damages(_ share: String) -> String

  func failsAsExpected(_ words: String) -> String
  func missed(_ word: String, _ wish: Phrase, _ fact: Phrase) -> String
  func drawn(_ count: Int, of all: Int) -> String
  func back(to end: String) -> String
  var socketTranslation: String { get }
  func wrapped(_ network: UInt32) -> String
  func unwrapped(_ network: UInt32) -> String
  var tagOff: String { get }
  func refused(_ kind: ICMPMessage.Kind) -> String?
  func noRoute(to address: IPv4Address) -> String
  func cut(to machine: String, isDirection: Bool) -> String
  var switchedOff: String { get }
  func stopped(_ service: String) -> String

  var overviewSubject: String { get }
  var topologySubject: String { get }
  func asExpected(_ count: Int) -> String
  func notAsExpected(_ count: Int, of all: Int) -> String
  func legend(_ mark: LegendMark) -> String
}

/// What stands in the corner of a picture.
enum LegendMark {
  case request, reply, order, death, terminals, uninvolved, fault
  case host, router, nat, joins, server, interface
  case both, replyAndOrder
}

import Packets
import Scenarios
import Simulation

/// What frames a story: whole sentences, each with its end.
protocol StoryWording: Sendable {
  func setting(scenario: String, variant: String, seed: UInt64) -> String
  var startedPreLearned: String { get }
  func held(_ everything: Bool) -> String
  func ended(by limit: ReachedLimit) -> String
  func mistake(_ imbalance: String) -> String
  /// - Parameter isBegun: The play ended in the middle of the step.
  func unplayed(isBegun: Bool) -> String

  var sideTraffic: String { get }
  var expected: String { get }
  func found(_ word: String, _ wish: Phrase, at place: String?) -> String
  func missed(_ word: String, _ wish: Phrase, _ fact: Phrase, at place: String?) -> String
  func phrase(_ phrase: Phrase) -> String

  // MARK: Ways
  var question: String { get }
  var request: String { get }
  var reply: String { get }
  var nextRequest: String { get }
  var itsReply: String { get }
  func trace(timeToLive: UInt8) -> String
  func others(_ count: Int, of all: Int) -> String

  /// `**The request**: ` before the packet.
  func leg(_ title: String, _ packet: String) -> String
  func neverLeft(_ title: String, _ device: String, _ clauses: [String]) -> String
  func neverSent(at device: String, _ decision: String?) -> String
  func deed(of device: String, _ clauses: [String]) -> String
  func nowReads(_ packet: String) -> String
  /// Of an answer for which the device waits no more, since so long.
  func tooLate(_ device: String, by wait: TimeSpan) -> String
  func sees(_ device: String, _ outcome: Outcome) -> String

  // MARK: Changes
  var nothingSent: String { get }
  func link(_ ends: (String, String), isMended: Bool) -> String
  func direction(from: String, to: String, isMended: Bool) -> String
  func link(_ ends: (String, String), treatsFramesBy change: String) -> String
  func device(_ device: String, isOn: Bool) -> String
  func service(_ service: String, of device: String, isStarted: Bool) -> String
  func gateway(_ router: IPv4Address, of device: String) -> String
  func rules(of device: String, _ origin: String?) -> String
  func address(_ address: String, of place: String, isNew: Bool) -> String
}

/// What a device decided or did, as a clause of a sentence about it; an origin tells which rule and line decided.
protocol DecisionWording: Sendable {
  func floods(copies: UInt16, to destination: MACAddress, isHub: Bool) -> String
  func forwards(to destination: MACAddress, at port: String) -> String
  func learns(_ address: MACAddress, at port: String) -> String
  func cable(to end: String) -> String
  /// - Parameters:
  ///   - target: Nil where nothing is plugged in.
  ///   - isCopy: It is one of several.
  func sends(from port: String, to target: String?, isCopy: Bool) -> String
  func routes(_ destination: IPv4Address, _ prefix: IPv4Prefix, nextHop: IPv4Address, _ origin: String?) -> String
  func translates(_ rewriting: Rewriting, _ origin: String?) -> String
  func proxies(_ rewriting: Rewriting, _ origin: String?) -> String
  /// A tunnel puts a frame into a datagram for each of so many ends, or takes it out.
  func wraps(_ network: UInt32, ends: UInt16, _ origin: String?) -> String
  func unwraps(_ network: UInt32, _ origin: String?) -> String
  /// - Parameter vlan: Nil where the tag is taken off.
  func tags(_ vlan: UInt16?, _ origin: String?) -> String
  var repeats: String { get }
  var handsOver: String { get }
  /// - Parameter address: Nil for the rest of a datagram.
  func waits(for address: IPv4Address?) -> String
  func resolves(_ address: IPv4Address, _ hardware: MACAddress) -> String
  func cannotResolve(_ address: IPv4Address) -> String
  var isDuplicated: String { get }
  var loops: String { get }
  func refuses(_ kind: ICMPMessage.Kind) -> String
  func rations(_ kind: ICMPMessage.Kind) -> String
  func logs(_ origin: String?) -> String
  func limitsSegments(to size: UInt16, _ origin: String?) -> String
  /// As an agent between client and server.
  func relays(toServer: Bool, by agent: IPv4Address) -> String
  func withholds(from port: String, _ origin: String?) -> String
  func timeToLive(_ count: UInt8, isOneLess: Bool) -> String
  func takesIn(_ absorber: Absorber, isAnswered: Bool) -> String
  func dies(_ reason: DropReason, _ origin: String?) -> String
  var stillHasIt: String { get }
  /// Of a frame in a capture.
  func neverArrived(_ reason: DropReason?) -> String
  /// As the end of "it died because …".
  func explanation(_ reason: DropReason) -> String
}

/// What a step caused beside its own packets: a line each.
protocol SideTrafficWording: Sendable {
  func line(after wait: TimeSpan, _ words: String) -> String
  func sends(_ who: String, _ packet: String, isDuplicate: Bool) -> String
  func asks(
    _ who: String, for address: IPv4Address, answer: (who: String, hardware: MACAddress)?, times: Int
  ) -> String
  func answers(_ who: String, _ asker: IPv4Address, _ address: IPv4Address, isAt hardware: MACAddress) -> String
  func announces(_ who: String, _ address: IPv4Address) -> String
  func repeated(_ count: Int) -> String
  /// Behind a line that is told once.
  func alike(_ count: Int, until last: TimeSpan) -> String
  func morePackets(_ count: Int) -> String
  func talks(_ speech: ControlTraffic.Speech, _ who: String, _ other: String, _ counts: (there: Int, back: Int))
    -> String
  func moreNeighbors(_ count: Int) -> String
  func folded(_ who: String, frames: UInt64, bytes: UInt64) -> String
  func foldedDrops(_ place: String, _ reason: DropReason, frames: UInt64) -> String
}

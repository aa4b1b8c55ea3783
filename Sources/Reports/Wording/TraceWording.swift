import Packets
import Simulation

/// How one packet's walk is told: by device, the tables that decided and what they said.
///
/// Names of tables are the same in every language.
public protocol TraceWording: Sendable {
  /// - Parameters:
  ///   - steps: How many were over or under way.
  ///   - last: The id of the last of them.
  func moment(_ time: String, after steps: Int, last: String?) -> String
  func ways(in ingress: String?, out egress: String?) -> String
  func fate(_ fate: PacketFate) -> String
  func taken(by program: String) -> String
  var stillThere: String { get }
  func stopped(at place: String, because reason: String) -> String
  func wouldPass(with remedy: String) -> String

  func leg(_ leg: TraceLeg) -> String
  /// `request: …`.
  func titled(_ leg: String, _ summary: String) -> String
  /// - Parameter ends: `10.0.0.1 → 10.0.0.2`.
  func summary(_ ends: String, _ words: String, timeToLive: UInt8) -> String
  var neverLeft: String { get }
  /// Of what wants no answer.
  var deliveredUnanswered: String { get }
  func says(_ answer: TableAnswer) -> String
}

public enum TraceLeg: Sendable { case nameQuestion, request, reply, error }

/// What stands before the last line of a device, and before the packet as it goes on.
public enum PacketFate: Sendable { case rewritten, taken, dropped, waiting }

/// What a table or a rule has to say about a packet.
public enum TableAnswer: Sendable {
  case repeats(copies: UInt16)
  case floods(copies: UInt16, isForAll: Bool)
  /// Nil for the only port of a device.
  case isBehind(MACAddress, port: String?)
  case learned(MACAddress, port: String?)
  case isOnLink(IPv4Prefix)
  case goes(IPv4Prefix, via: IPv4Address)
  case rewrites(Translation.Side, from: String, to: String, isReverse: Bool)
  case saysAgain(from: String, to: String)
  case hearsAnswer(to: String)
  case waitsForParts
  case asks(for: IPv4Address)
  case isAt(IPv4Address, MACAddress)
  case noAnswer(for: IPv4Address)
  case isLocal
  case tellsSender(ICMPMessage.Kind)
  case rationed
  case writesDown
  case limitsSegments(to: UInt16)
  case withholds(port: String?)
  case isDuplicate
  case wraps(network: UInt32)
  case unwraps(network: UInt32)
  case timeToLive(from: UInt8, to: UInt8)
  /// Nil where it comes off.
  case tag(UInt16?)

  var table: String {
    switch self {
    case .repeats: "hub"
    case .floods, .isBehind: "fdb"
    case .learned: "learn"
    case .isOnLink, .goes: "route"
    case .rewrites(_, _, _, let isReverse): isReverse ? "conntrack" : "nat"
    case .saysAgain, .hearsAnswer: "proxy"
    case .waitsForParts: "fragments"
    case .asks, .isAt, .noAnswer: "arp"
    case .isLocal: "local"
    case .tellsSender, .rationed: "icmp"
    case .writesDown: "log"
    case .limitsSegments, .withholds: "filter"
    case .isDuplicate: "link"
    case .wraps, .unwraps: "tunnel"
    case .timeToLive: "ttl"
    case .tag: "vlan"
    }
  }
}

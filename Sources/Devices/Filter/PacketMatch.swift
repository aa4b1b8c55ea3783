import Packets
import Protocols
import Simulation

/// What a rule looks at, apart from what it does: a packet matches where all that is said holds.
public struct PacketMatch: Hashable, Sendable {
  /// The interface it came in by; the machine's own packets came in by none.
  public var from: Condition<PortNumber>?
  /// The interface it leaves by.
  public var to: Condition<PortNumber>?
  /// The port of a bridge it came in by, where it is bridged.
  public var bridgedFrom: Condition<PortNumber>?
  public var bridgedTo: Condition<PortNumber>?
  /// Who put the frame on the last wire; the machine's own packets match nothing that is said here.
  public var hardware: Condition<MACAddress>?
  public var source: Condition<IPv4Prefix>?
  public var destination: Condition<IPv4Prefix>?
  public var transport: Condition<IPProtocol>?
  /// Packets without ports match nothing that is said of ports, not even its negation.
  public var sourcePorts: Condition<[ClosedRange<UInt16>]>?
  public var destinationPorts: Condition<[ClosedRange<UInt16>]>?
  public var icmp: Condition<ICMPPattern>?
  /// How it stands to a connection; what is not tracked matches nothing that is said here.
  public var states: Condition<Set<ConnectionTracking.State>>?
  public var mark: Condition<MarkPattern>?
  /// Whether the connection's destination was translated, where that is known: at postrouting of translation.
  public var hasTranslatedDestination: Bool?

  public init() {}
}

/// What one part of a packet must be, or must not be.
public struct Condition<Value: Hashable & Sendable>: Hashable, Sendable {
  public var value: Value
  public var isNegated: Bool

  public init(_ value: Value, isNegated: Bool) {
    self.value = value
    self.isNegated = isNegated
  }

  public static func `is`(_ value: Value) -> Condition { Condition(value, isNegated: false) }
  public static func isNot(_ value: Value) -> Condition { Condition(value, isNegated: true) }

  @inline(__always)
  func holds(_ fits: (Value) -> Bool) -> Bool { fits(value) != isNegated }
}

/// An ICMP type, of any code or of one.
public struct ICMPPattern: Hashable, Sendable {
  public var type: UInt8
  public var code: UInt8?

  public init(type: UInt8, code: UInt8? = nil) {
    self.type = type
    self.code = code
  }
}

/// The bits of a packet's mark that count, and what they must be.
public struct MarkPattern: Hashable, Sendable {
  public var value: UInt32
  public var mask: UInt32

  public init(value: UInt32, mask: UInt32 = .max) {
    self.value = value
    self.mask = mask
  }
}

extension PacketMatch {
  /// Whether a packet matches, asked one condition after another.
  ///
  /// Seldom needed, and so large that the search it would be a part of would be slower for it.
  @inline(never)
  func admits(_ header: RuleHeader) -> Bool {
    holds(from, header.from) && holds(to, header.to) && holds(bridgedFrom, header.bridgedFrom)
      && holds(bridgedTo, header.bridgedTo)
      && (source?.holds { $0.contains(header.source) } ?? true)
      && (destination?.holds { $0.contains(header.destination) } ?? true)
      && holds(transport, header.transport)
      && (sourcePorts?.holds { $0.contains { $0.contains(header.sourcePort) } } ?? true)
      && (destinationPorts?.holds { $0.contains { $0.contains(header.destinationPort) } } ?? true)
      && (sourcePorts == nil && destinationPorts == nil || header.hasPorts)
      && admitsRest(header)
  }

  private func admitsRest(_ header: RuleHeader) -> Bool {
    (icmp?.holds { $0.type == header.icmpType && ($0.code ?? header.icmpCode) == header.icmpCode } ?? true)
      && (icmp == nil || header.isICMP)
      && (states?.holds { $0.contains { RuleHeader.number(of: $0) == header.state } } ?? true)
      && (states == nil || header.state != 0)
      && (hardware?.holds { $0.rawValue == header.hardware } ?? true)
      && (hardware == nil || header.hardware != 0)
      && (mark?.holds { UInt64($0.mask) & header.mark == UInt64($0.value) } ?? true)
      && (hasTranslatedDestination.map { $0 == header.hasTranslatedDestination } ?? true)
  }

  @inline(__always)
  private func holds<Value>(_ condition: Condition<Value>?, _ value: Value) -> Bool {
    condition.map { ($0.value == value) != $0.isNegated } ?? true
  }
}

/// An Ethernet II frame as the simulation carries it.
///
/// It holds decoded headers and payload lengths, never bytes or references, so flooding it to many ports copies a
/// few words and touches no reference count. Long messages stand in a `MessageTable` and are referred to by id.
public struct EthernetFrame: Hashable, Sendable, BitwiseCopyable {
  public var destination: MACAddress
  public var source: MACAddress
  public var tag: VLANTag?
  public var payload: EthernetPayload

  public init(
    destination: MACAddress, source: MACAddress, tag: VLANTag? = nil, payload: EthernetPayload
  ) {
    self.destination = destination
    self.source = source
    self.tag = tag
    self.payload = payload
  }
}

public enum EthernetPayload: Hashable, Sendable, BitwiseCopyable {
  case arp(ARPPacket)
  case ipv4(IPv4Packet)
  /// Anything else: its type and its bytes.
  case other(EtherType, Content)
}

/// The type field of an Ethernet II frame (IEEE 802 Numbers, IANA).
public struct EtherType: Hashable, Sendable, BitwiseCopyable {
  public let rawValue: UInt16
  public init(rawValue: UInt16) { self.rawValue = rawValue }
  public static let ipv4 = EtherType(rawValue: 0x0800)
  public static let arp = EtherType(rawValue: 0x0806)
  /// IEEE 802.1Q, table 9-1: the customer VLAN tag.
  public static let vlan = EtherType(rawValue: 0x8100)
}

/// 1 to 4094 (IEEE 802.1Q, table 9-2: 0 means priority only, 4095 is reserved).
public struct VLANID: Hashable, Sendable, BitwiseCopyable {
  public let rawValue: UInt16
  public init?(rawValue: UInt16) {
    guard (1...4094).contains(rawValue) else { return nil }
    self.rawValue = rawValue
  }
}

/// The tag control information of IEEE 802.1Q, 9.6: priority (3 bits), drop eligible (1), VLAN identifier (12).
public struct VLANTag: Hashable, Sendable, BitwiseCopyable {
  public let control: UInt16

  public init(control: UInt16) { self.control = control }
  public init(_ id: VLANID, priority: UInt8 = 0) {
    control = UInt16(priority & 7) << 13 | id.rawValue
  }

  /// Nil for a priority tag (0) and for the reserved 4095.
  public var id: VLANID? { VLANID(rawValue: control & 0x0fff) }
  public var priority: UInt8 { UInt8(control >> 13) }
  public var isDropEligible: Bool { control & 0x1000 != 0 }
}

/// An Internet datagram or a fragment of one (RFC 791).
public struct IPv4Packet: Hashable, Sendable, BitwiseCopyable {
  public var source: IPv4Address
  public var destination: IPv4Address
  public var identification: UInt16
  public var timeToLive: UInt8
  public var typeOfService: UInt8
  /// Bytes of options, a multiple of 4 up to 40; their content is no-operation (type 1).
  public var optionsLength: UInt8
  /// Flags (3 bits) and fragment offset in units of 8 bytes (13 bits), as on the wire.
  public var fragmentation: UInt16
  /// In a first fragment, the bytes of data of the whole datagram, from which its ICMP or TCP checksum is made.
  ///
  /// Zero elsewhere and where it is not known: it is not on the wire, and no part of what makes packets equal when resolved.
  public var unfragmentedLength: UInt16 = 0
  public var payload: IPv4Payload

  public init(
    source: IPv4Address, destination: IPv4Address, identification: UInt16 = 0, timeToLive: UInt8 = 64,
    typeOfService: UInt8 = 0, optionsLength: UInt8 = 0, fragmentation: UInt16 = 0, payload: IPv4Payload
  ) {
    self.source = source
    self.destination = destination
    self.identification = identification
    self.timeToLive = timeToLive
    self.typeOfService = typeOfService
    self.optionsLength = optionsLength
    self.fragmentation = fragmentation
    self.payload = payload
  }

  public static let dontFragmentFlag: UInt16 = 0x4000
  public static let moreFragmentsFlag: UInt16 = 0x2000

  public var dontFragment: Bool { fragmentation & IPv4Packet.dontFragmentFlag != 0 }
  public var moreFragments: Bool { fragmentation & IPv4Packet.moreFragmentsFlag != 0 }
  /// Bytes of the datagram's data that come before this fragment's.
  public var fragmentOffset: Int { Int(fragmentation & 0x1fff) * 8 }
  public var isFragment: Bool { fragmentation & 0x3fff != 0 }
}

public enum IPv4Payload: Hashable, Sendable, BitwiseCopyable {
  case icmp(ICMPMessage)
  case udp(UDPDatagram)
  case tcp(TCPSegment)
  /// Another protocol, or a fragment that does not start with the protocol's header.
  case other(IPProtocol, Content)
}

/// The protocol field of the Internet header (Protocol Numbers, IANA).
public struct IPProtocol: Hashable, Sendable, BitwiseCopyable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }
  @inlinable public static var icmp: IPProtocol { IPProtocol(rawValue: 1) }
  @inlinable public static var tcp: IPProtocol { IPProtocol(rawValue: 6) }
  @inlinable public static var udp: IPProtocol { IPProtocol(rawValue: 17) }
}

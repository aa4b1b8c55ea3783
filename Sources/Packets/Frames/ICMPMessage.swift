/// An Internet control message (RFC 792).
public struct ICMPMessage: Hashable, Sendable, BitwiseCopyable {
  public var kind: Kind
  /// Echoed data, or in an error the quoted packet.
  public var content: Content

  public init(_ kind: Kind, content: Content = .empty) {
    self.kind = kind
    self.content = content
  }

  public enum Kind: Hashable, Sendable, BitwiseCopyable {
    case echoRequest(identifier: UInt16, sequence: UInt16)
    case echoReply(identifier: UInt16, sequence: UInt16)
    /// Type 3. `mtu` is the next hop's for code 4 (RFC 1191, section 4), otherwise the low half of the unused field.
    case unreachable(UnreachableCode, mtu: UInt16)
    /// Type 11; code 0 in transit, 1 in reassembly.
    case timeExceeded(code: UInt8)
    /// Type 5; codes 0 to 3: network, host, service and network, service and host.
    case redirect(code: UInt8, gateway: IPv4Address)
    /// Every other type, with the four bytes behind the checksum.
    case other(type: UInt8, code: UInt8, rest: UInt32)
  }
}

/// The codes of destination unreachable (RFC 792, RFC 1122 3.2.2.1, RFC 1812 5.2.7.1).
public struct UnreachableCode: Hashable, Sendable, BitwiseCopyable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }
  public static let network = UnreachableCode(rawValue: 0)
  public static let host = UnreachableCode(rawValue: 1)
  public static let `protocol` = UnreachableCode(rawValue: 2)
  public static let port = UnreachableCode(rawValue: 3)
  public static let fragmentationNeeded = UnreachableCode(rawValue: 4)
  public static let sourceRouteFailed = UnreachableCode(rawValue: 5)
  public static let networkUnknown = UnreachableCode(rawValue: 6)
  public static let hostUnknown = UnreachableCode(rawValue: 7)
  public static let hostIsolated = UnreachableCode(rawValue: 8)
  public static let networkProhibited = UnreachableCode(rawValue: 9)
  public static let hostProhibited = UnreachableCode(rawValue: 10)
  public static let networkForService = UnreachableCode(rawValue: 11)
  public static let hostForService = UnreachableCode(rawValue: 12)
  public static let administrativelyProhibited = UnreachableCode(rawValue: 13)
  public static let precedenceViolation = UnreachableCode(rawValue: 14)
  public static let precedenceCutoff = UnreachableCode(rawValue: 15)
}

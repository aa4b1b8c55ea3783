/// A 32-bit Internet address (RFC 791).
public struct IPv4Address: Hashable, Sendable, BitwiseCopyable {
  /// The address with its first octet highest.
  public let rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }

  public init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) {
    rawValue = UInt32(a) << 24 | UInt32(b) << 16 | UInt32(c) << 8 | UInt32(d)
  }

  /// 0.0.0.0: no address yet, or any.
  public static let any = IPv4Address(rawValue: 0)
  /// 255.255.255.255, the limited broadcast (RFC 919).
  public static let broadcast = IPv4Address(rawValue: .max)

  public var isAny: Bool { rawValue == 0 }
  public var isLimitedBroadcast: Bool { rawValue == .max }
  /// 224.0.0.0/4 (RFC 1112).
  public var isMulticast: Bool { rawValue >> 28 == 0xe }
  /// 127.0.0.0/8 (RFC 1122, 3.2.1.3).
  public var isLoopback: Bool { rawValue >> 24 == 127 }

  /// 0.0.0.0/8: this network, which is nobody's (RFC 1122, 3.2.1.3).
  public var isThisNetwork: Bool { rawValue >> 24 == 0 }

  /// The address `distance` further on, or nil past either end.
  public func advanced(by distance: Int) -> IPv4Address? {
    UInt32(exactly: Int(rawValue) + distance).map(IPv4Address.init(rawValue:))
  }
}

extension IPv4Address: Comparable {
  public static func < (a: IPv4Address, b: IPv4Address) -> Bool { a.rawValue < b.rawValue }
}

extension IPv4Address: LosslessStringConvertible {
  /// Reads four decimal octets; leading zeros are refused, because some readers take them for octal.
  public init?(_ text: String) {
    var value: UInt32 = 0
    var octet: UInt32 = 0
    var digits = 0
    var octets = 0
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "."):
        guard digits > 0, octets < 3 else { return nil }
        value = value << 8 | octet
        (octet, digits, octets) = (0, 0, octets + 1)
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        guard digits == 0 || octet > 0 else { return nil }
        octet = octet * 10 + UInt32(byte - UInt8(ascii: "0"))
        digits += 1
        guard octet <= 255 else { return nil }
      default: return nil
      }
    }
    guard digits > 0, octets == 3 else { return nil }
    self.init(rawValue: value << 8 | octet)
  }

  public var description: String {
    "\(rawValue >> 24).\(rawValue >> 16 & 255).\(rawValue >> 8 & 255).\(rawValue & 255)"
  }
}

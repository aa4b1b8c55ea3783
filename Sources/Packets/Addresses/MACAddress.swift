/// A 48-bit IEEE 802 hardware address.
public struct MACAddress: Hashable, Sendable, BitwiseCopyable {
  /// The address in the low 48 bits, first octet highest.
  public let rawValue: UInt64

  public init(rawValue: UInt64) { self.rawValue = rawValue & 0xffff_ffff_ffff }

  /// ff:ff:ff:ff:ff:ff.
  @inlinable public static var broadcast: MACAddress { MACAddress(rawValue: 0xffff_ffff_ffff) }
  /// 00:00:00:00:00:00, which ARP writes where an address is asked for.
  @inlinable public static var zero: MACAddress { MACAddress(rawValue: 0) }

  public var isBroadcast: Bool { self == .broadcast }

  /// IEEE 802-2014, 8.2.2: the least significant bit of the first octet marks a group address.
  public var isGroup: Bool { rawValue & 0x0100_0000_0000 != 0 }

  /// IEEE 802.1D-2004, table 7-10: 01:80:c2:00:00:00 to :0f never leave the link.
  public var isLinkLocalReserved: Bool { rawValue & 0xffff_ffff_fff0 == 0x0180_c200_0000 }
}

extension MACAddress: Comparable {
  public static func < (a: MACAddress, b: MACAddress) -> Bool { a.rawValue < b.rawValue }
}

extension MACAddress: LosslessStringConvertible {
  /// Reads six octets of one or two hexadecimal digits, separated by colons or hyphens.
  public init?(_ text: String) {
    var value: UInt64 = 0
    var octet: UInt64 = 0
    var digits = 0
    var octets = 0
    for byte in text.utf8 {
      if byte == UInt8(ascii: ":") || byte == UInt8(ascii: "-") {
        guard digits > 0, octets < 5 else { return nil }
        value = value << 8 | octet
        (octet, digits, octets) = (0, 0, octets + 1)
      } else {
        guard let digit = hexadecimalDigit(byte), digits < 2 else { return nil }
        octet = octet << 4 | UInt64(digit)
        digits += 1
      }
    }
    guard digits > 0, octets == 5 else { return nil }
    self.init(rawValue: value << 8 | octet)
  }

  public var description: String {
    var text = ""
    for shift in stride(from: 40, through: 0, by: -8) {
      let octet = UInt8(truncatingIfNeeded: rawValue >> UInt64(shift))
      text += String(octet >> 4, radix: 16) + String(octet & 15, radix: 16)
      if shift > 0 { text += ":" }
    }
    return text
  }
}

/// The value of an ASCII hexadecimal digit; `UInt8(_:radix:)` would accept a sign.
func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  default: nil
  }
}

/// The ones' complement sum that IPv4, ICMP, UDP and TCP carry (RFC 1071).
public struct InternetChecksum: Sendable {
  private var sum: UInt64 = 0

  public init() {}

  /// Adds bytes that begin at an even place of what is summed; an odd last byte is followed by a zero.
  ///
  /// Eight bytes are taken at once, as four numbers side by side: the sum may be made in any groups of words
  /// (RFC 1071, 2, (C)), here in halves of 32 bits that each stand for two words.
  public mutating func add(_ bytes: ArraySlice<UInt8>) {
    bytes.withUnsafeBytes { bytes in
      var index = 0
      while index + 8 <= bytes.count {
        let word = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
        sum &+= word >> 32 &+ word & 0xffff_ffff
        index += 8
      }
      while index + 2 <= bytes.count {
        sum &+= UInt64(UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt16.self)))
        index += 2
      }
      if index < bytes.count { sum &+= UInt64(bytes[index]) << 8 }
    }
  }

  public mutating func add(word: UInt16) { sum &+= UInt64(word) }

  /// The pseudo header of UDP and TCP (RFC 768; RFC 9293, 3.1): addresses, protocol and length of the whole datagram.
  mutating func addPseudoHeader(of packet: IPv4Packet, _ number: IPProtocol, length: Int) {
    sum &+= UInt64(packet.source.rawValue >> 16) + UInt64(packet.source.rawValue & 0xffff)
    sum &+= UInt64(packet.destination.rawValue >> 16) + UInt64(packet.destination.rawValue & 0xffff)
    sum &+= UInt64(number.rawValue) + UInt64(UInt16(truncatingIfNeeded: length))
  }

  /// The complement of the sum: what is written, and zero where it is computed over bytes that hold a right one.
  public var value: UInt16 {
    var folded = sum
    while folded >> 16 != 0 { folded = (folded & 0xffff) + folded >> 16 }
    return ~UInt16(folded)
  }
}

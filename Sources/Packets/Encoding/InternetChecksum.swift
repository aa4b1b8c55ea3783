/// The ones' complement sum that IPv4, ICMP, UDP and TCP carry (RFC 1071).
public struct InternetChecksum: Sendable {
  private var sum: UInt64 = 0

  public init() {}

  /// Adds bytes that begin at an even place of what is summed; an odd last byte is followed by a zero.
  ///
  /// The sum may be made in any groups of words and in either order of bytes (RFC 1071, 2, (B) and (C)): here of 32 bits
  /// as they lie in memory, which the compiler takes several at once, and put right at the end.
  public mutating func add(_ bytes: ArraySlice<UInt8>) {
    bytes.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      var native: UInt64 = 0
      let longs = bytes.count / 4
      for place in 0..<longs { native &+= UInt64((base + 4 &* place).loadUnaligned(as: UInt32.self)) }
      sum &+= UInt64(InternetChecksum.folded(native).bigEndian)
      var index = longs * 4
      if index + 2 <= bytes.count {
        sum &+= UInt64(UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt16.self)))
        index += 2
      }
      if index < bytes.count { sum &+= UInt64(bytes[index]) << 8 }
    }
  }

  public mutating func add(word: UInt16) { sum &+= UInt64(word) }

  mutating func add(long: UInt32) { sum &+= UInt64(long) }

  /// The pseudo header of UDP and TCP (RFC 768; RFC 9293, 3.1): addresses, protocol and length of the whole datagram.
  mutating func addPseudoHeader(of packet: IPv4Packet, _ number: IPProtocol, length: Int) {
    sum &+= UInt64(packet.source.rawValue >> 16) + UInt64(packet.source.rawValue & 0xffff)
    sum &+= UInt64(packet.destination.rawValue >> 16) + UInt64(packet.destination.rawValue & 0xffff)
    sum &+= UInt64(number.rawValue) + UInt64(UInt16(truncatingIfNeeded: length))
  }

  /// The complement of the sum: what is written, and zero where it is computed over bytes that hold a right one.
  public var value: UInt16 { ~InternetChecksum.folded(sum) }

  private static func folded(_ sum: UInt64) -> UInt16 {
    var folded = sum
    while folded >> 16 != 0 { folded = (folded & 0xffff) + folded >> 16 }
    return UInt16(folded)
  }
}

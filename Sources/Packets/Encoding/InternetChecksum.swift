/// The ones' complement sum that IPv4, ICMP, UDP and TCP carry (RFC 1071).
public struct InternetChecksum: Sendable {
  private var sum: UInt64 = 0

  public init() {}

  /// Adds bytes that begin at an even place of what is summed; an odd last byte is followed by a zero.
  public mutating func add(_ bytes: ArraySlice<UInt8>) {
    var index = bytes.startIndex
    let last = bytes.endIndex - 1
    while index < last {
      sum &+= UInt64(bytes[index]) << 8 | UInt64(bytes[index + 1])
      index += 2
    }
    if index == last { sum &+= UInt64(bytes[index]) << 8 }
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

import Packets

/// Gives out the addresses of a block as networks, one beside the other.
struct AddressBlocks {
  /// Counted from the first address of the Internet, so that the end of it can be passed without a trap.
  private var next: UInt64

  init(_ block: IPv4Prefix) { next = UInt64(block.network.rawValue) }

  /// How many addresses the network of so many stations has: theirs, its own and the one for all of them.
  static func size(ofStations count: Int) -> UInt64 { powerOfTwo(UInt64(count) + 2) }

  /// The least power of two that is no less.
  static func powerOfTwo(_ count: UInt64) -> UInt64 {
    count <= 1 ? 1 : 1 << UInt64(UInt64.bitWidth - (count - 1).leadingZeroBitCount)
  }

  /// The next network of so many addresses, a power of two.
  mutating func take(_ size: UInt64) -> IPv4Prefix {
    let start = (next + size - 1) / size * size
    next = start + size
    let length = 32 - size.trailingZeroBitCount
    return IPv4Prefix(holding: IPv4Address(rawValue: UInt32(truncatingIfNeeded: start)), length: length) ?? .all
  }
}

extension IPv4Prefix {
  /// The address so far from the first one, as an interface there has it.
  func station(_ offset: Int) -> InterfaceAddress {
    InterfaceAddress(IPv4Address(rawValue: network.rawValue &+ UInt32(truncatingIfNeeded: offset)), in: self)
  }

  /// How many addresses it has.
  var size: UInt64 { 1 << UInt64(32 - length) }
}

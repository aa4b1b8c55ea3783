import Packets

/// Which addresses of a range are free, found without looking at those that are taken.
///
/// Bits in words, and above each level another with one bit per word that is not empty: finding the next free address
/// reads a few words whatever the size of the range.
struct DHCPPool: Sendable {
  let first: IPv4Address
  let count: Int
  /// Level 0 has a bit per address; each higher level a bit per word of the level below.
  private var levels: [[UInt64]] = []

  /// All free.
  init(_ range: ClosedRange<IPv4Address>) {
    first = range.lowerBound
    count = Int(range.upperBound.rawValue - range.lowerBound.rawValue) + 1
    var bits = count
    repeat {
      var words = [UInt64](repeating: .max, count: (bits + 63) / 64)
      if bits % 64 != 0 { words[words.count - 1] = (1 << UInt64(bits % 64)) - 1 }
      levels.append(words)
      bits = words.count
    } while bits > 1
  }

  func index(of address: IPv4Address) -> Int? {
    let distance = Int(address.rawValue) - Int(first.rawValue)
    return (0..<count).contains(distance) ? distance : nil
  }

  func address(at index: Int) -> IPv4Address { IPv4Address(rawValue: first.rawValue + UInt32(index)) }

  func isFree(_ address: IPv4Address) -> Bool {
    guard let index = index(of: address) else { return false }
    return levels[0][index / 64] >> UInt64(index % 64) & 1 == 1
  }

  /// Addresses outside the range are nobody's business here.
  mutating func take(_ address: IPv4Address) {
    guard var index = index(of: address) else { return }
    for level in levels.indices {
      levels[level][index / 64] &= ~(1 << UInt64(index % 64))
      guard levels[level][index / 64] == 0 else { return }
      index /= 64
    }
  }

  mutating func giveBack(_ address: IPv4Address) {
    guard var index = index(of: address) else { return }
    for level in levels.indices {
      levels[level][index / 64] |= 1 << UInt64(index % 64)
      index /= 64
    }
  }

  /// The lowest free address at `start` or above, then from the bottom of the range; nil when none is free.
  func free(from start: Int = 0) -> IPv4Address? {
    (next(start) ?? next(0)).map { address(at: $0) }
  }

  /// The lowest free index not below `start`.
  private func next(_ start: Int) -> Int? {
    var position = start
    for level in levels.indices {
      guard position / 64 < levels[level].count else { return nil }
      let rest = levels[level][position / 64] & (.max << UInt64(position % 64))
      if rest != 0 { return descend(from: level, position / 64 * 64 + rest.trailingZeroBitCount) }
      position = position / 64 + 1
    }
    return nil
  }

  private func descend(from level: Int, _ position: Int) -> Int {
    var position = position
    for lower in levels[..<level].reversed() {
      position = position * 64 + lower[position].trailingZeroBitCount
    }
    return position
  }
}

import Packets

/// A prefix packed into one number that sorts by network, then by length.
struct PrefixKey: Hashable, Sendable, BitwiseCopyable {
  let rawValue: UInt64

  init(_ prefix: IPv4Prefix) { rawValue = UInt64(prefix.network.rawValue) << 6 | UInt64(prefix.length) }

  private init(network: UInt32, length: UInt64) { rawValue = UInt64(network) << 6 | length }

  static let all = PrefixKey(.all)

  var length: Int { Int(rawValue & 63) }
  private var network: UInt32 { UInt32(truncatingIfNeeded: rawValue >> 6) }
  var last: UInt32 { network | (length == 0 ? .max : (1 << UInt32(32 - length)) &- 1) }
  var first: UInt32 { network }

  var prefix: IPv4Prefix { IPv4Prefix(holding: IPv4Address(rawValue: network), length: length) ?? .all }

  /// The prefix of which this one and the one before it, `lower`, are the two halves; nil where they are not.
  ///
  /// Halves never merge to 0.0.0.0/0: that is the way to what nobody here knows.
  func merged(withLower lower: PrefixKey) -> PrefixKey? {
    let length = length
    guard length > 1, lower.length == length else { return nil }
    let half = UInt32(1) << UInt32(32 - length)
    guard lower.network & half == 0, network == lower.network | half else { return nil }
    return PrefixKey(network: lower.network, length: UInt64(length - 1))
  }
}

extension PrefixKey: Comparable {
  static func < (one: PrefixKey, other: PrefixKey) -> Bool { one.rawValue < other.rawValue }
}

extension [PrefixKey] {
  /// As few prefixes as cover exactly the same addresses.
  ///
  /// The prefixes must not overlap; then joining halves until there are none left is all that can be done.
  mutating func aggregate() {
    sort()
    var kept = 0
    for place in indices {
      var key = self[place]
      while kept > 0, let whole = key.merged(withLower: self[kept - 1]) {
        key = whole
        kept -= 1
      }
      self[kept] = key
      kept += 1
    }
    removeLast(count - kept)
  }
}

/// A set of VLAN identifiers, one bit for each of them.
///
/// A port of a bridge asks it for every frame, so it is a look-up and not a search; the empty set holds no memory.
public struct VLANSet: Hashable, Sendable {
  private var words: [UInt64] = []

  public init() {}

  /// Every identifier there is: 1 to 4094 (IEEE 802.1Q-2018, table 9-2).
  public static let all: VLANSet = {
    var set = VLANSet()
    set.insert(1...4094)
    return set
  }()

  public var isEmpty: Bool { words.isEmpty }
  public var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  public mutating func insert(_ id: VLANID) { insert(id.rawValue...id.rawValue) }

  /// Takes in what of the range is an identifier.
  public mutating func insert(_ range: ClosedRange<UInt16>) {
    for number in range where VLANID(rawValue: number) != nil {
      if words.isEmpty { words = Array(repeating: 0, count: 64) }
      words[Int(number >> 6)] |= 1 << UInt64(number & 63)
    }
  }

  public func contains(_ id: VLANID) -> Bool {
    guard !words.isEmpty else { return false }
    return words[Int(id.rawValue >> 6)] & 1 << UInt64(id.rawValue & 63) != 0
  }

  /// From the lowest to the highest, neighbours as one range.
  public var ranges: [ClosedRange<UInt16>] {
    var ranges: [ClosedRange<UInt16>] = []
    for number in UInt16(1)...4094 where VLANID(rawValue: number).map(contains) ?? false {
      if let last = ranges.last, last.upperBound + 1 == number {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
    return ranges
  }
}

extension VLANSet: CustomStringConvertible {
  /// `100,200-210`, as it is written down; `all` for all of them.
  public var description: String {
    if self == .all { return "all" }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
  }
}

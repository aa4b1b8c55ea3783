/// Damages bytes in the ways that upset readers most, by seeded chance.
public struct Mutator {
  private var random: any RandomNumberGenerator

  public init(_ random: any RandomNumberGenerator) { self.random = random }

  /// Lengths, counts and signs at their ends.
  private static let awkward: [UInt8] = [0, 1, 2, 3, 4, 7, 8, 12, 63, 64, 127, 128, 0xc0, 0xc1, 254, 255]

  /// Bytes changed in one to four places, perhaps with a part of others in them.
  public mutating func damaged(_ bytes: [UInt8], with others: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<number(1...4) { damage(&bytes, with: others) }
    return bytes
  }

  private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

  private mutating func damage(_ bytes: inout [UInt8], with others: [UInt8]) {
    guard !bytes.isEmpty else { return bytes.append(UInt8(number(0...255))) }
    let place = number(0...bytes.count - 1)
    let rest = bytes.count - place
    switch number(0...9) {
    case 0: bytes[place] ^= 1 << UInt8(number(0...7))
    case 1: bytes[place] = UInt8(number(0...255))
    case 2, 3: bytes[place] = Self.awkward[number(0...Self.awkward.count - 1)]
    case 4: bytes[place] = bytes[place] &+ (number(0...1) == 0 ? 1 : 255)
    case 5 where rest >= 2:
      bytes[place] = Self.awkward[number(0...Self.awkward.count - 1)]
      bytes[place + 1] = Self.awkward[number(0...Self.awkward.count - 1)]
    case 6: bytes.removeSubrange(place..<place + number(1...min(rest, 8)))
    case 7: bytes.insert(contentsOf: bytes[place..<place + number(1...min(rest, 16))], at: place)
    case 8: bytes.removeSubrange(place...)
    default:
      guard !others.isEmpty else { return }
      let start = number(0...others.count - 1)
      let part = others[start..<start + number(1...min(others.count - start, 32))]
      bytes.replaceSubrange(place..<place + min(rest, part.count), with: part)
    }
  }
}

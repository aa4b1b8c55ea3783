/// Application bytes nobody reads, made from a seed and known again by their looks.
///
/// A block of eight bytes tells its seed, its number and a check of both, so any stretch that holds a whole block says where it
/// was cut from, and a part of the pattern is the same part whoever makes it. With seed zero it begins with "hoplab".
enum Pattern {
  static let blockLength = 8

  private static func block(_ number: Int, seed: UInt32) -> UInt64 {
    let number = UInt16(truncatingIfNeeded: number)
    let check = (seed &* 0x9e37_79b1 ^ UInt32(number) &* 0x85eb_ca6b &+ 0x1b56_c4e9) >> 16
    return UInt64(seed ^ 0x686f_706c) << 32 | UInt64(number ^ 0x6162) << 16 | UInt64(check)
  }

  /// So many blocks are made at once, beside the bytes, which then take them in one piece.
  private static let blocksAtOnce = 128

  static func append(to bytes: inout [UInt8], seed: UInt32, offset: Int, length: Int) {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: blocksAtOnce) { blocks in
      var number = offset / blockLength
      var skipped = offset % blockLength
      var rest = length
      while rest > 0 {
        let count = min(blocksAtOnce, (skipped + rest + blockLength - 1) / blockLength)
        for place in 0..<count { blocks.initializeElement(at: place, to: block(number &+ place, seed: seed).bigEndian) }
        let part = min(rest, count * blockLength - skipped)
        bytes.append(
          contentsOf: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(blocks)[skipped..<skipped + part]))
        (number, skipped, rest) = (number + count, 0, rest - part)
      }
    }
  }

  /// The content whose bytes these are; nil when they are not of a pattern, or too few to hold a whole block.
  static func recognize(_ bytes: ArraySlice<UInt8>) -> Content? {
    for lead in 0..<blockLength where lead + blockLength <= bytes.count {
      let seed = bytes.long(lead) ^ 0x686f_706c
      let number = Int(bytes.word(lead + 4) ^ 0x6162)
      guard block(number, seed: seed) & 0xffff == UInt64(bytes.word(lead + 6)),
        let offset = UInt32(exactly: number * blockLength - lead),
        let length = UInt16(exactly: bytes.count)
      else { continue }
      var made: [UInt8] = []
      made.reserveCapacity(bytes.count)
      append(to: &made, seed: seed, offset: Int(offset), length: bytes.count)
      if made[...] == bytes {
        return Content(kind: .pattern, offset: offset, length: length, reference: seed)
      }
    }
    return nil
  }
}

extension Content {
  /// The bytes carried; what a message does not have is filled with zeros.
  public func bytes(_ messages: MessageTable) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(length))
    append(to: &bytes, messages)
    return bytes
  }

  func append(to bytes: inout [UInt8], _ messages: MessageTable) {
    guard length > 0 else { return }
    guard let id = message else {
      return Pattern.append(to: &bytes, seed: reference, offset: Int(offset), length: Int(length))
    }
    let whole = messages[id]?.encoded(messages) ?? []
    let part = whole.dropFirst(Int(offset)).prefix(Int(length))
    bytes.append(contentsOf: part)
    bytes.append(repeating: 0, count: Int(length) - part.count)
  }
}

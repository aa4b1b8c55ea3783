/// Reads capture files as their specification describes them, apart from how they are written.
struct PcapngReader {
  struct Block: Equatable {
    var type: UInt32
    var body: [UInt8]
  }

  struct Malformed: Error {}

  var blocks: [Block] = []

  init(_ bytes: [UInt8]) throws {
    var place = 0
    while place < bytes.count {
      guard place + 12 <= bytes.count else { throw Malformed() }
      let type = Self.long(bytes, place)
      let length = Int(Self.long(bytes, place + 4))
      guard length >= 12, length % 4 == 0, place + length <= bytes.count,
        Int(Self.long(bytes, place + length - 4)) == length
      else { throw Malformed() }
      blocks.append(Block(type: type, body: Array(bytes[place + 8..<place + length - 4])))
      place += length
    }
  }

  func blocks(_ type: UInt32) -> [Block] { blocks.filter { $0.type == type } }

  static func long(_ bytes: [UInt8], _ place: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) }
  }

  static func word(_ bytes: [UInt8], _ place: Int) -> UInt16 { UInt16(bytes[place]) | UInt16(bytes[place + 1]) << 8 }

  /// Codes and values from `place` to the end-of-options mark.
  static func options(_ bytes: [UInt8], from place: Int) throws -> [UInt16: [UInt8]] {
    var options: [UInt16: [UInt8]] = [:]
    var place = place
    while true {
      guard place + 4 <= bytes.count else { throw Malformed() }
      let (code, length) = (word(bytes, place), Int(word(bytes, place + 2)))
      if code == 0 { return options }
      guard place + 4 + length <= bytes.count else { throw Malformed() }
      options[code] = Array(bytes[place + 4..<place + 4 + length])
      place += 4 + (length + 3) & ~3
    }
  }
}

/// An enhanced packet block, taken apart.
struct PacketBlock {
  var interface: UInt32
  var time: UInt64
  var bytes: [UInt8]
  var originalLength: Int
  var options: [UInt16: [UInt8]]

  init(_ block: PcapngReader.Block) throws {
    let body = block.body
    interface = PcapngReader.long(body, 0)
    time = UInt64(PcapngReader.long(body, 4)) << 32 | UInt64(PcapngReader.long(body, 8))
    let length = Int(PcapngReader.long(body, 12))
    originalLength = Int(PcapngReader.long(body, 16))
    bytes = Array(body[20..<20 + length])
    let padded = (length + 3) & ~3
    guard body[20 + length..<20 + padded].allSatisfy({ $0 == 0 }) else { throw PcapngReader.Malformed() }
    options = try PcapngReader.options(body, from: 20 + padded)
  }

  var comment: String { String(decoding: options[1] ?? [], as: UTF8.self) }
  /// 1 inbound, 2 outbound.
  var direction: UInt32 { options[2].map { PcapngReader.long($0, 0) & 3 } ?? 0 }
}

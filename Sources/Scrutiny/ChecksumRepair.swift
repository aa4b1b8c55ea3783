/// Puts the checksums of a damaged frame right, so that what is behind them is read.
///
/// It is written apart from the encoders, from RFC 791, 768, 793 and 792, and believes nothing the bytes say.
public enum ChecksumRepair {
  /// The frame with right checksums wherever there is one, in quotes and in tunnels as well.
  public static func repaired(_ frame: [UInt8]) -> [UInt8] {
    var bytes = frame
    repairFrame(&bytes, from: 0, depth: 0)
    return bytes
  }

  private static func repairFrame(_ bytes: inout [UInt8], from first: Int, depth: Int) {
    guard bytes.count >= first + 14 else { return }
    var start = first + 14
    var type = bytes[start - 2..<start]
    if type == [0x81, 0], bytes.count >= start + 4 {
      start += 4
      type = bytes[start - 2..<start]
    }
    if type == [8, 0] { repairPacket(&bytes, from: start, depth: depth) }
  }

  private static func repairPacket(_ bytes: inout [UInt8], from start: Int, depth: Int) {
    guard bytes.count >= start + 20 else { return }
    let header = Int(bytes[start] & 15) * 4
    guard header >= 20, bytes.count >= start + header else { return }
    let total = Int(bytes[start + 2]) << 8 | Int(bytes[start + 3])
    set(&bytes, at: start + 10, over: start..<start + header)
    guard total >= header else { return }
    let data = start + header..<min(bytes.count, start + total)
    let fragmentation = Int(bytes[start + 6] & 0x3f) << 8 | Int(bytes[start + 7])
    guard fragmentation == 0 else { return }
    switch bytes[start + 9] {
    case 1 where data.count >= 8:
      if [3, 5, 11, 12].contains(bytes[data.lowerBound]), depth < 9 {
        repairPacket(&bytes, from: data.lowerBound + 8, depth: depth + 1)
      }
      set(&bytes, at: data.lowerBound + 2, over: data)
    case 6 where data.count >= 20:
      set(&bytes, at: data.lowerBound + 16, over: data, pseudoHeader(bytes, start, 6, data.count))
    case 17 where data.count >= 8:
      let length = Int(bytes[data.lowerBound + 4]) << 8 | Int(bytes[data.lowerBound + 5])
      guard length >= 8, length <= data.count else { return }
      let datagram = data.lowerBound..<data.lowerBound + length
      // RFC 7348, 5: at port 4789, on either side, a frame stands behind both headers.
      let ports = bytes[datagram.prefix(4)]
      if ports.prefix(2) == [0x12, 0xb5] || ports.suffix(2) == [0x12, 0xb5], length >= 16 + 14, depth < 9 {
        repairFrame(&bytes, from: datagram.lowerBound + 16, depth: depth + 1)
      }
      let field = datagram.lowerBound + 6
      set(&bytes, at: field, over: datagram, pseudoHeader(bytes, start, 17, length))
      // Zero would say that there is none.
      if bytes[field] == 0, bytes[field + 1] == 0 { bytes.replaceSubrange(field...field + 1, with: [255, 255]) }
    default: break
    }
  }

  private static func pseudoHeader(_ bytes: [UInt8], _ start: Int, _ number: UInt8, _ length: Int) -> Int {
    sum(bytes, start + 12..<start + 20) + Int(number) + length
  }

  /// RFC 1071: the complement of the ones' complement sum, with the field itself as zero.
  private static func set(_ bytes: inout [UInt8], at place: Int, over range: Range<Int>, _ more: Int = 0) {
    bytes[place] = 0
    bytes[place + 1] = 0
    var sum = sum(bytes, range) + more
    while sum > 0xffff { sum = (sum & 0xffff) + sum >> 16 }
    bytes[place] = UInt8((0xffff - sum) >> 8)
    bytes[place + 1] = UInt8((0xffff - sum) & 255)
  }

  private static func sum(_ bytes: [UInt8], _ range: Range<Int>) -> Int {
    var sum = 0
    for place in range {
      sum += (place - range.lowerBound) % 2 == 0 ? Int(bytes[place]) << 8 : Int(bytes[place])
    }
    return sum
  }
}

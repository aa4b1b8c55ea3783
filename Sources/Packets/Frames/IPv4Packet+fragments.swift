/// Splitting a datagram (RFC 791, 3.2).
extension IPv4Packet {
  /// The parts of this packet that fit into `mtu` bytes each; nil where not even the header of its protocol would fit.
  ///
  /// All but the last carry a multiple of eight bytes, so a link of 1400 bytes takes 1396. A fragment is split in the
  /// same way, and its parts say where in the whole datagram they belong.
  public func fragments(fitting mtu: Int) -> [IPv4Packet]? {
    let room = max(0, mtu - headerLength) & ~7
    guard room > 0, room >= payload.headerLength else { return nil }
    return stride(from: 0, to: payload.length, by: room).map { part(from: $0, length: min(room, payload.length - $0)) }
  }

  private func part(from start: Int, length: Int) -> IPv4Packet {
    var part = self
    let isLast = !moreFragments && start + length == payload.length
    part.fragmentation = UInt16((fragmentOffset + start) / 8) | (isLast ? 0 : IPv4Packet.moreFragmentsFlag)
    var content = payload.content
    guard start > 0 else {
      if !isFragment { part.unfragmentedLength = UInt16(payload.length) }
      content.length = UInt16(length - payload.headerLength)
      part.payload.content = content
      return part
    }
    content.offset &+= UInt32(start - payload.headerLength)
    content.length = UInt16(length)
    part.unfragmentedLength = 0
    part.payload = .other(payload.number, content)
    return part
  }

  /// The whole datagram that begins with this fragment and has so many bytes of data.
  public func reassembled(dataLength: Int) -> IPv4Packet {
    var whole = self
    whole.fragmentation = 0
    whole.unfragmentedLength = 0
    whole.payload.content.length = UInt16(dataLength - payload.headerLength)
    return whole
  }
}

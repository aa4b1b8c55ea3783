extension IPv4Packet {
  /// Reads a packet whose checksums are right; bytes behind its total length are not looked at.
  ///
  /// The content of options is lost (they become no-operations), and so are the bits that no field here holds. A fragment is
  /// read with its own header only if it is the first and holds all of it; its checksum covers more than it has, so
  /// it is not verified.
  public static func decode(
    _ bytes: some Collection<UInt8>, into messages: inout MessageTable
  ) throws(PacketError) -> IPv4Packet {
    try decode(Array(bytes)[...], depth: 0, into: &messages)
  }

  static func decode(
    _ bytes: ArraySlice<UInt8>, depth: Int, into messages: inout MessageTable
  ) throws(PacketError) -> IPv4Packet {
    let header = try IPv4Header(bytes)
    guard header.totalLength <= bytes.count else { throw .truncated(.ipv4) }
    let data = bytes.prefix(header.totalLength).dropFirst(header.length)
    var packet = header.packet
    if packet.fragmentOffset > 0 {
      packet.payload = .other(header.number, Content.decode(data, as: .plain, into: &messages))
      return packet
    }
    switch header.number {
    case .icmp: packet.payload = try icmp(data, in: packet, depth: depth, into: &messages)
    case .udp: packet.payload = try udp(data, in: packet, depth: depth, into: &messages)
    case .tcp: packet.payload = try tcp(data, in: packet, into: &messages)
    default: packet.payload = .other(header.number, Content.decode(data, as: .plain, into: &messages))
    }
    return packet
  }

  private static func icmp(
    _ data: ArraySlice<UInt8>, in packet: IPv4Packet, depth: Int, into messages: inout MessageTable
  ) throws(PacketError) -> IPv4Payload {
    guard data.count >= ICMPMessage.headerLength else {
      if packet.moreFragments { return .other(.icmp, Content.decode(data, as: .plain, into: &messages)) }
      throw .truncated(.icmp)
    }
    var message = ICMPMessage(header: data)
    let content = data.dropFirst(ICMPMessage.headerLength)
    if packet.moreFragments {
      message.content = Content.decode(content, as: .plain, into: &messages)
      return .icmp(message)
    }
    var checksum = InternetChecksum()
    checksum.add(data)
    guard checksum.value == 0 else { throw .badChecksum(.icmp) }
    let form: Content.Form = message.kind.isError ? .quote(depth: depth) : .plain
    message.content = Content.decode(content, as: form, into: &messages)
    return .icmp(message)
  }

  private static func udp(
    _ data: ArraySlice<UInt8>, in packet: IPv4Packet, depth: Int, into messages: inout MessageTable
  ) throws(PacketError) -> IPv4Payload {
    guard data.count >= UDPDatagram.headerLength else {
      if packet.moreFragments { return .other(.udp, Content.decode(data, as: .plain, into: &messages)) }
      throw .truncated(.udp)
    }
    var datagram = UDPDatagram(header: data)
    let length = Int(datagram.length)
    guard length >= UDPDatagram.headerLength else { throw .badLength(.udp) }
    if packet.moreFragments {
      guard length >= data.count else { throw .badLength(.udp) }
      let content = data.dropFirst(UDPDatagram.headerLength)
      datagram.content = Content.decode(content, as: .plain, into: &messages)
      return .udp(datagram)
    }
    guard length <= data.count else { throw .truncated(.udp) }
    let data = data.prefix(length)
    if datagram.hasChecksum {
      var checksum = InternetChecksum()
      checksum.addPseudoHeader(of: packet, .udp, length: length)
      checksum.add(data)
      guard checksum.value == 0 else { throw .badChecksum(.udp) }
    }
    let form = Content.Form.datagram(datagram.sourcePort, datagram.destinationPort, depth: depth)
    datagram.content = Content.decode(
      data.dropFirst(UDPDatagram.headerLength), as: form, into: &messages)
    datagram.length = UInt16(clamping: UDPDatagram.headerLength + Int(datagram.content.length))
    return .udp(datagram)
  }

  private static func tcp(
    _ data: ArraySlice<UInt8>, in packet: IPv4Packet, into messages: inout MessageTable
  ) throws(PacketError) -> IPv4Payload {
    if packet.moreFragments, data.count < 20 || data.count < TCPSegment.headerLength(of: data) {
      return .other(.tcp, Content.decode(data, as: .plain, into: &messages))
    }
    var segment = try TCPSegment(header: data)
    let content = data.dropFirst(TCPSegment.headerLength(of: data))
    if packet.moreFragments {
      segment.content = Content.decode(content, as: .plain, into: &messages)
      return .tcp(segment)
    }
    var checksum = InternetChecksum()
    checksum.addPseudoHeader(of: packet, .tcp, length: data.count)
    checksum.add(data)
    guard checksum.value == 0 else { throw .badChecksum(.tcp) }
    segment.content = Content.decode(content, as: .segment, into: &messages)
    if content.isEmpty { segment.readSelective(data, into: &messages) }
    return .tcp(segment)
  }
}

/// An Internet header with a right checksum; whether the data it speaks of is there, the reader looks.
struct IPv4Header {
  /// The packet with nothing in it yet.
  let packet: IPv4Packet
  let number: IPProtocol
  let length: Int
  let totalLength: Int

  init(_ bytes: ArraySlice<UInt8>) throws(PacketError) {
    guard let first = bytes.first else { throw .truncated(.ipv4) }
    guard first >> 4 == 4 else { throw .badVersion(first >> 4) }
    guard bytes.count >= 20 else { throw .truncated(.ipv4) }
    length = Int(first & 15) * 4
    totalLength = Int(bytes.word(2))
    guard length >= 20, totalLength >= length else { throw .badLength(.ipv4) }
    guard bytes.count >= length else { throw .truncated(.ipv4) }
    var checksum = InternetChecksum()
    checksum.add(bytes.prefix(length))
    guard checksum.value == 0 else { throw .badChecksum(.ipv4) }
    number = IPProtocol(rawValue: bytes.byte(9))
    packet = IPv4Packet(
      source: bytes.address(12), destination: bytes.address(16), identification: bytes.word(4),
      timeToLive: bytes.byte(8), typeOfService: bytes.byte(1), optionsLength: UInt8(length - 20),
      fragmentation: bytes.word(6), payload: .other(number, .empty))
  }
}

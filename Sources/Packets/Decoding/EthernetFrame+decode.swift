extension EthernetFrame {
  /// Reads a frame from its destination address on, without frame check sequence; any bytes may be given.
  ///
  /// Long messages go into `messages`, with no reference yet; nothing is stored when this throws. Bytes behind the end of
  /// an ARP or IPv4 packet are padding and are not looked at.
  public static func decode(
    _ bytes: some Collection<UInt8>, into messages: inout MessageTable
  ) throws(PacketError) -> EthernetFrame {
    try decode(Array(bytes)[...], depth: 0, into: &messages)
  }

  static func decode(
    _ bytes: ArraySlice<UInt8>, depth: Int, into messages: inout MessageTable
  ) throws(PacketError) -> EthernetFrame {
    guard bytes.count >= headerLength else { throw .truncated(.ethernet) }
    var type = EtherType(rawValue: bytes.word(12))
    var body = bytes.dropFirst(headerLength)
    var tag: VLANTag?
    if type == .vlan {
      guard body.count >= VLANTag.length else { throw .truncated(.tag) }
      tag = VLANTag(control: body.word(0))
      type = EtherType(rawValue: body.word(2))
      body = body.dropFirst(VLANTag.length)
    }
    let payload: EthernetPayload
    if type == .ipv4 {
      payload = .ipv4(try IPv4Packet.decode(body, depth: depth, into: &messages))
    } else if type == .arp, let packet = try ARPPacket.decode(body) {
      payload = .arp(packet)
    } else if let unit = BridgeProtocolDataUnit(body: body, lengthField: type.rawValue) {
      payload = unit.payload(in: &messages)
    } else if type == .slowProtocols, let unit = LinkAggregationUnit(body) {
      payload = unit.payload(in: &messages)
    } else {
      payload = .other(type, Content.decode(body, as: .plain, into: &messages))
    }
    return EthernetFrame(
      destination: bytes.hardware(0), source: bytes.hardware(6), tag: tag, payload: payload)
  }
}

extension ARPPacket {
  /// Nil for addresses other than Ethernet's and IPv4's.
  static func decode(_ bytes: ArraySlice<UInt8>) throws(PacketError) -> ARPPacket? {
    guard bytes.count >= 8 else { throw .truncated(.arp) }
    guard (bytes.word(0), bytes.word(2), bytes.word(4)) == hardwareAndProtocol else { return nil }
    guard bytes.count >= length else { throw .truncated(.arp) }
    return ARPPacket(
      operation: Operation(rawValue: bytes.word(6)), senderHardware: bytes.hardware(8),
      senderAddress: bytes.address(14), targetHardware: bytes.hardware(18), targetAddress: bytes.address(24))
  }
}

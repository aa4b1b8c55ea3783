extension IPv4Packet {
  /// The bytes of the packet with right lengths and checksums.
  ///
  /// The checksum of UDP, TCP and ICMP covers the whole datagram. In a first fragment it is made of all the datagram's content if its
  /// length is known (by UDP's length field or by `unfragmentedLength`), otherwise of what the fragment carries.
  public func encoded(_ messages: MessageTable) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(length)
    append(to: &bytes, messages)
    return bytes
  }

  /// The total length field: header, options and data.
  @inlinable
  public var length: Int {
    @inline(__always) get { headerLength + payload.length }
  }

  /// 20 to 60 bytes (RFC 791, 3.1, IHL).
  @inlinable
  public var headerLength: Int {
    @inline(__always) get { 20 + min(40, (Int(optionsLength) + 3) & ~3) }
  }

  func append(to bytes: inout [UInt8], _ messages: MessageTable) {
    let version = UInt32(0x40 | headerLength / 4)
    let first = version << 24 | UInt32(typeOfService) << 16 | UInt32(UInt16(truncatingIfNeeded: length))
    let second = UInt32(identification) << 16 | UInt32(fragmentation)
    let third = UInt32(timeToLive) << 24 | UInt32(payload.number.rawValue) << 16
    var checksum = InternetChecksum()
    checksum.add(long: first)
    checksum.add(long: second)
    checksum.add(long: third)
    checksum.add(long: source.rawValue)
    checksum.add(long: destination.rawValue)
    // Options are no-operations, of which two stand in each word.
    for _ in 0..<(headerLength - 20) / 2 { checksum.add(word: 0x0101) }
    bytes.append(
      header: (
        first.bigEndian, second.bigEndian, (third | UInt32(checksum.value)).bigEndian, source.rawValue.bigEndian,
        destination.rawValue.bigEndian
      ))
    if headerLength > 20 { bytes.append(repeating: 1, count: headerLength - 20) }
    appendPayload(to: &bytes, messages)
  }

  private func appendPayload(to bytes: inout [UInt8], _ messages: MessageTable) {
    let start = bytes.count
    let checksumIndex: Int
    switch payload {
    case .icmp(let message):
      message.appendHeader(to: &bytes)
      checksumIndex = start + 2
    case .udp(let datagram):
      datagram.appendHeader(to: &bytes, length: wholePayloadLength)
      checksumIndex = start + 6
    case .tcp(let segment):
      segment.appendHeader(to: &bytes, messages)
      checksumIndex = start + 16
    case .other(_, let content):
      return content.append(to: &bytes, messages)
    }
    let contentStart = bytes.count
    payload.content.append(to: &bytes, messages)
    if case .udp(let datagram) = payload, !datagram.hasChecksum { return }
    let value = payloadChecksum(of: bytes, from: start, contentStart: contentStart, messages)
    bytes.replace(word: value, at: checksumIndex)
  }

  private func payloadChecksum(
    of bytes: [UInt8], from start: Int, contentStart: Int, _ messages: MessageTable
  ) -> UInt16 {
    let number = payload.number
    var checksum = InternetChecksum()
    if number != .icmp { checksum.addPseudoHeader(of: self, number, length: wholePayloadLength) }
    if wholePayloadLength > bytes.count - start {
      checksum.add(bytes[start..<contentStart])
      var content = payload.content
      content.length = UInt16(truncatingIfNeeded: wholePayloadLength - (contentStart - start))
      checksum.add(content.bytes(messages)[...])
    } else {
      checksum.add(bytes[start...])
    }
    // RFC 768: a computed zero is written as ones, because zero says that there is none.
    return number == .udp && checksum.value == 0 ? 0xffff : checksum.value
  }

  /// Header and content of the protocol above: of the whole datagram where a first fragment tells it.
  private var wholePayloadLength: Int {
    guard moreFragments, fragmentOffset == 0 else { return payload.length }
    guard case .udp(let datagram) = payload else { return max(payload.length, Int(unfragmentedLength)) }
    return max(payload.length, Int(datagram.length))
  }
}

extension IPv4Payload {
  /// The protocol field in front of this payload.
  public var number: IPProtocol {
    switch self {
    case .icmp: .icmp
    case .udp: .udp
    case .tcp: .tcp
    case .other(let number, _): number
    }
  }

  /// Bytes of the protocol's header and content that this packet carries.
  @inlinable
  public var length: Int {
    @inline(__always) get { headerLength + Int(content.length) }
  }

  /// Bytes of the protocol's own header; zero where there is none.
  @inlinable
  public var headerLength: Int {
    @inline(__always) get {
      switch self {
      case .icmp: ICMPMessage.headerLength
      case .udp: UDPDatagram.headerLength
      case .tcp(let segment): segment.headerLength
      case .other: 0
      }
    }
  }
}

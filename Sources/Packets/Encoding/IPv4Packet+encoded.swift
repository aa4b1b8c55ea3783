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
    let start = bytes.count
    bytes.append(UInt8(0x40 | headerLength / 4))
    bytes.append(typeOfService)
    bytes.append(word: UInt16(truncatingIfNeeded: length))
    bytes.append(word: identification)
    bytes.append(word: fragmentation)
    bytes.append(timeToLive)
    bytes.append(payload.number.rawValue)
    bytes.append(word: 0)
    bytes.append(source)
    bytes.append(destination)
    bytes.append(repeating: 1, count: headerLength - 20)
    var checksum = InternetChecksum()
    checksum.add(bytes[start...])
    bytes.replace(word: checksum.value, at: start + 10)
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

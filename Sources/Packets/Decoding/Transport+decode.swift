extension UDPDatagram {
  /// Reads eight bytes that are there; the content is left empty and the length field as it stands.
  init(header bytes: ArraySlice<UInt8>) {
    self.init(sourcePort: bytes.word(0), destinationPort: bytes.word(2), content: .empty)
    length = bytes.word(4)
    hasChecksum = bytes.word(6) != 0
  }
}

extension ICMPMessage {
  /// Reads eight bytes that are there; the content is left empty.
  init(header bytes: ArraySlice<UInt8>) {
    self.init(Kind(type: bytes.byte(0), code: bytes.byte(1), rest: bytes.long(4)))
  }
}

extension ICMPMessage.Kind {
  /// The fields a kind does not use are not kept.
  init(type: UInt8, code: UInt8, rest: UInt32) {
    let high = UInt16(truncatingIfNeeded: rest >> 16)
    let low = UInt16(truncatingIfNeeded: rest)
    self =
      switch (type, code) {
      case (ICMPType.echoRequest, 0): .echoRequest(identifier: high, sequence: low)
      case (ICMPType.echoReply, 0): .echoReply(identifier: high, sequence: low)
      case (ICMPType.unreachable, _): .unreachable(UnreachableCode(rawValue: code), mtu: low)
      case (ICMPType.timeExceeded, _): .timeExceeded(code: code)
      case (ICMPType.redirect, _): .redirect(code: code, gateway: IPv4Address(rawValue: rest))
      default: .other(type: type, code: code, rest: rest)
      }
  }
}

extension TCPSegment {
  /// What the data offset says, of at least twenty bytes.
  static func headerLength(of bytes: ArraySlice<UInt8>) -> Int { Int(bytes.byte(12) >> 4) * 4 }

  /// Reads the header and its options; the content is left empty.
  init(header bytes: ArraySlice<UInt8>) throws(PacketError) {
    guard bytes.count >= 20 else { throw .truncated(.tcp) }
    let length = TCPSegment.headerLength(of: bytes)
    guard length >= 20 else { throw .badLength(.tcp) }
    guard length <= bytes.count else { throw .truncated(.tcp) }
    self.init(
      sourcePort: bytes.word(0), destinationPort: bytes.word(2), sequence: bytes.long(4),
      acknowledgment: bytes.long(8), flags: Flags(rawValue: bytes.byte(13)), window: bytes.word(14))
    urgentPointer = bytes.word(18)
    TCPSegment.forEachOption(of: bytes) { kind, option in
      switch (kind, option.count) {
      case (TCPOption.maximumSegmentSize, 4): maximumSegmentSize = option.word(2)
      case (TCPOption.windowScale, 3): windowScale = option.byte(2)
      case (TCPOption.selectiveAcknowledgmentPermitted, 2): permitsSelectiveAcknowledgment = true
      default: break
      }
    }
    countOtherOptions(length)
  }

  /// Reads selective acknowledgments, of a segment that carries nothing and opens nothing; elsewhere they count among the
  /// other options.
  mutating func readSelective(_ bytes: ArraySlice<UInt8>, into messages: inout MessageTable) {
    let length = TCPSegment.headerLength(of: bytes)
    guard knownOptionsLength == 0 else { return }
    var blocks = SelectiveBlocks()
    TCPSegment.forEachOption(of: bytes) { kind, option in
      guard kind == TCPOption.selectiveAcknowledgment, option.count % 8 == 2, blocks.count == 0 else { return }
      for place in stride(from: 2, to: option.count, by: 8) {
        blocks.append(SelectiveBlocks.Block(start: option.long(place), end: option.long(place + 4)))
      }
    }
    // Without the two bytes that align it, it would not be as long when it is written.
    guard blocks.count > 0, length - 20 >= 4 + 8 * blocks.count else { return }
    selectiveBlockCount = UInt8(blocks.count)
    content = messages.content(of: .selective(blocks))
    countOtherOptions(length)
  }

  /// Up to three bytes more than are known are what pads the header to words.
  private mutating func countOtherOptions(_ length: Int) {
    let others = length - 20 - knownOptionsLength
    otherOptionsLength = others < 4 ? 0 : UInt8(others)
  }

  /// An option that does not end inside the header ends the reading; it counts among the others.
  private static func forEachOption(of bytes: ArraySlice<UInt8>, _ read: (UInt8, ArraySlice<UInt8>) -> Void) {
    var rest = bytes.prefix(headerLength(of: bytes)).dropFirst(20)
    while let kind = rest.first, kind != TCPOption.end {
      guard kind != TCPOption.noOperation else {
        rest = rest.dropFirst()
        continue
      }
      guard rest.count >= 2 else { return }
      let length = Int(rest.byte(1))
      guard length >= 2, length <= rest.count else { return }
      read(kind, rest.prefix(length))
      rest = rest.dropFirst(length)
    }
  }
}

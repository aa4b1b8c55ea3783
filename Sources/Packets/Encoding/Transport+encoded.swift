extension UDPDatagram {
  @inlinable static var headerLength: Int { 8 }

  /// Leaves the checksum zero; it covers the content and the addresses too.
  func appendHeader(to bytes: inout [UInt8], length: Int) {
    bytes.append(
      header: (
        sourcePort.bigEndian, destinationPort.bigEndian, UInt16(truncatingIfNeeded: length).bigEndian, UInt16(0)
      ))
  }
}

extension TCPSegment {
  /// 20 to 60 bytes (RFC 9293, 3.1, data offset).
  @inlinable
  public var headerLength: Int {
    @inline(__always) get { 20 + min(40, (knownOptionsLength + Int(otherOptionsLength) + 3) & ~3) }
  }

  /// Bytes of the options that have a field of their own.
  @inlinable
  var knownOptionsLength: Int {
    (maximumSegmentSize == 0 ? 0 : 4) + (permitsSelectiveAcknowledgment ? 2 : 0)
      + (windowScale == TCPSegment.noWindowScale ? 0 : 3) + selectiveLength
  }

  /// Selective acknowledgments stand behind two no-operations, as Linux aligns them.
  @inlinable
  var selectiveLength: Int { selectiveBlockCount == 0 ? 0 : 4 + 8 * Int(selectiveBlockCount) }

  /// How many no-operations stand in front of the window scale and of selective acknowledgment, as Linux aligns them.
  var noOperations: (beforeAcknowledgment: Int, beforeWindowScale: Int) {
    let count = headerLength - 20 - knownOptionsLength
    let last = windowScale == TCPSegment.noWindowScale ? 0 : 1
    return (count - last, last)
  }

  /// Leaves the checksum zero.
  func appendHeader(to bytes: inout [UInt8], _ messages: MessageTable) {
    bytes.append(
      header: (
        sourcePort.bigEndian, destinationPort.bigEndian, sequence.bigEndian, acknowledgment.bigEndian,
        UInt8((headerLength / 4) << 4), flags.rawValue, window.bigEndian, UInt16(0), urgentPointer.bigEndian
      ))
    guard headerLength > 20 else { return }
    if maximumSegmentSize != 0 {
      bytes.append(TCPOption.maximumSegmentSize)
      bytes.append(4)
      bytes.append(word: maximumSegmentSize)
    }
    bytes.append(repeating: TCPOption.noOperation, count: noOperations.beforeAcknowledgment)
    if permitsSelectiveAcknowledgment {
      bytes.append(TCPOption.selectiveAcknowledgmentPermitted)
      bytes.append(2)
    }
    bytes.append(repeating: TCPOption.noOperation, count: noOperations.beforeWindowScale)
    if windowScale != TCPSegment.noWindowScale {
      bytes.append(TCPOption.windowScale)
      bytes.append(3)
      bytes.append(windowScale)
    }
    if selectiveBlockCount > 0 { appendSelective(to: &bytes, messages) }
  }

  private func appendSelective(to bytes: inout [UInt8], _ messages: MessageTable) {
    bytes.append(repeating: TCPOption.noOperation, count: 2)
    bytes.append(TCPOption.selectiveAcknowledgment)
    bytes.append(UInt8(2 + 8 * selectiveBlockCount))
    let blocks = selectiveBlocks(messages)
    for place in 0..<Int(selectiveBlockCount) {
      bytes.append(long: blocks[place].start)
      bytes.append(long: blocks[place].end)
    }
  }

  /// What its sender has beyond the acknowledgment.
  public func selectiveBlocks(_ messages: MessageTable) -> SelectiveBlocks {
    guard selectiveBlockCount > 0, let id = content.message, case .selective(let blocks) = messages[id] else {
      return SelectiveBlocks()
    }
    return blocks
  }
}

/// Option kinds (RFC 9293, 3.2; RFC 7323, 2.2; RFC 2018, 2).
enum TCPOption {
  static let end: UInt8 = 0
  static let noOperation: UInt8 = 1
  static let maximumSegmentSize: UInt8 = 2
  static let windowScale: UInt8 = 3
  static let selectiveAcknowledgmentPermitted: UInt8 = 4
  static let selectiveAcknowledgment: UInt8 = 5
}

extension ICMPMessage {
  @inlinable static var headerLength: Int { 8 }

  /// Leaves the checksum zero.
  func appendHeader(to bytes: inout [UInt8]) {
    let (type, code, rest) = kind.wire
    bytes.append(type)
    bytes.append(code)
    bytes.append(word: 0)
    bytes.append(long: rest)
  }
}

/// Message types (RFC 792).
enum ICMPType {
  static let echoReply: UInt8 = 0
  static let unreachable: UInt8 = 3
  static let sourceQuench: UInt8 = 4
  static let redirect: UInt8 = 5
  static let echoRequest: UInt8 = 8
  static let timeExceeded: UInt8 = 11
  static let parameterProblem: UInt8 = 12
}

extension ICMPMessage.Kind {
  /// Type, code and the four bytes behind the checksum.
  public var wire: (type: UInt8, code: UInt8, rest: UInt32) {
    switch self {
    case .echoRequest(let identifier, let sequence):
      (ICMPType.echoRequest, 0, UInt32(identifier) << 16 | UInt32(sequence))
    case .echoReply(let identifier, let sequence):
      (ICMPType.echoReply, 0, UInt32(identifier) << 16 | UInt32(sequence))
    case .unreachable(let code, let mtu): (ICMPType.unreachable, code.rawValue, UInt32(mtu))
    case .timeExceeded(let code): (ICMPType.timeExceeded, code, 0)
    case .redirect(let code, let gateway): (ICMPType.redirect, code, gateway.rawValue)
    case .other(let type, let code, let rest): (type, code, rest)
    }
  }

  /// The type field (RFC 792).
  public var type: UInt8 { wire.type }

  /// Whether the content is a packet this message speaks of (RFC 1122, 3.2.2).
  public var isError: Bool {
    switch wire.type {
    case ICMPType.unreachable, ICMPType.sourceQuench, ICMPType.redirect, ICMPType.timeExceeded,
      ICMPType.parameterProblem:
      true
    default: false
    }
  }
}

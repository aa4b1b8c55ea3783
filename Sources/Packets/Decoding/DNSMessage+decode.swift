extension DNSMessage {
  /// Nil unless this is a standard query of the Internet class, whole and with names we can hold, or the answer to one.
  ///
  /// Authority and additional records are not kept.
  init?(_ bytes: ArraySlice<UInt8>) {
    var reader = DNSReader(bytes)
    guard bytes.count >= DNSMessage.headerLength else { return nil }
    let flags = bytes.word(2)
    guard flags & 0x7a00 == 0 else { return nil }  // another operation, or truncated
    var questions: [Question] = []
    for _ in 0..<bytes.word(4) {
      guard let question = reader.question() else { return nil }
      questions.append(question)
    }
    self.init(
      identifier: bytes.word(0), isResponse: flags & DNSMessage.responseFlag != 0, questions: questions)
    for _ in 0..<bytes.word(6) {
      guard let answer = reader.record() else { return nil }
      answers.append(answer)
    }
    isAuthoritative = flags & DNSMessage.authoritativeFlag != 0
    recursionDesired = flags & DNSMessage.recursionDesiredFlag != 0
    recursionAvailable = flags & DNSMessage.recursionAvailableFlag != 0
    code = ResponseCode(rawValue: UInt8(flags & 15))
    // Records we do not know may point to names by place: they are kept only if nothing moves.
    guard answers.allSatisfy({ $0.data.isKnown }) || encoded()[...] == bytes else { return nil }
  }
}

extension DNSMessage.RecordData {
  fileprivate var isKnown: Bool {
    if case .other = self { false } else { true }
  }
}

/// A place in a message, and the reading on from there.
private struct DNSReader {
  let message: ArraySlice<UInt8>
  var position = DNSMessage.headerLength

  init(_ message: ArraySlice<UInt8>) { self.message = message }

  mutating func question() -> DNSMessage.Question? {
    guard let name = name(), position + 4 <= message.count else { return nil }
    defer { position += 4 }
    guard message.word(position + 2) == DNSMessage.internetClass else { return nil }
    return DNSMessage.Question(name, DNSMessage.RecordType(rawValue: message.word(position)))
  }

  mutating func record() -> DNSMessage.ResourceRecord? {
    guard let name = name(), position + 10 <= message.count else { return nil }
    let type = DNSMessage.RecordType(rawValue: message.word(position))
    let timeToLive = message.long(position + 4)
    let length = Int(message.word(position + 8))
    guard message.word(position + 2) == DNSMessage.internetClass, position + 10 + length <= message.count
    else {
      return nil
    }
    position += 10
    let end = position + length
    let data: DNSMessage.RecordData
    if type == .a, length == 4 {
      data = .address(message.address(position))
    } else if type == .cname {
      guard let target = self.name(), position == end else { return nil }
      data = .canonicalName(target)
    } else {
      data = .other(type, Array(message.dropFirst(position).prefix(length)))
    }
    position = end
    return DNSMessage.ResourceRecord(name, timeToLive: timeToLive, data)
  }

  /// Reads labels and pointers, which must lead backwards each time (RFC 1035, 4.1.4), so that reading ends.
  private mutating func name() -> DomainName? {
    var text: [UInt8] = []
    var place = position
    var lowest = position
    var hasJumped = false
    while place < message.count {
      let length = Int(message.byte(place))
      switch length {
      case 0:
        if !hasJumped { position = place + 1 }
        return DNSReader.name(text)
      case 1...63:
        guard place + 1 + length <= message.count, text.count + length < 255 else { return nil }
        if !text.isEmpty { text.append(UInt8(ascii: ".")) }
        for byte in message.dropFirst(place + 1).prefix(length) {
          guard byte > 0x20, byte != UInt8(ascii: "."), byte != 0x7f else { return nil }
          text.append(byte)
        }
        place += 1 + length
      case 0xc0...:
        guard place + 2 <= message.count else { return nil }
        let target = Int(message.word(place) & 0x3fff)
        guard target < lowest else { return nil }
        if !hasJumped { position = place + 2 }
        (place, lowest, hasJumped) = (target, target, true)
      default: return nil
      }
    }
    return nil
  }

  private static func name(_ text: [UInt8]) -> DomainName? {
    String(validating: text, as: UTF8.self).flatMap { DomainName($0) }
  }
}

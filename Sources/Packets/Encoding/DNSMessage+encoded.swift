extension DNSMessage {
  /// Header, questions and answers; names repeat by pointers to where they stood before (RFC 1035, 4.1.4).
  public func encoded() -> [UInt8] {
    var writer = DNSWriter()
    writer.bytes.append(word: identifier)
    writer.bytes.append(word: flags)
    writer.bytes.append(word: UInt16(truncatingIfNeeded: questions.count))
    writer.bytes.append(word: UInt16(truncatingIfNeeded: answers.count))
    writer.bytes.append(long: 0)  // neither authority nor additional records
    for question in questions {
      writer.append(question.name)
      writer.bytes.append(word: question.type.rawValue)
      writer.bytes.append(word: DNSMessage.internetClass)
    }
    for answer in answers { writer.append(answer) }
    return writer.bytes
  }

  /// RFC 1035, 4.1.1: the word behind the identifier.
  private var flags: UInt16 {
    var flags = UInt16(code.rawValue)
    if isResponse { flags |= DNSMessage.responseFlag }
    if isAuthoritative { flags |= DNSMessage.authoritativeFlag }
    if recursionDesired { flags |= DNSMessage.recursionDesiredFlag }
    if recursionAvailable { flags |= DNSMessage.recursionAvailableFlag }
    return flags
  }

  static let responseFlag: UInt16 = 0x8000
  static let authoritativeFlag: UInt16 = 0x0400
  static let recursionDesiredFlag: UInt16 = 0x0100
  static let recursionAvailableFlag: UInt16 = 0x0080
  static let internetClass: UInt16 = 1
  static let headerLength = 12
}

/// The bytes written so far and where in them names stand.
private struct DNSWriter {
  var bytes: [UInt8] = []
  /// Looked up, never iterated: what is left of a name from a label on, and where that label stands.
  private var places: [[UInt8]: UInt16] = [:]

  /// Pointers have 14 bits, so what stands beyond is written but not pointed to.
  mutating func append(_ name: DomainName) {
    var rest = Array(name.text.utf8)[...]
    while !rest.isEmpty {
      if let place = places[Array(rest)] { return bytes.append(word: 0xc000 | place) }
      if bytes.count < 0x4000 { places[Array(rest)] = UInt16(bytes.count) }
      let label = rest.prefix { $0 != UInt8(ascii: ".") }
      bytes.append(UInt8(truncatingIfNeeded: label.count))
      bytes.append(contentsOf: label)
      rest = rest.dropFirst(label.count + 1)
    }
    bytes.append(0)
  }

  mutating func append(_ record: DNSMessage.ResourceRecord) {
    append(record.name)
    bytes.append(word: record.data.type.rawValue)
    bytes.append(word: DNSMessage.internetClass)
    bytes.append(long: record.timeToLive)
    let lengthIndex = bytes.count
    bytes.append(word: 0)
    switch record.data {
    case .address(let address): bytes.append(address)
    case .canonicalName(let name): append(name)
    case .other(_, let value): bytes.append(contentsOf: value.prefix(Int(UInt16.max)))
    }
    bytes.replace(word: UInt16(bytes.count - lengthIndex - 2), at: lengthIndex)
  }
}

extension DNSMessage.RecordData {
  public var type: DNSMessage.RecordType {
    switch self {
    case .address: .a
    case .canonicalName: .cname
    case .other(let type, _): type
    }
  }
}

import Configuration

/// Why a text is not the JSON it should be.
public struct JSONError: Error, Hashable, CustomStringConvertible {
  public var description: String
  init(_ description: String) { self.description = description }
}

extension JSONValue {
  /// Reads a JSON text (RFC 8259). Objects and lists may be nested 64 deep.
  public init(parsing text: String) throws(JSONError) {
    var parser = JSONParser(Array(text.utf8))
    self = try parser.document()
  }
}

private struct JSONParser {
  private let bytes: [UInt8]
  private var place = 0
  private var depth = 0

  private static let deepest = 64

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(JSONError) -> JSONValue {
    let value = try value()
    skipSpace()
    guard place == bytes.count else { throw error("something follows the value") }
    return value
  }

  private func error(_ words: String) -> JSONError { JSONError("\(words) at byte \(place)") }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { place += 1 }
  }

  private mutating func take(_ byte: Unicode.Scalar) -> Bool {
    skipSpace()
    guard let found = next, found == UInt8(ascii: byte) else { return false }
    place += 1
    return true
  }

  private mutating func value() throws(JSONError) -> JSONValue {
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try nested { parser throws(JSONError) in try parser.object() }
    case UInt8(ascii: "["): return try nested { parser throws(JSONError) in try parser.list() }
    case UInt8(ascii: "\""): return .text(try text())
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func nested(
    _ read: (inout JSONParser) throws(JSONError) -> JSONValue
  ) throws(JSONError) -> JSONValue {
    guard depth < JSONParser.deepest else { throw error("nested too deeply") }
    depth += 1
    place += 1
    let value = try read(&self)
    depth -= 1
    return value
  }

  private mutating func object() throws(JSONError) -> JSONValue {
    var members: [JSONValue.Member] = []
    if take("}") { return .object(members) }
    repeat {
      skipSpace()
      let name = try text()
      guard take(":") else { throw error("a colon is missing") }
      members.append(JSONValue.Member(name, try value()))
    } while take(",")
    guard take("}") else { throw error("a brace is not closed") }
    return .object(members)
  }

  private mutating func list() throws(JSONError) -> JSONValue {
    var items: [JSONValue] = []
    if take("]") { return .list(items) }
    repeat { items.append(try value()) } while take(",")
    guard take("]") else { throw error("a bracket is not closed") }
    return .list(items)
  }

  private mutating func word(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
    guard bytes[place...].starts(with: word.utf8) else { throw error("an unknown word") }
    place += word.utf8.count
    return value
  }

  private mutating func number() throws(JSONError) -> JSONValue {
    let start = place
    while let byte = next, "+-.eE0123456789".utf8.contains(byte) { place += 1 }
    guard place > start else { throw error("no value") }
    return .number(String(decoding: bytes[start..<place], as: UTF8.self))
  }

  private mutating func text() throws(JSONError) -> String {
    guard next == UInt8(ascii: "\"") else { throw error("no text in quotes") }
    place += 1
    var result: [UInt8] = []
    while let byte = next, byte != UInt8(ascii: "\"") {
      place += 1
      guard byte == UInt8(ascii: "\\") else {
        result.append(byte)
        continue
      }
      result += try escape().utf8
    }
    guard next != nil else { throw error("a quote is not closed") }
    place += 1
    return String(decoding: result, as: UTF8.self)
  }

  private mutating func escape() throws(JSONError) -> String {
    guard let byte = next else { throw error("a quote is not closed") }
    place += 1
    switch byte {
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "u"): return try unicode()
    default: return String(Unicode.Scalar(byte))
    }
  }

  /// Four digits; of a surrogate pair both halves.
  private mutating func unicode() throws(JSONError) -> String {
    let first = try codeUnit()
    guard first & 0xfc00 == 0xd800, bytes[place...].starts(with: "\\u".utf8) else {
      return String(decoding: [first], as: UTF16.self)
    }
    place += 2
    return String(decoding: [first, try codeUnit()], as: UTF16.self)
  }

  private mutating func codeUnit() throws(JSONError) -> UInt16 {
    guard place + 4 <= bytes.count,
      let unit = UInt16(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16)
    else { throw error("an escape without four digits") }
    place += 4
    return unit
  }
}

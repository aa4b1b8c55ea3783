/// Writing (RFC 8259).
extension JSONValue {
  /// Two spaces for each level; what fits into the width stands on one line. Ends with a line break.
  public func written(width: Int = 100) -> String {
    var writer = JSONWriter(width: width)
    writer.write(self, indent: 0)
    return writer.text + "\n"
  }

  public var oneLine: String {
    var writer = JSONWriter(width: .max)
    _ = writer.writeLine(self, upTo: .max)
    return writer.text
  }
}

/// Appends bytes to one buffer; a line that turns out to be too long is taken back, after at most a line's work.
private struct JSONWriter {
  private var bytes: [UInt8] = []
  private let width: Int

  init(width: Int) { self.width = width }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  mutating func write(_ value: JSONValue, indent: Int) {
    let start = bytes.count
    switch value {
    case .list(let items):
      if writeLine(value, upTo: start + width - indent) { return }
      bytes.removeLast(bytes.count - start)
      writeLines(items.count, "[", "]", indent) { $0.write(items[$1], indent: indent + 2) }
    case .object(let members):
      if writeLine(value, upTo: start + width - indent) { return }
      bytes.removeLast(bytes.count - start)
      writeLines(members.count, "{", "}", indent) { writer, place in
        writer.quote(members[place].name)
        writer.append(": ")
        writer.write(members[place].value, indent: indent + 2)
      }
    default: _ = writeLine(value, upTo: .max)
    }
  }

  private mutating func writeLines(
    _ count: Int, _ opening: StaticString, _ closing: StaticString, _ indent: Int,
    _ item: (inout JSONWriter, Int) -> Void
  ) {
    append(opening)
    for place in 0..<count {
      if place > 0 { append(",") }
      breakLine(indent + 2)
      item(&self, place)
    }
    breakLine(indent)
    append(closing)
  }

  private mutating func breakLine(_ indent: Int) {
    append("\n")
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent))
  }

  /// False as soon as the buffer is longer than `limit`; what it wrote until then is still there.
  mutating func writeLine(_ value: JSONValue, upTo limit: Int) -> Bool {
    switch value {
    case .null: append("null")
    case .boolean(let truth): append(truth ? "true" : "false")
    case .number(let digits): bytes.append(contentsOf: digits.utf8)
    case .text(let text): quote(text)
    case .list(let items):
      append("[")
      for (place, item) in items.enumerated() {
        if place > 0 { append(", ") }
        guard writeLine(item, upTo: limit) else { return false }
      }
      append("]")
    case .object(let members):
      append(members.isEmpty ? "{" : "{ ")
      for (place, member) in members.enumerated() {
        if place > 0 { append(", ") }
        quote(member.name)
        append(": ")
        guard writeLine(member.value, upTo: limit) else { return false }
      }
      append(members.isEmpty ? "}" : " }")
    }
    return bytes.count <= limit
  }

  private mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  /// RFC 8259, section 7.
  private mutating func quote(_ text: String) {
    append("\"")
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): append("\\\"")
      case UInt8(ascii: "\\"): append("\\\\")
      case UInt8(ascii: "\n"): append("\\n")
      case UInt8(ascii: "\t"): append("\\t")
      case UInt8(ascii: "\r"): append("\\r")
      case 0..<0x20:
        append("\\u00")
        for digit in [byte >> 4, byte & 15] {
          bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
      default: bytes.append(byte)
      }
    }
    append("\"")
  }
}

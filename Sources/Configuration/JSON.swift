/// JSON text with its members in the order given; just enough to write a schema without Foundation.
indirect enum JSON {
  case text(String)
  case number(Int)
  case boolean(Bool)
  case list([JSON])
  case object([(String, JSON)])

  /// Two spaces per level; what fits into the width stands on one line.
  func written(indent: Int = 0, width: Int = 100) -> String {
    let line = oneLine
    if indent + line.utf8.count <= width { return line }
    let inner = String(repeating: " ", count: indent + 2)
    let outer = String(repeating: " ", count: indent)
    switch self {
    case .text, .number, .boolean: return line
    case .list(let items):
      let lines = items.map { inner + $0.written(indent: indent + 2, width: width) }
      return "[\n\(lines.joined(separator: ",\n"))\n\(outer)]"
    case .object(let members):
      let lines = members.map {
        "\(inner)\(JSON.quoted($0.0)): \($0.1.written(indent: indent + 2, width: width))"
      }
      return "{\n\(lines.joined(separator: ",\n"))\n\(outer)}"
    }
  }

  private var oneLine: String {
    switch self {
    case .text(let text): JSON.quoted(text)
    case .number(let number): String(number)
    case .boolean(let truth): truth ? "true" : "false"
    case .list(let items): "[\(items.map(\.oneLine).joined(separator: ", "))]"
    case .object(let members) where members.isEmpty: "{}"
    case .object(let members):
      "{ \(members.map { "\(JSON.quoted($0.0)): \($0.1.oneLine)" }.joined(separator: ", ")) }"
    }
  }

  /// RFC 8259, section 7.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

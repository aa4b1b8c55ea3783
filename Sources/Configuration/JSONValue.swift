/// JSON with its members in the order given, so that the same facts give the same bytes.
public indirect enum JSONValue: Hashable, Sendable {
  case null
  case boolean(Bool)
  /// A number in its own digits: 64 bits do not fit into a floating-point number.
  case number(String)
  case text(String)
  case list([JSONValue])
  case object([Member])

  public struct Member: Hashable, Sendable {
    public var name: String
    public var value: JSONValue

    public init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }
}

/// Building.
extension JSONValue {
  public static func integer(_ number: some BinaryInteger) -> JSONValue { .number(String(number)) }

  /// Null where there is no text.
  public static func optional(_ text: String?) -> JSONValue { text.map { .text($0) } ?? .null }

  /// Members without a value are left out.
  public static func members(_ members: [(String, JSONValue?)]) -> JSONValue {
    .object(members.compactMap { name, value in value.map { Member(name, $0) } })
  }
}

/// Reading.
extension JSONValue {
  public subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  public var text: String? { if case .text(let text) = self { text } else { nil } }
  public var list: [JSONValue]? { if case .list(let items) = self { items } else { nil } }
  public var truth: Bool? { if case .boolean(let truth) = self { truth } else { nil } }

  public func integer<Number: FixedWidthInteger>(as type: Number.Type = Number.self) -> Number? {
    if case .number(let digits) = self { Number(digits) } else { nil }
  }
}

/// Writing (RFC 8259).
extension JSONValue {
  /// Two spaces for each level; what fits into the width stands on one line. Ends with a line break.
  public func written(width: Int = 100) -> String {
    var text = ""
    append(to: &text, indent: 0, width: width)
    return text + "\n"
  }

  private func append(to text: inout String, indent: Int, width: Int) {
    let line = oneLine
    guard indent + line.utf8.count > width else {
      text += line
      return
    }
    let margin = "\n" + String(repeating: " ", count: indent + 2)
    switch self {
    case .list(let items):
      text += "["
      for (place, item) in items.enumerated() {
        text += (place > 0 ? "," : "") + margin
        item.append(to: &text, indent: indent + 2, width: width)
      }
      text += margin.dropLast(2) + "]"
    case .object(let members):
      text += "{"
      for (place, member) in members.enumerated() {
        text += (place > 0 ? "," : "") + margin + JSONValue.quoted(member.name) + ": "
        member.value.append(to: &text, indent: indent + 2, width: width)
      }
      text += margin.dropLast(2) + "}"
    default: text += line
    }
  }

  public var oneLine: String {
    switch self {
    case .null: "null"
    case .boolean(let truth): truth ? "true" : "false"
    case .number(let digits): digits
    case .text(let text): JSONValue.quoted(text)
    case .list(let items): "[\(items.map(\.oneLine).joined(separator: ", "))]"
    case .object(let members) where members.isEmpty: "{}"
    case .object(let members):
      "{ \(members.map { "\(JSONValue.quoted($0.name)): \($0.value.oneLine)" }.joined(separator: ", ")) }"
    }
  }

  /// RFC 8259, section 7.
  private static func quoted(_ text: String) -> String {
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

/// Writes scalars so that reading gives the same text, plain where that is possible.
enum YAMLScalar {
  static func written(_ value: Value, isKey: Bool = false) -> String {
    guard case .scalar(let text, let isQuoted) = value.content else { return "" }
    if !isQuoted && value.isNull { return "null" }
    // Other tools would read these as something else than text; whoever quoted them meant text.
    if isQuoted && looksTyped(text) { return quoted(text) }
    return canBePlain(text, isKey: isKey) ? text : quoted(text)
  }

  /// Whether the text, written without quotes inside brackets or not, is read back as it is.
  static func canBePlain(_ text: String, isKey: Bool) -> Bool {
    guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last else { return false }
    guard !Value.meansNull(text), !text.hasPrefix("---"), !text.hasPrefix("..."), text != "<<" else {
      return false
    }
    guard first != " ", last != " ", last != ":" else { return false }
    guard !"-?:,[]{}#&*!|>'\"%@`=".unicodeScalars.contains(first) || isNegativeNumber(text) else {
      return false
    }
    var before: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      switch scalar {
      case ",", "[", "]", "{", "}": return false
      case "#" where before == " ", " " where before == ":": return false
      // In brackets ':' before one of these ends a key for some readers.
      case "?" where before == ":": return false
      case " "..."~": break
      // Letters of all scripts; breaks, marks and what does not show are escaped.
      case "\u{A1}"..."\u{2027}" where !isInvisible(scalar): break
      case "\u{2030}"..."\u{D7FF}" where !isInvisible(scalar): break
      case "\u{F900}"..."\u{FDFF}", "\u{FE30}"..."\u{FEFE}", "\u{FF00}"..."\u{FFEF}": break
      case "\u{10000}"..."\u{3FFFD}": break
      default: return false
      }
      before = scalar
    }
    return true
  }

  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "\u{AD}" || scalar == "\u{1680}" || (0x2000...0x200F).contains(scalar.value)
      || (0x205F...0x206F).contains(scalar.value) || scalar == "\u{3000}"
  }

  private static func isNegativeNumber(_ text: String) -> Bool {
    let scalars = text.unicodeScalars
    return scalars.count > 1 && scalars.first == "-"
      && scalars.dropFirst().allSatisfy { ("0"..."9").contains($0) || $0 == "." }
  }

  private static func looksTyped(_ text: String) -> Bool {
    let isNumber =
      text.unicodeScalars.contains { ("0"..."9").contains($0) }
      && text.unicodeScalars.allSatisfy {
        ("0"..."9").contains($0) || "+-._:eExXoabcdefABCDEF".unicodeScalars.contains($0)
      }
    return isNumber || Value.meansNull(text)
      || ["true", "false", "yes", "no", "on", "off", "y", "n"].contains(text.lowercased())
  }

  /// Double quotes, YAML 1.2 section 5.7.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case "\0": result += "\\0"
      case " "..."~", "\u{A1}"..."\u{D7FF}", "\u{10000}"..."\u{3FFFD}":
        if isInvisible(scalar) || scalar == "\u{2028}" || scalar == "\u{2029}" {
          result += escaped(scalar)
        } else {
          result.unicodeScalars.append(scalar)
        }
      default: result += escaped(scalar)
      }
    }
    return result + "\""
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    let (letter, length) = scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
    return "\\\(letter)" + String(repeating: "0", count: length - digits.count) + digits
  }
}

/// A number with a fixed count of places, written the same way on every machine.
struct Decimal: Hashable, Sendable, CustomStringConvertible {
  let description: String

  init(_ value: Double, places: Int = 2) {
    var scale = 1
    for _ in 0..<places { scale *= 10 }
    // Clamped, so that a position gone wild makes an ugly picture and not a trap.
    let scaled = value.isFinite ? Int((min(max(value, -1e9), 1e9) * Double(scale)).rounded()) : 0
    let magnitude = String(scaled.magnitude)
    let padded = String(repeating: "0", count: max(0, places + 1 - magnitude.count)) + magnitude
    var fraction = padded.suffix(places)
    while fraction.last == "0" { fraction.removeLast() }
    let whole = padded.dropLast(places)
    description = (scaled < 0 ? "-" : "") + whole + (fraction.isEmpty ? "" : "." + fraction)
  }
}

/// Writing text a user chose into DOT.
enum DOTText {
  /// A quoted identifier.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in cleaned(text) {
      if scalar == "\"" || scalar == "\\" { result.append("\\") }
      result.unicodeScalars.append(scalar)
    }
    return result + "\""
  }

  /// Text inside an HTML-like label.
  static func markup(_ text: String) -> String {
    var result = ""
    for scalar in cleaned(text) {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// What XML cannot carry (XML 1.0, 2.2), and line ends, which would leave their place, become U+FFFD and spaces.
  private static func cleaned(_ text: String) -> [Unicode.Scalar] {
    text.unicodeScalars.map { scalar in
      switch scalar.value {
      case 0x9, 0xA, 0xD, 0x85, 0x2028, 0x2029: " "
      case 0..<0x20, 0x7F..<0xA0, 0xFFFE, 0xFFFF: "\u{FFFD}"
      default: scalar
      }
    }
  }
}

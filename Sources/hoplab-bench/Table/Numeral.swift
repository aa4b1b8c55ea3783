import Foundation

/// Numbers as people read them.
enum Numeral {
  /// 100,000
  static func grouped(_ number: Int) -> String {
    var text = ""
    for (place, digit) in String(number).reversed().enumerated() {
      if place > 0, place % 3 == 0, digit != "-" { text.append(",") }
      text.append(digit)
    }
    return String(text.reversed())
  }

  /// Three digits that count, without zeros at the end of a fraction: 1,234, 56.7, 0.123, 8.
  static func words(_ number: Double) -> String {
    guard number.isFinite else { return "–" }
    guard abs(number) < 100 else { return grouped(Int(number.rounded())) }
    let magnitude = number == 0 ? 0 : Int(log10(abs(number)).rounded(.down))
    let digits = min(max(2 - magnitude, 0), 6)
    var text = String(format: "%.\(digits)f", number)
    guard text.contains(".") else { return text }
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }
}

import Configuration

/// A name with ranges in it: `h[1-4]` stands for h1, h2, h3 and h4.
///
/// Several ranges make their product in reading order. A number written with leading zeros gives its range a width, that
/// of the longer end.
public struct NamePattern: Sendable {
  private enum Part: Sendable {
    case text(String)
    case numbers(ClosedRange<Int>, width: Int)
  }

  /// How many names one pattern, or all patterns and counts of a file, may stand for.
  public static let mostNames = 1_000_000

  private var parts: [Part] = []
  public private(set) var count = 1

  /// Whether the text would be one: no plain name has a bracket.
  public static func isPattern(_ text: some StringProtocol) -> Bool {
    text.utf8.contains { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "]") }
  }

  /// Nil where a range is none, which has been reported.
  public init?(_ text: String, at location: SourceLocation, _ diagnostics: inout Diagnostics) {
    var rest = text[...]
    while let open = rest.firstIndex(where: { $0 == "[" || $0 == "]" }) {
      if open > rest.startIndex { parts.append(.text(String(rest[..<open]))) }
      let close = rest[open...].firstIndex(of: "]")
      let written = rest[open...(close ?? rest.index(before: rest.endIndex))]
      guard rest[open] == "[", close != nil, let range = Self.range(written.dropFirst().dropLast()) else {
        Self.refuse(written, in: text, at: location, &diagnostics)
        return nil
      }
      guard count <= Self.mostNames / range.numbers.count else {
        diagnostics.report(
          "'\(text)' stands for more than \(Self.mostNames) names", .outOfRange, at: location)
        return nil
      }
      count *= range.numbers.count
      parts.append(.numbers(range.numbers, width: range.width))
      rest = rest[written.endIndex...]
    }
    if !rest.isEmpty { parts.append(.text(String(rest))) }
  }

  /// In reading order: the last range counts fastest.
  public var names: [String] {
    var names = [""]
    for part in parts {
      switch part {
      case .text(let text): for place in names.indices { names[place] += text }
      case .numbers(let range, let width):
        names = names.flatMap { name in range.map { name + Self.digits($0, width) } }
      }
    }
    return names
  }

  /// Nil for what is no range, or one whose end comes before its start.
  private static func range(_ text: Substring) -> (numbers: ClosedRange<Int>, width: Int)? {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, let first = number(ends[0]), let last = number(ends[1]), first <= last else { return nil }
    let isPadded = ends.contains { $0.utf8.count > 1 && $0.utf8.first == UInt8(ascii: "0") }
    return (first...last, isPadded ? max(ends[0].utf8.count, ends[1].utf8.count) : 0)
  }

  private static func number(_ text: Substring) -> Int? {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy(digits.contains) else { return nil }
    return Int(text)
  }

  private static func digits(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return text.utf8.count < width ? String(repeating: "0", count: width - text.utf8.count) + text : text
  }

  private static func refuse(
    _ written: Substring, in text: String, at location: SourceLocation, _ diagnostics: inout Diagnostics
  ) {
    let ends = written.dropFirst().dropLast().split(separator: "-", omittingEmptySubsequences: false).map(number)
    if written.last == "]", ends.count == 2, let first = ends[0], let last = ends[1] {
      return diagnostics.report(
        "the range '\(written)' ends before it begins", .badRange, at: location, notes: ["write '[\(last)-\(first)]'"])
    }
    diagnostics.report(
      "'\(written)' in '\(text)' is no range of numbers", .badRange, at: location,
      notes: ["write the first and the last, as in 'h[1-8]'"])
  }
}

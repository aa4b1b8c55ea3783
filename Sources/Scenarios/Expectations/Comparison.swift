import Configuration

/// What an amount is compared with: `<5ms`, `<=5ms`, `>900Mbit`, `>=2`, `1ms-3ms`, and where that can be meant, `2`.
struct Comparison<Amount: Comparable & Sendable>: Sendable {
  private enum Bound: Sendable {
    case below(Amount)
    case atMost(Amount)
    case above(Amount)
    case atLeast(Amount)
    case within(ClosedRange<Amount>)
  }

  private let bound: Bound
  /// `< 5ms`, or `1ms to 3ms`.
  let phrase: Phrase

  func holds(of amount: Amount) -> Bool {
    switch bound {
    case .below(let limit): amount < limit
    case .atMost(let limit): amount <= limit
    case .above(let limit): amount > limit
    case .atLeast(let limit): amount >= limit
    case .within(let range): range.contains(amount)
    }
  }
}

extension Comparison {
  private static var signs: [(String, @Sendable (Amount) -> Bound)] {
    [("<=", { .atMost($0) }), (">=", { .atLeast($0) }), ("<", { .below($0) }), (">", { .above($0) })]
  }

  /// - Parameters:
  ///   - pattern: Of one amount, for the schema; without anchors.
  ///   - isExact: Whether an amount alone may be meant, which then must be met exactly.
  static func shape(
    of amount: Shape<Amount>, pattern: String, example: String, isExact: Bool = false
  ) -> Shape<Comparison> {
    let expecting = "a comparison such as \(example)"
    let range = #"(\d+(\.\d+)?|"# + pattern + ")-" + pattern
    let text = SchemaNode.string(pattern: "^([<>]=? *\(pattern)|\(range))$")
    return Shape(expecting: expecting, schema: isExact ? .anyOf([amount.schema, text]) : text) { value, diagnostics in
      guard let text = value.text else {
        diagnostics.report(.expected(expecting, found: value, code: .malformedText))
        return nil
      }
      func read(_ part: some StringProtocol) -> Amount? {
        amount.read(.string(String(part), at: value.location), &diagnostics)
      }
      if let (sign, bound) = signs.first(where: { text.hasPrefix($0.0) }) {
        let rest = text.dropFirst(sign.count).drop { $0 == " " }
        return read(rest).map { Comparison(bound: bound($0), phrase: .text("\(sign) \(rest)")) }
      }
      let ends = text.split(separator: "-", omittingEmptySubsequences: false)
      guard ends.count == 2 else {
        guard isExact else {
          diagnostics.report(.expected(expecting, found: value, code: .malformedText))
          return nil
        }
        return read(text).map { Comparison(bound: .within($0...$0), phrase: .text(text)) }
      }
      let (first, last) = (withUnit(of: ends[1], ends[0]), String(ends[1]))
      guard let low = read(first), let high = read(last) else { return nil }
      guard low <= high else {
        diagnostics.report(
          .expected(expecting, found: value, code: .outOfRange, notes: ["write '\(last)-\(first)'?"]))
        return nil
      }
      return Comparison(bound: .within(low...high), phrase: .range("\(first)", "\(last)"))
    }
  }

  /// `1` of `1-3ms` is in milliseconds too.
  private static func withUnit(of other: Substring, _ text: Substring) -> String {
    func isDigit(_ character: Character) -> Bool { character.isASCII && (character.isNumber || character == ".") }
    guard text.allSatisfy(isDigit) else { return String(text) }
    return String(text) + String(other.drop(while: isDigit))
  }
}

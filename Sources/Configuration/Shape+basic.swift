extension Shape where Output == Value {
  /// Whatever was written.
  public static var value: Shape {
    Shape(expecting: "a value", schema: .any) { value, _ in value }
  }
}

extension Shape where Output == String {
  public static var string: Shape { Shape(expecting: "text") { $0 } }

  /// One of a few words, as text.
  public static func choice(_ first: String, _ others: String...) -> Shape {
    .choice(among: [first] + others)
  }

  public static func choice(among words: [String]) -> Shape {
    let words = words
    return Shape<String>.oneOf(words.map { ($0, $0) })
  }
}

extension Shape {
  /// One of a few words, each with what it means.
  public static func oneOf(_ meanings: [(String, Output)]) -> Shape {
    let words = meanings.map { $0.0 }
    let expecting = words.count == 1 ? "'\(words[0])'" : "one of \(words.joined(separator: ", "))"
    return Shape(expecting: expecting, schema: .choice(words)) { value, diagnostics in
      guard let text = value.text else {
        diagnostics.report(.expected(expecting, found: value))
        return nil
      }
      if let meaning = meanings.first(where: { $0.0 == text }) { return meaning.1 }
      let notes: [Diagnostic.Note] =
        nearest(to: text, among: words).map { ["did you mean '\($0)'?"] } ?? []
      diagnostics.report(.expected(expecting, found: value, code: .unknownChoice, notes: notes))
      return nil
    }
  }

  /// The cases of an enum, by their raw values.
  public static func cases(of type: Output.Type) -> Shape
  where Output: CaseIterable & RawRepresentable, Output.RawValue == String {
    .oneOf(type.allCases.map { ($0.rawValue, $0) })
  }
}

extension Shape where Output == Bool {
  /// `true` or `false`; YAML 1.1's `yes`, `on` and their kin are refused with the right word.
  public static var boolean: Shape {
    Shape(expecting: "true or false", schema: .boolean) { value, diagnostics in
      switch value.text {
      case "true", "True", "TRUE": return true
      case "false", "False", "FALSE": return false
      default: break
      }
      let suggestion: String? =
        switch value.text?.lowercased() {
        case "yes", "on", "y", "1", "enabled": "true"
        case "no", "off", "n", "0", "disabled": "false"
        case let text?: nearest(to: text, among: ["true", "false"])
        case nil: nil
        }
      diagnostics.report(
        .expected("true or false", found: value, notes: suggestion.map { ["did you mean '\($0)'?"] } ?? []))
      return nil
    }
  }
}

extension Shape where Output == Int {
  /// A whole number in decimal digits; `1_000`, `0x10`, `1e3` and `1.0` are not.
  public static func integer(in range: ClosedRange<Int>) -> Shape {
    let expecting =
      range.upperBound == .max
      ? "a whole number\(range.lowerBound == .min ? "" : " of at least \(range.lowerBound)")"
      : "a whole number from \(range.lowerBound) to \(range.upperBound)"
    return Shape(expecting: expecting, schema: .integer(range)) { value, diagnostics in
      guard let text = value.text, isWholeNumber(text) else {
        diagnostics.report(.expected(expecting, found: value))
        return nil
      }
      guard let number = Int(text), range.contains(number) else {
        diagnostics.report(.expected(expecting, found: value, code: .outOfRange))
        return nil
      }
      return number
    }
  }

  public static var integer: Shape { .integer(in: Int.min...Int.max) }
}

private func isWholeNumber(_ text: String) -> Bool {
  let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
  return !digits.isEmpty && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
}

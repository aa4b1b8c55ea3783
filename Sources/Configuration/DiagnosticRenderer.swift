/// Writes diagnostics for people: where, what, the line with a caret, and the way out.
public struct DiagnosticRenderer: Sendable {
  public let sources: SourceMap
  public let colour: Bool

  /// Longer lines are cut around the caret.
  private static let widestLine = 120

  public init(sources: SourceMap, colour: Bool) {
    self.sources = sources
    self.colour = colour
  }

  /// The diagnostic with its notes, ending with a line break.
  public func render(_ diagnostic: Diagnostic) -> String {
    let isError = diagnostic.severity == .error
    let head = paint(
      "\(diagnostic.severity.rawValue) \(diagnostic.code.rawValue):", isError ? "1;31" : "1;33")
    var result = paint("\(sources.describe(diagnostic.location)):", "1")
    result += " \(head) \(DiagnosticRenderer.printable(diagnostic.message))\n"
    result += excerpt(at: diagnostic.location)
    for note in diagnostic.notes {
      let place = note.location.map { "\(sources.describe($0)): " } ?? ""
      result += "  \(place)\(paint("note:", "1;36")) \(DiagnosticRenderer.printable(note.message))\n"
      if let location = note.location { result += excerpt(at: location) }
    }
    return result
  }

  /// All of them in the order of the files, with what was left out counted at the end.
  public func render(_ diagnostics: Diagnostics) -> String {
    var result = diagnostics.sorted.map(render).joined()
    if diagnostics.suppressedCount > 0 { result += "and \(diagnostics.suppressedCount) more\n" }
    return result
  }

  private func excerpt(at location: SourceLocation) -> String {
    guard let line = sources.line(at: location) else { return "" }
    let (shown, caretCell) = DiagnosticRenderer.window(of: line, column: Int(location.column))
    let number = String(location.line)
    let margin = String(repeating: " ", count: max(0, 5 - number.count)) + number
    let blank = String(repeating: " ", count: margin.count)
    let spaces = String(repeating: " ", count: caretCell)
    return
      "\(paint("\(margin) |", "2")) \(shown)\n\(paint("\(blank) |", "2")) \(spaces)\(paint("^", "1;32"))\n"
  }

  /// What of the line is shown, and the cell under which the caret stands.
  ///
  /// Tabs become spaces up to the next multiple of four, so that the caret is right whatever the terminal does.
  private static func window(of line: String, column: Int) -> (text: String, caretCell: Int) {
    // Only the part around the caret is worked on: a line may be megabytes long.
    let scalars = line.unicodeScalars
    let skipped = max(0, column - 1 - widestLine / 2)
    let isCutInFront = skipped > widestLine / 4
    var cells = isCutInFront ? 1 : 0
    var text = isCutInFront ? "…" : ""
    var caretCell: Int?
    var position = isCutInFront ? skipped : 0
    for scalar in scalars.dropFirst(position) {
      if position == column - 1 { caretCell = cells }
      if cells >= widestLine {
        text += "…"
        break
      }
      if scalar == "\t" {
        let width = 4 - cells % 4
        text += String(repeating: " ", count: width)
        cells += width
      } else {
        let shown = visible(scalar)
        text.unicodeScalars.append(shown)
        cells += DisplayWidth.of(shown)
      }
      position += 1
    }
    return (text, caretCell ?? cells)
  }

  /// Control characters would move the cursor or recolour the terminal: they are shown as what they are.
  private static func visible(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0..<0x20: Unicode.Scalar(0x2400 + scalar.value) ?? "?"
    case 0x7F: "\u{2421}"
    case 0x80..<0xA0, 0x202A...0x202E, 0x2066...0x2069: "\u{FFFD}"
    default: scalar
    }
  }

  private static func printable(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(visible(scalar)) }
    return String(result)
  }

  private func paint(_ text: String, _ style: String) -> String {
    colour ? "\u{1B}[\(style)m\(text)\u{1B}[0m" : text
  }
}

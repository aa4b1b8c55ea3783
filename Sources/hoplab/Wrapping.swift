import Configuration

/// Long sentences on a terminal.
enum Wrapping {
  /// Broken between words; what follows the first line stands further in. Ends with a line break.
  static func wrapped(_ text: String, indent: Int, width: Int) -> String {
    var result = ""
    var line = String(repeating: " ", count: indent)
    var isEmpty = true
    for word in text.split(separator: " ") {
      if !isEmpty, DisplayWidth.of(line) + 1 + DisplayWidth.of(word) > width {
        result += line + "\n"
        line = String(repeating: " ", count: indent + 2)
        isEmpty = true
      }
      line += (isEmpty ? "" : " ") + word
      isEmpty = false
    }
    return result + line + "\n"
  }
}

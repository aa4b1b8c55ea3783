import Configuration

extension Terminal {
  /// Broken between words, and between Chinese characters, which have no spaces; what follows the first line stands
  /// further in by `hanging`. Ends with a line break.
  static func wrapped(_ text: String, indent: Int, hanging: Int, width: Int) -> String {
    var result = ""
    var line = String(repeating: " ", count: indent)
    var used = indent
    var isEmpty = true
    for piece in Piece.all(of: text) {
      let size = DisplayWidth.of(piece.text)
      let space = isEmpty || !piece.isSpaced ? 0 : 1
      if !isEmpty, used + space + size > width {
        result += line + "\n"
        line = String(repeating: " ", count: indent + hanging) + piece.text
        used = indent + hanging + size
      } else {
        line += (space == 1 ? " " : "") + piece.text
        used += space + size
      }
      isEmpty = false
    }
    return result + line + "\n"
  }

  /// A story as it is told there: on a screen its lines are broken between words, in a file they stay what they are.
  static func told(_ story: String, on stream: Stream) -> String {
    stream.isScreen ? wrapped(markdown: story, width: stream.proseWidth) : story
  }

  /// A text in Markdown with each of its lines broken; what follows a number or a dash stays to the right of it.
  private static func wrapped(markdown text: String, width: Int) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast(text.hasSuffix("\n") ? 1 : 0)
    return lines.map { line in
      let indent = line.prefix { $0 == " " }.count
      let rest = line.dropFirst(indent)
      guard !rest.isEmpty else { return "\n" }
      let mark = rest.prefix { $0.isNumber || ".-#".contains($0) }
      let isMark = !mark.isEmpty && rest.dropFirst(mark.count).first == " "
      return wrapped(String(rest), indent: indent, hanging: isMark ? mark.count + 1 : 0, width: width)
    }.joined()
  }
}

/// A part of a text that no line break goes through.
private struct Piece {
  var text: String
  /// Whether a space stands before it.
  var isSpaced: Bool

  static func all(of text: String) -> [Piece] {
    var pieces: [Piece] = []
    for word in text.split(separator: " ") {
      // A percent sign stays with its number.
      if word.hasPrefix("%"), !pieces.isEmpty {
        pieces[pieces.count - 1].text += " " + word
        continue
      }
      var last: Character?
      for character in word {
        if let last, !isBreak(last, character) {
          pieces[pieces.count - 1].text.append(character)
        } else {
          pieces.append(Piece(text: String(character), isSpaced: last == nil))
        }
        last = character
      }
    }
    return pieces
  }

  private static func isBreak(_ before: Character, _ after: Character) -> Bool {
    guard isWide(before) || isWide(after) else { return false }
    return !"（《「“‘(".contains(before) && !"，。；：？！、）》」”’,.;:?!)]%".contains(after)
  }

  private static func isWide(_ character: Character) -> Bool { DisplayWidth.of(String(character)) > 1 }
}

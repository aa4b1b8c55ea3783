import Configuration

/// Moving over what is no structure: blanks, comments, scalars, names.
extension StructureGuard {
  func isBlank(at place: Int) -> Bool {
    guard place < text.count else { return true }
    switch text[place] {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): return true
    default: return false
    }
  }

  func isDocumentMark() -> Bool {
    guard place + 3 <= text.count, isBlank(at: place + 3) else { return false }
    let mark = text[place]
    guard mark == UInt8(ascii: "-") || mark == UInt8(ascii: ".") else { return false }
    return text[place + 1] == mark && text[place + 2] == mark
  }

  mutating func skip(_ count: Int) { place = min(place + count, text.count) }

  mutating func skipLine() {
    while place < text.count, text[place] != UInt8(ascii: "\n") { place += 1 }
  }

  /// Goes to the next token; false at the end of the text.
  mutating func skipToToken() -> Bool {
    while place < text.count {
      switch text[place] {
      case UInt8(ascii: "\n"):
        place += 1
        lineStart = place
        keyStart = nil
      case UInt8(ascii: "\t") where !isInFlow && isIndentation():
        refuseTab()
        return false
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): place += 1
      case UInt8(ascii: "#"): skipLine()
      default: return true
      }
    }
    return false
  }

  private func isIndentation() -> Bool {
    text[lineStart..<place].allSatisfy { $0 == UInt8(ascii: " ") }
  }

  private mutating func refuseTab() {
    refuse(
      "a tab in the indentation", .tabIndentation, at: place, notes: ["indent with spaces only"])
  }

  /// Whether, after blanks on this line, a ':' ends a key.
  func colonFollows() -> Bool {
    var next = place
    while next < text.count, text[next] == UInt8(ascii: " ") || text[next] == UInt8(ascii: "\t") { next += 1 }
    guard next < text.count, text[next] == UInt8(ascii: ":") else { return false }
    return isInFlow || isBlank(at: next + 1)
  }

  mutating func skipName() {
    place += 1
    while place < text.count, isNameByte(text[place]) { place += 1 }
  }

  private func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
  }

  /// `!!str`, or the whole name of a type in `!<…>`.
  var isStandardTag: Bool {
    place + 1 < text.count && (text[place + 1] == UInt8(ascii: "!") || text[place + 1] == UInt8(ascii: "<"))
  }

  mutating func skipTag() {
    while place < text.count, !isBlank(at: place), !(isInFlow && text[place] == UInt8(ascii: ",")) {
      place += 1
    }
  }

  mutating func skipQuoted(_ quote: UInt8) {
    place += 1
    while place < text.count {
      let byte = text[place]
      place += 1
      if byte == UInt8(ascii: "\n") { lineStart = place }
      if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\""), place < text.count {
        if text[place] == UInt8(ascii: "\n") { lineStart = place + 1 }
        place += 1
      } else if byte == quote {
        guard quote == UInt8(ascii: "'"), place < text.count, text[place] == quote else { return }
        place += 1
      }
    }
  }

  /// A plain scalar goes on over lines that are indented more than what is around it.
  mutating func skipPlain() {
    let minimum = (indents.last ?? -1) + 1
    while place < text.count {
      if column == 0, isDocumentMark() { return }
      if text[place] == UInt8(ascii: "#") { return }
      let start = place
      while place < text.count, !isBlank(at: place) {
        if endsPlain(text[place]) {
          // Something that can start no scalar: step over it, the parser will complain.
          if place == start, !isInFlow { place += 1 }
          return
        }
        place += 1
      }
      let lineBefore = lineStart
      skipBlanksInPlain(minimum)
      if lineStart != lineBefore, !isInFlow, column < minimum { return }
      if refusal != nil { return }
    }
  }

  private func endsPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ":"): isBlank(at: place + 1)
    case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"):
      isInFlow
    default: false
    }
  }

  private mutating func skipBlanksInPlain(_ minimum: Int) {
    var isLeading = false
    while place < text.count, isBlank(at: place) {
      if text[place] == UInt8(ascii: "\n") {
        lineStart = place + 1
        isLeading = true
      } else if text[place] == UInt8(ascii: "\t"), isLeading, !isInFlow, column < minimum {
        return refuseTab()
      }
      place += 1
    }
    if isLeading { keyStart = nil }
  }

  /// `|` and `>`: lines indented at least as the first that is not blank (YAML 1.1, 9.2).
  mutating func skipBlockScalar() {
    place += 1
    var added: Int?
    while place < text.count, !isBlank(at: place), text[place] != UInt8(ascii: "#") {
      if (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(text[place]) {
        added = Int(text[place] - UInt8(ascii: "0"))
      }
      place += 1
    }
    skipLine()
    let parent = indents.last ?? -1
    var indent = added.map { max(parent, 0) + $0 }
    var blankIndent = 0
    while place < text.count {
      let start = place + 1
      var next = start
      while next < text.count, text[next] == UInt8(ascii: " "), next - start < indent ?? .max { next += 1 }
      let isLineBlank =
        next >= text.count || text[next] == UInt8(ascii: "\n") || text[next] == UInt8(ascii: "\r")
      if indent == nil {
        blankIndent = max(blankIndent, next - start)
        if !isLineBlank { indent = max(blankIndent, parent + 1, 1) }
      }
      // The line that ends the scalar is left to be read as tokens.
      if !isLineBlank, next - start < indent ?? 0 { return }
      place = start
      lineStart = start
      skipLine()
    }
  }
}

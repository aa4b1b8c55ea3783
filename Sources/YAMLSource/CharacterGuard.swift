import Configuration

/// Refuses characters that YAML forbids or that would make two tools count lines differently.
enum CharacterGuard {
  static func check(_ text: UnsafeBufferPointer<UInt8>, file: UInt16) -> Diagnostic? {
    for place in text.indices {
      let byte = text[place]
      // Most bytes are printable ASCII; only the others need a closer look.
      if byte >= 0x20 && byte < 0x7F || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\t") { continue }
      if let (name, wayOut) = refusal(at: place, in: text) {
        return Diagnostic(
          name, code: .forbiddenCharacter, at: TextPlace.location(of: place, in: text, file: file),
          notes: [Diagnostic.Note(wayOut)])
      }
    }
    return nil
  }

  private static func refusal(at place: Int, in text: UnsafeBufferPointer<UInt8>) -> (String, String)? {
    let escape = "in double quotes it can be written as an escape, such as \"\\x07\""
    func following(_ distance: Int) -> UInt8 { place + distance < text.count ? text[place + distance] : 0 }
    switch text[place] {
    case 0: return ("a NUL byte cannot stand in YAML", "this may be no text file at all; \(escape)")
    case UInt8(ascii: "\r"):
      guard following(1) != UInt8(ascii: "\n") else { return nil }
      return ("a carriage return without a line feed", "end lines with a line feed")
    case 0..<0x20, 0x7F: return ("a control character cannot stand in YAML", escape)
    // U+0080 to U+009F are C2 80 to C2 9F.
    case 0xC2 where following(1) < 0xA0: return ("a control character cannot stand in YAML", escape)
    // YAML 1.1 breaks lines at U+2028 and U+2029, no editor does.
    case 0xE2 where following(1) == 0x80 && (following(2) == 0xA8 || following(2) == 0xA9):
      return ("a Unicode line separator cannot stand in YAML", "end lines with a line feed")
    case 0xEF where following(1) == 0xBB && following(2) == 0xBF:
      return ("a byte order mark inside the text", "it may only stand at the very start; delete it here")
    case 0xEF where following(1) == 0xBF && following(2) >= 0xBE:
      return ("a Unicode noncharacter cannot stand in YAML", escape)
    default: return nil
    }
  }
}

/// Turns a place in bytes into line and column.
enum TextPlace {
  static func location(of place: Int, in text: UnsafeBufferPointer<UInt8>, file: UInt16) -> SourceLocation {
    var line: UInt32 = 1
    var column: UInt32 = 1
    for byte in text[..<min(place, text.count)] {
      if byte == UInt8(ascii: "\n") {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return SourceLocation(file: file, line: line, column: column)
  }
}

enum InvalidUTF8 {
  /// The first byte that is part of no well-formed sequence (Unicode 15, table 3-7).
  static func firstIndex(in bytes: ArraySlice<UInt8>) -> Int? {
    var place = bytes.startIndex
    while place < bytes.endIndex {
      let (length, second): (Int, ClosedRange<UInt8>)
      switch bytes[place] {
      case 0..<0x80:
        place += 1
        continue
      case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
      case 0xE0: (length, second) = (3, 0xA0...0xBF)
      case 0xED: (length, second) = (3, 0x80...0x9F)
      case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
      case 0xF0: (length, second) = (4, 0x90...0xBF)
      case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
      case 0xF4: (length, second) = (4, 0x80...0x8F)
      default: return place
      }
      guard place + length <= bytes.endIndex, second.contains(bytes[place + 1]),
        bytes[(place + 1)..<(place + length)].allSatisfy({ $0 & 0xC0 == 0x80 })
      else { return place }
      place += length
    }
    return nil
  }
}

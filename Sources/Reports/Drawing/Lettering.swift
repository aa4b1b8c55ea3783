/// How wide a text is in Helvetica, which Arial and Liberation Sans match.
///
/// Boxes are sized by this table and not by the fonts installed, so the same scenario gives the same DOT text everywhere.
enum Lettering {
  /// Thousandths of the font size for the characters from space to tilde (Adobe's font metrics of the base 14 fonts).
  private static let regular: [Int] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778,
    722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278,
    278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
  ]

  private static let bold: [Int] = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778,
    722, 278, 556, 722, 611, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333,
    278, 333, 584, 556, 333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611,
    611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
  ]

  /// A few per cent of slack, because a reader's font may run wider.
  static let slack = 1.03

  static func width(of text: String, size: Double, bold isBold: Bool = false) -> Double {
    let thousandths = text.unicodeScalars.reduce(0) { $0 + advance(of: $1, in: isBold ? bold : regular) }
    return Double(thousandths) * size * slack / 1000
  }

  private static func advance(of scalar: Unicode.Scalar, in table: [Int]) -> Int {
    switch scalar.value {
    case 0x20...0x7E: table[Int(scalar.value - 0x20)]
    case 0xB7: 278
    case 0x300...0x36F, 0x200B...0x200D, 0xFE00...0xFE0F: 0
    case 0x2013: 556
    case 0x2014, 0x2026, 0x2190...0x21FF, 0x2700...0x27BF: 1000
    case 0x1100...0x11FF, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F, 0xFF00...0xFF60,
      0x1F000...0x1FAFF, 0x20000...0x3FFFF:
      1000
    default: 620
    }
  }

  /// The text itself if it fits, else its beginning and an ellipsis.
  static func fitted(_ text: String, to limit: Double, size: Double, bold: Bool = false) -> String {
    guard width(of: text, size: size, bold: bold) > limit else { return text }
    var kept = ""
    for character in text {
      guard width(of: kept + String(character) + "…", size: size, bold: bold) <= limit else { break }
      kept.append(character)
    }
    return kept + "…"
  }

  /// The text in lines of at most `limit`, broken between words, or beside a Chinese character; a word longer than a line
  /// is cut.
  static func wrapped(_ text: String, to limit: Double, size: Double, bold: Bool = false) -> [String] {
    var lines: [String] = []
    for word in text.split(whereSeparator: \.isWhitespace) {
      for (place, part) in pieces(of: word).enumerated() {
        let gap = place == 0 ? " " : ""
        if let last = lines.last, width(of: last + gap + part, size: size, bold: bold) <= limit {
          lines[lines.count - 1] = last + gap + part
        } else {
          lines.append(fitted(part, to: limit, size: size, bold: bold))
        }
      }
    }
    return lines
  }

  /// Where a line may be broken within a word: each Chinese character is a piece, with the punctuation behind it.
  private static func pieces(of word: Substring) -> [String] {
    var pieces: [String] = []
    var isOpen = false
    for character in word {
      let isIdeograph = character.unicodeScalars.first.map { (0x2E80...0xA4CF).contains($0.value) } ?? false
      let isMark = "，。；：、）”！？".contains(character)
      if let last = pieces.last, isOpen && !isIdeograph || isMark || last.last.map("（“".contains) ?? false {
        pieces[pieces.count - 1].append(character)
      } else {
        pieces.append(String(character))
      }
      isOpen = !isIdeograph && !isMark
    }
    return pieces
  }
}

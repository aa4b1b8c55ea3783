import GraphvizLayout

/// One finished picture: its DOT text, from which every other form is made.
public struct Drawing: Sendable {
  /// DOT text with every place fixed; the same on every machine, whatever fonts it has.
  public let dot: String
  package let canvas: Canvas
  /// Whether its shapes are called by names that tell somebody something.
  private let isNamed: Bool

  init(_ canvas: Canvas, isNamed: Bool = true) {
    self.canvas = canvas
    self.isNamed = isNamed
    dot = canvas.dot
  }

  /// The picture as SVG, carrying the digest of the DOT text it was made from.
  public func svg() throws(Graphviz.Failure) -> String {
    let bytes = try Graphviz.render(dot, format: .svg)
    let text = String(decoding: bytes, as: UTF8.self)
    guard let start = text.range(of: "<svg") else {
      throw Graphviz.Failure(message: "its SVG has no svg element")
    }
    return text[..<start.lowerBound] + "<!-- \(Self.digestMark)\(Self.digest(of: dot)) -->\n"
      + SVGStrokes.joined(isNamed ? text[start.lowerBound...] : SVGStrokes.nameless(text[start.lowerBound...]))
  }

  /// The picture as the bytes of a file of another format.
  public func rendered(as format: Graphviz.Format) throws(Graphviz.Failure) -> [UInt8] {
    guard format == .svg else { return try Graphviz.render(dot, format: format) }
    return try Array(svg().utf8)
  }
}

extension Drawing {
  private static let digestMark = "hoplab dot digest: "

  /// FNV-1a, 64 bit, as sixteen hexadecimal digits: it finds a picture that is older than its text; it keeps out nobody.
  public static func digest(of dot: String) -> String {
    // The offset basis and the prime of the FNV specification.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in dot.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// The digest an SVG of Hoplab carries; nil if it carries none.
  public static func digest(inSVG svg: String) -> String? {
    guard let mark = svg.range(of: digestMark) else { return nil }
    let digits = svg[mark.upperBound...].prefix(16)
    return digits.count == 16 && digits.allSatisfy(\.isHexDigit) ? String(digits) : nil
  }

  /// Whether `svg` was made from `dot`.
  public static func isCurrent(svg: String, for dot: String) -> Bool {
    digest(inSVG: svg) == digest(of: dot)
  }
}

extension StringProtocol {
  /// The first place of `needle`, found byte by byte; the standard library has no such search without Foundation.
  func range(of needle: String) -> Range<Index>? {
    guard let first = needle.utf8.first else { return nil }
    var from = utf8.startIndex
    while let start = utf8[from...].firstIndex(of: first) {
      if utf8[start...].starts(with: needle.utf8) {
        return start..<utf8.index(start, offsetBy: needle.utf8.count)
      }
      from = utf8.index(after: start)
    }
    return nil
  }
}

/// Makes Graphviz's SVG shorter without changing what is seen.
///
/// A line of dashes is many strokes there, each a curve even where it is straight. Strokes of one pen that follow each other
/// become one path, and straight curves become lines; that is a third of a picture's bytes.
///
/// It works on bytes: a picture has some ten thousand of them, and letters with marks are no concern of it.
package enum SVGStrokes {
  private typealias Bytes = Substring.UTF8View

  package static func joined(_ svg: Substring) -> String {
    var result = ""
    result.reserveCapacity(svg.utf8.count)
    var pen: Substring = ""
    var strokes = ""
    func flush() {
      guard !strokes.isEmpty else { return }
      result += "\(pen) d=\"\(strokes)\"/>\n"
      strokes = ""
    }
    let lines = svg.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() {
      guard let stroke = Stroke(line) else {
        flush()
        result += Substring(line)
        if number + 1 < lines.count { result += "\n" }
        continue
      }
      if stroke.pen != pen { flush() }
      pen = stroke.pen
      strokes += stroke.path
    }
    flush()
    return result
  }

  /// Without the names of shapes, which a reader would show under the pointer.
  static func nameless(_ svg: Substring) -> Substring {
    let lines = svg.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    return lines.filter { !$0.starts(with: "<title>".utf8) && !$0.starts(with: "<!--".utf8) }.map { Substring($0) }
      .joined(separator: "\n")[...]
  }

  /// `<path fill="none" … d="M…C…"/>`, an element on a line of its own.
  private struct Stroke {
    /// All of the element before its data.
    var pen: Substring
    var path: String

    init?(_ line: Bytes) {
      let (middle, end) = (" d=\"M".utf8, "\"/>".utf8)
      guard line.starts(with: "<path fill=\"none\"".utf8), line.suffix(end.count).elementsEqual(end) else { return nil }
      let content = line.dropLast(end.count)
      // The data is what stands between the last two quotation marks.
      guard let quote = content.lastIndex(of: UInt8(ascii: "\"")),
        let start = content.index(quote, offsetBy: 2, limitedBy: content.endIndex),
        let before = content.index(start, offsetBy: -middle.count, limitedBy: content.startIndex),
        content[before..<start].elementsEqual(middle), let path = Stroke.shortened(content[start...])
      else { return nil }
      pen = Substring(content[..<before])
      self.path = path
    }

    /// `M` and `C` with absolute points is all that Graphviz writes; nil for anything else.
    private static func shortened(_ data: Bytes) -> String? {
      let parts = data.split(separator: UInt8(ascii: "C"), omittingEmptySubsequences: false)
      guard parts.count == 2, let start = Point(parts[0]) else { return nil }
      let points = parts[1].split(separator: UInt8(ascii: " ")).map { Point($0) }
      guard !points.isEmpty, points.count % 3 == 0, !points.contains(where: { $0 == nil }) else { return nil }
      var path = "M\(start.text)"
      var (last, command) = (start, "M")
      for curve in stride(from: 0, to: points.count, by: 3) {
        guard let one = points[curve], let other = points[curve + 1], let end = points[curve + 2] else { return nil }
        let isLine = one.isBetween(last, end) && other.isBetween(last, end)
        let next = isLine ? "L" : "C"
        path += next == command ? " " : next
        path += isLine ? end.text : "\(one.text) \(other.text) \(end.text)"
        (last, command) = (end, next)
      }
      return path
    }
  }

  private struct Point {
    var text: Substring
    var x: Double
    var y: Double

    init?(_ text: Bytes) {
      guard let comma = text.firstIndex(of: UInt8(ascii: ",")), let x = Double(Substring(text[..<comma])),
        let y = Double(Substring(text[text.index(after: comma)...]))
      else { return nil }
      (self.text, self.x, self.y) = (Substring(text), x, y)
    }

    /// Whether it lies on the way from one to the other, as far as numbers with two digits tell.
    func isBetween(_ start: Point, _ end: Point) -> Bool {
      let (width, height) = (end.x - start.x, end.y - start.y)
      let square = width * width + height * height
      guard square > 0 else { return x == start.x && y == start.y }
      let across = (x - start.x) * height - (y - start.y) * width
      let along = (x - start.x) * width + (y - start.y) * height
      return across * across <= 0.0002 * square && along >= 0 && along <= square
    }
  }
}

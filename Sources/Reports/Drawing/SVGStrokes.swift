/// Makes Graphviz's SVG shorter without changing what is seen.
///
/// A line of dashes is many strokes there, each a curve even where it is straight. Strokes of one pen that follow each other
/// become one path, and straight curves become lines; that is a third of a picture's bytes.
package enum SVGStrokes {
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
    let lines = svg.split(separator: "\n", omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() {
      guard let stroke = Stroke(line) else {
        flush()
        result += line
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
    let lines = svg.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.filter { !$0.hasPrefix("<title>") && !$0.hasPrefix("<!--") }.joined(separator: "\n")[...]
  }

  /// `<path fill="none" … d="M…C…"/>`, an element on a line of its own.
  private struct Stroke {
    /// All of the element before its data.
    var pen: Substring
    var path: String

    init?(_ line: Substring) {
      let (begin, middle, end) = ("<path fill=\"none\"", " d=\"M", "\"/>")
      guard line.hasPrefix(begin), line.hasSuffix(end), let data = line.range(of: middle) else { return nil }
      pen = line[..<data.lowerBound]
      let numbers = line[data.upperBound...].dropLast(end.count)
      guard !numbers.contains("\""), let path = Stroke.shortened(numbers) else { return nil }
      self.path = path
    }

    /// `M` and `C` with absolute points is all that Graphviz writes; nil for anything else.
    private static func shortened(_ data: Substring) -> String? {
      let parts = data.split(separator: "C", omittingEmptySubsequences: false)
      guard parts.count == 2, let start = Point(parts[0]) else { return nil }
      let points = parts[1].split(separator: " ").map { Point($0) }
      guard !points.isEmpty, points.count % 3 == 0, !points.contains(where: { $0 == nil }) else { return nil }
      var path = "M\(start.text)"
      var (last, command) = (start, Character("M"))
      for curve in stride(from: 0, to: points.count, by: 3) {
        guard let one = points[curve], let other = points[curve + 1], let end = points[curve + 2] else { return nil }
        let isLine = one.isBetween(last, end) && other.isBetween(last, end)
        let next: Character = isLine ? "L" : "C"
        path.append(next == command ? " " : next)
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

    init?(_ text: Substring) {
      let parts = text.split(separator: ",", omittingEmptySubsequences: false)
      guard parts.count == 2, let x = Double(parts[0]), let y = Double(parts[1]) else { return nil }
      (self.text, self.x, self.y) = (text, x, y)
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

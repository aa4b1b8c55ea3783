import Reports
import Testing

/// What is seen stays what it was: each stroke begins and ends where it did.
@Suite("Strokes of an SVG") struct SVGStrokesTests {
  private func line(_ data: String, pen: String = "stroke=\"#000\"") -> String {
    "<path fill=\"none\" \(pen) d=\"\(data)\"/>"
  }

  @Test(
    "a curve that is straight becomes a line, and no other",
    arguments: [
      ("M0,0C1,0 2,0 3,0", "M0,0L3,0"), ("M0,0C0,0 3,-6 3,-6", "M0,0L3,-6"), ("M0,0C1,2 2,4 3,6", "M0,0L3,6"),
      ("M0,0C1,0.01 2,0 3,0", "M0,0L3,0"), ("M0,0C1,0.02 2,0 3,0", "M0,0C1,0.02 2,0 3,0"),
      // Beyond its end, and before its beginning.
      ("M0,0C1,0 4,0 3,0", "M0,0C1,0 4,0 3,0"), ("M0,0C-1,0 2,0 3,0", "M0,0C-1,0 2,0 3,0"),
      ("M0,0C1,0 2,0 3,0 4,0 5,0 6,0 7,1 8,2 9,9", "M0,0L3,0 6,0C7,1 8,2 9,9"), ("M1,1C1,1 1,1 1,1", "M1,1L1,1"),
    ])
  func straight(before: String, after: String) {
    #expect(SVGStrokes.joined(line(before)[...]) == "\(line(after))\n")
  }

  @Test("strokes of one pen that follow each other are one path")
  func joined() {
    let (one, two) = (line("M0,0C1,0 2,0 3,0"), line("M5,0C6,0 7,0 8,0"))
    let other = line("M0,0C1,0 2,0 3,0", pen: "stroke=\"#fff\"")
    #expect(SVGStrokes.joined("\(one)\n\(two)\n<g>\n"[...]) == "\(line("M0,0L3,0M5,0L8,0"))\n<g>\n")
    #expect(SVGStrokes.joined("\(one)\n\(other)\n\(two)\n"[...]).split(separator: "\n").count == 3)
    #expect(SVGStrokes.joined("\(one)\n<title/>\n\(two)\n"[...]).split(separator: "\n").count == 3)
  }

  @Test(
    "everything else stays as it is",
    arguments: [
      "<path fill=\"#fff\" d=\"M0,0C1,0 2,0 3,0\"/>", "<path fill=\"none\" d=\"M0,0L1,1\"/>", "<svg>", "",
      "<path fill=\"none\" d=\"M0,0C1,0 2,0\"/>", "<path fill=\"none\" d=\"M0,0C1,0 2,x 3,0\"/>",
      "<path fill=\"none\" d=\"M0,0C1,0 2,0 3,0\" id=\"a\"/>",
    ])
  func untouched(line: String) { #expect(SVGStrokes.joined(line[...]) == line) }
}

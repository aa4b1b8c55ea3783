import Configuration
import Testing
import YAMLSource

/// What is said about broken files, and where: the code, the line and the column.
@Suite("Broken YAML") struct BrokenTextTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var text: String
    var verdict: String
    var testDescription: String { String(text.prefix(40)) }
  }

  static let cases: [Case] = [
    Case(text: "", verdict: "HL0102 1:1"),
    Case(text: "# only a comment\n", verdict: "HL0102 1:1"),
    Case(text: "---\n", verdict: "HL0102 1:1"),
    Case(text: "title: Lab: the first\n", verdict: "HL0101 1:11"),
    Case(text: "nodes:\n  a: [b, c\n", verdict: "HL0101 2:6"),
    Case(text: "nodes:\n  a: { b: 1\nc: 2\n", verdict: "HL0101 3:2"),
    Case(text: "a: 'never closed\nb: 1\n", verdict: "HL0101 1:4"),
    Case(text: "a: \"never closed\n", verdict: "HL0101 1:4"),
    Case(text: "a: \"\\q\"\n", verdict: "HL0101 1:5"),
    Case(text: "a: 1\n b: 2\n", verdict: "HL0101 2:3"),
    Case(text: "a:\n   b: 1\n  c: 2\n", verdict: "HL0101 3:3"),
    Case(text: "a: 1\nb\nc: 2\n", verdict: "HL0101 2:1"),
    Case(text: "a: - b\n", verdict: "HL0101 1:4"),
    Case(text: "a: @b\n", verdict: "HL0101 1:4"),
    Case(text: "a: `b`\n", verdict: "HL0101 1:4"),
    Case(text: "- a\nb: 1\n", verdict: "HL0101 2:1"),
    Case(text: "a: ]\n", verdict: "HL0101 1:4"),
    Case(text: "a: &\n", verdict: "HL0101 1:5"),
    Case(text: "a:\n\tb: 1\n", verdict: "HL0104 2:1"),
    Case(text: "a:\n  \tb: 1\n", verdict: "HL0104 2:3"),
    Case(text: "a: b\n\tc\n", verdict: "HL0104 2:1"),
    Case(text: "a: b\u{0}c\n", verdict: "HL0105 1:5"),
    Case(text: "a: \u{7}\n", verdict: "HL0105 1:4"),
    Case(text: "é: \u{85}\n", verdict: "HL0105 1:4"),
    Case(text: "a: 1\rb: 2\n", verdict: "HL0105 1:5"),
    Case(text: "# x\u{2028}[[\n", verdict: "HL0105 1:4"),
    Case(text: "a: \u{FEFF}b\n", verdict: "HL0105 1:4"),
    Case(text: "a: 1\nb: 2\na: 3\n", verdict: "HL0106 3:1"),
    Case(text: "n:\n  a: 1\n  # a: 5\n  b:\n    a: 1\n  a: 3\n", verdict: "HL0106 6:3"),
    Case(text: "n: { a: 1, b: [a, a], \"a\": 3 }\n", verdict: "HL0106 1:23"),
    Case(text: "n: { a: { a: 1 },\n  a: 3 }\n", verdict: "HL0106 2:3"),
    Case(text: "a: *nowhere\n", verdict: "HL0107 1:4"),
    Case(text: "a: 1\n---\nb: 2\n", verdict: "HL0111 2:1"),
    Case(text: "? [a, b]\n: 1\n", verdict: "HL0112 1:1"),
    Case(text: "[a, b]: 1\n", verdict: "HL0112 1:1"),
    Case(text: "x: { [a]: 1 }\n", verdict: "HL0112 1:6"),
    Case(text: "x: { h[1-4]: 1 }\n", verdict: "HL0112 1:7"),
    Case(text: "- [h[1-4], b]\n", verdict: "HL0101 1:5"),
    Case(text: "- { ping: h[1-4] -> b }\n", verdict: "HL0101 1:12"),
    Case(text: "x: &x 1\n*x : 2\n", verdict: "HL0112 2:1"),
    Case(text: "x: &x 1\ny: { *x }\n", verdict: "HL0112 2:6"),
    Case(text: "a: { <<: host }\n", verdict: "HL0113 1:10"),
    Case(text: "a: !b!c d\n", verdict: "HL0101 1:4"),
    Case(text: "a: !10.0.0.0/24\n", verdict: "HL0101 1:4"),
    Case(text: "{ b: 1, a: ! 10.0.0.0/24 }\n", verdict: "HL0101 1:12"),
  ]

  @Test("is located and told with its code", arguments: cases)
  func located(_ example: Case) {
    let reading = Reading(example.text)
    #expect(reading.verdict == example.verdict, "\(reading.rendered)")
  }

  @Test("keeps the first place of a duplicate key as a note")
  func duplicateKey() {
    let reading = Reading("a: 1\nb: 2\na: 3\n")
    #expect(
      reading.rendered == """
        test.yaml:3:1: error HL0106: the key 'a' is written twice
            3 | a: 3
              | ^
          test.yaml:1:1: note: it is first written here
            1 | a: 1
              | ^

        """)
  }

  @Test("shows where an unclosed bracket was opened")
  func unclosedBracket() {
    let reading = Reading("a: { b: 1\nc: 2\n")
    #expect(reading.first?.notes.first?.location?.column == 4)
  }

  @Test("names an undefined alias")
  func undefinedAlias() {
    #expect(Reading("a: &one 1\nb: *onee\n").first?.message == "there is no anchor 'onee' before this")
  }

  @Test(
    "tells the first byte that is not UTF-8",
    arguments: [
      ([0x61, 0x3A, 0x20, 0xFC, 0x0A], "HL0103 1:4"), ([0x61, 0x3A, 0x0A, 0xC3, 0xA9, 0xC3], "HL0103 2:2"),
      ([0xFF, 0xFE, 0x61, 0x00], "HL0103 1:1"), ([0xED, 0xA0, 0x80], "HL0103 1:1"),
      ([0x61, 0xF0, 0x9F], "HL0103 1:2"), ([0xC0, 0x80], "HL0103 1:1"),
      ([0x61, 0x3A, 0x20, 0xC3, 0xA9], "well"),
    ] as [([UInt8], String)])
  func notUTF8(bytes: [UInt8], verdict: String) {
    #expect(Reading(bytes: bytes).verdict == verdict)
  }

  @Test(
    "whoever writes a range inside brackets is told of quotes",
    arguments: ["- [h[1-4], b]\n", "- { ping: h[1-4] -> b }\n", "x: { h[1-4]: 1 }\n", "- [é[1-4], b]\n"])
  func range(text: String) {
    var sources = SourceMap()
    var diagnostics = Diagnostics()
    #expect(YAMLSource.read(text: text, name: "test", into: &sources, &diagnostics) == nil)
    #expect(diagnostics.all.first?.notes.first?.message.contains("quotes, as in \"h[1-8]\"") == true)
  }

  @Test("elsewhere a range needs none")
  func plainRange() {
    var sources = SourceMap()
    var diagnostics = Diagnostics()
    let value = YAMLSource.read(
      text: "h[1-4]: 1\nl:\n- - h[1-4]\n  - b\n- ping: h[1-4] -> b\n", name: "test", into: &sources, &diagnostics)
    #expect(diagnostics.isEmpty)
    #expect(value == ["h[1-4]": 1, "l": [["h[1-4]", "b"], ["ping": "h[1-4] -> b"]]])
  }
}

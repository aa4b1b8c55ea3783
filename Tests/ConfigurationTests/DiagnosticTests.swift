import Configuration
import Testing

@Suite("Diagnostics") struct DiagnosticTests {
  private func rendered(
    _ text: String, at location: Configuration.SourceLocation, colour: Bool = false,
    notes: [Diagnostic.Note] = []
  ) -> String {
    var sources = SourceMap()
    _ = sources.add(name: "lab.yaml", text: text)
    let diagnostic = Diagnostic("wrong", code: .unknownField, at: location, notes: notes)
    return DiagnosticRenderer(sources: sources, colour: colour).render(diagnostic)
  }

  @Test("shows the line and a caret under the column")
  func caret() {
    #expect(
      rendered("a: 1\n  gatway: 2\r\nc", at: at(3, line: 2), notes: ["did you mean 'gateway'?"]) == """
        lab.yaml:2:3: error HL0120: wrong
            2 |   gatway: 2
              |   ^
          note: did you mean 'gateway'?

        """)
  }

  @Test(
    "the caret counts cells: Chinese text is two wide, marks none, tabs go to the next fourth",
    arguments: [
      ("名字: x", 5, 6), ("e\u{301}: x", 5, 3), ("\tx", 2, 4), ("ab\tx", 4, 4), ("😀x", 2, 2), ("é: x", 4, 3),
    ] as [(String, UInt32, Int)])
  func width(text: String, column: UInt32, cells: Int) {
    let last = rendered(text, at: at(column)).split(separator: "\n").last.map(String.init)
    #expect(last == "      | " + String(repeating: " ", count: cells) + "^")
  }

  @Test("a long line is cut around the caret")
  func longLine() {
    let text = String(repeating: "x", count: 5000) + "!" + String(repeating: "y", count: 5000)
    let lines = rendered(text, at: at(5001)).split(separator: "\n").map(Array.init)
    #expect(lines[1].count < 140)
    #expect(lines[2].lastIndex(of: "^") == lines[1].firstIndex(of: "!"))
  }

  @Test("control characters of a file do not reach the terminal")
  func control() {
    let text = rendered("a\u{1B}[31mb\u{202E}", at: at(3))
    #expect(!text.unicodeScalars.contains("\u{1B}"))
    #expect(!text.unicodeScalars.contains("\u{202E}"))
    #expect(text.hasSuffix("|   ^\n"))
  }

  @Test(
    "a place that is not in the file shows no line",
    arguments: [at(1, line: 99), at(1, line: 0), Configuration.SourceLocation.none])
  func nowhere(location: Configuration.SourceLocation) {
    #expect(rendered("a", at: location).split(separator: "\n").count == 1)
  }

  @Test("colours only when asked to")
  func colour() {
    #expect(rendered("a", at: at(1), colour: true).contains("\u{1B}[1;31m"))
    #expect(!rendered("a", at: at(1)).contains("\u{1B}"))
  }

  @Test("are sorted by place, in order of report where equal, and each is told once")
  func sorting() {
    var diagnostics = Diagnostics()
    diagnostics.report("c", .syntax, at: at(1, line: 2))
    diagnostics.report("b", .syntax, at: at(5))
    diagnostics.report("a", .syntax, at: at(5))
    diagnostics.report("c", .syntax, at: at(1, line: 2))
    #expect(diagnostics.sorted.map(\.message) == ["b", "a", "c"])
  }

  @Test("beyond the limit only counts", arguments: [(100, 0), (101, 1), (250, 150)])
  func limit(count: Int, suppressed: Int) {
    var diagnostics = Diagnostics()
    for line in 1...UInt32(count) { diagnostics.report("x", .syntax, at: at(1, line: line)) }
    #expect(diagnostics.all.count == 100)
    #expect(diagnostics.suppressedCount == suppressed)
    let text = DiagnosticRenderer(sources: SourceMap(), colour: false).render(diagnostics)
    #expect(text.hasSuffix("and \(suppressed) more\n") == (suppressed > 0))
  }

  @Test("warnings are no errors")
  func warnings() {
    var diagnostics = Diagnostics()
    diagnostics.report("x", .unusedVariable, at: at(1))
    #expect(!diagnostics.hasErrors)
    #expect(diagnostics.all[0].severity == .warning)
    diagnostics.report("x", .syntax, at: at(1))
    #expect(diagnostics.hasErrors)
  }

  @Test(
    "every code is explained, with wrong and right, under a title of its own",
    arguments: DiagnosticCode.allCases)
  func codes(code: DiagnosticCode) {
    #expect(code.rawValue.wholeMatch(of: /HL0[123]\d\d/) != nil)
    #expect(code.explanation.contains("\n\nwrong:\n    "))
    #expect(code.explanation.contains("\n\nright:\n    "))
    #expect(DiagnosticCode.allCases.count { $0.title == code.title } == 1)
    #expect(DiagnosticCode.allCases.count { $0.explanation == code.explanation } == 1)
  }

  @Test("finds lines in files with either line end")
  func lines() {
    let file = SourceFile(name: "a", text: "one\r\ntwo\n\nfour")
    #expect((0...5).map { file.line($0) } == [nil, "one", "two", "", "four", nil])
  }
}

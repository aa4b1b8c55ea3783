import Configuration
import Testing
import YAMLSource

@Suite("Including files") struct IncludeTests {
  struct NoSuchFile: Error, CustomStringConvertible { var description: String { "no such file" } }

  private func read(_ files: [String: String], from name: String = "main.yaml") -> (
    value: Value?, diagnostics: [Diagnostic], sources: SourceMap
  ) {
    var sources = SourceMap()
    var diagnostics = Diagnostics()
    let value = YAMLSource.read(file: name, into: &sources, &diagnostics) { name in
      guard let text = files[name] else { throw NoSuchFile() }
      return Array(text.utf8)
    }
    return (value, diagnostics.sorted, sources)
  }

  @Test("included files come first, in order, and the including file wins")
  func merging() {
    let result = read([
      "main.yaml": "include: [one.yaml, two.yaml]\na: main\nd: { y: 2 }\n",
      "one.yaml": "a: one\nb: one\nc: one\nd: { x: 1, y: 1 }\n", "two.yaml": "b: two\nc: ~\n",
    ])
    #expect(result.diagnostics.isEmpty)
    #expect(result.value == ["a": "main", "b": "two", "d": ["x": "1", "y": "2"]])
  }

  @Test("values keep the file they come from")
  func origin() {
    let result = read(["main.yaml": "include: one.yaml\nb: 1\n", "one.yaml": "a: 1\n"])
    #expect(result.value?["a"].map { result.sources.describe($0.location) } == "one.yaml:1:4")
    #expect(result.value?["b"].map { result.sources.describe($0.location) } == "main.yaml:2:4")
  }

  @Test("a null that removes nothing yet stays, since variants are patches themselves")
  func nullInVariant() {
    let result = read([
      "main.yaml": "include: one.yaml\nvariants: { v: { nodes: { a: ~ } } }\n",
      "one.yaml": "nodes: { a: 1 }\n",
    ])
    #expect(result.value?["variants"]?["v"]?["nodes"]?["a"]?.isNull == true)
  }

  @Test("names are seen from the including file")
  func folders() {
    let result = read(
      [
        "labs/main.yaml": "include: parts/one.yaml\n", "labs/parts/one.yaml": "include: ../../two.yaml\n",
        "two.yaml": "a: 1\n",
      ], from: "labs/main.yaml")
    #expect(result.diagnostics.isEmpty)
    #expect(result.value == ["a": "1"])
  }

  @Test(
    "joins paths",
    arguments: [
      ("b.yaml", "a.yaml", "b.yaml"), ("b.yaml", "x/a.yaml", "x/b.yaml"),
      ("./b.yaml", "/x/a.yaml", "/x/b.yaml"),
      ("../b.yaml", "a.yaml", "../b.yaml"), ("../b.yaml", "../a.yaml", "../../b.yaml"),
      ("/b.yaml", "x/a.yaml", "/b.yaml"),
    ])
  func joining(name: String, includer: String, whole: String) {
    #expect(YAMLSource.joined(name, includer) == whole)
  }

  @Test("one file included twice is fine, a circle is not")
  func circle() {
    let diamond = read([
      "main.yaml": "include: [a, b]\n", "a": "include: c\n", "b": "include: c\n", "c": "x: 1\n",
    ])
    #expect(diamond.diagnostics.isEmpty)
    #expect(diamond.value == ["x": "1"])

    let circle = read(["main.yaml": "include: a\nx: 1\n", "a": "b: 1\ninclude: [main.yaml]\n"])
    #expect(circle.diagnostics.map(\.code) == [.cyclicInclude])
    #expect(circle.diagnostics.first.map { circle.sources.describe($0.location) } == "a:2:11")
    #expect(circle.diagnostics.first?.notes == ["the circle is main.yaml → a → main.yaml"])
  }

  @Test("a missing file is told where it is asked for")
  func missing() {
    let result = read(["main.yaml": "x: 1\ninclude: [gone.yaml, [y]]\n"])
    #expect(result.diagnostics.map(\.code) == [.missingInclude, .wrongType])
    #expect(result.diagnostics.map(\.location.column) == [11, 22])
    #expect(result.value == ["x": "1"])
  }

  @Test("the first file missing is told without a line")
  func firstMissing() {
    let result = read([:])
    #expect(result.value == nil)
    #expect(result.diagnostics.map(\.code) == [.fileNotReadable])
    #expect(result.sources.describe(result.diagnostics[0].location) == "main.yaml")
  }

  @Test("an included file must be a map")
  func notAMap() {
    let result = read(["main.yaml": "include: a\n", "a": "[x]\n"])
    #expect(result.diagnostics.map(\.code) == [.wrongType])
  }

  @Test("16 files deep is enough, 17 is not", arguments: [(16, true), (17, false)])
  func depth(count: Int, isRead: Bool) {
    var files = ["main.yaml": "include: f1\n", "f\(count)": "x: 1\n"]
    for number in 1..<count { files["f\(number)"] = "include: f\(number + 1)\n" }
    let result = read(files)
    #expect(result.diagnostics.map(\.code) == (isRead ? [] : [.tooDeep]))
  }

  @Test("files that double at every level are stopped")
  func doubling() {
    var files = ["main.yaml": "include: [f1, f1]\n", "f16": "x: 1\n"]
    for number in 1..<16 { files["f\(number)"] = "include: [f\(number + 1), f\(number + 1)]\n" }
    #expect(read(files).diagnostics.contains { $0.code == .tooDeep })
  }
}

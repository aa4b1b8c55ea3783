import Configuration
import Testing
import YAMLSource

/// Files of other kinds that a scenario names.
@Suite("Named files") struct NamedFileTests {
  private struct NoSuchFile: Error, CustomStringConvertible { var description: String { "no such file" } }

  private var sources = SourceMap()
  private var diagnostics = Diagnostics()

  private mutating func read(_ name: String, in scenario: String, _ files: [String: [UInt8]]) -> String? {
    let including = sources.add(name: scenario, text: "conf: \(name)")
    let place = SourceLocation(file: including, line: 1, column: 7)
    let number = YAMLSource.readText(Located(name, at: place), into: &sources, &diagnostics) { path in
      guard let bytes = files[path] else { throw NoSuchFile() }
      return bytes
    }
    return number.map { sources[$0].text }
  }

  private var verdicts: [String] {
    diagnostics.sorted.map { "\($0.code.rawValue) \(sources.describe($0.location))" }
  }

  @Test(
    "names are seen from the file they stand in",
    arguments: [
      ("nova.conf", "lab.yaml", "nova.conf"), ("nova.conf", "labs/lab.yaml", "labs/nova.conf"),
      ("../etc/nova.conf", "labs/lab.yaml", "etc/nova.conf"), ("/etc/nova.conf", "labs/lab.yaml", "/etc/nova.conf"),
    ])
  mutating func places(name: String, scenario: String, path: String) {
    #expect(read(name, in: scenario, [path: Array("[DEFAULT]".utf8)]) == "[DEFAULT]")
    #expect(verdicts == [])
  }

  @Test("a file that is not there is told at its name")
  mutating func absent() {
    #expect(read("nova.cnof", in: "lab.yaml", ["nova.conf": []]) == nil)
    #expect(verdicts == ["HL0128 lab.yaml:1:7"])
  }

  @Test("a byte that is not UTF-8 is told where it stands in the file itself; a byte order mark is no text")
  mutating func bytes() {
    #expect(read("a", in: "lab.yaml", ["a": [0x61, 0x0A, 0x62, 0xFC]]) == nil)
    #expect(verdicts == ["HL0103 a:2:2"])
    #expect(read("b", in: "lab.yaml", ["b": [0xEF, 0xBB, 0xBF, 0x61]]) == "a")
  }

  @Test("the largest file is read, one byte more is not")
  mutating func size() {
    let largest = [UInt8](repeating: 0x61, count: YAMLSource.largestNamedFile)
    #expect(read("a", in: "lab.yaml", ["a": largest]) != nil)
    #expect(read("b", in: "lab.yaml", ["b": largest + [0x61]]) == nil)
    #expect(verdicts == ["HL0110 lab.yaml:1:7"])
  }
}

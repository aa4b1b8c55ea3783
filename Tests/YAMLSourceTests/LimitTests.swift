import Configuration
import Figures
import Testing
import YAMLSource

/// Files made to break a reader are refused at once, with a place.
@Suite("Limits of YAML files") struct LimitTests {
  static let deep: [String] = [
    "[", "- ", "{a: ", "{", "[[a],", "a: [", "? ", "&a [", "!t [", "- [", "\"x\": {",
  ]

  @Test("eight megabytes of nesting are refused quickly", arguments: deep)
  func nesting(unit: String) {
    let text = String(repeating: unit, count: (YAMLSource.largestFile - 10) / unit.utf8.count)
    let duration = processorTime {
      let reading = Reading(text)
      #expect(reading.value == nil)
      #expect(reading.diagnostics.hasErrors)
      #expect(reading.first?.location.line == 1)
    }
    #expect(duration < .seconds(1))
  }

  @Test("growing indentation is nesting too")
  func indentation() {
    let text = (0..<3000).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    #expect(Reading(text).verdict == "HL0109 65:65")
  }

  @Test("64 levels are read, 65 are not", arguments: [(64, "well"), (65, "HL0109 1:65")])
  func boundary(levels: Int, verdict: String) {
    let text = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    #expect(Reading(text).verdict == verdict)
  }

  @Test(
    "brackets in quotes, comments, plain and block text are no nesting",
    arguments: [
      "'", "\"", "# ", "a: |\n  ", "a: >2-  # x\n   ", "a: b", "a: b\n  ", "a: |\n\n    \n    x\n\n    ",
    ])
  func noNesting(start: String) {
    let brackets = String(repeating: "[", count: 200)
    let end = start == "'" || start == "\"" ? start : ""
    let reading = Reading(start + brackets + end + "\n" + (start == "# " ? "a: 1\n" : ""))
    #expect(reading.verdict == "well", "\(reading.rendered)")
  }

  @Test(
    "brackets after a quote that only looks like one are nesting",
    arguments: ["a: b\n  'c\nd: ", "a: it's\nd: ", "a: |\n  'x\nd: ", "a: b # '\nd: ", "- &x 'y' \n- "])
  func hiddenNesting(start: String) {
    let reading = Reading(start + String(repeating: "[", count: 200))
    #expect(reading.first?.code == .tooDeep, "\(reading.rendered)")
  }

  @Test("a file may have 8 MB and not a byte more")
  func size() {
    let most = YAMLSource.largestFile
    var bytes = Array("a: 1 #".utf8)
    bytes += [UInt8](repeating: UInt8(ascii: "x"), count: most - bytes.count)
    #expect(Reading(bytes: bytes).verdict == "well")
    bytes.append(UInt8(ascii: "x"))
    #expect(Reading(bytes: bytes).first?.code == .tooLarge)
  }

  @Test(
    "half a million values are the most, empty ones counted",
    arguments: ["a,", "[],", "- \n", "- a\n", "*x,"])
  func values(unit: String) {
    let text = String(repeating: unit, count: YAMLSource.mostValues + 1)
    #expect(Reading(unit.hasPrefix("-") ? text : "[" + text + "]").first?.code == .tooLarge)
    let all = "[" + String(repeating: "a,", count: YAMLSource.mostValues - 1) + "]"
    #expect(unit != "a," || Reading(all).verdict == "well")
  }

  @Test("aliases that multiply are stopped and the anchor is named")
  func aliasBomb() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    let reading = Reading(text)
    #expect(reading.value == nil)
    #expect(reading.first?.code == .aliasBomb)
    #expect(reading.first?.message.contains("anchor 'a5'") == true, "\(reading.rendered)")
    #expect(reading.first?.location.line == 6)
  }

  @Test("a bomb as a key is refused before anything compares it", arguments: ["? *z\n: 1", "*z : 1", "{*z}"])
  func bombAsKey(key: String) {
    var text = "a0: &a0 [x, x]\n"
    for level in 1...40 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    text += "k: &z [*a40]\nm:\n  " + key.split(separator: "\n").joined(separator: "\n  ") + "\n"
    #expect(Reading(text).first?.code == .keyNotText)
  }

  @Test("a chain of a hundred thousand anchors is refused")
  func chain() {
    var text = "- &a0 [x]\n"
    for link in 1..<100_000 { text += "- &a\(link) [*a\(link - 1)]\n" }
    #expect(Reading(text).first?.code == .aliasBomb)
  }

  @Test("aliases inside aliases count as depth", arguments: [(60, "well"), (70, "HL0109 64:3")])
  func chainDepth(links: Int, verdict: String) {
    var text = "- &a0 [x]\n"
    for link in 1..<links { text += "- &a\(link) [*a\(link - 1)]\n" }
    #expect(Reading(text).verdict == verdict)
  }
}

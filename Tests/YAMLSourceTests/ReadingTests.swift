import Configuration
import Figures
import Testing
import YAMLSource

@Suite("Reading YAML") struct ReadingTests {
  @Test(
    "keeps scalars as written",
    arguments: [
      "NO", "on", "12:30:45", "00:11:22:33:44:55", "1e3", "0x10", "010", "1_000", "50us", "2001-01-01",
    ])
  func asWritten(text: String) {
    #expect(Reading("a: \(text)\n").value?["a"]?.text == text)
  }

  @Test(
    "tells null from the text 'null'",
    arguments: [
      ("", true), ("~", true), ("null", true), ("'null'", false), ("\"\"", false), ("!!str null", false),
    ])
  func null(text: String, isNull: Bool) {
    #expect(Reading("a: \(text)\n").value?["a"]?.isNull == isNull)
  }

  @Test("places values and keys, counting characters and not bytes")
  func locations() throws {
    let map = try #require(Reading("é: { 名字: [a, bb] }\n").value?["é"]?.map)
    let entry = try #require(map.entry("名字"))
    #expect(entry.keyLocation == SourceLocation(file: 0, line: 1, column: 6))
    #expect(entry.value.list?.map(\.location.column) == [11, 14])
  }

  @Test("keys are the text as written")
  func keys() {
    #expect(Reading("1: a\ntrue: b\n~: c\n'x y': d\n").value?.map?.keys == ["1", "true", "~", "x y"])
  }

  @Test("ignores a byte order mark and reads Windows line ends")
  func windows() throws {
    let reading = Reading(bytes: [0xEF, 0xBB, 0xBF] + Array("a: 1\r\nb:\r\n  - x\r\n".utf8))
    #expect(reading.value == ["a": "1", "b": ["x"]])
    #expect(reading.value?.map?.entry("a")?.keyLocation.column == 1)
    #expect(reading.sources[0].line(1) == "a: 1")
  }

  @Test("an alias says what its anchor says, at the anchor's place")
  func alias() {
    let reading = Reading("a: &x { k: 1 }\nb: *x\n")
    #expect(reading.value?["b"] == ["k": "1"])
    #expect(reading.value?["b"]?.location.line == 1)
  }

  @Test("'<<' adds what the map does not say itself, the first of several winning")
  func mergeKeys() {
    let reading = Reading(
      """
      x-a: &a { kind: host, gateway: 1 }
      x-b: &b { kind: switch, dns: 2 }
      one: { <<: *a, gateway: 9 }
      two: { <<: [*a, *b], mtu: 5 }
      text: { '<<': 7 }
      """)
    #expect(reading.verdict == "well")
    #expect(reading.value?["one"] == ["kind": "host", "gateway": "9"])
    #expect(reading.value?["two"] == ["kind": "host", "gateway": "1", "dns": "2", "mtu": "5"])
    #expect(reading.value?["two"]?.map?.keys == ["mtu", "kind", "gateway", "dns"])
    #expect(reading.value?["text"] == ["<<": "7"])
  }

  @Test("a hundred thousand aliases of a small map are no bomb")
  func manyAliases() {
    let text = "x: &x { a: 1 }\nl:\n" + String(repeating: "- *x\n", count: 60_000)
    #expect(Reading(text).value?["l"]?.list?.count == 60_000)
  }

  @Test("ten thousand nodes are read in a blink")
  func large() throws {
    let nodes = (0..<10_000).map { number in
      "  host\(number): { kind: host, interfaces: { eth0: 10.0.\(number / 250).\(number % 250 + 1)/16 }, gateway: 10.0.0.1 }\n"
    }
    let text = "nodes:\n" + nodes.joined()
    let duration = processorTime {
      #expect(Reading(text).value?["nodes"]?["host9999"]?["kind"]?.text == "host")
    }
    #expect(duration < .seconds(1))
  }
}

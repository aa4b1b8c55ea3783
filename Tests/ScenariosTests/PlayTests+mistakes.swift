import Configuration
import Devices
import Scenarios
import Simulation
import Testing

/// Mistakes that would otherwise play to a verdict nobody could explain.
@Suite("Mistakes that would play silently")
struct SilentMistakeTests {
  private func codes(node: String) -> [String] {
    ScenarioText("nodes:\n  n: \(node)\n").diagnostics.filter { $0.severity == .error }.map(\.code.rawValue)
  }

  @Test(
    "an interface has an address that a station can have",
    arguments: [
      ("10.0.0.1/24", []), ("10.0.0.254/24", []), ("10.0.0.0/24", ["HL0213"]), ("10.0.0.255/24", ["HL0213"]),
      ("10.0.0.0/31", []), ("10.0.0.1/31", []), ("10.0.0.255/32", []), ("10.0.1.0/23", []),
      ("10.0.1.255/23", ["HL0213"]),
      ("127.0.0.1/8", ["HL0213"]), ("126.0.0.1/8", []), ("224.0.0.5/24", ["HL0213"]), ("0.0.0.0/0", ["HL0213"]),
      ("255.255.255.255/32", ["HL0213"]),
    ])
  func address(text: String, expected: [String]) {
    #expect(codes(node: "{ kind: host, interfaces: { eth0: \(text) } }") == expected)
  }

  @Test(
    "an interface has a name that links can say",
    arguments: [("eth0", []), ("eth0.100", []), ("", ["HL0210"]), ("a b", ["HL0210"]), ("a:b", ["HL0210"])])
  func name(text: String, expected: [String]) {
    #expect(codes(node: "{ kind: host, interfaces: { \"\(text)\": 10.0.0.1/24 } }") == expected)
  }

  @Test("a rule is for an interface that is there", arguments: [("eth0", []), ("eht0", ["HL0205"])])
  func rule(interface: String, expected: [String]) {
    let rule = "{ in: \(interface), action: drop }"
    let node = "{ kind: firewall, interfaces: { eth0: 10.0.0.1/24 }, filter: { forward: [\(rule)] } }"
    #expect(codes(node: node) == expected)
  }

  @Test(
    "a name leads to an address or to a name, and digits alone are no name",
    arguments: [("10.0.0.1", []), ("other.test", []), ("10.0.0.256", ["HL0125"]), ("10.0.1", ["HL0125"])])
  func record(value: String, expected: [String]) {
    #expect(
      codes(node: "{ kind: dns-server, interfaces: { eth0: 10.0.0.1/24 }, names: { a.test: \(value) } }") == expected)
  }

  @Test("too much of a unit is a number out of range, not a wrong unit")
  func range() {
    func places(_ link: String) -> [String] {
      ScenarioText(
        "nodes: { a: { kind: hub }, b: { kind: hub } }\nlinks: [{ endpoints: [a, b], \(link) }]\n"
      ).diagnostics.filter { $0.severity == .error }.map(\.code.rawValue)
    }
    #expect(places("loss: 100%") == [])
    #expect(places("loss: 101%") == ["HL0123"])
    #expect(places("loss: 1percent") == ["HL0126"])
    #expect(places("delay: 99999999999d") == ["HL0123"])
  }

  @Test("a variable without braces in a longer text is told how to be written")
  func variable() throws {
    let text = ScenarioText(smallLab + "with: { to: b }\nsteps: [{ ping: a -> $to }]\n")
    let mistake = try #require(text.diagnostics.first { $0.code.rawValue == "HL0202" })
    #expect(mistake.notes.map(\.message) == ["inside a longer text a variable is written with braces: ${to}"])
    #expect(ScenarioText(smallLab + "with: { to: b }\nsteps: [{ ping: \"a -> ${to}\" }]\n").places == ["HL0311 17:1"])
  }

  @Test("rules and routes stand in the schema word for word, and a file that includes another needs no nodes")
  func schema() {
    let schema = SchemaWriter(title: "t").write(Scenario.schema)
    for word in ["\"filter\": {", "\"route\": {", "\"blackhole\"", "\"protocol\"", "\"metric\""] {
      #expect(schema.contains(word), "\(word)")
    }
    #expect(!schema.contains("\"nodes\"\n  ],"))
    #expect(!schema.contains("[\"nodes\"]"))
  }
}

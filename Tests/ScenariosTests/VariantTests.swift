import Configuration
import Devices
import Packets
import Scenarios
import Testing
import Topology

/// RFC 7396 over the document, and `$variables`.
@Suite("Variants") struct VariantTests {
  static let nodes = """
    nodes:
      a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
      b: { kind: host, interfaces: { eth0: $address } }
    links: [[a, b]]
    steps: [{ id: out, ping: "a -> ${who}" }]
    with: { who: b }
    expect: { out: { reply: true, hops: 0 } }

    """

  @Test("a file without variants has one, called default")
  func none() throws {
    let text = ScenarioText("nodes: { a: { kind: host } }\nsteps: [{ ping: a -> a }]")
    #expect(try text.play.variant == "default")
    #expect(text.scenario?.plays.count == 1)
  }

  @Test("a variable as a whole text takes any value; inside a text, its text")
  func variables() throws {
    let text = ScenarioText(
      Self.nodes
        + "variants: { one: { with: { address: 10.0.0.2/24 } }, two: { with: { address: [10.0.0.3/24, 10.0.0.4/24] } } }"
    )
    #expect(text.diagnostics.isEmpty)
    let plays = try #require(text.scenario?.plays)
    let addresses = plays.map { $0.topology.devices[1].ports[0].addresses.map(\.description) }
    #expect(addresses == [["10.0.0.2/24"], ["10.0.0.3/24", "10.0.0.4/24"]])
    #expect(plays.map { $0.steps[0].words } == ["ping a → b", "ping a → b"])
  }

  @Test("expect beside steps holds for every variant that does not patch it")
  func expectations() throws {
    let text = ScenarioText(
      Self.nodes + """
        variants:
          same: { with: { address: 10.0.0.2/24 } }
          other: { with: { address: 10.0.0.2/24 }, expect: { out: { hops: null, rtt: <1s } } }
          nothing: { with: { address: 10.0.0.2/24 }, expect: { out: null } }
          replaced: { with: { address: 10.0.0.2/24 }, expect: { out: reply } }
        """)
    #expect(text.diagnostics.isEmpty)
    let words = try #require(text.scenario?.plays).map { $0.steps[0].expectations.map(\.word) }
    #expect(words == [["reply", "hops"], ["reply", "rtt"], [], ["reply"]])
  }

  @Test("null removes, lists are replaced, new keys are added")
  func patch() throws {
    let text = ScenarioText(
      """
      nodes: { a: { kind: host }, b: { kind: host }, sw: { kind: switch } }
      links: [[a, sw], [b, sw]]
      variants: { direct: { nodes: { sw: null, c: { kind: host } }, links: [[a, b]] } }
      """)
    let play = try text.play
    #expect(play.topology.machines.map(\.name) == ["a", "b", "c"])
    #expect(play.topology.links.count == 1)
  }

  @Test("two dollar signs are one, and a dollar sign alone is itself")
  func dollars() throws {
    let text = ScenarioText("nodes: { a: { kind: host } }\ntitle: '$$a costs 5 $ or $5'")
    #expect(text.scenario?.title == "$$a costs 5 $ or $5")
    #expect(try text.play.title == "$a costs 5 $ or $5")
  }

  @Test(
    "mistakes are told once, where they are",
    arguments: [
      ("variants: { x: {}, y: { with: { mode: up } } }", ["HL0308 2:47"]),
      ("with: { mode: up, moed: up }", ["HL0309 4:19"]),
      ("with: { mode: up }\nvariants: { a b: {} }", ["HL0210 5:13"]),
      ("with: { mode: up }\nvariants: { ab: {}, AB: {} }", ["HL0208 5:21"]),
      ("variants: { x: { name: y, with: { mode: up } } }", ["HL0120 4:18"]),
      ("with: { mode: up }\nvariants: { x: [mode] }", ["HL0122 5:16"]),
      ("variants: { x: { stesp: [], with: { mode: up } } }", ["HL0120 4:18"]),
      ("with: [mode]", ["HL0308 2:47", "HL0122 4:7"]),
    ])
  func mistakes(rest: String, places: [String]) {
    let text = ScenarioText(
      """
      steps: [{ ping: a -> a }]
      nodes: { a: { kind: host, interfaces: { eth0: $mode } } }
      expect: { step1: reply }
      \(rest)
      """)
    #expect(text.places == places, "\(text.diagnostics)")
  }

  @Test("a variable that only some variants leave without a value names them, and the nearest spelling")
  func undefinedNote() {
    let text = ScenarioText(
      """
      nodes: { a: { kind: host, interfaces: { eth0: $mode } } }
      variants: { x: { with: { moed: up } }, y: { with: { mode: up } } }
      """)
    let mistake = text.diagnostics.first { $0.code == .undefinedVariable }
    #expect(mistake?.notes.map(\.message) == ["did you mean 'moed'?", "in the variant x"])
  }

  @Test("a list inside a text is no text")
  func listInText() {
    let text = ScenarioText("title: x ${y}\nnodes: { a: { kind: host } }\nwith: { y: [1] }")
    #expect(text.places.contains("HL0122 1:8"))
  }

  @Test("a variant is asked for by its name, and a wrong one is told with the nearest")
  func naming() throws {
    let scenario = try #require(
      ScenarioText("nodes: { a: { kind: host } }\nvariants: { nat: {}, host-only: {} }").scenario)
    var diagnostics = Diagnostics()
    #expect(scenario.plays(named: ["host-only"], &diagnostics).map(\.variant) == ["host-only"])
    #expect(diagnostics.isEmpty)
    #expect(scenario.plays(named: ["hostonly"], &diagnostics).isEmpty)
    #expect(diagnostics.all.map(\.code) == [.unknownVariant])
    #expect(diagnostics.all.first?.notes == ["did you mean 'host-only'?"])
  }
}

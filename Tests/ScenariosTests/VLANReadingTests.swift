import Configuration
import Devices
import Packets
import Scenarios
import Simulation
import Testing
import Topology

/// VLANs as they are written, and who hears whom then.
@Suite("VLANs in a scenario") struct VLANReadingTests {
  @Test(
    "what cannot be a VLAN or a port is refused where it stands",
    arguments: [
      ("{ access: 0 }", "HL0123 2:58"), ("{ access: 4094 }", nil), ("{ access: 4095 }", "HL0123 2:58"),
      ("{ trunk: all }", nil), ("{ trunk: [1, 4094] }", nil), ("{ trunk: 4095 }", "HL0123 2:57"),
      ("{ trunk: [210-200] }", "HL0123 2:58"), ("{ trunk: [200-4095] }", "HL0123 2:58"),
      ("{ trunk: red }", "HL0125 2:57"), ("{ trunk: 1-2-3 }", "HL0125 2:57"),
      ("{ access: 1, trunk: 2 }", "HL0130 2:61"), ("{ access: 1, native: 2 }", "HL0130 2:61"),
      ("{ native: 2 }", "HL0121 2:50"), ("{ acces: 2 }", "HL0120 2:50"), ("100", "HL0122 2:48"),
    ])
  func written(port: String, verdict: String?) {
    let reading = TopologyReading(
      """
      nodes:
        sw: { kind: switch, ageing: 9s, ports: { up: \(port) } }
        a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
      links: [[a, sw:up]]
      """)
    #expect(reading.verdicts.map { Optional($0) } == (verdict == nil ? [] : [verdict]), "\(reading.rendered)")
  }

  private func addresses(_ left: String, _ right: String, trunk: String = "trunk: all") -> [String] {
    TopologyReading(
      """
      nodes:
        a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
        b: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
        left: { kind: switch, ports: { to-a: { \(left) }, up: { trunk: all, native: 7 } } }
        right: { kind: switch, ports: { to-b: { \(right) }, up: { \(trunk) } } }
        plain: { kind: switch }
      links: [[a, left], [b, right], [left:up, plain], [plain, right:up]]
      """
    ).verdicts
  }

  /// The switch in the middle knows no VLANs and lets tags pass.
  @Test("two stations may have one address as long as no VLAN joins them")
  func segments() {
    #expect(addresses("access: 100", "access: 200") == [])
    #expect(addresses("access: 100", "access: 100") == ["HL0212 3:40"])
    #expect(addresses("access: 100", "access: 100", trunk: "trunk: 99") == [])
    #expect(addresses("access: 7", "access: 7") == [], "untagged on one end, refused on the other")
    #expect(addresses("access: 7", "access: 8", trunk: "trunk: all, native: 8") == ["HL0212 3:40"], "native mismatch")
  }

  @Test("a port that is described and gets no link while another does is told, with the name that was meant")
  func slip() {
    func said(_ port: String) -> [String] {
      let reading = TopologyReading(
        """
        nodes:
          sw: { kind: switch, ports: { \(port): { access: 100 } } }
          a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
        links: [[a, sw:eth1]]
        """)
      return reading.diagnostics.sorted.map { ([$0.code.rawValue] + $0.notes.map(\.message)).joined(separator: " ") }
    }
    #expect(said("eth1") == [])
    #expect(said("ehh1") == ["HL0221 did you mean 'eth1'?"])
  }

  @Test("a link without a port's name takes the one that is described for its peer")
  func namedAfterPeer() {
    let reading = TopologyReading(
      """
      nodes:
        sw: { kind: switch, ports: { to-a: { access: 100 }, up: { trunk: all } } }
        a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
        b: { kind: host, interfaces: { eth0: 10.0.0.2/24 } }
      links: [[a, sw], [b, sw]]
      """)
    #expect(reading.topology.peer("a.stack:eth0") == "sw.bridge:to-a")
    #expect(reading.topology.peer("b.stack:eth0") == "sw.bridge:to-b")
    #expect(reading.topology.device("sw.bridge").map { reading.topology.devices[$0].settings.remarks } == [.allVLANs])
  }

  @Test("an unnamed port of a bridge that knows VLANs is in VLAN 1, and no VLAN word means no VLANs")
  func unnamed() throws {
    let verdict = try ScenarioText(
      """
      name: t
      nodes:
        a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
        b: { kind: host, interfaces: { eth0: 10.0.0.2/24 } }
        c: { kind: host, interfaces: { eth0: 10.0.0.3/24 } }
        sw: { kind: switch, ports: { to-b: { access: 1 }, to-c: { access: 2 } } }
      links: [[a, sw], [b, sw], [c, sw]]
      steps: [{ id: one, ping: a -> b }, { id: two, ping: a -> c }]
      expect: { one: reply, two: { fails: host-unreachable } }
      """
    ).verdict()
    #expect(verdict.holds, "\(verdict.steps.map(\.findings))")
  }

  private func ranged(_ ports: String) -> ScenarioText {
    ScenarioText(
      """
      nodes:
        a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
        b: { kind: host, interfaces: { eth0: 10.0.0.2/24 } }
        c: { kind: host, interfaces: { eth0: 10.0.0.3/24 } }
        sw: { kind: switch, ports: { \(ports) } }
      links: [[a, sw:p1], [b, sw:p2], [c, sw:p3]]
      steps: [{ ping: a -> c }, { ping: a -> b }]

      """)
  }

  @Test("a range of ports is each of them, and what is said of one by its own name goes before that")
  func ranges() throws {
    let text = ranged("\"p[1-3]\": { access: 100 }, p2: { access: 200 }")
    #expect(try text.verdict().steps.map { $0.activities[0].outcome.succeeded } == [true, false])
    let all = ranged("\"p[1-3]\": { access: 100 }")
    #expect(try all.verdict().steps.map { $0.activities[0].outcome.succeeded } == [true, true])
    let twice = ranged("\"p[1-3]\": { access: 100 }, \"p[3-4]\": { access: 200 }")
    #expect(twice.diagnostics.filter { $0.severity == .error }.map(\.code) == [.duplicateName])
  }
}

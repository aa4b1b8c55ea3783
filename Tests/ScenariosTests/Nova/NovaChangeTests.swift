import Configuration
import Scenarios
import Simulation
import Testing

/// `set: { node: vm1, floating: … }` in the plain language.
@Suite("nova changes") struct NovaChangeTests {
  private func text(_ steps: String, _ section: String, expect: String = "") -> ScenarioText {
    ScenarioText(
      """
      nova: { network_manager: FlatDHCPManager, flat_network_bridge: br100, flat_interface: eth1, \(section) }
      nodes:
        psw: { kind: switch }
        fsw: { kind: switch }
        ext: { kind: host, interfaces: { eth0: 172.16.0.99/24 } }
        ctl: { kind: nova, runs: network, interfaces: { eth0: 172.16.0.10/24, eth1: up } }
        c1:
          kind: nova
          runs: compute
          interfaces: { eth0: 172.16.0.11/24, eth1: up }
          instances: { vm1: { security-groups: [open] }, vm2: { floating: 172.16.0.102, security-groups: [open] } }
      links: [[ext, psw], ["ctl:eth0", psw], ["c1:eth0", psw], ["ctl:eth1", fsw], ["c1:eth1", fsw]]
      steps: [\(steps)]
      expect: { \(expect) }

      """)
  }

  private let open = "security-groups: { open: [{ protocol: icmp }] }"

  @Test("the gateway gets the address and the rules of both directions, and keeps those of others")
  func plain() throws {
    let play = try text("{ set: { node: vm1, floating: 172.16.0.101 } }", open).play
    let step = try #require(play.expanded["steps"]?.list?.first?["set"])
    #expect(step["node"] == "ctl")
    let addresses = step["interfaces"]?["eth0"]?.list?.compactMap(\.text)
    #expect(addresses == ["172.16.0.10/24", "172.16.0.101/32", "172.16.0.102/32"])
    let inward = step["nat"]?["prerouting"]?.list?.compactMap { $0["dnat"]?.text }
    #expect(inward?.suffix(2) == ["10.0.0.2", "10.0.0.3"])
    #expect(step["nat"]?["output"]?.list?.count == 2)
    #expect(play.steps[0].words == "set vm1: floating 172.16.0.101")
  }

  @Test("the next change knows the one before, and what is released can be bound to another")
  func sequence() throws {
    let steps = """
      { set: { node: vm2, floating: none } }, { set: { node: vm1, floating: 172.16.0.102 } }, { dhcp: [vm1, vm2] },
      { id: x, ping: ext -> 172.16.0.102 }
      """
    let verdict = try text(steps, open, expect: "x: { request-reaches: vm1, reply: true }").verdict()
    #expect(verdict.steps[3].result == .held, "\(verdict.steps[3].findings)")
  }

  @Test(
    "mistakes are told where they stand",
    arguments: [
      ("set: { node: vm1, floating: 172.16.0.102 }", "HL0212"),
      ("set: { node: vm1, floating: 172.16.0 }", "HL0125"),
      ("set: { node: vm1, floating: 172.16.0.101, gateway: none }", "HL0120"),
      ("set: { node: ext, floating: 172.16.0.101 }", "HL0120"),
    ])
  func mistakes(step: String, code: String) {
    let places = text("{ \(step) }", open).places
    #expect(places.contains { $0.hasPrefix(code) }, "\(places)")
  }
}

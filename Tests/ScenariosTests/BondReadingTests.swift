import Configuration
import Devices
import Packets
import Testing
import Topology

/// `bonds:` of a node, and what cannot be one.
@Suite("Bonds in a scenario") struct BondReadingTests {
  private func reading(_ bond: String, interfaces: String = "bond0: 10.0.0.1/24") -> TopologyReading {
    TopologyReading(
      """
      nodes:
        h: { kind: host, interfaces: { \(interfaces) }, bonds: { bond0: { \(bond) } } }
        sw: { kind: switch }
      links: [["h:eth0", sw], ["h:eth1", sw]]
      """)
  }

  private static let good = "interfaces: [eth0, eth1], mode: active-backup"

  @Test("are a device between the stack and the links, with the stack's hardware address")
  func expansion() {
    let reading = reading(Self.good)
    #expect(reading.rendered == "")
    let topology = reading.topology
    #expect(topology.peer("h.stack:bond0") == "h.bond0:upper")
    #expect(topology.peer("h.bond0:eth0") == "sw.bridge:to-h" && topology.peer("h.bond0:eth1") == "sw.bridge:to-h-2")
    #expect(topology.machines[0].interfaces.map(\.name) == ["eth0", "eth1"])
    let own = topology.port("h.stack:bond0")?.hardwareAddress
    #expect(own != nil && reading.device("h", "bond0")?["mac"]?.text == own?.description)
  }

  @Test("may carry VLANs")
  func vlans() {
    let topology = reading(Self.good, interfaces: "bond0.100: 10.0.0.1/24").topology
    #expect(topology.peer("h.stack:bond0.100") == "h.bond0:100")
    #expect(topology.peer("h.bond0:trunk") == "h.bond0-links:upper")
    #expect(topology.peer("h.bond0-links:eth1") == "sw.bridge:to-h-2")
  }

  @Test("of a switch are ports of its bridge, beside those that links name")
  func bridge() {
    let reading = TopologyReading(
      """
      nodes:
        h: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
        one: { kind: switch, ports: { po1: { trunk: all }, h: { access: 5 } }, bonds: { po1: { interfaces: [a, b], mode: 802.3ad } } }
        two: { kind: switch }
      links: [[h, "one:h"], ["one:a", two], ["one:b", two]]
      """)
    #expect(reading.rendered == "")
    #expect(reading.topology.peer("one.bridge:po1") == "one.po1:upper")
    #expect(reading.topology.peer("h.stack:eth0") == "one.bridge:h")
    #expect(reading.topology.peer("one.po1:b") == "two.bridge:to-one-2")
  }

  @Test(
    "what cannot be is told where it stands",
    arguments: [
      ("interfaces: [eth0, eth1], mode: active-bakup", ["HL0124"]),
      ("interfaces: [eth0, eth1], mode: balance-alb", ["HL0124"]),
      ("interfaces: [eth0, eth1], mode: balance-tlb", ["HL0124"]),
      ("interfaces: [eth0, eth1]", ["HL0121"]), ("mode: active-backup", ["HL0121"]),
      ("interfaces: [], mode: active-backup", ["HL0123"]),
      ("interfaces: [eth0, eth0], mode: active-backup", ["HL0208"]),
      ("interfaces: [eth0, eth1], mode: active-backup, primary: eth2", ["HL0205"]),
      ("interfaces: [eth0, eth1], mode: active-backup, primary: eth1", []),
      ("interfaces: [eth0, eth1], mode: active-backup, lacp-rate: fast", ["HL0130"]),
      ("interfaces: [eth0, eth1], mode: 802.3ad, primary: eth0", ["HL0130"]),
      ("interfaces: [eth0, eth1], mode: balance-rr, xmit-hash: layer2", ["HL0130"]),
      ("interfaces: [eth0, eth1], mode: balance-xor, xmit-hash: layer3+4", []),
    ])
  func mistakes(bond: String, codes: [String]) {
    let reading = reading(bond)
    // Where the bond cannot be made its links have no place to go, which is told as well.
    let found = reading.verdicts.map { String($0.prefix(6)) }
    #expect(Array(found.prefix(codes.count)) == codes && (codes.isEmpty ? found.isEmpty : true), "\(reading.rendered)")
  }

  @Test("a socket of a bond is no interface")
  func addressed() {
    let reading = reading(Self.good, interfaces: "bond0: 10.0.0.1/24, eth0: 10.0.1.1/24")
    #expect(reading.verdicts.first == "HL0130 2:54", "\(reading.rendered)")
  }
}

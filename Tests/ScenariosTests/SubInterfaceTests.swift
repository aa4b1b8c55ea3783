import Configuration
import Devices
import Packets
import Testing
import Topology

/// `eth1.100`: a VLAN as an interface of its own.
@Suite("Sub-interfaces") struct SubInterfaceTests {
  private func reading(_ interfaces: String) -> TopologyReading {
    TopologyReading(
      """
      nodes:
        r: { kind: router, interfaces: { \(interfaces) } }
        sw: { kind: switch, ports: { up: { trunk: all } } }
      links: [[r:eth1, sw:up]]
      """)
  }

  @Test("become a tagger between the stack and the link, with the hardware address of their port")
  func expansion() throws {
    let reading = reading("eth0: up, eth1.100: 10.0.1.1/24, eth1.200: [10.0.2.1/24, 10.0.3.1/24]")
    #expect(reading.rendered == "")
    #expect(reading.device("r", "eth1") == ["kind": "vlan-tagger", "vlans": ["100", "200"]])
    let topology = reading.topology
    #expect(topology.peer("r.stack:eth1.100") == "r.eth1:100")
    #expect(topology.peer("r.stack:eth1.200") == "r.eth1:200")
    #expect(topology.peer("r.eth1:trunk") == "sw.bridge:up")
    #expect(topology.machines[0].interfaces.map(\.name) == ["eth0", "eth1.100", "eth1.200", "eth1"])
    let addresses = ["eth1.100", "eth1.200"].map { topology.port("r.stack:\($0)")?.hardwareAddress }
    #expect(addresses[0] != nil && addresses[0] == addresses[1])
    #expect(addresses[0] == MACAddress.stationAddress(of: "eth1", device: "stack", machine: "r"))
  }

  @Test("beside them the port itself has what goes without a tag, and its hardware address")
  func parent() {
    let topology = reading("eth1: { address: 10.0.0.1/24, mac: '02:00:00:00:00:07' }, eth1.4094: up").topology
    #expect(topology.peer("r.stack:eth1") == "r.eth1:untagged")
    #expect(topology.port("r.stack:eth1.4094")?.hardwareAddress == MACAddress("02:00:00:00:00:07"))
  }

  @Test(
    "a number that is no VLAN is refused where it stands; other names with a point are names",
    arguments: [
      ("eth1.1: up", nil), ("eth1.4094: up", nil), ("eth1.0: up", "HL0123"), ("eth1.4095: up", "HL0123"),
      ("eth1: up, eth0.lan: up", nil), ("eth1: up, eth0.12345: up", nil),
    ])
  func names(interfaces: String, code: String?) {
    let reading = reading(interfaces)
    #expect(reading.verdicts.first.map { String($0.prefix(6)) } == code, "\(reading.rendered)")
    if code != nil { #expect(reading.verdicts.first == "HL0123 2:36") }
  }
}

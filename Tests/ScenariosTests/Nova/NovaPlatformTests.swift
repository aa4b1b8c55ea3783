import Configuration
import Devices
import Packets
import Platforms
import Simulation
import Testing
import Topology

/// A controller and two compute nodes; `section` is what `nova:` says, `instances` those of c1.
private func lab(_ section: String, _ instances: String = "vm1: {}", files: [String: String] = [:]) -> TopologyReading {
  TopologyReading(
    """
    nova: { \(section) }
    nodes:
      psw: { kind: switch }
      fsw: { kind: switch }
      ctl: { kind: nova, runs: network, interfaces: { eth0: 172.16.0.10/24, eth1: up } }
      c1: { kind: nova, runs: compute, interfaces: { eth0: 172.16.0.11/24, eth1: up }, instances: { \(instances) } }
    links: [["ctl:eth0", psw], ["c1:eth0", psw], ["ctl:eth1", fsw], ["c1:eth1", fsw]]
    """, files: files)
}

private let flat = "network_manager: FlatDHCPManager, flat_network_bridge: br100, flat_interface: eth1"

@Suite("nova platform") struct NovaPlatformTests {
  @Test("the flat card is a port of the bridge, the gateway's address stands on it, and a compute node has none")
  func wiring() throws {
    let reading = lab("\(flat), fixed_range: 10.0.0.0/24", "vm1: { floating: 172.16.0.101 }, vm2: {}")
    #expect(reading.rendered == "")
    let topology = reading.topology
    #expect(topology.peer("ctl.br100:eth1") == "fsw.bridge:to-ctl")
    #expect(topology.peer("ctl.br100:br100") == "ctl.stack:br100")
    #expect(topology.peer("vm1.stack:eth0") == "c1.br100:vnet0")
    #expect(topology.peer("vm2.stack:eth0") == "c1.br100:vnet1")
    #expect(topology.port("ctl.stack:br100")?.addresses.map(\.description) == ["10.0.0.1/24"])
    #expect(topology.port("ctl.stack:eth0")?.addresses.map(\.description) == ["172.16.0.10/24", "172.16.0.101/32"])
    #expect(topology.port("c1.stack:br100")?.addresses.isEmpty == true)
    #expect(topology.port("ctl.stack:eth1") == nil)
    #expect(topology.port("vm1.stack:eth0")?.hardwareAddress?.description.hasPrefix("fa:16:3e:") == true)
  }

  @Test("with one card the node's own address moves to the bridge, behind the gateway's")
  func oneCard() {
    let reading = TopologyReading(
      """
      nova: { network_manager: FlatDHCPManager, flat_network_bridge: br100, flat_interface: eth0 }
      nodes: { n: { kind: nova, interfaces: { eth0: 172.16.0.10/24 }, gateway: 172.16.0.1, instances: { vm: { floating: 172.16.0.9 } } } }
      """)
    #expect(reading.rendered == "")
    let addresses = reading.topology.port("n.stack:br100")?.addresses.map(\.description)
    #expect(addresses == ["10.0.0.1/24", "172.16.0.10/24", "172.16.0.9/32"])
  }

  @Test("every project has a VLAN, a bridge and a network, on the nodes that need it")
  func projects() {
    let reading = lab(
      "vlan_interface: eth1, num_networks: 3, vlan_start: 200", "a: { project: red }, b: { project: blue }")
    #expect(reading.rendered == "")
    let topology = reading.topology
    for (bridge, vlan, gateway) in [("br200", "200", "10.0.0.1/24"), ("br201", "201", "10.0.1.1/24")] {
      #expect(topology.peer("ctl.\(bridge):vlan\(vlan)") == "ctl.eth1:\(vlan)")
      #expect(topology.port("ctl.stack:\(bridge)")?.addresses.map(\.description) == [gateway])
    }
    #expect(topology.peer("ctl.eth1:trunk") == "fsw.bridge:to-ctl")
    #expect(topology.peer("b.stack:eth0") == "c1.br201:vnet1")
    #expect(topology.device("ctl.br202") == nil)
  }

  @Test(
    "so many instances fit into a /27, the last has that address, and one more is not built",
    arguments: [
      ("\(flat)", 29, "10.0.0.30"), ("vlan_interface: eth1", 28, "10.0.0.30"),
      ("\(flat), release: cactus", 30, "10.0.0.31"), ("vlan_interface: eth1, cnt_vpn_clients: 5", 23, "10.0.0.25"),
      ("\(flat), reserved: 10.0.0.9", 28, "10.0.0.30"),
    ])
  func pools(section: String, count: Int, last: String) {
    let full = lab("\(section), fixed_range: 10.0.0.0/27", "\"vm[1-\(count)]\": {}")
    #expect(full.rendered == "")
    #expect(reservations(full, "ctl").last == last)
    #expect(lab("\(section), fixed_range: 10.0.0.0/27", "\"vm[1-\(count + 1)]\": {}").verdicts == ["HL0242 6:97"])
  }

  @Test(
    "an address comes back at once, later or last of all",
    arguments: [
      ("", ["10.0.0.2", "10.0.0.4"]), (", force_dhcp_release: true", ["10.0.0.2", "10.0.0.3"]),
      (", release: kilo", ["10.0.0.2", "10.0.0.4"]),
    ])
  func recycling(section: String, addresses: [String]) {
    let reading = lab("\(flat)\(section)", "a: {}, gone: { terminated: true }, b: {}")
    #expect(reservations(reading, "ctl") == addresses)
  }

  @Test("Kilo gives an address again only when nobody's are used up")
  func longestFree() {
    let reading = lab(
      "\(flat), release: kilo, fixed_range: 10.0.0.0/29",
      "a: {}, gone: { terminated: true }, b: {}, c: {}, d: {}, e: {}")
    #expect(reservations(reading, "ctl") == ["10.0.0.2", "10.0.0.4", "10.0.0.5", "10.0.0.6", "10.0.0.3"])
  }

  @Test(
    "a network's size is the next power of two",
    arguments: [(255, "10.0.0.1/24"), (256, "10.0.0.1/24"), (257, "10.0.0.1/23")])
  func sizes(size: Int, gateway: String) {
    let reading = lab("\(flat), network_size: \(size)")
    #expect(reading.topology.port("ctl.stack:br100")?.addresses.map(\.description) == [gateway])
  }

  private func reservations(_ reading: TopologyReading, _ node: String) -> [String] {
    let services = reading.device(node, "stack")?["services"]?.list ?? []
    let dhcp = services.first { $0["kind"] == "dhcp-server" }
    return dhcp?["reservations"]?.map?.entries.compactMap { $0.value["address"]?.text } ?? []
  }
}

/// The rules in the order of the product's chains.
@Suite("nova rules") struct NovaRuleTests {
  @Test("an instance's chain: invalid, known, DHCP, own network, groups, and the end of all others")
  func chain() throws {
    let groups = "security-groups: { web: [{ protocol: tcp, ports: 80 }, { group: web }] }"
    let reading = lab("\(flat), fixed_range: 10.0.0.0/24, \(groups)", "vm1: { security-groups: web }")
    #expect(reading.rendered == "")
    let filter = try #require(reading.device("c1", "br100")?["filter"])
    let rules: Value = [
      ["state": "invalid", "action": "drop"], ["state": ["established", "related"], "action": "accept"],
      ["source": "10.0.0.1/32", "protocol": "udp", "source-port": 67, "port": 68, "action": "accept"],
      ["source": "10.0.0.0/24", "action": "accept"], ["protocol": "tcp", "port": 80, "action": "accept"],
      ["source": "10.0.0.2/32", "action": "accept"], ["jump": "nova-compute-sg-fallback"],
    ]
    #expect(filter["chains"]?["nova-compute-inst-vm1"] == rules)
    #expect(reading.device("c1", "stack")?["filter"]?["chains"]?["nova-compute-inst-vm1"] == rules)
    #expect(filter["forward"]?.list?.first == ["jump": "nova-filter-top"])
    #expect(reading.device("ctl", "br100")?["filter"] == nil)
    #expect(lab("\(flat), bridge_nf: none").device("c1", "br100")?["filter"] == nil)
  }

  @Test("sources are rewritten in the order of each release", arguments: ["essex", "kilo"])
  func sources(release: String) throws {
    let reading = lab("\(flat), fixed_range: 10.0.0.0/24, release: \(release)", "vm1: { floating: 172.16.0.101 }")
    #expect(reading.rendered == "")
    let rules = try #require(reading.device("ctl", "stack")?["nat"]?["postrouting"]?.list)
    let range: Value = "10.0.0.0/24"
    let before: [Value] = [["source": range, "destination": "172.16.0.10/32", "accept": true]]
    let unhidden: [Value] = [["source": range, "destination": "10.128.0.0/24", "accept": true]]
    let same: [Value] = [["source": range, "destination": range, "destination-translated": false, "accept": true]]
    let float: Value = ["source": "10.0.0.2/32", "snat": "172.16.0.101"]
    let essex: [Value] = before + unhidden + same + [float, ["source": range, "snat": "172.16.0.10"]]
    let kilo: [Value] =
      before + same + [
        ["source": "10.0.0.2/32", "snat": "172.16.0.101", "destination-translated": true],
        ["source": "10.0.0.2/32", "snat": "172.16.0.101", "out": "eth0"],
        ["source": "10.0.0.2/32", "snat": "172.16.0.101", "destination": "10.0.0.2/32"],
        ["source": range, "snat": "172.16.0.10", "out": "eth0"],
      ]
    #expect(rules == (release == "kilo" ? kilo : essex))
  }
}

@Suite("nova mistakes") struct NovaMistakeTests {
  @Test(
    "what cannot be is told where it stands",
    arguments: [
      ("flat_network_brige: br100", "vm1: {}", ["HL0120 1:9"]),
      ("network_manager: FlatDhcpManager", "vm1: {}", ["HL0124 1:26"]),
      ("", "vm1: {}", ["HL0121 1:7"]),
      ("network_manager: FlatManager", "vm1: {}", ["HL0121 1:7"]),
      ("vlan_interface: eth2", "vm1: {}", ["HL0205 5:49", "HL0205 6:48"]),
      ("vlan_interface: eth1", "a: { project: r }, b: { project: b }", ["HL0242 6:130"]),
      ("vlan_interface: eth1, vlan_start: 4094, num_networks: 2", "vm1: {}", ["HL0216 1:7"]),
      ("vlan_interface: eth1, vpn_start: 65535, num_networks: 2", "vm1: {}", ["HL0216 1:7"]),
      (flat, "\"vm[1-10001]\": {}", ["HL0123 6:97"]),
      (flat, "vm1: { security-groups: oepn }", ["HL0124 6:121"]),
      (flat, "a: { floating: 1.2.3.4 }, b: { floating: 1.2.3.4 }", ["HL0212 6:138"]),
      (flat, "a: { floating: 1.2.3 }", ["HL0125 6:112"]),
      ("\(flat), fixed_range: 10.0.0.0/24, network_size: 257", "vm1: {}", ["HL0242 1:133"]),
      ("\(flat), multi_host: true", "vm1: {}", ["HL0216 6:27"]),
      ("network_manager: FlatManager, flat_network_bridge: b", "vm1: { floating: true }", ["HL0216 6:114"]),
    ])
  func mistakes(section: String, instances: String, verdicts: [String]) {
    let reading = lab(section, instances)
    #expect(reading.verdicts == verdicts, "\(reading.rendered)")
  }

  @Test("two controllers, none, and instances where nothing runs them")
  func roles() {
    func verdicts(_ first: String, _ second: String) -> [String] {
      TopologyReading(
        """
        nova: { \(flat) }
        nodes:
          a: { kind: nova, interfaces: { eth0: 172.16.0.10/24, eth1: up }, \(first) }
          b: { kind: nova, interfaces: { eth0: 172.16.0.11/24, eth1: up }, \(second) }
        """
      ).verdicts
    }
    #expect(verdicts("runs: network", "runs: compute") == [])
    #expect(verdicts("runs: network", "runs: [network, compute]") == ["HL0216 4:74"])
    #expect(verdicts("runs: api", "runs: compute") == ["HL0121 3:6"])
    #expect(verdicts("runs: network, instances: { vm1: {} }", "runs: compute") == ["HL0216 3:94"])
    #expect(verdicts("runs: netwrok", "runs: compute").first == "HL0124 3:74")
  }
}

/// nova.conf beside the scenario.
@Suite("nova.conf") struct NovaConfTests {
  private let options = """
    # the flat network
    [DEFAULT]
    network_manager = nova.network.manager.FlatDHCPManager
    flat_network_bridge=br100
    flat_interface = eth1
    fixed_range = 10.1.0.0/24
    sql_connection = mysql://nova@db/nova
    [neutron]
    fixed_range = nonsense
    """

  private func gateway(_ reading: TopologyReading) -> [String]? {
    reading.topology.port("ctl.stack:br100")?.addresses.map(\.description)
  }

  @Test("its options count, other sections and what is about no packet are passed over")
  func read() {
    let reading = lab("conf: nova.conf", files: ["nova.conf": options])
    #expect(reading.rendered == "")
    #expect(gateway(reading) == ["10.1.0.1/24"])
  }

  @Test("the scenario goes before it")
  func overridden() {
    #expect(gateway(lab("conf: nova.conf, fixed_range: 10.2.0.0/24", files: ["nova.conf": options])) == ["10.2.0.1/24"])
  }

  @Test("flags as Cactus has them are read")
  func flags() {
    let flags = """
      --network_manager=nova.network.manager.FlatDHCPManager
      --flat_network_bridge=br100
      --flat_interface=eth1
      --nomulti_host
      --verbose
      """
    let reading = lab("conf: nova.conf, release: cactus", files: ["nova.conf": flags])
    #expect(reading.rendered == "")
    #expect(gateway(reading) == ["10.0.0.1/24"])
  }

  @Test(
    "mistakes are told at their place in it",
    arguments: [
      ("fixed_range = 10.1.0.1/24", "HL0213 nova.conf:6:15"), ("fixed_range", "HL0125 nova.conf:6:1"),
      ("multi_host = yes", "HL0122 nova.conf:7:14"), ("--num_networks=x", "HL0122 nova.conf:7:16"),
      ("  dhcp_lease_time = 0", "HL0123 nova.conf:7:21"), ("[DEFAULT", "HL0125 nova.conf:7:1"),
      ("fixed_rnage = 10.0.0.0/8", "HL0120 nova.conf:7:1"), ("flat_interface = eth1", "HL0106 nova.conf:7:1"),
    ])
  func mistakes(line: String, verdict: String) {
    let kept = options.split(separator: "\n").prefix(line.hasPrefix("fixed_range") ? 5 : 6)
    let text = kept.joined(separator: "\n") + "\n" + line
    let reading = lab("conf: nova.conf", files: ["nova.conf": text])
    let told = reading.diagnostics.sorted.map { "\($0.code.rawValue) \(reading.sources.describe($0.location))" }
    #expect(told == [verdict], "\(reading.rendered)")
  }

  @Test("a file that is not there is told at its name")
  func absent() {
    #expect(lab("\(flat), conf: nova.cnof").verdicts == ["HL0128 1:99"])
  }
}

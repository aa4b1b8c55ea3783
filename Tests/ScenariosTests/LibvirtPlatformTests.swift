import Configuration
import Devices
import Packets
import Platforms
import Simulation
import Testing
import Topology

private func lab(_ fields: String) -> TopologyReading {
  TopologyReading(
    """
    nodes:
      lan: { kind: switch }
      kvm:
        kind: libvirt
        interfaces: { br0: { ports: [eth0], address: 192.168.1.10/24 } }
        gateway: 192.168.1.1
        dns: 192.168.1.1
    \(fields.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
    links: [[kvm:eth0, lan]]
    """)
}

extension TopologyReading {
  /// The rules of a chain of the host's filter, each as its words.
  fileprivate func chain(_ name: String) -> [Value] {
    let filter = device("kvm", "stack")?["filter"]
    return filter?["chains"]?[name]?.list ?? filter?[name]?.list ?? []
  }

  fileprivate func service(_ kind: String, on interface: String) -> Value? {
    device("kvm", "stack")?["services"]?.list?.first {
      $0["kind"]?.text == kind && $0["interface"]?.text == interface
    }
  }
}

/// The wiring of libvirt's networks as its documentation and its drivers' rules tell it.
@Suite("libvirt platform") struct LibvirtPlatformTests {
  private static let four = """
    networks:
      lan-bridge: { forward: bridge, bridge: br0 }
      default: {}
      routed: { forward: route, ip: 192.168.124.1/24 }
      isolated: { forward: none, bridge: virbr4, ip: 192.168.126.1/24, dhcp: 192.168.126.2-192.168.126.10 }
    guests:
      vm1: { network: default }
      vm2: { network: default }
      vm4: { network: routed }
      vm8: { network: lan-bridge }
    """

  @Test("the host's NIC is a port of br0, and every guest has a tap on the bridge of its network")
  func wiring() throws {
    let reading = lab(Self.four)
    #expect(reading.rendered == "")
    let topology = reading.topology
    #expect(topology.peer("kvm.br0:eth0") == "lan.bridge:to-kvm")
    #expect(topology.peer("kvm.stack:br0") == "kvm.br0:br0")
    #expect(topology.peer("vm1.stack:eth0") == "kvm.virbr0:vnet0")
    #expect(topology.peer("vm2.stack:eth0") == "kvm.virbr0:vnet1")
    #expect(topology.peer("vm4.stack:eth0") == "kvm.virbr1:vnet2")
    #expect(topology.peer("vm8.stack:eth0") == "kvm.br0:vnet3")
    #expect(topology.port("kvm.stack:virbr0")?.addresses.map(\.description) == ["192.168.122.1/24"])
    #expect(topology.port("kvm.stack:virbr0")?.hardwareAddress?.description.hasPrefix("52:54:00:") == true)
    #expect(topology.port("vm1.stack:eth0")?.hardwareAddress?.description.hasPrefix("52:54:00:") == true)
    #expect(topology.port("vm1.stack:eth0")?.hardwareAddress != topology.port("vm2.stack:eth0")?.hardwareAddress)
    let kvm = try #require(topology.machines.first { $0.name == "kvm" })
    #expect(kvm.interfaces.map(\.name) == ["eth0"])
    let bridge = try #require(reading.device("kvm", "virbr0"))
    #expect(bridge["spanning-tree"] == "stp" && bridge["forward-delay"] == "0s")
    #expect(reading.device("kvm", "br0")?["spanning-tree"] == nil)
  }

  @Test("a host of which nothing is written has the network that is installed with it")
  func installed() throws {
    let reading = TopologyReading("nodes: { kvm: { kind: libvirt, guests: { vm1: ~ } } }")
    #expect(reading.rendered == "")
    #expect(reading.topology.peer("vm1.stack:eth0") == "kvm.virbr0:vnet0")
    let server = try #require(reading.service("dhcp-server", on: "virbr0"))
    #expect(server["range"] == "192.168.122.2-192.168.122.254" && server["lease-limit"] == 253)
    #expect(reading.device("kvm", "stack")?["forwards"] == true)
  }

  @Test("dnsmasq names itself as the router but on isolated networks, and asks the host's servers there only of old")
  func dnsmasq() throws {
    let reading = lab(Self.four)
    let usual = try #require(reading.service("dhcp-server", on: "virbr0"))
    let isolated = try #require(reading.service("dhcp-server", on: "virbr4"))
    for server in [usual, isolated] {
      #expect(server["allocation"] == "hash" && server["check"] == "3s" && server["authoritative"] == true)
    }
    #expect(usual["router"] == nil && usual["dns"] == "192.168.122.1")
    #expect(isolated["router"] == "none" && isolated["lease-limit"] == 9)
    #expect(reading.service("dhcp-server", on: "virbr1") == nil)
    #expect(reading.service("dns-server", on: "virbr0")?["forward-to"] == "192.168.1.1")
    #expect(reading.service("dns-server", on: "virbr4")?["forward-to"] == nil)
    let old = lab("era: old\n\(Self.four)")
    #expect(old.rendered == "")
    #expect(old.service("dns-server", on: "virbr4")?["forward-to"] == "192.168.1.1")
  }

  @Test("LIBVIRT_FWX, _FWI and _FWO are walked one after the other, and in each of them later networks come first")
  func order() throws {
    let reading = lab(Self.four)
    #expect(reading.chain("forward") == [["jump": "LIBVIRT_FWX"], ["jump": "LIBVIRT_FWI"], ["jump": "LIBVIRT_FWO"]])
    #expect(reading.chain("input") == [["jump": "LIBVIRT_INP"]])
    #expect(reading.chain("output") == [["jump": "LIBVIRT_OUT"]])
    #expect(
      reading.chain("LIBVIRT_FWX") == [
        ["in": "virbr4", "out": "virbr4", "action": "accept"], ["in": "virbr1", "out": "virbr1", "action": "accept"],
        ["in": "virbr0", "out": "virbr0", "action": "accept"],
      ])
    #expect(
      reading.chain("LIBVIRT_FWI") == [
        ["out": "virbr4", "reject-with": "icmp-port-unreachable"],
        ["out": "virbr1", "destination": "192.168.124.0/24", "action": "accept"],
        ["out": "virbr1", "reject-with": "icmp-port-unreachable"],
        [
          "out": "virbr0", "destination": "192.168.122.0/24", "state": ["established", "related"], "action": "accept",
        ],
        ["out": "virbr0", "reject-with": "icmp-port-unreachable"],
      ])
    #expect(
      reading.chain("LIBVIRT_FWO") == [
        ["in": "virbr4", "reject-with": "icmp-port-unreachable"],
        ["in": "virbr1", "source": "192.168.124.0/24", "action": "accept"],
        ["in": "virbr1", "reject-with": "icmp-port-unreachable"],
        ["in": "virbr0", "source": "192.168.122.0/24", "action": "accept"],
        ["in": "virbr0", "reject-with": "icmp-port-unreachable"],
      ])
  }

  @Test("masquerading spares groups and broadcasts, and gives TCP and UDP ports from 1024 up")
  func masquerading() throws {
    func rules(_ nat: String) -> [Value] {
      let reading = lab("networks: { default: { \(nat) } }")
      #expect(reading.rendered == "")
      return reading.device("kvm", "stack")?["nat"]?["postrouting"]?.list ?? []
    }
    let source: (String, Value) = ("source", "192.168.122.0/24")
    let others: (String, Value) = ("destination", "!192.168.122.0/24")
    #expect(
      rules("") == [
        .map([source, ("destination", "224.0.0.0/24"), ("accept", true)]),
        .map([source, ("destination", "255.255.255.255/32"), ("accept", true)]),
        .map([source, others, ("protocol", "tcp"), ("masquerade", ["ports": "1024-65535"])]),
        .map([source, others, ("protocol", "udp"), ("masquerade", ["ports": "1024-65535"])]),
        .map([source, others, ("masquerade", true)]),
      ])
    let ranges = rules("nat: { address: 192.168.1.50-192.168.1.52, port: 5000-5009 }, dev: br0")
    #expect(ranges.last == .map([source, others, ("out", "br0"), ("snat", "192.168.1.50-192.168.1.52")]))
    #expect(ranges[2]["snat"] == "192.168.1.50-192.168.1.52:5000-5009")
  }

  @Test("with `dev` only what comes and goes by that interface passes")
  func device() {
    let reading = lab("networks: { routed: { forward: route, dev: br0, bridge: virbr2, ip: 192.168.124.1/24 } }")
    #expect(reading.rendered == "")
    #expect(reading.chain("LIBVIRT_FWI").first?["in"] == "br0")
    #expect(reading.chain("LIBVIRT_FWO").first?["out"] == "br0")
  }

  @Test("a network that is open has no rules for what passes, and the host's owner's own come last")
  func open() {
    let reading = lab(
      """
      filter: { policy: { forward: drop }, forward: [{ action: accept }], chains: { mine: [] } }
      networks: { open: { forward: open, bridge: virbr7, ip: 192.168.130.1/24 }, default: {} }
      """)
    #expect(reading.rendered == "")
    #expect(!reading.chain("LIBVIRT_FWI").contains { $0["out"]?.text == "virbr7" })
    #expect(reading.chain("LIBVIRT_INP").contains { $0["in"]?.text == "virbr7" })
    #expect(reading.chain("forward").last == ["action": "accept"] && reading.chain("forward").count == 4)
    #expect(reading.device("kvm", "stack")?["filter"]?["policy"] == ["forward": "drop"])
    #expect(reading.device("kvm", "stack")?["filter"]?["chains"]?["mine"] == [])
  }

  @Test("a hook's rules stand before all of libvirt's")
  func hooks() {
    let reading = lab("hooks: [{ port: 8022, to: \"192.168.122.2:22\" }]\nnetworks: { default: {} }")
    #expect(reading.rendered == "")
    #expect(
      reading.chain("forward").first == [
        "out": "virbr0", "destination": "192.168.122.2/32", "protocol": "tcp", "port": 22, "action": "accept",
      ])
    #expect(
      reading.device("kvm", "stack")?["nat"]?["prerouting"] == [
        ["protocol": "tcp", "port": 8022, "dnat": "192.168.122.2:22"]
      ])
  }

  @Test("macvtap puts the NIC between the wire, the host and the guests, and host and guests apart")
  func macvtap() throws {
    func direct(_ mode: String) -> TopologyReading {
      TopologyReading(
        """
        nodes:
          kvm:
            kind: libvirt
            interfaces: { eth0: 192.168.1.10/24 }
            networks: { direct: { forward: \(mode), dev: eth0 } }
            guests: { vm1: { network: direct } }
        """)
    }
    let bridge = direct("bridge")
    #expect(bridge.rendered == "")
    #expect(bridge.topology.peer("vm1.stack:eth0") == "kvm.eth0-guests:macvtap0")
    #expect(bridge.topology.peer("kvm.stack:eth0") == "kvm.eth0-macvtap:host")
    #expect(bridge.device("kvm", "eth0-macvtap")?["ports"]?.map?.keys == ["host", "eth0-guests"])
    let alone = direct("private")
    #expect(alone.topology.peer("vm1.stack:eth0") == "kvm.eth0-macvtap:macvtap0")
    #expect(alone.device("kvm", "eth0-macvtap")?["ports"]?.map?.keys == ["host", "macvtap0"])
    let whole = direct("passthrough")
    #expect(whole.rendered == "")
    #expect(whole.topology.peer("kvm.stack:eth0") == nil)
    #expect(whole.device("kvm", "eth0-macvtap")?["ports"] == nil)
  }

  @Test("the bridge of a NIC whose link is short takes no more than that")
  func mtu() throws {
    let reading = TopologyReading(
      """
      nodes:
        lan: { kind: switch }
        kvm:
          kind: libvirt
          interfaces: { br0: { ports: [eth0, eth1], address: 192.168.1.10/24 } }
          networks: { default: { mtu: 1300 } }
          guests: { vm1: {} }
      links: [{ endpoints: [kvm:eth0, lan], mtu: 1450 }, { endpoints: [kvm:eth1, lan], mtu: 1400 }]
      """)
    func mtu(_ path: String) -> Int? {
      let topology = reading.topology
      let link = topology.links.first { topology.path($0.ends.0) == path || topology.path($0.ends.1) == path }
      return link.map { Int($0.cables.there.configuration.mtu) }
    }
    #expect(mtu("kvm.stack:br0") == 1400)
    #expect(mtu("vm1.stack:eth0") == 1300)
    #expect(mtu("kvm.stack:virbr0") == 1300)
  }

  @Test("what is shown plays as the same topology")
  func showing() {
    let first = lab(Self.four)
    let shown = first.expanded.plainScenario(name: "lab", title: "A lab: shown").yaml()
    let second = TopologyReading(shown)
    #expect(second.rendered == "")
    #expect(second.topology.wiring == first.topology.wiring)
  }
}

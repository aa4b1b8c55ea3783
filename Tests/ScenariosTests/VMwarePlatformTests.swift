import Configuration
import Devices
import Packets
import Platforms
import Simulation
import Testing
import Topology

private func lab(_ mode: String) -> TopologyReading {
  TopologyReading(
    """
    nodes:
      lan: { kind: switch }
      rtr: { kind: router, interfaces: { lan0: 192.168.1.1/24 } }
      pc:
        kind: vmware
        interfaces: { eth0: 192.168.1.10/24 }
        gateway: 192.168.1.1
        dns: 192.168.1.1
        networks:
          VMnet8: { subnet: 192.168.233.0/24 }
          VMnet1: { subnet: 192.168.56.0/24 }
        guests:
          vm1: { network: \(mode) }
          vm2: { network: \(mode) }
    links:
      - [rtr:lan0, lan]
      - { endpoints: [pc:eth0, lan], rate: 1Gbit, delay: 50us }
    """)
}

/// The wiring of the product as its manuals and its kernel module tell it.
@Suite("VMware platform") struct VMwarePlatformTests {
  @Test(
    "every part of the product is a device of the host, used or not",
    arguments: ["bridged", "nat", "host-only"])
  func parts(mode: String) throws {
    let reading = lab(mode)
    #expect(reading.rendered == "")
    let pc = try #require(reading.topology.machines.first { $0.name == "pc" })
    #expect(
      pc.devices.map { reading.topology.devices[$0].name } == [
        "stack", "bridge0", "VMnet0", "VMnet1", "dhcp1", "VMnet8", "nat8", "dhcp8",
      ])
    #expect(pc.kind == "VMware host")
    #expect(pc.interfaces.map(\.name) == ["eth0"])
    #expect(reading.topology.stack(of: 2) == reading.topology.device("pc.stack").map { DeviceID(index: $0) })
  }

  @Test(
    "a guest is plugged into the hub of its mode", arguments: [("bridged", 0), ("nat", 8), ("host-only", 1)])
  func guests(mode: String, number: Int) throws {
    let topology = lab(mode).topology
    #expect(topology.peer("vm1.stack:eth0") == "pc.VMnet\(number):to-vm1")
    #expect(topology.peer("vm2.stack:eth0") == "pc.VMnet\(number):to-vm2")
    let vm1 = try #require(topology.machines.first { $0.name == "vm1" })
    #expect(vm1.parent.map { topology.machines[$0].name } == "pc")
    #expect(vm1.kind == "host")
  }

  @Test("the bridge driver stands between the wire, the host and VMnet0")
  func bridge() {
    let topology = lab("bridged").topology
    #expect(topology.peer("pc.bridge0:eth0") == "lan.bridge:to-pc")
    #expect(topology.peer("pc.bridge0:host") == "pc.stack:eth0")
    #expect(topology.peer("pc.bridge0:VMnet0") == "pc.VMnet0:bridge0")
    let link = topology.links.first { topology.path($0.ends.0) == "pc.bridge0:eth0" }
    #expect(link?.cables.there.configuration.rate == 1_000_000_000)
    #expect(link?.cables.there.configuration.delay == .microseconds(50))
  }

  @Test("adapters, NAT device and DHCP servers have the product's addresses")
  func addresses() throws {
    let topology = lab("nat").topology
    func written(_ path: String) -> String {
      let port = topology.port(path)
      return "\(port?.addresses.first?.description ?? "-") \(port?.hardwareAddress?.description ?? "-")"
    }
    #expect(written("pc.stack:vmnet1") == "192.168.56.1/24 00:50:56:c0:00:01")
    #expect(written("pc.stack:vmnet8") == "192.168.233.1/24 00:50:56:c0:00:08")
    #expect(written("pc.nat8:jack").hasPrefix("192.168.233.2/24 00:50:56:e"))
    #expect(written("pc.dhcp8:jack").hasPrefix("192.168.233.254/24 00:50:56:f"))
    #expect(written("pc.dhcp1:jack").hasPrefix("192.168.56.254/24 00:50:56:f"))
    #expect(written("vm1.stack:eth0").hasPrefix("- 00:0c:29:"))
    #expect(written("vm1.stack:eth0") != written("vm2.stack:eth0"))
    #expect(topology.peer("pc.nat8:host") == "pc.stack:nat")
    #expect(topology.peer("pc.nat8:jack") == "pc.VMnet8:nat8")
  }

  @Test("VMnet8's leases name the NAT device for everything, VMnet1's no router")
  func leases() throws {
    let reading = lab("nat")
    let nat = try #require(reading.device("pc", "dhcp8")?["services"]?.list?.first)
    #expect(nat["range"] == "192.168.233.128-192.168.233.253")
    #expect(nat["router"] == "192.168.233.2")
    #expect(nat["dns"] == ["192.168.233.2"])
    #expect(nat["netbios"] == ["192.168.233.2"])
    let hostOnly = try #require(reading.device("pc", "dhcp1")?["services"]?.list?.first)
    #expect(hostOnly["range"] == "192.168.56.128-192.168.56.253")
    #expect(hostOnly["router"] == "none")
    #expect(hostOnly["dns"] == ["192.168.56.1"])
    #expect(hostOnly["netbios"] == nil)
    for service in [nat, hostOnly] {
      #expect(
        service["lease"] == "1800s" && service["max-lease"] == "7200s" && service["domain"] == "localdomain")
    }
    let device = try #require(reading.device("pc", "nat8"))
    #expect(device["not-for"] == ["192.168.233.1"])
    #expect(device["dns"] == "192.168.1.1")
  }

  @Test("an adapter, a DHCP server or the NAT device that is off is not there")
  func off() {
    let reading = TopologyReading(
      """
      nodes:
        pc:
          kind: vmware
          interfaces: { eth0: 192.168.1.10/24 }
          networks:
            VMnet8: { subnet: 10.8.0.0/24, adapter: off, dhcp: off }
            VMnet1: { subnet: 10.1.0.0/24, nat: on }
            VMnet2: { subnet: 10.2.0.0/24, dhcp: off }
      """)
    #expect(reading.rendered == "")
    let names = reading.topology.devices.map(\.name)
    #expect(
      names == ["stack", "bridge0", "VMnet0", "VMnet1", "dhcp1", "VMnet2", "VMnet8", "nat8"])
    #expect(reading.topology.port("pc.stack:vmnet8") == nil)
    #expect(reading.topology.port("pc.stack:vmnet2")?.addresses.map(\.description) == ["10.2.0.1/24"])
    #expect(reading.device("pc", "nat8")?["not-for"] == nil)
  }

  @Test("a shared connection gives the adapter another address, and the host forwards, translates, leases and resolves")
  func sharing() throws {
    let reading = TopologyReading(
      """
      nodes:
        pc:
          kind: vmware
          interfaces: { eth0: 192.168.1.10/24 }
          dns: 192.168.1.1
          networks: { VMnet1: { subnet: 192.168.56.0/24, dhcp: off, internet-connection-sharing: eth0 } }
      """)
    #expect(reading.rendered == "")
    #expect(reading.topology.port("pc.stack:vmnet1")?.addresses.map(\.description) == ["192.168.0.1/24"])
    let stack = try #require(reading.device("pc", "stack"))
    #expect(stack["forwards"]?.text == "true" && stack["masquerade"]?.list?.map(\.text) == ["eth0"])
    let kinds = stack["services"]?.list?.map { "\($0["kind"]?.text ?? "") on \($0["interface"]?.text ?? "")" }
    #expect(kinds == ["dhcp-server on vmnet1", "dns-server on vmnet1"])
  }

  @Test("two guests may be meant to have one address")
  func duplicates() {
    func pc(_ more: String) -> [String] {
      let guest = "{ network: bridged, address: 192.168.1.30/24\(more) }"
      return TopologyReading(
        "nodes: { pc: { kind: vmware, interfaces: { eth0: 192.168.1.10/24 }, guests: { a: \(guest), b: \(guest) } } }"
      ).verdicts.map { String($0.prefix(6)) }
    }
    #expect(pc("") == ["HL0212"])
    #expect(pc(", duplicate: true") == [])
  }

  @Test("forwarded ports are told to the NAT device and to the host's stack")
  func forwards() {
    let reading = TopologyReading(
      """
      nodes:
        pc:
          kind: vmware
          interfaces: { eth0: 192.168.1.10/24 }
          networks:
            VMnet8:
              subnet: 192.168.233.0/24
              incomingtcp: { 8080: "192.168.233.128:80" }
              incomingudp: { 5353: "192.168.233.128:53" }
      """)
    #expect(reading.rendered == "")
    #expect(
      reading.device("pc", "nat8")?["forwards"]
        == ["tcp": ["8080": "192.168.233.128:80"], "udp": ["5353": "192.168.233.128:53"]])
    #expect(reading.device("pc", "stack")?["interfaces"]?["nat"]?["listens"] == ["tcp/8080", "udp/5353"])
  }

  @Test("a LAN segment is a hub of guests only, and a guest may have several adapters")
  func segments() {
    let reading = TopologyReading(
      """
      nodes:
        pc:
          kind: vmware
          interfaces: { eth0: 192.168.1.10/24 }
          segments: [dmz]
          guests:
            gw: { network: [bridged, { network: dmz, address: 10.0.0.1/24, mac: "00:0c:29:00:00:01" }], forwards: true }
            web: { network: dmz, address: 10.0.0.2/24, gateway: 10.0.0.1 }
      """)
    #expect(reading.rendered == "")
    let topology = reading.topology
    #expect(topology.peer("gw.stack:eth0") == "pc.VMnet0:to-gw")
    #expect(topology.peer("gw.stack:eth1") == "pc.dmz:to-gw")
    #expect(topology.port("gw.stack:eth1")?.hardwareAddress?.description == "00:0c:29:00:00:01")
    #expect(topology.device("pc.dmz").map { topology.devices[$0].ports.map(\.name) } == ["to-gw", "to-web"])
  }

  @Test("networks without a subnet get private ones that do not meet the host's")
  func subnets() throws {
    let reading = TopologyReading(
      "nodes: { pc: { kind: vmware, interfaces: { eth0: 192.168.0.10/17 } } }")
    #expect(reading.rendered == "")
    let one = try #require(reading.topology.port("pc.stack:vmnet1")?.addresses.first)
    let eight = try #require(reading.topology.port("pc.stack:vmnet8")?.addresses.first)
    #expect(!one.prefix.overlaps(eight.prefix))
    for address in [one, eight] {
      #expect(address.prefix.length == 24 && address.address.rawValue >> 16 == 0xc0a8)
      #expect(address.address.rawValue >> 8 & 255 >= 128)
    }
  }

  @Test(
    "what the product cannot do is refused where it is written",
    arguments: [
      ("guests: { vm1: { network: brigded } }", "HL0218 2:88"),
      ("guests: { vm1: { network: VMnet5 } }", "HL0218 2:88"),
      ("guests: { pc: {} }", "HL0208 2:72"),
      ("networks: { VMnet255: {} }", "HL0216 2:74"),
      ("networks: { vmnet8: {} }", "HL0218 2:74"),
      ("networks: { VMnet8: { subnet: 192.168.1.0/24 } }", "HL0217 2:92"),
      ("networks: { VMnet8: { subnet: 192.168.5.0/30 } }", "HL0213 2:92"),
      ("networks: { VMnet8: { subnet: 192.168.5.7/24 } }", "HL0213 2:92"),
      ("networks: { VMnet0: { bridged-to: eth1 } }", "HL0205 2:96"),
      ("segments: [VMnet8]", "HL0208 2:73"),
      ("networks: { VMnet0: { subnet: 192.168.5.0/24 } }", "HL0120 2:84"),
      ("networks: { VMnet1: { bridged-to: eth0 } }", "HL0120 2:84"),
      ("networks: { VMnet1: { udp-timeout: 30s } }", "HL0120 2:84"),
      ("networks: { VMnet8: { wifi: true } }", "HL0120 2:84"),
      ("networks: { VMnet1: { internet-connection-sharing: eth1 } }", "HL0205 2:113"),
      ("networks: { VMnet1: { adapter: off, internet-connection-sharing: eth0 } }", "HL0130 2:127"),
      ("guests: { vm1: { netwrk: nat } }", "HL0120 2:79"),
    ])
  func refusals(field: String, verdict: String) {
    let reading = TopologyReading(
      "nodes:\n  pc: { kind: vmware, interfaces: { eth0: 192.168.1.10/24 }, \(field) }")
    #expect(reading.verdicts == [verdict], "\(reading.rendered)")
  }

  @Test("254 is the last VMnet, a /29 the least subnet, a /8 the largest, ten the most adapters")
  func limits() {
    func pc(_ field: String) -> [String] {
      TopologyReading("nodes:\n  pc: { kind: vmware, interfaces: { eth0: 192.168.1.10/24 }, \(field) }")
        .verdicts
    }
    #expect(pc("networks: { VMnet254: {} }") == [])
    #expect(pc("networks: { VMnet8: { subnet: 192.168.5.0/29 } }") == [])
    #expect(pc("networks: { VMnet8: { subnet: 10.0.0.0/8 } }") == [])
    for tooLarge in ["10.0.0.0/7", "0.0.0.0/0"] {
      #expect(pc("networks: { VMnet8: { subnet: \(tooLarge) } }").first == "HL0213 2:92")
    }
    let ten = Array(repeating: "nat", count: 10).joined(separator: ", ")
    #expect(pc("guests: { vm1: { network: [\(ten)] } }") == [])
    #expect(pc("guests: { vm1: { network: [\(ten), nat] } }") == ["HL0216 2:139"])
  }

  @Test("what is shown plays as the same topology", arguments: ["bridged", "nat", "host-only"])
  func showing(mode: String) {
    let first = lab(mode)
    let shown = first.expanded.plainScenario(name: "lab", title: "A lab: shown").yaml()
    let second = TopologyReading(shown)
    #expect(second.rendered == "")
    #expect(second.topology.wiring == first.topology.wiring)
    #expect(second.expanded.plainScenario(name: "lab", title: "A lab: shown").yaml() == shown)
  }
}

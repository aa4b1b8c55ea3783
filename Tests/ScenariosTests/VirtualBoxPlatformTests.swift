import Configuration
import Devices
import Packets
import Platforms
import Simulation
import Testing
import Topology

/// A host with guests, each a line of its own below `guests:`, and more fields of the host before it.
private func lab(_ guests: String..., host: String = "") -> TopologyReading {
  TopologyReading(
    """
    nodes:
      lan: { kind: switch }
      pc:
        kind: virtualbox
        interfaces: { eth0: 192.168.1.10/24 }
        dns: 192.168.1.1
        \(host.isEmpty ? "gateway: 192.168.1.1" : host)
        guests:
    \(guests.map { "      \($0)" }.joined(separator: "\n"))
    links: [[pc:eth0, lan]]
    """)
}

/// The wiring of the product as its manual tells it.
@Suite("VirtualBox platform") struct VirtualBoxPlatformTests {
  @Test("each NAT adapter has an engine of its own: gateway .2, name server .3, guest .15")
  func engines() throws {
    let reading = lab("  vm1: { nic1: nat, nic2: nat }", "  vm2: {}")
    #expect(reading.rendered == "")
    let topology = reading.topology
    for (label, interface, net) in [("vm1", "eth0", 2), ("vm1-2", "eth1", 3), ("vm2", "eth0", 2)] {
      let guest = label.prefix(3)
      #expect(topology.peer("\(guest).stack:\(interface)") == "pc.wire-\(label):to-\(guest)")
      #expect(topology.port("pc.nat-\(label):jack")?.addresses.map(\.description) == ["10.0.\(net).2/24"])
      #expect(topology.port("pc.dhcp-\(label):jack")?.addresses.map(\.description) == ["10.0.\(net).3/24"])
      #expect(topology.peer("pc.nat-\(label):host") == "pc.stack:nat-\(label)")
      let service = try #require(reading.device("pc", "dhcp-\(label)")?["services"]?.list?.first)
      #expect(service["range"]?.text == "10.0.\(net).15-10.0.\(net).15")
      #expect(service["router"]?.text == "10.0.\(net).2")
    }
    #expect(topology.port("vm1.stack:eth0")?.hardwareAddress.map { $0.rawValue >> 24 } == 0x08_0027)
  }

  @Test("nothing is there that no guest uses")
  func nothing() throws {
    let reading = lab("  vm1: { nic1: none }")
    #expect(reading.rendered == "")
    let pc = try #require(reading.topology.machines.first { $0.name == "pc" })
    #expect(pc.devices.map { reading.topology.devices[$0].name } == ["stack"])
    #expect(pc.interfaces.map(\.name) == ["eth0"])
  }

  @Test("a NAT network has its gateway at .1 and its DHCP server at .3, from .4 on, naming the host's name servers")
  func natNetwork() throws {
    let reading = lab(
      "  vm1: { nic1: natnetwork }", "  vm2: { nic1: natnetwork, nat-network1: NatNetwork }",
      host: "natnetworks: { NatNetwork: {} }")
    #expect(reading.rendered == "")
    let topology = reading.topology
    #expect(topology.port("pc.nat-NatNetwork:jack")?.addresses.map(\.description) == ["10.0.2.1/24"])
    #expect(topology.port("pc.dhcp-NatNetwork:jack")?.addresses.map(\.description) == ["10.0.2.3/24"])
    let service = try #require(reading.device("pc", "dhcp-NatNetwork")?["services"]?.list?.first)
    #expect(service["range"]?.text == "10.0.2.4-10.0.2.254" && service["dns"]?.list?.first?.text == "192.168.1.1")
    #expect(topology.peer("vm1.stack:eth0") == "pc.NatNetwork:to-vm1")
    #expect(topology.peer("vm2.stack:eth0") == "pc.NatNetwork:to-vm2")
    #expect(topology.port("pc.stack:NatNetwork") == nil, "the host has no adapter in it")
  }

  @Test("vboxnet0 is 192.168.56.1/24 with a DHCP server at .100 from .101 on; vboxnet1 the next network")
  func hostOnly() throws {
    let reading = lab("  vm1: { nic1: hostonly }", "  vm2: { nic1: hostonly, hostonlyadapter1: vboxnet1 }")
    #expect(reading.rendered == "")
    let topology = reading.topology
    #expect(topology.port("pc.stack:vboxnet0")?.addresses.map(\.description) == ["192.168.56.1/24"])
    #expect(topology.port("pc.stack:vboxnet0")?.hardwareAddress?.description == "0a:00:27:00:00:00")
    #expect(topology.port("pc.stack:vboxnet1")?.addresses.map(\.description) == ["192.168.57.1/24"])
    #expect(topology.port("pc.dhcp-vboxnet0:jack")?.addresses.map(\.description) == ["192.168.56.100/24"])
    let service = try #require(reading.device("pc", "dhcp-vboxnet0")?["services"]?.list?.first)
    #expect(service["range"]?.text == "192.168.56.101-192.168.56.254" && service["router"]?.text == "none")
  }

  @Test("dhcp off, an address and a DHCP server of one's own")
  func hostOnlyTold() throws {
    let off = lab("  vm1: { nic1: hostonly }", host: "hostonlyifs: { vboxnet0: { ip: 10.9.0.1/24, dhcp: off } }")
    #expect(off.rendered == "")
    #expect(off.topology.port("pc.stack:vboxnet0")?.addresses.map(\.description) == ["10.9.0.1/24"])
    #expect(off.device("pc", "dhcp-vboxnet0") == nil)
    let own = lab(
      "  vm1: { nic1: intnet }",
      host: "dhcpservers: { intnet: { server-ip: 10.0.5.1/24, lower-ip: 10.0.5.10, upper-ip: 10.0.5.19 } }")
    #expect(own.rendered == "")
    #expect(own.topology.port("pc.dhcp-intnet:jack")?.addresses.map(\.description) == ["10.0.5.1/24"])
  }

  @Test("a bridge driver stands before the host's NIC only where a guest is bridged to it")
  func bridged() throws {
    let reading = lab("  vm1: { nic1: bridged }", "  vm2: { nic1: bridged, bridgeadapter1: eth0 }")
    #expect(reading.rendered == "")
    let topology = reading.topology
    #expect(topology.peer("pc.bridge-eth0:wire") == "lan.bridge:to-pc")
    #expect(topology.peer("pc.bridge-eth0:host") == "pc.stack:eth0")
    #expect(topology.peer("vm2.stack:eth0") == "pc.bridge-eth0:to-vm2")
  }

  @Test("forwarded ports are told to the engine and to the host's stack")
  func forwards() throws {
    let reading = lab(
      #"  vm1: { nic1: nat, natpf1: ["ssh,tcp,,2222,,22", "dns,udp,,5353,10.0.2.99,53"] }"#)
    #expect(reading.rendered == "")
    let forwards = try #require(reading.device("pc", "nat-vm1")?["forwards"])
    #expect(forwards["tcp"]?["2222"]?.text == "10.0.2.15:22" && forwards["udp"]?["5353"]?.text == "10.0.2.99:53")
    let sockets = reading.device("pc", "stack")?["interfaces"]?["nat-vm1"]
    #expect(sockets?["listens"]?.list?.map(\.text) == ["tcp/2222", "udp/5353"])
  }

  @Test("what a guest's interfaces say is kept, and a hardware address may come from either side")
  func interfaces() throws {
    let reading = lab(
      #"  vm1: { nic1: intnet, macaddress1: "08:00:27:00:00:01", interfaces: { eth0: 10.0.0.1/24 } }"#,
      #"  vm2: { nic1: intnet, interfaces: { eth0: { address: 10.0.0.2/24, mac: "08:00:27:00:00:02" } } }"#)
    #expect(reading.rendered == "")
    for number in 1...2 {
      let port = try #require(reading.topology.port("vm\(number).stack:eth0"))
      #expect(port.addresses.map(\.description) == ["10.0.0.\(number)/24"])
      #expect(port.hardwareAddress?.description == "08:00:27:00:00:0\(number)")
    }
  }

  @Test(
    "what the product cannot do is refused where it is written",
    arguments: [
      ("vm1: { nic1: natt }", "HL0124"), ("vm1: { nick1: nat }", "HL0120"), ("vm1: { nic9: nat }", "HL0120"),
      (#"vm1: { nic1: nat, natpf1: "ssh,tcp,,2222,22" }"#, "HL0125"),
      (#"vm1: { nic1: nat, natpf1: "ssh,sctp,,2222,,22" }"#, "HL0125"),
      (#"vm1: { nic1: nat, natpf1: "ssh,tcp,,0,,22" }"#, "HL0125"),
      (#"vm1: { nic1: nat, natpf1: "ssh,tcp,127.0.0.1,2222,,22" }"#, "HL0216"),
      (#"vm1: { nic1: nat, natpf1: ["a,tcp,,2222,,22", "b,tcp,,2222,,23"] }"#, "HL0208"),
      ("vm1: { nic1: nat, natnet1: 10.0.2.0/29 }", "HL0213"),
      (#"vm1: { nic1: intnet, natpf1: "ssh,tcp,,2222,,22" }"#, "HL0120"),
      ("vm1: { nic1: bridged, bridgeadapter1: eth1 }", "HL0205"),
      ("vm1: { nic1: natnetwork }", "HL0218"), ("vm1: { nic1: hostonly, hostonlyadapter1: vbox0 }", "HL0218"),
      ("vm1: { nic1: intnet, intnet1: stack }", "HL0208"),
      ("vm1: { nic1: intnet, interfaces: { eth1: up } }", "HL0205"),
      (#"vm1: { nic1: none, macaddress1: "08:00:27:00:00:01" }"#, "HL0120"),
    ])
  func refusals(guest: String, code: String) {
    let reading = lab("  \(guest)")
    #expect(reading.verdicts.map { $0.split(separator: " ").first ?? "" } == [code[...]], "\(reading.rendered)")
    #expect(reading.verdicts.allSatisfy { $0.contains(" 9:") }, "on the guest's line")
  }

  @Test("a NAT adapter needs a /27 or more, a NAT network a /29 or more")
  func rooms() {
    #expect(lab("  vm1: { nic1: nat, natnet1: 10.5.0.0/27 }").rendered == "")
    #expect(lab("  vm1: { nic1: nat, natnet1: 10.5.0.0/28 }").verdicts.count == 1, ".15 is everybody's in a /28")
    let least = "natnetworks: { NatNetwork: { network: 10.5.0.0/29 } }"
    #expect(lab("  vm1: { nic1: natnetwork }", host: least).rendered == "")
    let little = "natnetworks: { NatNetwork: { network: 10.5.0.0/30 } }"
    #expect(lab("  vm1: { nic1: natnetwork }", host: little).verdicts.count == 1)
  }

  @Test(
    "what is said of networks that no guest is in is looked at too",
    arguments: [
      ("hostonlyifs: { vboxnet127: {} }", []), ("hostonlyifs: { vboxnet128: {} }", ["HL0218"]),
      ("hostonlyifs: { VMnet1: {} }", ["HL0218"]), ("natnetworks: { ok: {} }", []),
      ("natnetworks: { 'a b': {} }", ["HL0210"]), ("natnetworks: { ok: { dhpc: off } }", ["HL0120"]),
    ])
  func unusedNetworks(host: String, codes: [String]) {
    #expect(lab("  vm1: {}", host: host).verdicts.map { String($0.prefix(6)) } == codes)
  }

  @Test("a DHCP server for a network that nobody is in is a mistake")
  func uselessServer() {
    let server = "dhcpservers: { intent: { server-ip: 10.0.5.1/24, lower-ip: 10.0.5.10, upper-ip: 10.0.5.19 } }"
    let reading = lab("  vm1: { nic1: intnet }", host: server)
    #expect(reading.verdicts.count == 1 && reading.rendered.contains("did you mean 'intnet'?"), "\(reading.rendered)")
  }
}

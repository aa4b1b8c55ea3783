import Configuration
import Platforms
import Testing
import Topology

/// What libvirt itself would refuse, and what nobody could build.
@Suite("libvirt: mistakes") struct LibvirtMistakeTests {
  private func reading(_ fields: String, files: [String: String] = [:]) -> TopologyReading {
    TopologyReading(
      "nodes:\n  kvm: { kind: libvirt, interfaces: { br0: { ports: [eth0] }, eth1: 192.168.1.10/24 },\n\(fields)\n}",
      files: files)
  }

  @Test(
    "a network that could not be is refused where it is written",
    arguments: [
      ("networks: { a: { forward: nat } }", "HL0121 3:16"),
      ("networks: { a: { forward: route } }", "HL0121 3:16"),
      ("networks: { a: { forward: bridge } }", "HL0121 3:16"),
      ("networks: { a: { forward: bridge, bridge: br7 } }", "HL0205 3:43"),
      ("networks: { a: { forward: bridge, dev: eth0 } }", "HL0130 3:40"),
      ("networks: { a: { forward: bridge, dev: eth7 } }", "HL0205 3:40"),
      ("networks: { a: { forward: vepa, dev: eth1 } }", "HL0124 3:27"),
      ("networks: { a: { forward: isolated } }", "HL0124 3:27"),
      ("networks: { a: { forward: bridge, bridge: br0, ip: 10.0.0.1/24 } }", "HL0130 3:48"),
      ("networks: { a: { dhcp: 10.0.0.2-10.0.0.9 } }", "HL0121 3:18"),
      ("networks: { a: { ip: 10.0.0.1/24, dhcp: 10.0.1.2-10.0.1.9 } }", "HL0213 3:41"),
      ("networks: { a: { ip: 10.0.0.0/24 } }", "HL0213 3:22"),
      ("networks: { a: { ip: 192.168.1.1/24 } }", "HL0217 3:22"),
      ("networks: { a: { nat: { port: 5000 } } }", "HL0130 3:18"),
      ("networks: { a: { ip: 10.0.0.1/24, bridge: br0 } }", "HL0208 3:43"),
      ("networks: { a: { ip: 10.0.0.1/24, dev: eth7 } }", "HL0205 3:40"),
      ("networks: { a: { forwrd: nat } }", "HL0120 3:18"),
      ("networks: { a: { ip: 10.0.0.1/24, zone: public } }", "HL0124 3:41"),
      ("networks: { a: { ip: 10.0.0.1/24, delay: 3 } }", "HL0127 3:42"),
      ("networks: { a: { port: { isolated: maybe } } }", "HL0124 3:36"),
      ("networks: { a: { xml: none.xml } }, guests: { vm: { network: a } }", "HL0128 3:23"),
      ("networks: { a: 5 }, guests: { vm: { network: default } }", "HL0122 3:16"),
      ("era: newest", "HL0124 3:6"),
    ])
  func networks(field: String, verdict: String) {
    #expect(reading(field).verdicts == [verdict], "\(reading(field).rendered)")
  }

  @Test(
    "and so is a guest, a hook or a bridge",
    arguments: [
      ("guests: { vm: { network: defualt } }", "HL0218 3:26"),
      ("guests: { vm: { network: br0 } }", "HL0218 3:26"),
      ("guests: { vm: { bridge: br1 } }", "HL0205 3:25"),
      ("guests: { vm: { bridge: br0, network: default } }", "HL0130 3:17"),
      ("guests: { vm: { adress: 10.0.0.2/24 } }", "HL0120 3:17"),
      ("guests: { kvm: {} }", "HL0208 3:11"), ("guests: { none: {} }", "HL0209 3:11"),
      ("networks: { a: { ip: 10.0.0.1/24, autostart: no } }, guests: { vm: { network: a } }", "HL0218 3:79"),
      ("hooks: [{ port: 80, to: 10.0.0.2 }]", "HL0125 3:25"),
      ("hooks: [{ port: 80, to: \"10.0.0.2:80\" }]", "HL0215 3:25"),
      ("hooks: [{ to: \"192.168.122.2:80\" }]", "HL0121 3:9"),
      ("filter: { chains: { LIBVIRT_FWI: [] } }", "HL0208 3:21"),
      (
        "networks: { a: { forward: passthrough, dev: eth1 } }, guests: { v: { network: a }, w: { network: a } }",
        "HL0206 3:98"
      ),
    ])
  func guests(field: String, verdict: String) {
    #expect(reading(field).verdicts == [verdict], "\(reading(field).rendered)")
  }

  @Test(
    "a bridge's ports are its own, and have no address",
    arguments: [
      ("br0: { ports: [eth0, eth0] }", ["HL0208 1:67"]),
      ("br0: { ports: [eth0] }, br1: { ports: [eth0] }", ["HL0208 1:85"]),
      ("br0: { ports: [eth0] }, eth0: 10.0.0.1/24", ["HL0130 1:70"]),
      ("br0: { ports: [eth0], sp: on }", ["HL0120 1:68"]), ("br0: { ports: eth0 }", ["HL0122 1:60"]),
      ("br0: { ports: [eth0], forward-delay: 15s }", ["HL0121 1:68"]),
    ])
  func bridges(interfaces: String, verdicts: [String]) {
    let reading = TopologyReading("nodes: { kvm: { kind: libvirt, interfaces: { \(interfaces) } } }")
    #expect(reading.verdicts == verdicts, "\(reading.rendered)")
  }

  @Test("bonds that break guests are warned of; those that work, and a bond without a bridge, are not")
  func bonds() {
    func verdicts(_ mode: String, under bridge: Bool) -> [String] {
      let interface = bridge ? "br0: { ports: [bond0] }" : "bond0: 10.0.0.1/24"
      return TopologyReading(
        """
        nodes:
          kvm:
            kind: libvirt
            interfaces: { \(interface) }
            bonds: { bond0: { interfaces: [eth0, eth1], mode: \(mode) } }
        """
      ).diagnostics.all.map { "\($0.severity) \($0.code.rawValue)" }
    }
    for mode in ["balance-rr", "broadcast"] {
      #expect(verdicts(mode, under: true) == ["warning HL0216"])
      #expect(verdicts(mode, under: false) == [])
    }
    for mode in ["active-backup", "balance-xor", "802.3ad"] { #expect(verdicts(mode, under: true) == []) }
    for mode in ["balance-tlb", "balance-alb"] { #expect(verdicts(mode, under: true) == ["error HL0124"]) }
  }
}

import Configuration
import Devices
import Figures
import Packets
import Platforms
import Testing
import Topology

private let boxes = """
  nodes:
    a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
    b: { kind: host, interfaces: { eth0: 10.0.0.2/24 } }
    r: { kind: router, interfaces: { lan0: 10.0.0.3/24, wan0: 192.0.2.1/24 } }
    lan: { kind: switch }
    hub: { kind: hub }

  """

@Suite("Topology reader") struct TopologyReaderTests {
  @Test(
    "a link that cannot be is refused where it is written",
    arguments: [
      ("[a, lna]", "HL0202 7:13"),
      ("[a:eht0, lan]", "HL0205 7:10"),
      ("[r, lan]", "HL0207 7:10"),
      ("[a, a]", "HL0211 7:13"),
      ("[a, b, lan]", "HL0219 7:9"),
      ("a", "HL0219 7:9"),
      ("[a.stak, lan]", "HL0204 7:10"),
      ("[a.stack:eth1, lan]", "HL0205 7:10"),
      ("{ endpoints: [a, lan], delay: 50 }", "HL0127 7:39"),
      ("{ endpoints: [a, lan], rate: 1Gb }", "HL0126 7:38"),
      ("{ endpoints: [a, lan], loss: 101% }", "HL0123 7:38"),
      ("{ endpoints: [a, lan], dely: 5ms }", "HL0120 7:32"),
      ("{ endpoints: [a, lan], delay: 1ms, jitter: 2ms }", "HL0123 7:52"),
      ("{ endpoints: [a, lan], delay: 1ms, back: { jitter: 2ms } }", "HL0123 7:60"),
      ("{ endpoints: [a, lan], reordering: 5% }", "HL0123 7:44"),
      ("{ endpoints: [a, lan], delay: 1ms, reordering: { share: 5%, by: 2ms } }", "HL0123 7:56"),
      ("{ endpoints: [a, lan], loss: { to-bad: 1% } }", "HL0121 7:38"),
      ("{ endpoints: [a, lan], there: { dely: 5ms } }", "HL0120 7:41"),
      ("{ endpoints: [a, lan], there: 5ms }", "HL0122 7:39"),
    ])
  func refusals(link: String, verdict: String) {
    let reading = TopologyReading(boxes + "links: [\(link)]")
    #expect(reading.verdicts == [verdict], "\(reading.rendered)")
    #expect(reading.topology.links.isEmpty || verdict.hasPrefix("HL012"))
  }

  @Test("one interface takes one link")
  func usedTwice() {
    let reading = TopologyReading(boxes + "links:\n  - [a:eth0, lan]\n  - [a:eth0, hub]\n  - [a, hub]")
    #expect(reading.verdicts == ["HL0206 9:6", "HL0206 10:6"], "\(reading.rendered)")
  }

  @Test("a switch grows a port for each link, named after the peer")
  func growth() {
    let reading = TopologyReading(boxes + "links: [[a, lan], [b, lan:uplink], [lan, hub], [lan, hub]]")
    #expect(reading.rendered == "")
    let lan = reading.topology.device("lan.bridge").map { reading.topology.devices[$0].ports.map(\.name) }
    #expect(lan == ["to-a", "uplink", "to-hub", "to-hub-2"])
    #expect(reading.topology.machines[3].interfaces.map(\.name) == lan)
  }

  @Test("only stations that hear each other may not have one address")
  func addresses() {
    func reading(_ third: String) -> [String] {
      TopologyReading(
        """
        nodes:
          a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
          b: { kind: host, interfaces: { eth0: { address: 10.0.0.1/24 } } }
          one: { kind: switch }
          two: { kind: hub }
        links: [[a, one], [b, two]\(third)]
        """
      ).verdicts
    }
    #expect(reading("") == [])
    #expect(reading(", [one, two]") == ["HL0212 3:51"])
  }

  @Test(
    "an address that is said to be twice on purpose is not complained of, whichever of the two says so",
    arguments: [
      (false, false, ["HL0212 3:51"]), (true, false, []), (false, true, []), (true, true, []),
    ])
  func duplicates(first: Bool, second: Bool, verdicts: [String]) {
    let reading = TopologyReading(
      """
      nodes:
        a: { kind: host, interfaces: { eth0: { address: 10.0.0.1/24, duplicate: \(first) } } }
        b: { kind: host, interfaces: { eth0: { address: 10.0.0.1/24, duplicate: \(second) } } }
      links: [[a, b]]
      """)
    #expect(reading.verdicts == verdicts)
  }

  @Test("a hardware address twice is a warning, and the run may go on")
  func hardware() {
    let reading = TopologyReading(
      """
      nodes:
        a: { kind: host, interfaces: { eth0: { mac: "02:00:00:00:00:01" } } }
        b: { kind: host, interfaces: { eth0: { mac: "02:00:00:00:00:01" } } }
      links: [[a, b]]
      """)
    #expect(reading.verdicts == ["HL0220 3:47"])
    #expect(!reading.diagnostics.hasErrors)
  }

  @Test("networks of one stack may touch but not overlap")
  func networks() {
    func verdicts(_ second: String) -> [String] {
      TopologyReading("nodes:\n  a: { kind: host, interfaces: { e: 10.0.0.1/24, f: \(second) } }").verdicts
    }
    #expect(verdicts("10.0.1.1/24") == [])
    #expect(verdicts("10.0.0.129/25") == ["HL0217 2:53"])
  }

  @Test("a gateway must be a neighbour")
  func gateway() {
    func verdicts(_ gateway: String) -> [String] {
      TopologyReading("nodes:\n  a: { kind: host, interfaces: { e: 10.0.0.2/24 }, gateway: \(gateway) }")
        .verdicts
    }
    #expect(verdicts("10.0.0.1") == [])
    #expect(verdicts("10.0.1.1") == ["HL0214 2:61"])
  }

  @Test("the plain language says all: devices, inner links, guests, and what outside plugs into")
  func plain() {
    let reading = TopologyReading(
      """
      nodes:
        box:
          kind: machine
          shows-as: hypervisor
          devices:
            stack: { kind: ip-stack, interfaces: { br0: 10.0.0.1/24 } }
            br0: { kind: bridge, ageing: 10s }
          links: [[stack, br0]]
          interfaces: { eth0: "br0:eth0" }
        vm: { kind: machine, inside: box, devices: { stack: { kind: ip-stack, interfaces: { e: up } } } }
        far: { kind: host, interfaces: { e: 10.0.0.2/24 } }
      links: [[vm, box.br0], [far, box], [far:e, box:eth0]]
      """)
    #expect(reading.verdicts == ["HL0206 12:37"])
    let topology = reading.topology
    #expect(topology.machines.map(\.kind) == ["hypervisor", "machine", "host"])
    #expect(topology.machines[1].parent == 0)
    #expect(topology.peer("box.stack:br0") == "box.br0:to-stack")
    #expect(topology.peer("vm.stack:e") == "box.br0:to-vm")
    #expect(topology.peer("far.stack:e") == "box.br0:eth0")
  }

  @Test(
    "mistakes of the plain language",
    arguments: [
      ("devices: { x: { kind: brigde } }", "HL0201 2:45"),
      ("devices: { x: { ageing: 3s } }", "HL0121 2:34"),
      ("devices: { x: 3 }", "HL0122 2:37"),
      ("devices: { x: { kind: hub } }, inside: other", "HL0203 2:62"),
      ("devices: { x: { kind: hub } }, inside: a", "HL0203 2:62"),
      ("devices: { x: { kind: hub } }, interfaces: { e: \"y:1\" }", "HL0204 2:71"),
      ("devices: { x: { kind: hub } }, links: [[x, y]]", "HL0204 2:66"),
      ("device: {}", "HL0121 2:6"),
    ])
  func plainRefusals(fields: String, verdict: String) {
    let reading = TopologyReading("nodes:\n  a: { kind: machine, \(fields) }")
    #expect(reading.verdicts.first == verdict, "\(reading.rendered)")
  }

  @Test("ten thousand hosts are read in about the time per host that a hundred take")
  func scale() {
    func read(_ count: Int) -> Duration {
      let nodes = (0..<count).map {
        "  h\($0): { kind: host, interfaces: { e: 10.\($0 >> 8).\($0 & 255).1/8 } }"
      }
      let links = (0..<count).map { "  - [h\($0), lan]" }
      let text =
        "nodes:\n  lan: { kind: switch }\n\(nodes.joined(separator: "\n"))\nlinks:\n\(links.joined(separator: "\n"))"
      var size = 0
      let time = processorTime { size = TopologyReading(text).topology.links.count }
      #expect(size == count)
      return time
    }
    _ = read(100)
    let few = read(1000)
    #expect(read(10_000) < few * 40)
  }
}

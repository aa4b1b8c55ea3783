import Configuration
import Devices
import Packets
import Platforms
import Simulation
import Testing
import Topology

/// `count` and ranges in the names of nodes: what is written once and stands for many.
@Suite("Nodes by the number") struct NodeSeriesTests {
  private static func nodes(_ text: String) -> TopologyReading { TopologyReading("nodes:\n  \(text)\n") }

  @Test(
    "a name stands for so many machines",
    arguments: [
      ("h: { kind: host, count: 1 }", ["h1"]), ("h: { kind: host, count: 3 }", ["h1", "h2", "h3"]),
      ("h[1-3]: { kind: host }", ["h1", "h2", "h3"]), ("h[3-3]: { kind: host }", ["h3"]),
      ("h[0-1]: { kind: host }", ["h0", "h1"]), ("h[08-11]: { kind: host }", ["h08", "h09", "h10", "h11"]),
      ("h[8-011]: { kind: host }", ["h008", "h009", "h010", "h011"]),
      ("l[1-2]-h[1-2]: { kind: host }", ["l1-h1", "l1-h2", "l2-h1", "l2-h2"]),
      ("h: { kind: host, count: }", ["h"]), ("s: { kind: switch, count: 2 }", ["s1", "s2"]),
      ("p: { kind: vmware, count: 2 }", ["p1", "p2"]),
      ("p: { kind: vmware, count: 1, guests: { vm: {} } }", ["p1", "vm"]),
    ])
  func names(text: String, names: [String]) {
    let reading = Self.nodes(text)
    #expect(reading.verdicts.isEmpty, "\(reading.rendered)")
    #expect(reading.topology.machines.map(\.name) == names)
  }

  @Test("each has the next of every address and MAC that is written, and the rest as it is")
  func addresses() {
    let reading = Self.nodes(
      """
      h: { kind: host, count: 3, gateway: 10.0.0.254, dns: 10.0.0.253, interfaces: { eth0: 10.0.0.254/16,
           eth1: [10.1.0.1/24, 10.2.0.7/30], eth2: { address: 10.3.0.0/31, mac: 02:00:00:00:ff:fe }, lo: 10.9.0.1/32 } }
      """)
    // A /31 has two; what is no host at all is told when there is room for it.
    #expect(reading.verdicts == ["HL0232 3:57"], "\(reading.rendered)")
    let two = Self.nodes(
      """
      h: { kind: host, count: 2, gateway: 10.0.0.254, interfaces: { eth0: 10.0.0.255/16, eth1: [10.1.0.1/24, 10.2.0.5/30],
           eth2: { address: 10.3.0.0/31, mac: 02:00:00:00:ff:ff }, lo: 10.9.0.255/32 } }
      """)
    #expect(two.verdicts.isEmpty, "\(two.rendered)")
    let ports = two.topology.devices[1].ports
    #expect(
      ports.map { $0.addresses.map(\.description) } == [
        ["10.0.1.0/16"], ["10.1.0.2/24", "10.2.0.6/30"], ["10.3.0.1/31"], ["10.9.1.0/32"],
      ])
    #expect(ports[2].hardwareAddress == MACAddress("02:00:00:01:00:00"))
    #expect(two.device("h2", "stack")?["gateway"]?.text == "10.0.0.254")
  }

  @Test("addresses inside a machine of several devices are counted on as well")
  func inside() {
    let reading = Self.nodes(
      """
      m[1-2]:
          kind: machine
          devices:
            one: { kind: ip-stack, interfaces: { eth0: 10.0.0.1/24 } }
            nat: { kind: nat-proxy, address: 10.7.0.1/24, mac: 00:50:56:e0:00:01 }
      """)
    #expect(reading.verdicts.isEmpty, "\(reading.rendered)")
    #expect(reading.device("m2", "one")?["interfaces"]?["eth0"]?.text == "10.0.0.2/24")
    #expect(reading.device("m2", "nat")?["address"]?.text == "10.7.0.2/24")
    #expect(reading.device("m2", "nat")?["mac"]?.text == "00:50:56:e0:00:02")
  }

  /// The last usable host of a network, and one more.
  @Test(
    "there must be an address for each",
    arguments: [
      ("10.0.0.1/24", 254, true), ("10.0.0.1/24", 255, false), ("10.0.0.200/24", 55, true),
      ("10.0.0.200/24", 56, false), ("10.0.0.0/31", 2, true), ("10.0.0.0/31", 3, false), ("10.0.0.1/32", 1000, true),
      ("10.0.0.1/20", 4094, true), ("10.0.0.1/20", 4095, false),
    ])
  func room(address: String, count: Int, fits: Bool) {
    let reading = Self.nodes("h: { kind: host, count: \(count), interfaces: { eth0: \(address) } }")
    #expect(reading.verdicts == (fits ? [] : ["HL0232 2:\(49 + "\(count)".count)"]), "\(reading.rendered)")
  }

  @Test("how many fit is told")
  func roomWords() {
    let reading = Self.nodes("h: { kind: host, count: 9, interfaces: { eth0: 10.0.0.3/29 } }")
    #expect(
      reading.diagnostics.all.first?.message
        == "'h' stands for 9 nodes, and from 10.0.0.3/29 on only 4 addresses fit its network")
  }

  @Test("no MAC becomes that of a group", arguments: [(2, 0), (3, 1)])
  func groups(count: Int, mistakes: Int) {
    let reading = Self.nodes(
      "h: { kind: host, count: \(count), interfaces: { eth0: { mac: 02:ff:ff:ff:ff:fe } } }")
    #expect(reading.diagnostics.all.map(\.code) == Array(repeating: .addressesExhausted, count: mistakes))
  }

  @Test(
    "what is no number or no range is told where it stands",
    arguments: [
      ("h: { kind: host, count: 0 }", "HL0123 2:27"), ("h: { kind: host, count: 1000001 }", "HL0123 2:27"),
      ("h: { kind: host, count: many }", "HL0122 2:27"), ("h[1-4]: { kind: host, count: 4 }", "HL0130 2:25"),
      ("h[4-1]: { kind: host }", "HL0230 2:3"), ("h[4]: { kind: host }", "HL0230 2:3"),
      ("h[]: { kind: host }", "HL0230 2:3"), ("h[1-]: { kind: host }", "HL0230 2:3"),
      ("h[a-b]: { kind: host }", "HL0230 2:3"), ("h[1-2-3]: { kind: host }", "HL0230 2:3"),
      ("h[1-2: { kind: host }", "HL0230 2:3"), ("h1-2]: { kind: host }", "HL0230 2:3"),
      ("h[+1-2]: { kind: host }", "HL0230 2:3"), ("h[1-9999999999]: { kind: host }", "HL0230 2:3"),
      ("h[1-1000001]: { kind: host }", "HL0123 2:3"), ("h[1-1001][1-1000]: { kind: host }", "HL0123 2:3"),
      ("h: { kind: host, cuont: 4 }", "HL0120 2:20"), ("h.x: { kind: host, count: 2 }", "HL0210 2:3"),
    ])
  func mistakes(text: String, place: String) {
    let reading = Self.nodes(text)
    #expect(reading.verdicts == [place], "\(reading.rendered)")
  }

  @Test("all nodes of a file together have a limit")
  func limit() {
    let reading = TopologyReading(
      "nodes:\n  a: { kind: hots, count: 1000000 }\n  b: { kind: hots, count: 1 }\nlinks: [[b, c]]\n")
    #expect(reading.verdicts == ["HL0201 2:14", "HL0123 3:3", "HL0202 4:13"], "\(reading.rendered)")
  }

  @Test("a mistake in one of many is told once")
  func once() {
    let reading = TopologyReading(
      """
      nodes:
        a: { kind: host, count: 200, gatway: 1.2.3.4 }
        b: { kind: host, count: 200, gateway: nonsense }
        c: { kind: host, count: 200, interfaces: { eth0: 10.0.0.1/24, eth1: 10.0.0.2/24 } }
        s: { kind: switch }
      links: [["a:eth0", s], [b, s], ["c:eth0", s], ["c:eth1", s], ["c:eth2", s]]
      """)
    // eth1 of each has the address that eth0 of the next has.
    #expect(
      reading.verdicts == ["HL0120 2:32", "HL0125 3:41", "HL0212 4:52", "HL0217 4:71", "HL0205 6:63"],
      "\(reading.rendered)")
  }

  @Test("guests would have the same name in each")
  func guests() {
    let reading = Self.nodes("p: { kind: vmware, count: 3, guests: { vm: {}, vn: {} } }")
    #expect(reading.verdicts == ["HL0208 2:42", "HL0208 2:50"], "\(reading.rendered)")
  }

  @Test("a name that another node has already is refused")
  func taken() {
    let reading = TopologyReading("nodes:\n  h2: { kind: host }\n  h: { kind: host, count: 2 }\n")
    #expect(reading.verdicts == ["HL0208 3:3"], "\(reading.rendered)")
  }
}

/// Ranges and the names of counted nodes at the ends of links.
@Suite("Links by the number") struct LinkSeriesTests {
  private static let nodes = """
    nodes:
      h: { kind: host, count: 3 }
      g[1-3]: { kind: host }
      sw: { kind: switch, count: 2 }
      s: { kind: switch }

    """

  @Test(
    "each name is linked to its partner, and one to each of many",
    arguments: [
      ("[h, s]", ["h1 - s", "h2 - s", "h3 - s"]), ("[s, \"h[2-3]\"]", ["s - h2", "s - h3"]),
      ("[h, \"g[1-3]\"]", ["h1 - g1", "h2 - g2", "h3 - g3"]), ("[\"h:eth0\", s]", ["h1 - s", "h2 - s", "h3 - s"]),
      ("[\"h[1-2]:eth0\", sw]", ["h1 - sw1", "h2 - sw2"]), ("[h1, sw]", []),
      ("[\"h[1-3]:eth0\", \"s:p[7-9]\"]", ["h1 - s", "h2 - s", "h3 - s"]),
      ("{ endpoints: [h, s], rate: 1Mbit }", ["h1 - s", "h2 - s", "h3 - s"]),
      ("[\"sw[1-2].bridge\", s]", ["sw1 - s", "sw2 - s"]), ("[sw1, s]", ["sw1 - s"]),
    ])
  func pairs(link: String, ends: [String]) {
    let reading = TopologyReading(Self.nodes + "links: [\(link)]")
    // A host has one socket.
    #expect(reading.verdicts.isEmpty == !ends.isEmpty, "\(reading.rendered)")
    guard !ends.isEmpty else { return }
    let topology = reading.topology
    let found = topology.links.map {
      "\(topology.machine(of: $0.ends.0.device).name) - \(topology.machine(of: $0.ends.1.device).name)"
    }
    #expect(found == ends)
    #expect(Set(topology.links.map(\.cables.there.configuration.rate)) == [link.hasPrefix("{") ? 1_000_000 : 0])
  }

  @Test("ranges without quotes need a block list")
  func blocks() {
    let reading = TopologyReading(
      Self.nodes + "links:\n  - - h[1-3]\n    - s\n  - endpoints:\n    - g[1-3]:eth0\n    - s\n")
    #expect(reading.verdicts.isEmpty, "\(reading.rendered)")
    #expect(reading.topology.links.count == 6)
  }

  @Test(
    "what does not match is told once",
    arguments: [
      ("[\"h[1-2]\", \"g[1-3]\"]", "HL0231 6:20"), ("[h, sw]", "HL0231 6:13"), ("[\"h[1-\", s]", "HL0230 6:10"),
      ("[\"h[1-4]\", s]", "HL0202 6:10"), ("[\"h:eth7\", s]", nil), ("[x, \"h[1-3]\"]", "HL0202 6:10"),
      ("[\"h[1-3]:eth0\", \"s:p1\"]", "HL0206 6:25"), ("[h, h]", "HL0211 6:13"),
      ("[\"x[1-1000]\", \"s\"], [h, s]", "HL0202 6:10"),
    ])
  func mistakes(link: String, place: String?) {
    let reading = TopologyReading(Self.nodes + "links: [\(link)]")
    #expect(reading.verdicts == (place.map { [$0] } ?? []), "\(reading.rendered)")
  }

  @Test("the plain name of a range that is not counted means nothing")
  func uncounted() {
    let reading = TopologyReading(Self.nodes + "links: [[g, s]]")
    #expect(reading.verdicts == ["HL0202 6:10"])
    #expect(reading.diagnostics.all.first?.notes.first?.message == "did you mean 'g1'?")
  }

  @Test("many cables between the same two boxes each have a port, by names that go on")
  func parallel() {
    let links = Array(repeating: "[a, b]", count: 300).joined(separator: ", ")
    let reading = TopologyReading(
      "nodes: { a: { kind: switch }, b: { kind: switch } }\nlinks: [[a, \"b:to-a-3\"], \(links)]\n")
    #expect(reading.verdicts.isEmpty, "\(reading.rendered)")
    let names = reading.topology.devices[1].ports.map(\.name)
    #expect(names.prefix(4) == ["to-a-3", "to-a", "to-a-2", "to-a-4"])
    #expect(names.last == "to-a-301")
    #expect(Set(names).count == 301)
  }

  @Test("two ends of a long chain of switches are on one segment, in whichever order they are linked")
  func chain() {
    let links = (1..<200).reversed().map { "[s\($0), s\($0 + 1)]" }.joined(separator: ", ")
    let reading = TopologyReading(
      """
      nodes:
        s: { kind: switch, count: 200 }
        a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
        b: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
      links: [\(links), [a, s1], [b, s200]]
      """)
    #expect(reading.verdicts == ["HL0212 4:40"], "\(reading.rendered)")
  }
}

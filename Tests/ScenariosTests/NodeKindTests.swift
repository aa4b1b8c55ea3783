import Configuration
import Devices
import Packets
import Platforms
import Testing
import Topology

@Suite("Node kinds") struct NodeKindTests {
  @Test("each word stands for one kind and has its place in the schema")
  func words() {
    let words = nodeKinds.map { $0.word }
    #expect(Set(words).count == words.count)
    #expect(
      words.sorted() == [
        "access-point", "bridge", "dhcp-server", "dns-server", "docker", "firewall", "grid", "home-router", "host",
        "hub", "internet", "leaf-spine", "libvirt", "machine", "nat", "nova", "ring", "router", "router-tree", "star",
        "switch", "tree", "virtualbox", "vmware",
      ])
    for kind in nodeKinds {
      #expect(Set(kind.fields.map { $0.name }).count == kind.fields.count, "\(kind.word)")
    }
  }

  @Test("a home router masquerades toward its gateway and serves DHCP and DNS as itself")
  func homeRouter() throws {
    let reading = TopologyReading(
      """
      nodes:
        rtr:
          kind: home-router
          interfaces: { lan0: 192.168.1.1/24, wan0: 203.0.113.2/24 }
          gateway: 203.0.113.1
          dns: 198.51.100.53
          dhcp: { lan0: { range: 192.168.1.100-192.168.1.199, lease: 24h } }
      """)
    #expect(reading.rendered == "")
    let stack = try #require(reading.device("rtr", "stack"))
    #expect(stack["masquerade"] == ["wan0"])
    #expect(stack["forwards"] == true)
    let services = try #require(stack["services"]?.list)
    #expect(
      services.first == [
        "kind": "dhcp-server", "interface": "lan0", "range": "192.168.1.100-192.168.1.199", "lease": "24h",
        "dns": "192.168.1.1", "allocation": "hash", "check": "3s", "renewal-times": true,
      ])
    #expect(services.last == ["kind": "dns-server", "forward-to": "198.51.100.53"])
    #expect(reading.topology.machines.first?.kind == "home-router")
  }

  @Test("the internet owns the addresses of its names, once each, and has no default route")
  func internet() throws {
    let reading = TopologyReading(
      """
      nodes:
        net:
          kind: internet
          interfaces: { eth0: 203.0.113.1/24 }
          names: { a.example: 198.51.100.80, b.example: 198.51.100.80, c.example: a.example, d.example: 203.0.113.1 }
      """)
    #expect(reading.rendered == "")
    let stack = try #require(reading.device("net", "stack"))
    #expect(stack["owns"] == ["198.51.100.80"])
    #expect(stack["gateway"] == nil)
    #expect(stack["services"]?.list?.map { $0["kind"]?.text } == ["dns-server", "http-server"])
  }

  @Test("a box that forwards, filters or translates is a stack that is told so")
  func boxes() {
    let reading = TopologyReading(
      """
      nodes:
        r: { kind: router, interfaces: { a: 10.0.0.1/24, b: 10.0.1.1/24 } }
        h: { kind: host, interfaces: { a: 10.0.0.2/24 } }
        n: { kind: nat, interfaces: { lan: 10.0.0.3/24, out: 192.0.2.2/24 }, outside: out, inside: lan }
        f: { kind: firewall, interfaces: { a: 10.0.0.4/24 } }
        d: { kind: dhcp-server, interfaces: { a: 10.0.0.5/24 }, range: 10.0.0.10-10.0.0.20, gateway: 10.0.0.1 }
        s: { kind: dns-server, interfaces: { a: 10.0.0.6/24 }, names: { x.example: 10.0.0.2 } }
      """)
    #expect(reading.rendered == "")
    #expect(reading.device("r", "stack")?["forwards"] == true)
    #expect(reading.device("h", "stack")?["forwards"] == nil)
    #expect(reading.device("n", "stack")?["masquerade"] == ["out"])
    #expect(reading.device("f", "stack")?["filter"] == ["policy": "drop"])
    #expect(reading.device("d", "stack")?["services"]?.list?.first?["router"] == "10.0.0.1")
    #expect(reading.device("s", "stack")?["services"]?.list?.first?["names"] == ["x.example": "10.0.0.2"])
  }

  @Test("a host about which nothing is said has the interfaces that links name, or one")
  func created() {
    let reading = TopologyReading(
      "nodes: { a: { kind: host }, b: { kind: host }, lan: { kind: switch } }\nlinks: [[a, lan], [b:wlan0, lan:p1]]"
    )
    #expect(reading.rendered == "")
    #expect(reading.topology.peer("a.stack:eth0") == "lan.bridge:to-a")
    #expect(reading.topology.peer("b.stack:wlan0") == "lan.bridge:p1")
  }

  @Test("what the user wrote keeps its place, what a kind adds points to the node")
  func locations() {
    let reading = TopologyReading("nodes:\n  a:\n    kind: router\n    interfaces: { e: 10.0.0.1/24 }")
    let stack = reading.device("a", "stack")
    #expect(stack?["interfaces"]?["e"]?.location.line == 4)
    #expect(stack?["forwards"]?.location.line == 3)
  }

  @Test(
    "a node that cannot be read is told where it stands, and its links say nothing more",
    arguments: [
      ("a: { kind: hots }", "HL0201 2:14"),
      ("a: { kinds: host }", "HL0121 2:3"),
      ("a: host", "HL0122 2:6"),
      ("my.pc: { kind: host }", "HL0210 2:3"),
      ("none: { kind: host }", "HL0209 2:3"),
      ("a: { kind: host, gatway: 10.0.0.1 }", "HL0120 2:20"),
      ("a: { kind: host, interfaces: { e: 10.0.0.1 } }", "HL0213 2:37"),
      ("a: { kind: home-router, interfaces: { w: 10.0.0.1/24 }, dhcp: { lan: {} } }", "HL0205 2:67"),
    ])
  func refusals(node: String, verdict: String) {
    let name = node.prefix { $0 != ":" }
    let links = name.contains(".") || node.contains("gatway") ? "" : "\nlinks: [[\(name), b]]"
    let reading = TopologyReading("nodes:\n  \(node)\n  b: { kind: switch }\(links)")
    #expect(reading.verdicts == [verdict], "\(reading.rendered)")
  }
}

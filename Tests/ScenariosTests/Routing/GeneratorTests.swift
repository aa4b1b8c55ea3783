import Configuration
import Devices
import Packets
import Scenarios
import Simulation
import Testing
import Topology

@Suite("Generated networks") struct GeneratorTests {
  /// One node called `net`, and the steps.
  private func text(_ node: String, _ steps: String) -> String {
    """
    nodes:
      net: { \(node) }
    steps: [\(steps)]
    """
  }

  private func failures(_ text: String) throws -> [FailureReason?] {
    let verdict = try ScenarioText(text).verdict()
    #expect(verdict.imbalance == nil)
    return verdict.steps.map { $0.activities.first?.outcome.failure }
  }

  @Test(
    "each is played from one end to the other",
    arguments: [
      ("kind: star, hosts: 5, network: 10.0.0.0/29", "net-h1 -> net-h5"),
      ("kind: tree, hosts: 40, ports: 4, network: 10.0.0.0/16", "net-h1 -> net-h40"),
      ("kind: ring, routers: 5, network: 10.0.0.0/16", "net-h1 -> net-h3"),
      ("kind: ring, routers: 3, hosts: 2, network: 10.0.0.0/16", "net-h1 -> net-h6"),
      ("kind: grid, rows: 3, columns: 4, network: 10.0.0.0/16", "net-h1 -> net-h12"),
      ("kind: grid, rows: 1, columns: 1, network: 10.0.0.0/30", "net-h1 -> net-r1"),
      ("kind: leaf-spine, spines: 2, leaves: 3, hosts: 4, network: 10.0.0.0/16", "net-h1 -> net-h12"),
      ("kind: router-tree, routers: 15, network: 10.0.0.0/16", "net-h1 -> net-h8"),
      ("kind: router-tree, routers: 6, branches: 1, hosts: 3, network: 10.0.0.0/16", "net-h1 -> net-r1"),
    ])
  func across(node: String, pair: String) throws {
    let steps = "{ ping: \(pair) }, { udp: \"\(pair):7\" }"
    #expect(try failures(text(node, steps)) == [nil, .portUnreachable])
    let isToHost = pair.contains("-> net-h")
    #expect(try failures(text("\(node), services: [udp/7]", steps)) == [nil, isToHost ? nil : .portUnreachable])
  }

  @Test(
    "a tree of switches has as many as its hosts need, and none with more ports than it may have",
    arguments: [(4, 4, 1), (5, 4, 3), (12, 4, 5), (13, 4, 8), (1000, 32, 36)])
  func treeSize(hosts: Int, ports: Int, switches: Int) {
    let reading = TopologyReading(text("kind: tree, hosts: \(hosts), ports: \(ports), network: 10.0.0.0/16", ""))
    #expect(reading.rendered == "")
    let boxes = reading.topology.machines.filter { $0.kind == "switch" }
    #expect(boxes.count == switches)
    #expect(boxes.map(\.interfaces.count).max() ?? 0 <= ports)
    #expect(reading.topology.machines.count { $0.kind == "host" } == hosts)
    #expect(reading.topology.links.count == hosts + switches - 1)
  }

  @Test("the node is the switch that others are linked to, and its hosts leave the gateway its address")
  func outside() throws {
    for kind in ["star", "tree"] {
      let node = "kind: \(kind), hosts: 3, network: 10.0.0.0/16, gateway: 10.0.0.1"
      let text = """
        nodes:
          net: { \(node) }
          r: { kind: router, interfaces: { lan: 10.0.0.1/16, wan: 192.0.2.1/24 } }
          far: { kind: host, interfaces: { eth0: 192.0.2.9/24 }, gateway: 192.0.2.1 }
        links: [[net, r:lan], [r:wan, far]]
        steps: [{ ping: net-h1 -> far }, { ping: far -> net-h3 }, { ping: net-h1 -> 10.0.0.2 }]
        """
      #expect(try failures(text) == [nil, nil, nil])
    }
  }

  @Test("an uplink joins a routed network to the rest of the scenario")
  func uplink() throws {
    let text = """
      nodes:
        net: { kind: ring, routers: 4, network: 10.0.0.0/16, uplink: 203.0.113.2/30, gateway: 203.0.113.1 }
        isp: { kind: internet, interfaces: { eth0: 203.0.113.1/30 }, owns: 198.51.100.1, routes: [{ to: 10.0.0.0/16, via: 203.0.113.2 }] }
      links: [[net-r1:up0, isp]]
      steps: [{ ping: net-h3 -> 198.51.100.1 }, { ping: isp -> net-h3 }]
      """
    #expect(try failures(text) == [nil, nil])
  }

  @Test("each link has the rate and the delay that were asked for")
  func cables() throws {
    for node in ["kind: star, hosts: 2", "kind: ring, routers: 3"] {
      let reading = TopologyReading(text("\(node), network: 10.0.0.0/16, rate: 1Mbit, delay: 2ms", ""))
      #expect(reading.rendered == "")
      #expect(
        reading.topology.links.allSatisfy {
          $0.cables.there.configuration.rate == 1_000_000
            && $0.cables.there.configuration.delay == .milliseconds(2)
        })
    }
  }

  @Test(
    "a block that is just large enough is taken, one half the size is refused with the one that would do",
    arguments: [
      ("kind: star, hosts: 6", 29), ("kind: star, hosts: 7", 28), ("kind: star, hosts: 6, gateway: 10.0.0.1", 28),
      ("kind: tree, hosts: 1000", 22), ("kind: ring, routers: 4", 27), ("kind: ring, routers: 4, hosts: 2", 26),
      ("kind: ring, routers: 4, hosts: 0", 29), ("kind: grid, rows: 2, columns: 2", 27),
      ("kind: leaf-spine, spines: 2, leaves: 2, hosts: 1", 28), ("kind: router-tree, routers: 3", 28),
    ])
  func size(node: String, length: Int) {
    let fits = TopologyReading(text("\(node), network: 10.0.0.0/\(length)", ""))
    #expect(fits.rendered == "")
    let tight = TopologyReading(text("\(node), network: 10.0.0.0/\(length + 1)", ""))
    #expect(tight.diagnostics.all.map(\.code) == [.networkTooSmall], "\(tight.rendered)")
    #expect(tight.diagnostics.all.first?.notes.first?.message == "10.0.0.0/\(length) would fit")
  }

  @Test(
    "what cannot be is told once, at its place",
    arguments: [
      ("kind: star, network: 10.0.0.0/24", "HL0121 2:8"), ("kind: star, hosts: 3", "HL0121 2:8"),
      ("kind: star, hosts: 3, network: 10.0.0.7/24", "HL0213 2:41"),
      ("kind: star, hosts: 3, network: 127.0.0.0/24", "HL0213 2:41"),
      ("kind: ring, routers: 2, network: 10.0.0.0/24", "HL0123 2:31"),
      ("kind: ring, routers: 90, hosts: 0, network: 10.0.0.0/24, rate: 10", "HL0127 2:73"),
      ("kind: star, hosts: 30, network: 10.0.0.0/24, gateway: 10.1.0.1", "HL0214 2:64"),
      ("kind: grid, rows: 1000, columns: 1000, network: 10.0.0.0/8", "HL0123 2:28"),
    ])
  func mistakes(node: String, verdict: String) {
    #expect(TopologyReading(text(node, "")).verdicts == [verdict])
  }

  /// Static routes know nothing of a link that has failed, and neither do those that were computed.
  @Test("in a ring and a grid a packet whose link has failed dies, though there is another way round")
  func noReroute() throws {
    for node in ["kind: ring, routers: 4", "kind: grid, rows: 2, columns: 2"] {
      let steps = """
        { ping: net-h1 -> net-h2 }, { fail: net-r1 -- net-r2 }, { ping: net-h1 -> net-h2 }, { ping: net-h1 -> net-h3 },
        { repair: net-r1 -- net-r2 }, { ping: net-h1 -> net-h2 }
        """
      let found = try failures(text("\(node), network: 10.0.0.0/24", steps))
      #expect(found[0] == nil)
      #expect(found[2] != nil && found[2] != .timeExceeded)
      #expect(found[5] == nil)
    }
  }

  @Test("a router's branch is one run of addresses, so its neighbour above needs few routes for it")
  func branches() throws {
    let reading = TopologyReading(text("kind: router-tree, routers: 1023, hosts: 0, network: 10.0.0.0/20", ""))
    #expect(reading.rendered == "")
    let most = reading.topology.devices.map { ($0.settings as? IPStackSettings)?.computedRoutes.count ?? 0 }.max()
    #expect(most ?? 0 <= 40)
  }

  @Test("what is shown of one plays the same")
  func shown() throws {
    for node in ["kind: tree, hosts: 9, ports: 4", "kind: leaf-spine, spines: 2, leaves: 2, hosts: 2"] {
      let last = node.contains("tree") ? "net-h9" : "net-h4"
      let steps = "{ id: x, ping: net-h1 -> \(last) }]\nexpect: { x: reply }\nx-rest: ["
      let play = try ScenarioText(text("\(node), network: 10.0.0.0/16", steps)).play
      let again = try Shipped.reread(play)
      #expect(again.topology.wiring == play.topology.wiring)
      #expect(Shipped.verdicts(again) == ["x": .held])
    }
  }
}

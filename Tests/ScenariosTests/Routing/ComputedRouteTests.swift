import Configuration
import Devices
import Packets
import Protocols
import Scenarios
import Simulation
import Testing
import Topology

/// Three routers in a line with a host at either end, and something more to say of the middle one.
private func line(_ middle: String = "", _ rest: String = "steps: [{ ping: a -> b }]") -> String {
  """
  nodes:
    a: { kind: host, interfaces: { eth0: 10.0.1.2/24 }, gateway: 10.0.1.1 }
    b: { kind: host, interfaces: { eth0: 10.0.3.2/24 }, gateway: 10.0.3.1 }
    r1: { kind: router, interfaces: { lan: 10.0.1.1/24, x: 10.1.0.1/30 }, routing: shortest-paths }
    r2: { kind: router, interfaces: { x: 10.1.0.2/30, y: 10.1.0.5/30 }, routing: shortest-paths\(middle) }
    r3: { kind: router, interfaces: { y: 10.1.0.6/30, lan: 10.0.3.1/24 }, routing: shortest-paths }
    sw: { kind: switch }
  links: [[a, r1:lan], [r1:x, sw], [sw, r2:x], [r2:y, r3:y], [r3:lan, b]]
  \(rest)
  """
}

@Suite("Computed routes") struct ComputedRouteTests {
  private func failures(_ text: String) throws -> [FailureReason?] {
    let verdict = try ScenarioText(text).verdict()
    #expect(verdict.imbalance == nil)
    return verdict.steps.map { $0.activities.first?.outcome.failure }
  }

  /// The computed routes of a stack as `10.0.0.0/24 via 10.1.0.2`.
  private func routes(of name: String, _ text: String) throws -> [String] {
    let topology = try ScenarioText(text).play.topology
    let device = try #require(topology.device(name))
    let settings = try #require(topology.devices[device].settings as? IPStackSettings)
    return settings.computedRoutes.map { "\($0.prefix) via \($0.nextHop?.description ?? "-")" }.sorted()
  }

  @Test("routers that are told nothing but to compute their routes carry a packet there and back, across a switch too")
  func across() throws {
    let verdict = try ScenarioText(
      line("", "steps: [{ id: x, ping: a -> b }]\nexpect: { x: { reply: true, hops: 3 } }")
    )
    .verdict()
    #expect(verdict.steps[0].result == .held)
  }

  @Test("one that does not say so knows only its own networks, and the others do not go by it")
  func partial() throws {
    let text = line().replacing("10.1.0.5/30 }, routing: shortest-paths", with: "10.1.0.5/30 }")
    #expect(try failures(text) == [.networkUnreachable])
    #expect(try routes(of: "r1.stack", text) == [])
  }

  @Test("the story of a packet names the line that asked for its routes")
  func origin() throws {
    let play = try ScenarioText(line()).play
    let journal = Player(play).run().journal
    let routed = journal.records.first { record in
      guard case .routed = record.event else { return false }
      return play.topology.machine(of: record.device).name == "r2"
    }
    let origin = try #require(routed.flatMap { play.topology.origins[$0.origin] })
    #expect(origin.label == "computed: shortest paths")
    #expect(origin.location.line == 5)
  }

  @Test("a written route is left alone: it wins over the computed one for the same prefix")
  func written() throws {
    #expect(try routes(of: "r2.stack", line()) == ["10.0.1.0/24 via 10.1.0.1", "10.0.3.0/24 via 10.1.0.6"])
    let dead = line(", routes: [{ to: 10.0.3.0/24, kind: blackhole }]")
    #expect(try routes(of: "r2.stack", dead) == ["10.0.1.0/24 via 10.1.0.1"])
    #expect(try failures(dead) == [.noAnswer])
  }

  @Test("an address that does not exist is refused by the core, and a silent one by its last router")
  func nowhere() throws {
    let steps = "steps: [{ ping: a -> 10.9.9.9 }, { ping: a -> 10.0.3.9 }]"
    #expect(try failures(line("", steps)) == [.networkUnreachable, .hostUnreachable])
    let text = line(
      "", "steps: [{ id: x, ping: a -> 10.9.9.9 }]\nexpect: { x: { fails: network-unreachable, by: r2 } }")
    #expect(try ScenarioText(text).verdict().steps[0].result == .held)
  }

  @Test("a gateway of one router is the way out for all, unless it is one of them")
  func uplink() throws {
    let out = """
      nodes:
        isp: { kind: host, interfaces: { eth0: 203.0.113.1/24 }, forwards: true, routes: [{ to: 10.0.0.0/8, via: 203.0.113.2 }], owns: 198.51.100.1 }
        r1: { kind: router, interfaces: { up: 203.0.113.2/24, x: 10.1.0.1/30 }, gateway: 203.0.113.1, routing: shortest-paths }
        r2: { kind: router, interfaces: { x: 10.1.0.2/30, y: 10.1.0.5/30 }, routing: shortest-paths }
        r3: { kind: router, interfaces: { y: 10.1.0.6/30 }, routing: shortest-paths }
      links: [[isp, r1:up], [r1:x, r2:x], [r2:y, r3:y]]
      steps: [{ ping: r3 -> 198.51.100.1 }]
      """
    #expect(try failures(out) == [nil])
    // The gateway of a leaf is its way to the others. Were it taken for a way out, packets would circle.
    let inside = line("", "steps: [{ ping: a -> 10.9.9.9 }, { ping: a -> b }]")
      .replacing("x: 10.1.0.1/30 }", with: "x: 10.1.0.1/30 }, gateway: 10.1.0.2")
    #expect(try routes(of: "r2.stack", inside).allSatisfy { !$0.hasPrefix("0.0.0.0/0") })
    #expect(try failures(inside) == [.networkUnreachable, nil])
  }

  @Test("further addresses of a router are reached like its networks")
  func owned() throws {
    #expect(try failures(line(", owns: 192.0.2.7", "steps: [{ ping: a -> 192.0.2.7 }]")) == [nil])
  }

  @Test("it can be said in the plain language, is shown so and plays the same")
  func plain() throws {
    let play = try ScenarioText(line("", "steps: [{ id: x, ping: a -> b }]\nexpect: { x: reply }")).play
    #expect(play.expanded["nodes"]?["r2"]?["devices"]?["stack"]?["routing"] == "shortest-paths")
    let again = try Shipped.reread(play)
    #expect(Player(again).run().journal.records.count == Player(play).run().journal.records.count)
    #expect(Shipped.verdicts(again) == ["x": .held])
  }

  @Test("who passes nothing on is not given any, and other words are not understood")
  func mistakes() {
    let host = "nodes: { a: { kind: host, interfaces: { e: 10.0.0.1/24 }, routing: shortest-paths } }"
    #expect(TopologyReading(host).verdicts == ["HL0240 1:68"])
    #expect(TopologyReading(host.replacing("host", with: "router")).verdicts == [])
    #expect(TopologyReading(host.replacing("paths", with: "path")).verdicts == ["HL0124 1:68"])
  }
}

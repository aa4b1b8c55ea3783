import Configuration
import Devices
import Packets
import Scenarios
import Simulation
import Testing

/// What a step came to: nil for success.
private func failures(_ text: String) throws -> [FailureReason?] {
  let verdict = try ScenarioText(text).verdict()
  #expect(verdict.imbalance == nil)
  return verdict.steps.map { $0.activities.first?.outcome.failure }
}

/// Addresses that are not another machine's.
@Suite("Unusual destinations")
struct UnusualDestinationTests {
  @Test(
    "a machine answers itself at its own address and at 127/8, and nowhere else",
    arguments: [
      ("ping: b -> b", nil), ("ping: b -> 127.0.0.1", nil), ("ping: b -> 127.255.255.254", nil),
      ("tcp: b -> 127.0.0.1:22", nil), ("tcp: b -> 127.0.0.1:23", FailureReason.refused),
      ("udp: b -> 127.0.0.1:9", .portUnreachable), ("ping: v -> 127.0.0.1", nil), ("ping: v -> 128.0.0.1", .noRoute),
    ])
  func itself(step: String, failure: FailureReason?) throws {
    #expect(try failures(smallLab + "steps: [{ \(step) }]") == [failure])
  }

  /// Linux, `tcp_v4_connect`, and RFC 1122, 4.2.3.10.
  @Test(
    "nobody can be connected to everybody",
    arguments: [
      ("tcp: a -> 10.0.0.255:22", FailureReason.noRoute), ("tcp: a -> 255.255.255.255:22", .noRoute),
      ("tcp: a -> 224.0.0.1:22", .noRoute), ("tcp: a -> 10.0.0.2:22", nil),
    ])
  func everybody(step: String, failure: FailureReason?) throws {
    #expect(try failures(smallLab + "steps: [{ \(step) }]") == [failure])
  }

  /// A gateway is no way to everybody on the own link.
  @Test(
    "who hears a broadcast answers as itself",
    arguments: ["10.0.0.255", "255.255.255.255"],
    ["routes: [{ to: 0.0.0.0/0, interface: eth0 }]", "gateway: 10.0.0.9"])
  func broadcast(to: String, route: String) throws {
    let text = """
      nodes:
        a: { kind: host, interfaces: { eth0: 10.0.0.1/24 }, \(route) }
        b: { kind: host, interfaces: { eth0: 10.0.0.2/24 }, services: [udp/7] }
      links: [[a, b]]
      steps: [{ udp: "a -> \(to):7" }]
      """
    let outcome = try ScenarioText(text).verdict().steps[0].activities[0].outcome
    #expect(outcome.failure == nil)
    #expect(outcome.responder == IPv4Address("10.0.0.2"))
  }

  /// RFC 1122, 3.2.2: the port is closed at most of those who hear it, and they are silent.
  @Test("a closed port is not told of a broadcast, but of a datagram to one host")
  func closedPort() throws {
    let steps = "steps: [{ udp: a -> 10.0.0.255:9 }, { udp: a -> b:9 }]"
    #expect(try failures(smallLab + steps) == [.noAnswer, .portUnreachable])
  }
}

/// A pool of one address, and two who want it.
@Suite("Leases over several steps")
struct LeasePlayTests {
  private let lab = """
    nodes:
      d: { kind: dhcp-server, interfaces: { eth0: 10.0.0.3/24 }, range: 10.0.0.100-10.0.0.100, lease: 120s }
      one: { kind: host }
      two: { kind: host }
      sw: { kind: switch }
    links: [[d, sw], [one, sw], [two, sw]]

    """

  @Test("what is released is free for the very next step, and what is not is not")
  func released() throws {
    let released = "steps: [{ dhcp: one }, { dhcp: { release: one } }, { dhcp: two }]"
    #expect(try failures(lab + released) == [nil, nil, nil])
    let verdict = try ScenarioText(lab + released).verdict()
    // The first DISCOVER is answered, not one repeated after four seconds.
    #expect(verdict.steps[2].activities[0].outcome.roundTrip < .seconds(3))
    #expect(try failures(lab + "steps: [{ dhcp: one }, { dhcp: two }]") == [nil, .noLease])
  }

  @Test("who asks again after giving up is answered at once, not at the next turn of the old search")
  func again() throws {
    let steps = "steps: [{ fail: d }, { dhcp: two }, { repair: d }, { dhcp: two }]"
    let verdict = try ScenarioText(lab + steps).verdict()
    #expect(verdict.steps[1].activities[0].outcome.failure == .noLease)
    #expect(verdict.steps[3].activities[0].outcome.failure == nil)
    #expect(verdict.steps[3].activities[0].outcome.roundTrip < .seconds(3))
  }

  /// Its neighbours were being verified when the address went; nobody may be asked for ever.
  @Test("a client that has given its address back falls silent")
  func silence() throws {
    let steps = "steps: [{ dhcp: one }, { wait: 60s }, { dhcp: { release: one } }, { wait: 60s }, { wait: 600s }]"
    let play = try ScenarioText(lab + steps).play
    let records = Player(play).run().journal.records
    let late = records.filter { record in
      guard case .sent = record.event else { return false }
      return record.time > .start + .seconds(185)
    }
    #expect(records.contains { if case .sent = $0.event { $0.time > .start + .seconds(60) } else { false } })
    #expect(late.isEmpty)
  }
}

/// Frames that multiply without end.
@Suite("Storms")
struct StormTests {
  private func play(_ links: String) throws -> Playback {
    let text = """
      nodes:
        a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
        b: { kind: host, interfaces: { eth0: 10.0.0.2/24 } }
        one: { kind: hub }
        two: { kind: hub }
      links: [[a, one], [b, two], \(links)]
      steps: [{ ping: a -> b }]
      """
    var limits = Simulator.Limits()
    limits.memory = 1 << 22
    return Player(try ScenarioText(text).play, limits: limits).run()
  }

  @Test("a circle of hubs ends the play by its limit even if every step was answered before")
  func circle() throws {
    let storm = try play("[one, two], { endpoints: [one, two], delay: 1ms }")
    #expect(storm.limit == .tooMuchMemory)
    #expect(storm.stepsPlayed == 1)
    #expect(storm.imbalance == nil)
    #expect(storm.limitWords?.contains("circle") == true)
  }

  @Test("one cable between the same hubs reaches no limit")
  func cable() throws { #expect(try play("[one, two]").limit == nil) }
}

/// Routers that no interface's network holds, as clouds hand them out with a /32.
@Suite("Routers outside every network")
struct OutsideRouterTests {
  private func lab(_ routes: String) -> String {
    """
    nodes:
      a: { kind: host, interfaces: { eth0: 10.1.0.2/32 }, routes: [\(routes)] }
      r: { kind: router, interfaces: { lan0: 10.9.0.1/24, wan0: 10.2.0.1/24 }, routes: [{ to: 10.1.0.2/32, interface: lan0 }] }
      b: { kind: host, interfaces: { eth0: 10.2.0.2/24 }, gateway: 10.2.0.1 }
    links: [[a, r:lan0], [r:wan0, b]]
    steps: [{ ping: a -> b }]
    """
  }

  @Test("with its interface named such a router is used; without it is a mistake")
  func named() throws {
    #expect(try failures(lab("{ to: 0.0.0.0/0, via: 10.9.0.1, interface: eth0 }")) == [nil])
    #expect(ScenarioText(lab("{ to: 0.0.0.0/0, via: 10.9.0.1 }")).places == ["HL0214 2:86"])
    #expect(
      ScenarioText(lab("{ to: 0.0.0.0/0, via: 10.9.0.1, interface: eth1 }")).places == ["HL0205 2:107"])
  }
}

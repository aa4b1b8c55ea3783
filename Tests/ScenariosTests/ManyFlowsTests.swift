import Configuration
import Packets
import Scenarios
import Simulation
import Testing
import Topology

/// Four hosts, four clients of a DHCP server with three addresses, and a server, all on one switch.
private let lab = """
  nodes:
    h: { kind: host, count: 4, interfaces: { eth0: 10.0.0.1/24 }, services: [udp/7] }
    c: { kind: host, count: 4 }
    d: { kind: dhcp-server, interfaces: { eth0: 10.0.0.250/24 }, range: 10.0.0.100-10.0.0.102, router: none }
    srv: { kind: host, interfaces: { eth0: 10.0.0.200/24 }, services: [udp/7, udp/9, tcp/80] }
    sw: { kind: switch }
  links: [[h, sw], [c, sw], [d, sw], [srv, sw]]

  """

/// One step that begins many flows.
@Suite("Steps with many flows") struct ManyFlowsTests {
  @Test(
    "both sides may stand for many",
    arguments: [
      ("ping: h -> srv", "ping h → srv", ["h1", "h2", "h3", "h4"]),
      ("ping: \"h[2-3] -> srv\"", "ping h[2-3] → srv", ["h2", "h3"]),
      ("ping: \"srv -> h[2-3]\"", "ping srv → h[2-3]", ["srv → h2", "srv → h3"]),
      ("udp: \"h[1-2] -> h[3-4]:7\"", "udp h[1-2] → h[3-4]:7", ["h1 → h3", "h2 → h4"]),
      ("tcp: h -> srv:80", "tcp h → srv:80", ["h1", "h2", "h3", "h4"]),
      ("ping: \"h -> srv:eth0\"", "ping h → srv:eth0", ["h1", "h2", "h3", "h4"]),
      (
        "ping: \"srv -> h:eth0\"", "ping srv → h:eth0",
        ["srv → h1:eth0", "srv → h2:eth0", "srv → h3:eth0", "srv → h4:eth0"]
      ),
      ("ping: \"srv -> 10.0.0.[1-2]\"", "ping srv → 10.0.0.[1-2]", ["srv → 10.0.0.1", "srv → 10.0.0.2"]),
      ("ping: { from: h, to: srv }", "ping h → srv", ["h1", "h2", "h3", "h4"]),
    ])
  func flows(step: String, words: String, names: [String]) throws {
    let verdict = try ScenarioText(lab + "steps: [{ id: s, \(step) }]\nexpect: { s: { fails: false } }").verdict()
    #expect(verdict.steps[0].words == words)
    #expect(verdict.steps[0].activities.map(\.flow) == names)
    #expect(verdict.holds)
    #expect(verdict.imbalance == nil)
  }

  @Test("a single flow has no name but its machine's")
  func one() throws {
    let verdict = try ScenarioText(lab + "steps: [{ ping: h1 -> srv }, { ping: \"h[1-1] -> srv\" }]").verdict()
    #expect(verdict.steps.map { $0.activities.map(\.flow) } == [[nil], [nil]])
  }

  @Test(
    "what is wrong with one of many is told once, where it stands",
    arguments: [
      ("ping: \"h[1-2] -> c[1-3]\"", "HL0231 1:28"), ("ping: \"h[4-5] -> srv\"", "HL0202 1:18"),
      ("ping: \"h[2-1] -> srv\"", "HL0230 1:18"), ("ping: srv -> \"h[1-2]\"", nil),
      ("dhcp: \"c[4-9]\"", "HL0202 1:18"), ("dhcp: \"c:eth1\"", "HL0205 1:18"),
      ("resolve: sw -> x.test", "HL0313 1:21"),
      ("ping: \"srv[1-1000000] -> h1\"", "HL0202 1:18"), ("fail: h", "HL0202 1:18"), ("ping: h -> hh", "HL0202 1:23"),
    ])
  func mistakes(step: String, place: String?) {
    let text = ScenarioText("steps: [ { \(step) }]\n" + lab)
    guard let place else { return #expect(text.scenario == nil) }
    #expect(text.places == [place], "\(text.diagnostics)")
  }

  @Test("where one is meant, the name of many is refused with theirs")
  func oneIsMeant() {
    let text = ScenarioText("steps: [{ id: s, ping: h1 -> srv }]\nexpect: { s: { by: h } }\n" + lab)
    #expect(text.places == ["HL0202 2:20"])
    #expect(text.diagnostics.first?.notes.map(\.message) == ["they are called h1 to h4"])
  }

  @Test("every client of a counted node asks for a lease, and who gets none is named")
  func leases() throws {
    let verdict = try ScenarioText(
      lab + "steps: [{ id: s, dhcp: c }, { dhcp: { release: \"c[1-2]\" } }]\nexpect: { s: { lease: 10.0.0.0/24 } }"
    ).verdict()
    let step = verdict.steps[0]
    #expect(step.words == "dhcp c")
    #expect(step.activities.count { $0.outcome.succeeded } == 3)
    let late = try #require(step.activities.first { !$0.outcome.succeeded })
    #expect(step.findings.map(\.got) == ["\(late.machine): no-lease by d"])
    #expect(verdict.steps[1].words == "dhcp c[1-2] (release)")
  }

  /// Five are named.
  @Test(
    "an expectation names a few of those of which it does not hold",
    arguments: [(5, ""), (6, " and 1 more"), (40, " and 35 more")])
  func failing(count: Int, more: String) throws {
    let verdict = try ScenarioText(
      """
      nodes:
        h: { kind: host, count: \(count), interfaces: { eth0: 10.0.0.1/24 } }
        srv: { kind: host, interfaces: { eth0: 10.0.0.200/24 } }
        sw: { kind: switch }
      links: [[h, sw], [srv, sw]]
      steps: [{ id: s, udp: h -> srv:9 }]
      expect: { s: reply }
      """
    ).verdict()
    let got = try #require(verdict.steps[0].findings.first?.got)
    #expect(
      got == (1...5).map { "h\($0): port-unreachable by srv" }.joined(separator: ", ") + more)
    #expect(!verdict.holds)
  }

  @Test("all flows begin at the same moment and in order")
  func together() throws {
    let play = try ScenarioText(lab + "steps: [{ ping: h -> srv }]").play
    let began = Player(play).run().journal.records.filter {
      if case .began = $0.event { true } else { false }
    }
    #expect(began.map(\.time) == Array(repeating: .start, count: 4))
    #expect(began.map { play.topology.machine(of: $0.device).name } == ["h1", "h2", "h3", "h4"])
  }

  @Test(
    "the plain language of it plays the same",
    arguments: [
      "ping: h -> srv", "ping: \"h[1-4] -> srv\"", "ping: h->srv", "ping: \"srv → h:eth0\"", "dhcp: c",
      "dhcp: [c1, \"c[2-3]\", c]", "dhcp: { acquire: c }", "udp: { from: h, to: h, port: 7 }", "http: h -> srv",
      "resolve: h -> h.test", "wait: 1s", "stream: { from: h, to: srv, port: 9, count: 2, interval: 1ms }",
    ])
  func plain(step: String) throws {
    let play = try ScenarioText(lab + "steps: [{ dhcp: c }, { \(step) }]").play
    let again = try Shipped.reread(play)
    #expect(again.topology.wiring == play.topology.wiring)
    #expect(again.steps.count == 2)
    #expect(Player(again).run().journal.records.map(\.event) == Player(play).run().journal.records.map(\.event))
  }

  @Test("a domain name is no part of a node that is counted")
  func domains() throws {
    let verdict = try ScenarioText(lab + "steps: [{ http: h1 -> h.test }]").verdict()
    #expect(verdict.steps[0].activities.map(\.outcome.failure) == [.noNameserver])
  }
}

/// Datagrams on a schedule.
@Suite("Datagrams on a schedule") struct ScheduleTests {
  /// The moments at which the requests of a step leave, in microseconds.
  private static func sendings(_ step: String) throws -> [UInt64] {
    let play = try ScenarioText(lab + "steps: [{ ping: h -> srv }, { \(step) }]").play
    let records = Player(play).run().journal.records
    let began = try #require(records.last { $0.event == .stepBegan(1) }?.time)
    return records.compactMap { record in
      guard case .sent = record.event, record.relation == .begins, record.time >= began else { return nil }
      return (record.time - began).nanoseconds / 1000
    }
  }

  @Test(
    "they leave when it says",
    arguments: [
      ("udp: h1 -> srv:7", [0]),
      ("udp: { from: h1, to: srv, port: 7, count: 3, interval: 10ms }", [0, 10000, 20000]),
      ("udp: { from: h1, to: srv, port: 7, count: 2 }", [0, 1_000_000]),
      ("udp: { from: \"h[1-3]\", to: srv, port: 7, spread: 5us }", [0, 5, 10]),
      ("stream: { from: h1, to: srv, port: 9, size: 1000, rate: 8Mbit, duration: 3ms }", [0, 1000, 2000]),
      ("stream: { from: h1, to: srv, port: 9, size: 1000, rate: 8Mbit, duration: 3001us }", [0, 1000, 2000, 3000]),
      ("stream: { from: h1, to: srv, port: 9, interval: 1ms, count: 2 }", [0, 1000]),
      ("stream: { from: h1, to: srv, port: 9, size: 0, interval: 1ms, duration: 1ms }", [0]),
      ("stream: { from: \"h[1-2]\", to: srv, port: 9, interval: 1ms, count: 2, spread: 100us }", [0, 100, 1000, 1100]),
    ])
  func times(step: String, times: [UInt64]) throws {
    #expect(try Self.sendings(step) == times)
  }

  /// iperf's rate, in datagrams of 512 bytes: 244 and a bit.
  @Test("a stream is 1 Mbit/s for a second unless told otherwise")
  func usual() throws {
    let times = try Self.sendings("stream: h1 -> srv:9")
    #expect(times.count == 245)
    #expect(times[1] == 4096)
  }

  @Test("a step lasts as long as its schedule, however long that is")
  func patience() throws {
    let text =
      lab + """
        steps:
          - { id: u, udp: { from: h1, to: srv, port: 7, count: 100, interval: 1m } }
          - { id: s, stream: { from: h, to: srv, port: 9, count: 2, interval: 1h, spread: 1h } }
        expect: { u: reply, s: { fails: false } }
        """
    let play = try ScenarioText(text).play
    let verdict = Judge(play, Player(play).run()).verdict()
    #expect(verdict.holds, "\(verdict.steps.map(\.findings))")
  }

  @Test(
    "what makes no schedule is told where it stands",
    arguments: [
      ("udp: { from: h1, to: srv, port: 7, count: 0 }", "HL0123 1:54"),
      ("udp: { from: h1, to: srv, port: 7, interval: 0s }", "HL0123 1:57"),
      ("udp: { from: h1, to: srv, port: 7, interval: 1 }", "HL0127 1:57"),
      ("udp: { from: h1, to: srv, port: 7, count: 10000, interval: 1d }", "HL0123 1:17"),
      ("stream: h1 -> srv", "HL0314 1:26"),
      ("stream: { from: h1, to: srv, port: 9, rate: 1Mbit, interval: 1s }", "HL0130 1:63"),
      ("stream: { from: h1, to: srv, port: 9, count: 1, duration: 1s }", "HL0130 1:60"),
      ("stream: { from: h1, to: srv, port: 9, size: 0 }", "HL0121 1:56"),
      ("stream: { from: h1, to: srv, port: 9, duration: 1d, rate: 1Gbit }", "HL0123 1:60"),
      ("stream: { from: h1, to: srv, port: 9, duration: 0s }", "HL0123 1:60"),
      ("stream: { from: h1, to: srv, port: 9, interval: 10s, duration: 400d }", "HL0123 1:20"),
    ])
  func mistakes(step: String, place: String) {
    let text = ScenarioText("steps: [ { \(step) }]\n" + lab)
    #expect(text.places == [place], "\(text.diagnostics)")
  }

  @Test(
    "of a stream its packets' way is expected, and no answer",
    arguments: [
      ("{ via: sw, hops: 0, avoids: d, request-reaches: srv, seen-as: h1, fails: false }", 9, true),
      ("{ fails: port-unreachable, by: srv }", 10, true), ("{ fails: false }", 10, false),
      ("{ request-reaches: d }", 9, false), ("{ via: srv, redirect: none }", 7, true),
    ])
  func expectations(wanted: String, port: Int, holds: Bool) throws {
    let text = lab + "steps: [{ id: s, stream: h1 -> srv:\(port) }]\nexpect: { s: \(wanted) }"
    #expect(try ScenarioText(text).verdict().holds == holds)
  }

  @Test("nobody can expect an answer to a stream", arguments: ["reply: true", "rtt: <5ms", "reply-dropped-by: sw"])
  func unanswered(wanted: String) {
    let text = ScenarioText("steps: [{ id: s, stream: h1 -> srv:9 }]\nexpect: { s: { \(wanted) } }\n" + lab)
    #expect(text.places == ["HL0306 2:16"])
  }
}

import Configuration
import Packets
import Scenarios
import Simulation
import Testing
import Topology

@Suite("Steps") struct StepTests {
  @Test("steps without an id are counted")
  func ids() throws {
    let text = ScenarioText(smallLab + "steps: [{ wait: 1s }, { id: x, wait: 2s }, { wait: 3s }]")
    #expect(try text.play.steps.map(\.id) == ["step1", "x", "step3"])
  }

  @Test(
    "each verb says what it does",
    arguments: [
      ("ping: a -> b", "ping a → b"), ("ping: a → 10.0.0.9", "ping a → 10.0.0.9"),
      ("ping: { from: a, to: \"b:eth0\", count: 3 }", "ping a → b:eth0"),
      ("udp: a -> b:53", "udp a → b:53"), ("tcp: a -> 10.0.1.3:22", "tcp a → 10.0.1.3:22"),
      ("tcp: { from: a, to: c, port: 22 }", "tcp a → c:22"),
      ("transfer: a -> b:5001", "transfer a → b:5001"),
      ("transfer: { from: a, to: b, port: 9, size: 1MB, congestion-control: reno }", "transfer a → b:9"),
      ("http: a -> www.test", "http a → www.test"),
      ("http: { from: a, to: c, port: 8080, path: /x }", "http a → c:8080/x"),
      ("resolve: a -> www.test", "resolve a → www.test"), ("dhcp: v", "dhcp v"),
      ("dhcp: [v, a]", "dhcp v, a"), ("dhcp: { renew: v }", "dhcp v (renew)"), ("wait: 5s", "wait 5s"),
      ("dhcp: { acquire: [v, a], spread: 1s }", "dhcp v, a"),
      ("fail: a -- sw", "fail a -- sw"), ("repair: [sw, a]", "repair sw -- a"),
      ("fail: \"r:lan0\"", "fail r:lan0"),
      ("fail: r", "fail r"), ("fail: r.stack", "fail r.stack"),
      ("fail: { direction: a -> sw }", "fail a → sw"), ("repair: { service: tcp/22, on: b }", "repair tcp/22 on b"),
      ("traceroute: a -> c", "traceroute a → c"),
      ("traceroute: { from: a, to: c, method: icmp }", "traceroute a → c by ICMP"), ("arp: a -> b", "arp a → b"),
      ("partition: [[a, b], [sw]]", "partition a, b | sw"),
      ("set: { link: a -- sw, delay: 5ms, there: { loss: 1% } }", "set a -- sw: delay 5ms, there (loss 1%)"),
      ("set: { link: [a, sw], delay: 5ms }", "set a -- sw: delay 5ms"),
      ("set: { node: a, gateway: none }", "set a: gateway none"),
      ("at: 5s, ping: a -> b", "ping a → b at 5s"), ("background: true, ping: a -> b", "ping a → b in the background"),
    ])
  func words(step: String, words: String) throws {
    let text = ScenarioText(smallLab + "steps: [{ \(step) }]")
    #expect(text.diagnostics.filter { $0.severity == .error }.isEmpty)
    #expect(try text.play.steps.map(\.words) == [words])
  }

  @Test(
    "mistakes are told where they are, with the nearest spelling",
    arguments: [
      ("pnig: a -> b", "HL0301 1:12", "did you mean 'ping'?"),
      ("id: x", "HL0301 1:10", nil),
      ("ping: a -> b, wait: 1s", "HL0302 1:26", nil),
      ("ping: a -> b, x: 1", "HL0120 1:26", "the fields are"),
      ("id: a/b, wait: 1s", "HL0210 1:16", nil),
      ("ping: a b", "HL0314 1:18", nil),
      ("ping: a -> b -> c", "HL0314 1:18", nil),
      ("ping: aa -> b", "HL0202 1:18", "did you mean 'a'?"),
      ("ping: a -> bb", "HL0202 1:23", "did you mean 'b'?"),
      ("ping: sw -> a", "HL0313 1:18", nil),
      ("ping: a -> sw", "HL0313 1:23", nil),
      ("ping: \"a -> b:eth1\"", "HL0205 1:23", "did you mean 'eth0'?"),
      ("ping: [a, b]", "HL0122 1:18", nil),
      ("ping: { from: a }", "HL0121 1:18", nil),
      ("ping: { from: a, to: b, count: 0 }", "HL0123 1:43", nil),
      ("ping: { from: a, to: b, ttl: 0 }", "HL0123 1:41", nil),
      ("ping: { from: a, to: b, ttl: 256 }", "HL0123 1:41", nil),
      ("tcp: a -> b", "HL0314 1:22", nil),
      ("tcp: a -> b:0", "HL0314 1:22", nil),
      ("tcp: a -> b:65536", "HL0314 1:22", nil),
      ("transfer: a -> b", "HL0314 1:27", nil),
      ("transfer: { from: a, to: b, port: 9, size: 1MB, duration: 1s }", "HL0130 1:60", "leave one of them out"),
      ("transfer: { from: a, to: b, port: 9, size: 1 }", "HL0127 1:55", nil),
      ("transfer: { from: a, to: b, port: 9, congestion-control: cubik }", "HL0124 1:69", "did you mean 'cubic'?"),
      ("wait: 5", "HL0127 1:18", nil),
      ("dhcp: vv", "HL0202 1:18", "did you mean 'v'?"),
      ("dhcp: []", "HL0121 1:18", nil),
      ("dhcp: \"v:eth9\"", "HL0205 1:18", nil),
      ("fail: a -- b", "HL0219 1:18", nil),
      ("fail: r.stck", "HL0204 1:18", "did you mean 'stack'?"),
      ("fail: [a, sw, b]", "HL0219 1:18", nil),
      ("fail: a -- c -- b", "HL0314 1:18", nil),
    ])
  func mistakes(step: String, place: String, note: String?) throws {
    let text = ScenarioText("steps: [ { \(step) }]\n" + smallLab)
    #expect(text.places == [place], "\(text.diagnostics)")
    if let note { #expect(text.diagnostics.first?.notes.first?.message.hasPrefix(note) == true) }
  }

  @Test("two ids that a file system takes for one are refused")
  func sameID() {
    let text = ScenarioText(
      "steps: [{ id: Out, wait: 1s }, { id: out, wait: 1s }, { id: Out, wait: 1s }]\n" + smallLab)
    #expect(text.places == ["HL0303 1:38", "HL0303 1:61"])
  }

  @Test("a name that nobody serves is only warned of")
  func unknownName() {
    let text = ScenarioText("steps: [{ http: a -> www.tset }]\n" + smallLab)
    #expect(text.scenario != nil)
    let warning = text.diagnostics.first { $0.code == .unknownName }
    #expect(warning?.severity == .warning)
    #expect(warning?.notes == ["did you mean 'www.test'?"])
  }

  @Test("a machine that broken nodes kept out is not complained of twice")
  func broken() {
    let text = ScenarioText(
      "nodes: { a: { kind: host }, b: { kind: hots } }\nsteps: [{ ping: a -> b }, { ping: a -> x }]")
    #expect(text.places == ["HL0201 1:40", "HL0202 2:40"])
  }

  @Test("traffic to a machine without an address fails at once, and without a packet")
  func noAddress() throws {
    let verdict = try ScenarioText(smallLab + "steps: [{ ping: a -> v }]").verdict()
    #expect(verdict.steps[0].activities.map(\.outcome.failure) == [.noAddress])
    #expect(verdict.steps[0].activities[0].request.isEmpty)
  }

  @Test("the address of a machine is the one its lease gave it, as long as it has it")
  func leasedAddress() throws {
    let verdict = try ScenarioText(
      smallLab + "steps: [{ dhcp: v }, { ping: a -> v }, { dhcp: { release: v } }, { ping: a -> v }]"
    ).verdict()
    #expect(verdict.steps.flatMap { $0.activities.map(\.outcome.failure) } == [nil, nil, nil, .noAddress])
  }

  @Test("a machine's address on the sender's own network is preferred to its first")
  func nearAddress() throws {
    let text = ScenarioText(
      smallLab + "steps: [{ ping: c -> r }, { ping: a -> r }, { ping: \"c -> r:lan0\" }]")
    let verdict = try text.verdict()
    #expect(
      verdict.steps.map { $0.activities[0].outcome.responder.description } == [
        "10.0.1.254", "10.0.0.254", "10.0.0.254",
      ])
  }

  @Test(
    "a link that fails loses packets until it is repaired",
    arguments: ["b -- sw", "\"b:eth0\"", "b", "b.stack", "sw"])
  func faults(what: String) throws {
    let verdict = try ScenarioText(
      smallLab
        + "steps: [{ ping: a -> b }, { fail: \(what) }, { ping: a -> b }, { repair: \(what) }, { ping: a -> b }]"
    ).verdict()
    let answered = [0, 2, 4].map { verdict.steps[$0].activities[0].outcome.succeeded }
    #expect(answered == [true, false, true])
    #expect(verdict.imbalance == nil)
  }

  @Test("a machine that fails takes its guests with it")
  func guests() throws {
    let text = ScenarioText(
      """
      nodes:
        pc: { kind: vmware, guests: { vm1: { network: nat }, vm2: { network: nat } } }
      steps: [{ dhcp: [vm1, vm2] }, { fail: pc }, { ping: vm1 -> vm2 }]
      """)
    #expect(try text.verdict().steps[2].activities[0].outcome.failure == .switchedOff)
  }

  @Test("waiting takes its time, and no more")
  func wait() throws {
    let play = try ScenarioText(smallLab + "steps: [{ wait: 5s }]").play
    let playback = Player(play).run()
    let marks = playback.journal.records.filter { record in
      switch record.event {
      case .stepBegan, .stepEnded: true
      default: false
      }
    }
    #expect(marks.map(\.time) == [.start, .start + .seconds(5)])
    #expect(playback.duration == .start + .seconds(6))
  }

  @Test("what does not end is given up")
  func abandoned() throws {
    let text = ScenarioText(
      "nodes: { v: { kind: host, interfaces: { eth0: up } } }\nsteps: [{ dhcp: v }, { wait: 1s }]")
    let verdict = try text.verdict()
    #expect(verdict.steps[0].activities[0].outcome.failure == .noLease)
    #expect(verdict.steps[1].result == .unjudged)
  }

  @Test("a limit ends the play, and what was not played is said not to have been")
  func limits() throws {
    let play = try ScenarioText(
      smallLab + "steps: [{ ping: a -> b }, { ping: a -> c }]\nexpect: { step2: reply }"
    ).play
    var limits = Simulator.Limits()
    limits.events = 3
    let playback = Player(play, limits: limits).run()
    #expect(playback.limit == .tooManyEvents)
    let verdict = Judge(play, playback).verdict()
    #expect(verdict.steps.map(\.result) == [.unplayed, .unplayed])
    #expect(verdict.steps[0].activities.map(\.outcome.failure) == [.interrupted])
    #expect(verdict.limit?.hasPrefix("it took more events than allowed") == true)
    #expect(!verdict.holds)
  }

  @Test("the same seed gives the same journal, another one another")
  func seeds() throws {
    let play = try ScenarioText(smallLab + "steps: [{ dhcp: v }, { http: v -> c }]").play
    let first = Player(play, seed: 1).run().journal.records
    #expect(first == Player(play, seed: 1).run().journal.records)
    #expect(first != Player(play, seed: 2).run().journal.records)
  }

  @Test("every list of kinds names each word once")
  func lists() {
    let verbs = stepKinds.map { $0.word }
    #expect(Set(verbs).count == verbs.count)
    #expect(
      verbs == [
        "ping", "traceroute", "arp", "dhcp", "resolve", "udp", "stream", "tcp", "transfer", "http", "wait", "fail",
        "repair", "partition", "set",
      ])
    let words = expectationKinds.map { $0.word }
    #expect(Set(words).count == words.count)
  }
}

import Configuration
import Scenarios
import Testing

@Suite("Expectations") struct ExpectationTests {
  static let steps = """
    steps:
      - { id: near, ping: a -> b }
      - { id: far, ping: a -> c }
      - { id: gone, ping: a -> 10.9.9.9 }
      - { id: nobody, ping: a -> 10.0.0.77 }
      - { id: lost, ping: a -> 10.0.1.77 }
      - { id: self, ping: a -> a }
      - { id: local, ping: c -> 10.0.0.2 }
      - { id: stuck, ping: v -> b }
      - { id: ssh, tcp: a -> b:22 }
      - { id: closed, tcp: a -> c:23 }
      - { id: web, http: a -> c }
      - { id: name, resolve: c -> www.test }
      - { id: lease, dhcp: v }

    """

  private func lab(_ expect: String) -> ScenarioText {
    ScenarioText(
      (smallLab + Self.steps + "expect: { \(expect) }").replacing(
        "c: { kind: dns-server,", with: "c: { kind: dns-server, dns: 10.0.1.3,"))
  }

  /// Each word with one thing that is so, and one that is not.
  @Test(
    "holds when it is so, and only then",
    arguments: [
      ("near: reply", true), ("gone: reply", false),
      ("near: { reply: false }", false), ("gone: { reply: false }", true),
      ("far: { reply: { via: [c, r, a] } }", true), ("far: { reply: { via: [a, r, c] } }", false),
      ("far: { reply: { hops: 1, seen-as: c, avoids: b } }", true), ("far: { reply: { hops: 0 } }", false),
      ("gone: { fails: network-unreachable }", true), ("gone: { fails: host-unreachable }", false),
      ("nobody: { fails: host-unreachable, by: a }", true), ("nobody: { fails: no-answer }", false),
      ("lost: { fails: host-unreachable, by: r }", true), ("lost: { by: c }", false),
      ("stuck: { fails: no-route, by: v }", true), ("near: { fails: true }", false),
      ("gone: { fails: true }", true), ("near: { fails: false }", true), ("gone: { fails: false }", false),
      ("gone: { by: r }", true), ("gone: { by: r.stack }", true), ("gone: { by: a }", false),
      ("near: { by: b }", false),
      ("ssh: connected", true), ("closed: { connected: false }", true), ("closed: connected", false),
      ("closed: refused", true), ("ssh: refused", false), ("ssh: { refused: false }", true),
      ("closed: { fails: refused, by: c }", true),
      ("near: { via: [a, sw, b] }", true), ("near: { via: [a, b] }", true), ("near: { via: [b, sw] }", false),
      ("near: { via: [a, a] }", false), ("near: { via: sw }", true),
      ("far: { via: [\"r:lan0\", r, r.stack, \"r:wan0\"] }", true),
      ("far: { via: [\"r:wan0\", \"r:lan0\"] }", false),
      ("gone: { via: [a, r] }", true), ("stuck: { via: [v] }", false),
      ("near: { avoids: [r, c] }", true), ("near: { avoids: [sw] }", false),
      ("near: { avoids: \"b:eth0\" }", false),
      ("stuck: { avoids: [v] }", true),
      ("far: { crosses: { \"r:lan0\": 1, r: 1 } }", true), ("far: { crosses: { \"r:lan0\": 2 } }", false),
      ("near: { crosses: { \"r:lan0\": 0 } }", true),
      ("near: { hops: 0 }", true), ("far: { hops: 1 }", true), ("far: { hops: 0 }", false),
      ("far: { hops: 2 }", false), ("stuck: { hops: 0 }", false), ("self: { hops: 0, via: a }", true),
      ("near: { seen-as: a }", true), ("near: { seen-as: 10.0.0.1 }", true), ("near: { seen-as: b }", false),
      ("gone: { seen-as: a }", false), ("closed: { seen-as: a }", true),
      ("lease: { lease: 10.0.0.100 }", true), ("lease: { lease: 10.0.0.101 }", false),
      ("lease: { lease: 10.0.0.0/24 }", true), ("lease: { lease: 10.0.1.0/24 }", false),
      ("lease: { lease: { v: 10.0.0.100 } }", true), ("lease: { v: 10.0.0.100, from: d }", true),
      ("lease: { v: 10.0.0.101 }", false), ("lease: { v: 10.0.0.100, a: 10.0.0.101 }", false),
      ("lease: { lease: { v: 10.0.0.100, a: 10.0.0.101 } }", false),
      ("lease: { from: d }", true), ("lease: { from: r }", false),
      ("lease: { router: 10.0.0.254 }", true), ("lease: { router: none }", false),
      ("name: { answer: 10.0.1.3 }", true), ("name: { answer: c }", true), ("name: { answer: a }", false),
      ("web: { answer: 200 }", true), ("web: { answer: 404 }", false),
      ("far: { request-reaches: c }", true), ("far: { request-reaches: r }", false),
      ("gone: { request-reaches: r }", true), ("nobody: { request-reaches: a }", false),
      ("near: { reply-dropped-by: a }", false), ("near: { redirect: none }", true),
      ("near: { redirect: r }", false),
      ("far: { rtt: <1s }", true), ("far: { rtt: '>1s' }", false), ("near: { rtt: '>=0ns' }", true),
      ("gone: { rtt: <1s }", false),
    ])
  func bothSides(expect: String, holds: Bool) throws {
    let text = lab(expect)
    let verdict = try text.verdict()
    let judged = verdict.steps.filter { $0.result != .unjudged }
    #expect(judged.map(\.result) == [holds ? .held : .failed], "\(judged.map(\.findings))")
    #expect(verdict.holds == holds)
    #expect(verdict.imbalance == nil)
  }

  @Test("a reply that finds no way back is dropped there, and the request has arrived all the same")
  func replyDropped() throws {
    let verdict = try ScenarioText(
      """
      nodes:
        a: { kind: host, interfaces: { eth0: 10.0.0.1/24 }, gateway: 10.0.0.254 }
        r: { kind: router, interfaces: { lan0: 10.0.0.254/24, wan0: 10.0.1.254/24 } }
        q: { kind: router, interfaces: { eth0: 10.0.1.3/24, eth1: 10.0.2.254/24 } }
        z: { kind: host, interfaces: { eth0: 10.0.2.9/24 }, gateway: 10.0.2.254 }
      links: [[a, "r:lan0"], ["r:wan0", "q:eth0"], ["q:eth1", z]]
      steps: [{ id: out, ping: a -> z }]
      expect: { out: { fails: no-answer, by: q, request-reaches: z, reply-dropped-by: q, hops: 2 } }
      """.replacing(
        "wan0: 10.0.1.254/24 } }",
        with: "wan0: 10.0.1.254/24 }, routes: [{ to: 10.0.2.0/24, via: 10.0.1.3 }] }")
    ).verdict()
    #expect(verdict.holds, "\(verdict.steps.map(\.findings))")
  }

  @Test("a router that points to a better one is seen to")
  func redirect() throws {
    let verdict = try ScenarioText(
      """
      nodes:
        a: { kind: host, interfaces: { eth0: 10.0.0.1/24 }, gateway: 10.0.0.254 }
        r: { kind: router, interfaces: { lan0: 10.0.0.254/24 }, routes: [{ to: 10.0.2.0/24, via: 10.0.0.253 }] }
        q: { kind: router, interfaces: { eth0: 10.0.0.253/24, eth1: 10.0.2.254/24 } }
        z: { kind: host, interfaces: { eth0: 10.0.2.9/24 }, gateway: 10.0.2.254 }
        sw: { kind: switch }
      links: [[a, sw], ["r:lan0", sw], ["q:eth0", sw], ["q:eth1", z]]
      steps: [{ id: out, ping: a -> z }]
      expect: { out: { reply: true, redirect: r, crosses: { "r:lan0": 2 }, via: [r, q, z] } }
      """
    ).verdict()
    #expect(verdict.holds, "\(verdict.steps.map(\.findings))")
  }

  @Test(
    "mistakes are told where they are, with the nearest spelling",
    arguments: [
      ("naer: reply", "HL0304 1:11", "did you mean 'near'?"),
      ("near: { relpy: true }", "HL0305 1:19", "did you mean 'reply'?"),
      ("near: relpy", "HL0305 1:17", "did you mean 'reply'?"),
      ("near: [reply]", "HL0122 1:17", nil),
      ("near: { reply: yes }", "HL0122 1:26", "did you mean 'true'?"),
      ("near: { reply: { vai: a } }", "HL0305 1:28", "did you mean 'via'?"),
      ("near: { lease: 10.0.0.1 }", "HL0306 1:19", nil),
      ("lease: { connected: true }", "HL0306 1:20", nil),
      ("near: { fails: unreachable }", "HL0307 1:26", nil),
      ("near: { fails: no-rout }", "HL0307 1:26", "did you mean 'no-route'?"),
      ("near: { via: [a, swx] }", "HL0202 1:28", "did you mean 'sw'?"),
      ("near: { via: [a.stak] }", "HL0204 1:25", "did you mean 'stack'?"),
      ("near: { crosses: { \"r:lan1\": 1 } }", "HL0205 1:30", "did you mean 'lan0'?"),
      ("near: { hops: -1 }", "HL0123 1:25", nil),
      ("near: { rtt: 5ms }", "HL0125 1:24", nil),
      ("near: { rtt: <5 }", "HL0127 1:24", nil),
      ("lease: { lease: 10.0.0.1/24 }", "HL0125 1:27", "did you mean '10.0.0.0/24'?"),
      ("near: { reply: true, fails: no-route }", "HL0315 1:32", "'reply' stands here"),
      ("closed: { refused: true, connected: true }", "HL0315 1:36", nil),
    ])
  func mistakes(expect: String, place: String, note: String?) {
    let text = ScenarioText("expect: { \(expect) }\n" + smallLab + Self.steps)
    #expect(text.places == [place], "\(text.diagnostics)")
    if let note { #expect(text.diagnostics.first?.notes.first?.message == note) }
  }

  @Test("nothing can be expected of a wait")
  func change() {
    let text = ScenarioText("expect: { x: reply }\nsteps: [{ id: x, wait: 1s }]\n" + smallLab)
    #expect(text.places == ["HL0306 1:14"])
  }

  @Test("that nothing is expected is warned of, once")
  func nothing() {
    let text = ScenarioText(smallLab + Self.steps)
    #expect(text.diagnostics.map(\.code) == [.nothingToCheck])
    #expect(text.scenario?.hasExpectations == false)
  }
}

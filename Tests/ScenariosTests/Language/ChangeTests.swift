import Configuration
import Scenarios
import Simulation
import Testing

/// What steps do to the network itself.
@Suite("fail, repair, partition and set") struct ChangeTests {
  /// Plays the steps; whether each ping of them was answered.
  private func pings(_ bed: String, _ steps: String) throws -> [Bool] {
    let verdict = try ScenarioText(bed + "steps: [\(steps)]\n").verdict()
    #expect(verdict.imbalance == nil)
    return verdict.steps.filter { $0.words.hasPrefix("ping") }.map { $0.activities[0].outcome.succeeded }
  }

  @Test(
    "one direction of a link fails, and neither end can see it",
    arguments: ["a -> b", "b -> a"],
    ["{ direction: $ }", "{ link: a -- b, direction: $ }", "{ link: \"a:eth0\", direction: { from: $ } }"])
  func direction(ends: String, form: String) throws {
    let pair = ends.replacing(" -> ", with: ", to: ")
    let fault = form.replacing("from: $", with: "from: \(pair)").replacing("$", with: ends)
    let steps = "{ ping: a -> b }, { fail: \(fault) }, { ping: a -> b }, { repair: \(fault) }, { ping: a -> b }"
    #expect(try pings(Bed.line, steps) == [true, false, true])
    let lost = ends == "a -> b" ? "request-reaches: b" : "reply-dropped-by: b"
    let step = "{ fail: \(fault) }, { id: x, ping: a -> b }"
    try Bed.expect(Bed.line, step, "{ fails: no-answer, \(lost) }", holds: ends == "b -> a")
  }

  @Test("repairing a link mends the direction that was cut alone, and cutting it does not")
  func linkAndDirection() throws {
    let steps =
      "{ fail: { direction: a -> b } }, { fail: a -- b }, { ping: a -> b }, { repair: a -- b }, { ping: a -> b }"
    #expect(try pings(Bed.line, steps) == [false, true])
    let other = "{ fail: { direction: a -> b } }, { repair: a -- b }, { ping: a -> b }"
    #expect(try pings(Bed.line, other) == [true])
  }

  @Test("a switch goes on sending to a port whose other direction is dead, but not to one that is down")
  func carrier() throws {
    let step = "{ id: x, arp: a -> 10.0.0.9 }"
    try Bed.expect(
      Bed.switches, "{ fail: { direction: b -> sw1 } }, \(step)", "{ flooded-to: [b, c, twin] }", holds: true)
    try Bed.expect(Bed.switches, "{ fail: b -- sw1 }, \(step)", "{ flooded-to: [c, twin] }", holds: true)
  }

  @Test("a partition cuts the links between its groups and no other, until it is mended")
  func partition() throws {
    let steps = """
      { partition: [[a, b, sw1], [c, sw2]] }, { ping: a -> b }, { ping: a -> c },
      { repair: partition }, { ping: a -> c }
      """
    #expect(try pings(Bed.switches, steps) == [true, false, true])
    let groups =
      "{ partition: [[a], [sw1], [sw2]] }, { ping: b -> a }, { ping: b -> c }, { repair: partition }, { ping: b -> a }"
    #expect(try pings(Bed.switches, groups) == [false, false, true])
  }

  @Test("a service is stopped and started, and the machine stays up")
  func service() throws {
    let steps = "{ tcp: a -> b:80 }, { fail: { service: tcp/80, on: b } }, { id: x, tcp: a -> b:80 }"
    try Bed.expect(Bed.line, steps, "{ refused: true, by: b }", holds: true)
    let again =
      "{ fail: { service: http, on: b } }, { ping: a -> b }, { repair: { service: http, on: b } }, { id: x, http: a -> b }"
    try Bed.expect(Bed.line, again, "{ answer: 200 }", holds: true)
    #expect(try pings(Bed.line, again) == [true])
    try Bed.expect(
      Bed.line, "{ fail: { service: udp/7, on: b } }, { id: x, udp: a -> b:7 }", "{ fails: port-unreachable }",
      holds: true)
    try Bed.expect(Bed.line, "{ fail: { service: udp/9, on: b } }, { id: x, udp: a -> b:7 }", "reply", holds: true)
  }

  @Test("a link treats frames otherwise from then on, in one direction or in both, and keeps what is not said")
  func link() throws {
    let steps = "{ set: { link: a -- b, delay: 5ms } }, { id: x, ping: a -> b }"
    try Bed.expect(Bed.line, steps, "{ rtt: 10-10ms }", holds: true)
    let back = "{ set: { link: b -- a, back: { delay: 5ms } } }, { set: { link: \"b:eth0\", there: { delay: 2ms } } }, "
    try Bed.expect(Bed.line, back + "{ id: x, ping: a -> b }", "{ rtt: 7-7ms }", holds: true)
    let lost =
      "{ set: { link: a -- b, loss: 100% } }, { ping: a -> b }, { set: { link: a -- b, loss: 0% } }, { ping: a -> b }"
    #expect(try pings(Bed.line, lost) == [false, true])
    let short =
      "{ set: { link: a -- b, mtu: 576 } }, { id: x, ping: { from: a, to: b, size: 549, dont-fragment: true } }"
    try Bed.expect(Bed.line, short, "{ fails: fragmentation-needed }", holds: true)
    try Bed.expect(Bed.line, short.replacing("549", with: "548"), "reply", holds: true)
  }

  /// Ten datagrams are under way on a slow line when it becomes fast.
  @Test("what is sent after a line has become faster does not overtake what is under way")
  func order() throws {
    let bed = Bed.line.replacing("delay: 1ms", with: "delay: 1s")
    let text = ScenarioText(
      bed + """
        steps:
          - { stream: { from: a, to: b, port: 9, count: 20, interval: 10ms }, background: true }
          - { at: 95ms, set: { link: a -- b, delay: 1ms } }

        """)
    let journal = Player(try text.play).run().journal
    var sent: [FrameID] = []
    var received: [(FrameID, Instant)] = []
    for record in journal.records {
      switch record.event {
      case .sent where record.relation == .begins: sent.append(record.frame)
      case .received where sent.contains(record.frame): received.append((record.frame, record.time))
      default: break
      }
    }
    #expect(sent.count == 20)
    #expect(received.map(\.0) == sent)
    // The tenth left at 90 ms and takes its second; the later ones wait for it.
    let arrival = Instant.start + .milliseconds(1090)
    #expect(received[9...].allSatisfy { $0.1 == arrival })
  }

  @Test("another gateway takes other ways, and none is no route")
  func gateway() throws {
    let router = "  r3: { kind: router, interfaces: { lan0: 10.0.1.253/24 }, gateway: 10.0.1.254 }\n"
    let bed = Bed.routers.replacing(
      "links: [[a, r1:lan0],", with: router + "  sw: { kind: switch }\nlinks: [[r3, sw], [a, sw], [sw, r1:lan0],")
    try Bed.expect(bed, "{ id: x, ping: a -> b }", "{ reply: true, avoids: r3 }", holds: true)
    let other = "{ set: { node: a, gateway: 10.0.1.253 } }, { id: x, ping: a -> b }"
    try Bed.expect(bed, other, "{ reply: true, via: [r3, r1, r2] }", holds: true)
    try Bed.expect(
      bed, "{ set: { node: a, gateway: none } }, { id: x, ping: a -> b }", "{ fails: no-route }", holds: true)
    try Bed.expect(
      bed, "{ set: { node: a, gateway: 10.0.1.9 } }, { id: x, ping: a -> b }", "{ fails: host-unreachable, by: a }",
      holds: true)
  }

  @Test("another address is the machine's from then on, and the old one nobody's")
  func address() throws {
    let set = "{ set: { node: b, interfaces: { eth0: 10.0.0.9/24 } } }, "
    try Bed.expect(Bed.switches, set + "{ id: x, ping: a -> b }", "{ reply: true, request-reaches: b }", holds: true)
    try Bed.expect(Bed.switches, set + "{ id: x, arp: a -> 10.0.0.2 }", "{ answers: 0 }", holds: true)
    try Bed.expect(Bed.switches, set + "{ id: x, arp: a -> 10.0.0.9 }", "{ answered-by: b }", holds: true)
    let away = "{ set: { node: a, interfaces: { eth0: [10.0.7.1/24] } } }, { id: x, ping: a -> b }"
    try Bed.expect(Bed.routers, away, "{ fails: no-route }", holds: true)
  }

  @Test("other rules hold from then on: what was let in is not, and connections that are known stay translated")
  func rules() throws {
    let refuse = "{ set: { node: r1, filter: { policy: drop } } }"
    let allow = "{ set: { node: r1, filter: {} } }"
    #expect(
      try pings(Bed.routers, "{ ping: a -> b }, \(refuse), { ping: a -> b }, \(allow), { ping: a -> b }")
        == [true, false, true])
    let hide = "{ set: { node: r1, nat: { postrouting: [{ out: wan0, masquerade: true }] } } }"
    let ask = "{ id: x, ping: a -> b }"
    try Bed.expect(Bed.routers, ask, "{ seen-as: 10.0.1.1 }", holds: true)
    try Bed.expect(Bed.routers, "\(hide), \(ask)", "{ seen-as: 10.0.8.1 }", holds: true)
    try Bed.expect(Bed.routers, "\(hide), { set: { node: r1, nat: {} } }, \(ask)", "{ seen-as: 10.0.1.1 }", holds: true)
    // Ten datagrams of one socket: the rules go in the middle of them.
    let stream = "{ id: x, udp: { from: a, to: b, port: 7, count: 10, interval: 1s }, background: true }"
    let away = "{ at: 5500ms, set: { node: r1, nat: {} } }, { wait: 10s }"
    try Bed.expect(Bed.routers, "\(hide), \(stream), \(away)", "{ loss: 0% }", holds: true)
  }

  @Test(
    "mistakes are told where they are",
    arguments: [
      ("fail: { direction: a -> b }", "HL0219 1:31"), ("fail: { direction: a -> x }", "HL0202 1:36"),
      ("fail: { link: b -- sw, direction: a -> sw }", "HL0219 1:46"), ("fail: { link: a -- sw }", "HL0121 1:18"),
      ("fail: { service: smtp, on: b }", "HL0316 1:29"), ("fail: { service: tcp/22, on: x }", "HL0202 1:41"),
      ("fail: { service: tcp/22 }", "HL0121 1:18"), ("repair: partition", "HL0318 1:20"),
      ("partition: [[a], [b]]", "HL0318 1:23"), ("partition: [[a]]", "HL0123 1:23"),
      ("partition: [[a], [sw, a]]", "HL0315 1:34"), ("partition: [[a], [x]]", "HL0202 1:30"),
      ("set: { link: a -- sw }", "HL0121 1:17"), ("set: { link: a -- b, delay: 1ms }", "HL0219 1:25"),
      ("set: { link: a -- sw, delay: 5 }", "HL0127 1:41"), ("set: { delay: 5ms }", "HL0121 1:17"),
      ("set: { node: a, gateway: 10.0.7.1 }", "HL0214 1:37"), ("set: { node: sw, gateway: none }", "HL0313 1:25"),
      ("set: { node: a, interfaces: { eth9: 10.0.0.9/24 } }", "HL0205 1:42"),
      ("set: { node: b, nat: { postrouting: [{ out: eth9, masquerade: true }] } }", "HL0205 1:56"),
      ("set: { node: b, filter: { forward: [{ action: let }] } }", "HL0124 1:58"),
      ("set: { node: b, nat: { one-to-one: { 203.0.113.9: 10.0.0.1 } } }", "HL0313 1:33"),
      ("set: { node: b, floating: 172.16.0.9 }", "HL0120 1:28"),
      ("background: true, wait: 1s", "HL0317 1:12"), ("at: 5, wait: 1s", "HL0127 1:16"),
    ])
  func mistakes(step: String, place: String) {
    let text = ScenarioText("steps: [ { \(step) }]\n" + smallLab)
    #expect(text.places.filter { !$0.hasPrefix("HL0311") } == [place], "\(text.diagnostics)")
  }

  @Test("a machine that cannot be read for a mistake is not said to lack an IP stack")
  func unreadable() {
    let text = ScenarioText(
      """
      steps: [ { set: { node: r, filter: { policy: drop } } }]
      nodes: { r: { kind: router, filter: { input: [{ protocol: tcp, set-mss: paht }] } } }

      """)
    #expect(text.places.filter { !$0.hasPrefix("HL0311") } == ["HL0125 2:73"], "\(text.diagnostics)")
  }
}

import Configuration
import Packets
import Scenarios
import Simulation
import Testing

/// Who answers, and who gets a copy.
@Suite("Answers, traces and floods that are expected") struct AnswerTests {
  @Test(
    "both stations with one address answer, and nobody for one that nobody has",
    arguments: [
      ("a -> 10.0.0.3", "{ reply: true, answers: 2 }", true), ("a -> 10.0.0.3", "{ answers: 1 }", false),
      ("a -> 10.0.0.3", "{ answers: '>=2' }", true), ("a -> 10.0.0.3", "{ answers: '>2' }", false),
      ("a -> 10.0.0.3", "{ answered-by: [twin, c] }", true), ("a -> 10.0.0.3", "{ answered-by: c }", false),
      ("a -> 10.0.0.3", "{ answered-by: [c, twin, b] }", false),
      ("a -> b", "{ answers: 1, answered-by: b, rtt: <1ms }", true), ("a -> b", "{ answers: 0 }", false),
      ("a -> 10.0.0.9", "{ fails: no-answer, answers: 0, answered-by: [] }", true),
      ("a -> 10.0.0.9", "{ answers: 1 }", false), ("a -> b", "{ answered-by: [] }", false),
      ("a -> 192.0.2.1", "{ fails: no-route }", true),
      ("{ from: a, to: b, count: 3 }", "{ answers: 3 }", true),
      ("{ from: a, to: b, count: 3 }", "{ answers: 2 }", false),
    ])
  func arp(ends: String, expected: String, holds: Bool) throws {
    try Bed.expect(Bed.switches, "{ id: x, arp: \(ends) }", expected, holds: holds)
  }

  @Test("three questions take two seconds, and the last is listened after for one")
  func length() throws {
    let play = try ScenarioText(
      Bed.switches + "steps: [{ arp: { from: a, to: 10.0.0.9, count: 3 } }, { wait: 0s }]\n"
    ).play
    let records = StepRecords(Player(play).run().journal.records)
    #expect(records.beginning(of: 1)?.nanoseconds == 3_000_000_000)
  }

  @Test("a ping is answered by one, though two have the address")
  func ping() throws {
    try Bed.expect(Bed.switches, "{ id: x, ping: a -> 10.0.0.3 }", "{ answers: 1, answered-by: c }", holds: true)
    try Bed.expect(Bed.switches, "{ id: x, ping: a -> 10.0.0.3 }", "{ answered-by: twin }", holds: false)
  }

  @Test(
    "the routers on a way, by who they are and by what they say",
    arguments: [
      ("a -> b", "{ reply: true, trace: [r1, r2, b] }", true), ("a -> b", "{ trace: [r1, r2] }", false),
      ("a -> b", "{ trace: [r1, none, b] }", false), ("a -> b", "{ trace: [r2, r1, b] }", false),
      ("a -> b", "{ trace: [10.0.1.254, 10.0.8.2, 10.0.2.1] }", true),
      ("a -> b", "{ trace: [10.0.8.1, 10.0.8.2, 10.0.2.1] }", false),
      ("a -> b", "{ hops: 2, via: [r1, r2, b], seen-as: a }", true), ("a -> b", "{ hops: 0 }", false),
      ("{ from: a, to: b, method: icmp }", "{ reply: true, trace: [r1, r2, b] }", true),
      ("{ from: a, to: b, max-hops: 3 }", "{ trace: [r1, r2, b] }", true),
      ("{ from: a, to: b, max-hops: 2 }", "{ fails: no-answer, trace: [r1, r2] }", true),
      ("a -> 10.0.9.9", "{ fails: network-unreachable, by: r2, trace: [r1, r2] }", true),
      ("a -> 10.0.2.77", "{ fails: host-unreachable, by: r2, trace: [r1, r2, r2] }", true),
      ("a -> r1", "{ trace: r1, hops: 0 }", true), ("b -> a", "{ trace: [r2, r1, a] }", true),
    ])
  func trace(ends: String, expected: String, holds: Bool) throws {
    try Bed.expect(Bed.routers, "{ id: x, traceroute: \(ends) }", expected, holds: holds)
  }

  @Test(
    "a router that keeps silent leaves its place empty, and a program that listens answers as well as a closed port")
  func silence() throws {
    let bed = Bed.routers.replacing("services: [udp/7]", with: "services: [udp/33436]").replacing(
      "via: 10.0.8.1 }]", with: "via: 10.0.8.1 }]\n    filter: { output: [{ protocol: icmp, action: drop }] }")
    try Bed.expect(bed, "{ id: x, traceroute: a -> b }", "{ reply: true, trace: [r1, none, b] }", holds: true)
    try Bed.expect(bed, "{ id: x, traceroute: a -> b }", "{ trace: [r1, r2, b] }", holds: false)
  }

  @Test("a packet of a trace has a port of its own, from 33434 on, and the next follows when it is answered")
  func packets() throws {
    let verdict = try ScenarioText(Bed.routers + "steps: [{ traceroute: a -> b }]\n").verdict()
    let activity = verdict.steps[0].activities[0]
    #expect(activity.answeredBy == ["r1", "r2", "b"])
    #expect(activity.outcome.responder.description == "10.0.2.1")
  }

  /// Who is not known to the switches is flooded to everybody, who is known is not.
  @Test(
    "a switch floods what it must, and nothing else",
    arguments: [
      ("arp: a -> b", "[b, c, twin]", true), ("arp: a -> b", "[b, c]", false),
      ("arp: a -> b", "[b, c, twin, a]", false), ("arp: a -> b", "[]", false),
      ("arp: a -> b", "[\"sw1:p2\", \"sw1:up\"]", true), ("arp: a -> b", "[b, \"sw2:p1\", \"twin:eth0\"]", true),
      ("arp: a -> b", "[\"sw1:p2\"]", false), ("arp: a -> b", "[\"sw1:p1\", \"sw1:up\", \"sw1:p2\"]", false),
      ("ping: a -> b", "[]", true), ("ping: a -> b", "[b]", false),
    ])
  func floods(step: String, expected: String, holds: Bool) throws {
    try Bed.expect(Bed.switches, "{ id: x, \(step) }", "{ flooded-to: \(expected) }", holds: holds)
  }

  @Test(
    "a switch forgets 300 s after the last frame, which is ARP's verification at 5 s",
    arguments: [(304, "[]"), (306, "[b, c, twin]")])
  func ageing(seconds: Int, expected: String) throws {
    let steps = "{ ping: a -> b }, { at: \(seconds)s, wait: 0s }, { id: x, ping: a -> b }"
    try Bed.expect(Bed.switches, steps, "{ reply: true, flooded-to: \(expected) }", holds: true)
  }
}

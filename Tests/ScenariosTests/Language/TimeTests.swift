import Configuration
import Packets
import Scenarios
import Simulation
import Testing

/// When steps begin and end, and whose each packet is where several go on at once.
@Suite("at and background") struct TimeTests {
  private func playback(_ steps: String, bed: String = Bed.line) throws -> Playback {
    Player(try ScenarioText(bed + "steps: [\(steps)]\n").play).run()
  }

  @Test("a step begins at its time, and the next at once after it")
  func beginning() throws {
    let records = StepRecords(try playback("{ ping: a -> b }, { at: 5s, ping: a -> b }, { wait: 1s }").journal.records)
    let wanted: [TimeSpan] = [.zero, .seconds(5), .milliseconds(5002)]
    for (step, time) in wanted.enumerated() { #expect(records.beginning(of: step) == .start + time) }
  }

  /// The first ping gives up when ARP does, after 3.072 s.
  @Test(
    "a step that the steps before it delay is played late, and fails", arguments: [("3072ms", true), ("3071ms", false)])
  func late(at: String, holds: Bool) throws {
    let steps = "{ ping: a -> 10.0.0.77 }, { id: x, at: \(at), ping: a -> b }"
    let step = try Bed.judge(Bed.line, steps, "reply")
    #expect(step.result == (holds ? .held : .failed))
    #expect(step.activities[0].outcome.succeeded)
    #expect(step.findings.map(\.word) == (holds ? ["reply"] : ["at", "reply"]))
    if !holds { #expect(step.findings[0].got == "3.072s, since the steps before it took longer") }
  }

  @Test(
    "a time that must have passed is a mistake of the file",
    arguments: [
      ("{ wait: 5s }, { at: 5s, wait: 1s }", []), ("{ wait: 5s }, { at: 4999ms, wait: 1s }", ["HL0123"]),
      ("{ at: 9s, wait: 1s }, { at: 10s, wait: 1s }", []), ("{ at: 9s, wait: 1s }, { at: 9s, wait: 1s }", ["HL0123"]),
    ])
  func impossible(steps: String, codes: [String]) {
    let text = ScenarioText(Bed.line + "steps: [\(steps)]\n")
    #expect(text.diagnostics.filter { $0.severity == .error }.map(\.code.rawValue) == codes)
  }

  private let stream = "{ id: load, stream: { from: a, to: b, port: 9, count: 200, interval: 10ms }, background: true }"

  @Test("steps behind one in the background go on meanwhile, and the play waits for it")
  func background() throws {
    let playback = try playback(stream + ", { ping: a -> b }, { at: 1s, ping: a -> b }")
    var ends: [(UInt32, Instant)] = []
    for record in playback.journal.records {
      if case .stepEnded(let step) = record.event { ends.append((step, record.time)) }
    }
    let wanted: [(UInt32, TimeSpan)] = [(1, .milliseconds(2)), (2, .milliseconds(1002)), (0, .seconds(2))]
    try #require(ends.count == wanted.count)
    for (end, wish) in zip(ends, wanted) {
      #expect(end.0 == wish.0)
      #expect(end.1 == .start + wish.1)
    }
    #expect(playback.stepsPlayed == 3)
    let duration = Instant.start + .seconds(3)
    #expect(playback.duration == duration)
  }

  @Test("what goes on side by side is told apart, packet by packet")
  func ownership() throws {
    // Nothing is known beforehand, so that the ping asks by ARP while the stream goes on.
    let bed = Bed.switches.replacing("b: { kind: host,", with: "b: { kind: host, services: [udp/9],")
    let steps = stream + ", { at: 500ms, ping: c -> b }, { at: 900ms, tcp: c -> b:22 }, { arp: a -> b }"
    let playback = try playback(steps, bed: bed)
    let records = StepRecords(playback.journal.records)
    func kinds(_ step: Int) -> Set<String> {
      Set(
        records[step].compactMap { record in
          guard case .sent(let frame, _) = record.event else { return nil }
          switch frame.payload {
          case .arp: return "arp"
          case .ipv4(let packet):
            switch packet.payload {
            case .icmp: return "icmp"
            case .udp: return "udp"
            case .tcp: return "tcp"
            case .other: return "other"
            }
          case .other: return "other"
          }
        })
    }
    #expect(kinds(0) == ["arp", "udp"])
    #expect(kinds(1) == ["arp", "icmp"])
    #expect(kinds(2) == ["tcp"])
    #expect(kinds(3) == ["arp"])
    let sent = playback.journal.records.count { if case .sent = $0.event { true } else { false } }
    let owned = (0...3).reduce(0) { sum, step in
      sum + records[step].count { if case .sent = $0.event { true } else { false } }
    }
    #expect(owned == sent)
  }

  @Test("what does not end in the background is given up in its time, whatever goes on then")
  func surrender() throws {
    let bed = Bed.line.replacing("nodes:\n", with: "nodes:\n  v: { kind: host, interfaces: { eth0: up } }\n")
    let steps = "{ id: x, dhcp: v, background: true }, { wait: 100s }"
    let text = ScenarioText(bed + "steps: [\(steps)]\nexpect: { x: { fails: no-lease } }\n")
    let playback = Player(try text.play).run()
    #expect(Judge(try text.play, playback).verdict().holds)
    let end = playback.journal.records.first { if case .ended = $0.event { true } else { false } }
    let minute = Instant.start + .seconds(60)
    #expect(end?.time == minute)
  }

  @Test("what a limit cuts short in the background was not played")
  func limit() throws {
    let play = try ScenarioText(
      Bed.line + "steps: [\(stream), { ping: a -> b }, { wait: 1s }]\nexpect: { load: { loss: 0% } }\n"
    ).play
    var limits = Simulator.Limits()
    limits.events = 50
    let playback = Player(play, limits: limits).run()
    #expect(playback.limit == .tooManyEvents)
    #expect(Judge(play, playback).verdict().steps.map(\.result) == [.unplayed, .unjudged, .unplayed])
  }

  @Test("expectations of it are judged at its end", arguments: [("50%", true), ("49%", false)])
  func judged(loss: String, holds: Bool) throws {
    let steps = stream.replacing("id: load", with: "id: x") + ", { at: 995ms, fail: a -- b }"
    try Bed.expect(Bed.line, steps, "{ loss: \(loss) }", holds: holds)
  }
}

import Packets
import Simulation
import Testing

/// What a link does to frames beside delaying them and losing some.
@Suite("Impaired links") struct ImpairmentTests {
  /// 1000 frames, a microsecond apart, over a link with a delay of 100 µs.
  private func play(
    seed: UInt64 = 1, frames: Int = 1000, delay: UInt64 = 100, _ set: (inout LinkImpairments) -> Void
  ) -> Simulator {
    var wire = Simulator.Wire(end(0), end(1), LinkConfiguration(delay: .microseconds(delay)))
    set(&wire.impairments.0)
    var simulator = Simulator(
      parts: [
        .init(Source(rounds: frames, every: .microseconds(1)), ports: 1, name: "first"),
        .init(Sink(), ports: 1, name: "second"),
      ], wires: [wire], seed: seed)
    #expect(simulator.run() == .idle)
    #expect(simulator.journal.counters.isBalanced)
    #expect(simulator.journal.counters.inFlight == 0)
    return simulator
  }

  /// By how much each frame that arrived differs from the delay, in nanoseconds, in the order of arrival.
  private func deviations(_ simulator: Simulator) -> [Int] {
    zip(simulator.numbers(at: 1), simulator.arrivals).map { Int($1) - Int($0) * 1000 - 100_000 }
  }

  @Test("a plain direction and a frame on it take no more room than without impairments")
  func size() {
    #expect(LinkFootprint.direction == 80)
    #expect(LinkFootprint.flight == 112)
  }

  @Test("what is configured for one direction changes nothing for the other, nor for a plain link")
  func oneDirection() {
    var wire = Simulator.Wire(end(0), end(1), LinkConfiguration(delay: .microseconds(5)))
    wire.impairments.1.duplication = 1
    var simulator = Simulator(
      parts: [.init(Source(burst: 9), ports: 1, name: "first"), .init(Sink(), ports: 1, name: "second")], wires: [wire])
    var plain = pair(Source(burst: 9), Sink(), LinkConfiguration(delay: .microseconds(5)))
    _ = (simulator.run(), plain.run())
    #expect(simulator.journal.records == plain.journal.records)
  }

  @Test("the same seed does the same, another seed something else")
  func seeded() {
    func all(_ impairments: inout LinkImpairments) {
      impairments.jitter = .init(.microseconds(50), .normal)
      impairments.bursts = .init(bad: 0.5, toBad: 0.05, toGood: 0.2)
      impairments.reordering = .init(share: 0.1, gain: .microseconds(80))
      (impairments.duplication, impairments.corruption) = (0.1, 0.1)
    }
    let first = play(all).journal
    #expect(first.records == play(all).journal.records)
    #expect(first.records != play(seed: 2, all).journal.records)
  }

  // MARK: Jitter

  @Test("uniform jitter stays within its spread and reaches both ends of it, and frames keep their order")
  func uniform() {
    let simulator = play(frames: 4000) { $0.jitter = .init(.nanoseconds(400)) }
    let found = deviations(simulator)
    #expect(simulator.numbers(at: 1) == Array(0..<4000))
    #expect(found.allSatisfy { (-400...400).contains($0) })
    #expect((found.min() ?? 0) < -390 && (found.max() ?? 0) > 390)
    #expect(abs(found.reduce(0, +) / found.count) < 20)
  }

  @Test("normal jitter has its spread as standard deviation")
  func normal() {
    // So small against the distance of frames that no frame waits for the one before it.
    let found = deviations(play(frames: 4000) { $0.jitter = .init(.nanoseconds(80), .normal) })
    let variance = found.reduce(0) { $0 + $1 * $1 } / found.count
    #expect((6000...6800).contains(variance))
    let within = found.count { abs($0) <= 80 }
    #expect((2620...2840).contains(within), "68 % are within one deviation")
  }

  @Test("a jitter of more than the distance of frames changes times, not the order")
  func inOrder() {
    let simulator = play { $0.jitter = .init(.microseconds(100)) }
    #expect(simulator.numbers(at: 1) == Array(0..<1000))
    #expect(simulator.arrivals == simulator.arrivals.sorted())
    #expect(Set(simulator.arrivals).count < 1000, "some wait for an earlier one and arrive with it")
  }

  // MARK: Loss in bursts

  @Test("a link that never turns bad loses nothing, one that always does everything")
  func certain() {
    #expect(play { $0.bursts = .init(toBad: 0, toGood: 1) }.drops(.lost) == 0)
    #expect(play { $0.bursts = .init(toBad: 1, toGood: 0) }.drops(.lost) == 1000)
  }

  @Test("losses come in bursts of the length that turning good allows, and are as many as the states say")
  func bursts() {
    let simulator = play(frames: 20_000) { $0.bursts = .init(toBad: 0.01, toGood: 0.2) }
    let arrived = simulator.numbers(at: 1)
    let gaps = zip(arrived, arrived.dropFirst()).filter { $1 - $0 > 1 }.map { Int($1 - $0) - 1 }
    // The share of time in the bad state is 0.01 / 0.21, the mean length of a burst 1 / 0.2.
    #expect((760...1140).contains(20_000 - arrived.count))
    #expect((4...6).contains(Double(gaps.reduce(0, +)) / Double(gaps.count)))
  }

  // MARK: Duplication and damage

  @Test("every frame comes twice, the second right behind the first and with the same cause")
  func duplicates() {
    let simulator = play(frames: 3) { $0.duplication = 1 }
    #expect(simulator.numbers(at: 1) == [0, 0, 1, 1, 2, 2])
    #expect(simulator.journal.counters.sent == 6)
    let twins = simulator.journal.records.compactMap { record -> [FrameID]? in
      if case .duplicated(let original) = record.event { [original, record.frame] } else { nil }
    }
    #expect(twins == [1, 3, 5].map { [FrameID(rawValue: $0), FrameID(rawValue: $0 + 1)] })
    let births = simulator.journal.records.filter { if case .sent = $0.event { true } else { false } }
    #expect(births.map(\.relation) == Array(repeating: .serves, count: 6))
  }

  @Test("a lost frame is not duplicated")
  func lostNotDoubled() {
    let simulator = play {
      $0.duplication = 1
      $0.bursts = .init(toBad: 1, toGood: 0)
    }
    #expect(simulator.journal.counters.sent == 1000)
    #expect(simulator.journal.counters.arrived == 0)
  }

  @Test("duplicates of a frame with a message let go of it, each once", arguments: [Journal.Detail.full, .counters])
  func messages(detail: Journal.Detail) {
    struct Talker: Device {
      mutating func start(_ outbox: inout Outbox) {
        let message = outbox.messages.insert(.bytes([1, 2, 3]))
        let frame = EthernetFrame(
          destination: b, source: a, payload: .other(EtherType(rawValue: 0x88b5), .message(message, length: 3)))
        for _ in 0..<3 { outbox.originate(frame, on: 0, for: .serves) }
      }
      mutating func receive(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {}
    }
    var wire = Simulator.Wire(end(0), end(1), LinkConfiguration(delay: .microseconds(5)))
    wire.impairments.0.duplication = 1
    wire.impairments.0.corruption = 0.5
    var simulator = Simulator(
      parts: [.init(Talker(), ports: 1, name: "first"), .init(Sink(), ports: 1, name: "second")], wires: [wire],
      detail: detail)
    _ = simulator.run()
    #expect(simulator.journal.counters.arrived == 6)
    #expect(simulator.journal.counters.isBalanced)
    #expect(simulator.messages.count == (detail == .full ? 1 : 0))
  }

  @Test("a damaged frame arrives and is dropped by its receiver", arguments: [0, 0.25, 1] as [Double])
  func corruption(share: Double) {
    let simulator = play { $0.corruption = share }
    let damaged = simulator.drops(.corrupted)
    #expect(simulator.journal.counters.arrived == 1000)
    #expect(simulator.journal.counters.absorbed == UInt64(1000 - damaged))
    #expect(abs(Double(damaged) / 1000 - share) < 0.04)
    #expect(share > 0 && share < 1 || damaged == Int(share) * 1000)
    let places = simulator.journal.records.filter { $0.event == .dropped(.corrupted) }.map(\.device)
    #expect(places.allSatisfy { $0 == DeviceID(index: 1) })
  }

  // MARK: Reordering

  @Test("a frame that overtakes arrives by its gain earlier, and no other frame's time changes")
  func overtaking() {
    let simulator = play { $0.reordering = .init(share: 0.2, gain: .microseconds(30)) }
    let found = deviations(simulator)
    #expect(Set(found) == [0, -30_000])
    #expect((150...250).contains(found.count { $0 < 0 }))
    #expect(simulator.numbers(at: 1) != Array(0..<1000))
    #expect(simulator.numbers(at: 1).sorted() == Array(0..<1000))
    #expect(simulator.arrivals == simulator.arrivals.sorted())
  }

  @Test("nothing arrives before it was sent", arguments: [(99, -99_000), (100, -100_000), (101, -100_000)])
  func wholeDelay(gain: UInt64, deviation: Int) {
    let simulator = play { $0.reordering = .init(share: 1, gain: .microseconds(gain)) }
    #expect(Set(deviations(simulator)) == [deviation])
    #expect(simulator.numbers(at: 1) == Array(0..<1000), "all gain the same, so none overtakes")
  }

  @Test("a cut takes the frames that overtook too, and their old events deliver nothing later")
  func cut() {
    var wire = Simulator.Wire(end(0), end(1), LinkConfiguration(delay: .microseconds(100)))
    wire.impairments.0.reordering = .init(share: 0.5, gain: .microseconds(60))
    var simulator = Simulator(
      parts: [
        .init(Source(rounds: 200, every: .microseconds(1)), ports: 1, name: "first"),
        .init(Sink(), ports: 1, name: "second"),
      ], wires: [wire])
    _ = simulator.run(until: Instant(nanoseconds: 80_500))
    let before = simulator.journal.counters.arrived
    #expect(before > 0)
    simulator.setLink(0, isUp: false)
    simulator.setLink(0, isUp: true)
    #expect(simulator.run() == .idle)
    #expect(simulator.drops(.linkDown) == 81 - Int(before))
    #expect(simulator.journal.counters.arrived == before + 119)
    #expect(simulator.arrivals == simulator.arrivals.sorted())
    #expect(simulator.journal.counters.isBalanced)
  }
}

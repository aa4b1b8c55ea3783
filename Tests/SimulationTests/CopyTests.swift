import Packets
import Simulation
import Testing

/// Everything is a value: what was copied plays on as if nobody had copied it, and neither hears of the other.
@Suite("Copies") struct CopyTests {
  /// A queue half emptied, so that some events stand in its array of due ones and the others in piles of every size.
  private func halfwayQueue(seed: UInt64) -> EventQueue {
    var random = RandomSource(seed: seed)
    var queue = EventQueue()
    var now = Instant.start
    for sequence in 0..<4000 as Range<UInt64> {
      let delay = TimeSpan.nanoseconds(random.happens(0.2) ? 0 : random.below(1 << random.below(30)))
      queue.push(ScheduledEvent(time: now + delay, sequence: sequence, kind: .arrival(DirectionID(index: 1))))
      if sequence % 2 == 1, let event = queue.pop() { now = event.time }
    }
    return queue
  }

  private func drain(_ queue: inout EventQueue) -> [UInt64] {
    var sequences: [UInt64] = []
    while let event = queue.pop() { sequences.append(event.sequence) }
    return sequences
  }

  @Test("of a queue give the same events in the same order", arguments: 1...10 as ClosedRange<UInt64>)
  func queues(seed: UInt64) {
    var alone = halfwayQueue(seed: seed)
    var first = halfwayQueue(seed: seed)
    var second = first
    let wanted = drain(&alone)
    #expect(wanted.count == 2000)
    // Taking turns, so that each writes while the other has not.
    var turns: [[UInt64]] = [[], []]
    while let one = first.pop(), let other = second.pop() {
      turns[0].append(one.sequence)
      turns[1].append(other.sequence)
    }
    #expect(turns == [wanted, wanted])
  }

  @Test("of a queue do not see what is put into the other", arguments: 1...10 as ClosedRange<UInt64>)
  func queuesApart(seed: UInt64) {
    var alone = halfwayQueue(seed: seed)
    var first = halfwayQueue(seed: seed)
    var second = first
    let late = ScheduledEvent(time: .never, sequence: 9999, kind: .arrival(DirectionID(index: 2)))
    second.push(late)
    let wanted = drain(&alone)
    #expect(second.count == first.count + 1)
    let drained = (drain(&second), drain(&first))
    #expect(drained.0 == wanted + [9999])
    #expect(drained.1 == wanted)
  }

  /// Bursts that wait for a slow transmitter, die in its queue and on the wire, and timers.
  private func halfwaySimulator() -> Simulator {
    let wire = LinkConfiguration(delay: .milliseconds(2), rate: 10_000_000, loss: 0.1, queueLimit: 20)
    var simulator = pair(
      Source(burst: 30, rounds: 40, every: .milliseconds(1)), Source(burst: 3, rounds: 400, every: .microseconds(77)),
      wire)
    _ = simulator.run(until: Instant.start + .milliseconds(15))
    return simulator
  }

  @Test("of a simulator write the journal that one without a copy writes")
  func simulators() {
    var alone = halfwaySimulator()
    var first = halfwaySimulator()
    #expect(first.journal.counters.inFlight > 20)
    #expect(first.drops(.queueFull) > 0)
    var second = first
    // Taking turns again; a deadline is nothing that happens.
    for milliseconds in stride(from: 16, to: 60, by: 1) as StrideTo<UInt64> {
      _ = first.run(until: Instant.start + .milliseconds(milliseconds))
      _ = second.run(until: Instant.start + .milliseconds(milliseconds))
    }
    _ = alone.run()
    _ = first.run()
    _ = second.run()
    #expect(alone.journal.records.count > 3000)
    #expect(first.journal.records == alone.journal.records)
    #expect(second.journal.records == alone.journal.records)
    #expect(first.journal.counters == alone.journal.counters)
  }

  @Test("of a simulator do not feel the link that is cut in the other, nor the device that is switched off")
  func simulatorsApart() {
    var alone = halfwaySimulator()
    var first = halfwaySimulator()
    var second = first
    second.setLink(0, isUp: false)
    _ = second.run(until: Instant.start + .milliseconds(20))
    second.setDevices([DeviceID(index: 1)], isUp: false)
    _ = second.run()
    _ = first.run()
    _ = alone.run()
    #expect(first.journal.records == alone.journal.records)
    #expect(second.journal.records != alone.journal.records)
    #expect(second.journal.counters.isBalanced && first.journal.counters.isBalanced)
  }
}

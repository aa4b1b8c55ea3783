import Simulation
import Testing

/// Design: the order is (time, sequence), whatever stands behind it.
@Suite("Event queue") struct EventQueueTests {
  private func event(_ time: UInt64, _ sequence: UInt64) -> ScheduledEvent {
    let kind = ScheduledEvent.Kind.arrival(DirectionID(index: Int(sequence % 1000)))
    return ScheduledEvent(time: Instant(nanoseconds: time), sequence: sequence, kind: kind)
  }

  private func drain(_ queue: inout EventQueue) -> [UInt64] {
    var sequences: [UInt64] = []
    while let event = queue.pop() { sequences.append(event.sequence) }
    return sequences
  }

  /// A slow queue that cannot be wrong: the least of an unordered array.
  private struct Reference {
    var events: [ScheduledEvent] = []
    mutating func pop() -> ScheduledEvent? {
      let least = events.indices.min {
        (events[$0].time.nanoseconds, events[$0].sequence) < (
          events[$1].time.nanoseconds, events[$1].sequence
        )
      }
      return least.map { events.remove(at: $0) }
    }
  }

  @Test("gives what a sorted list gives, for any pushes and pops", arguments: 1...20 as ClosedRange<UInt64>)
  func againstReference(seed: UInt64) {
    var random = RandomSource(seed: seed)
    var queue = EventQueue()
    var reference = Reference()
    var now: UInt64 = 0
    // Sequences are unique, and some are older than what was pushed before, as behind the head of a link's queue.
    var sequences = Array(0..<3000 as Range<UInt64>)
    for index in stride(from: 0, to: 2900, by: 7) { sequences.swapAt(index, index + Int(random.below(100))) }
    let spread = UInt64(1) << random.below(40)
    for sequence in sequences {
      if random.happens(0.4) { expectSamePop(&queue, &reference, &now) }
      let pushed = event(now + (random.happens(0.3) ? 0 : random.below(spread)), sequence)
      queue.push(pushed)
      reference.events.append(pushed)
      #expect(queue.count == reference.events.count)
    }
    while !reference.events.isEmpty { expectSamePop(&queue, &reference, &now) }
    let rest = queue.pop()
    #expect(rest == nil)
  }

  private func expectSamePop(_ queue: inout EventQueue, _ reference: inout Reference, _ now: inout UInt64) {
    let (got, wanted) = (queue.pop(), reference.pop())
    #expect(got == wanted)
    if let wanted { now = wanted.time.nanoseconds }
  }

  @Test("equal times go by sequence, also when the older sequence is pushed later")
  func ties() {
    var queue = EventQueue()
    for sequence in [5, 9, 3, 7] as [UInt64] { queue.push(event(10, sequence)) }
    let first = queue.pop()
    #expect(first?.sequence == 3)
    queue.push(event(10, 4))
    queue.push(event(10, 8))
    let rest = drain(&queue)
    #expect(rest == [4, 5, 7, 8, 9])
  }

  @Test("times up to the last nanosecond are kept apart")
  func greatTimes() {
    var queue = EventQueue()
    for (sequence, time) in ([.max, .max - 1, 1 << 63, (1 << 63) - 1, 0] as [UInt64]).enumerated() {
      queue.push(event(time, UInt64(sequence)))
    }
    let order = drain(&queue)
    #expect(order == [4, 3, 2, 1, 0])
  }

  @Test("what is not yet due stays, and earlier events may still be pushed before it")
  func limit() {
    var queue = EventQueue()
    queue.push(event(100, 1))
    let early = queue.pop(before: Instant(nanoseconds: 99))
    #expect(early == nil)
    queue.push(event(99, 2))
    let first = queue.pop(before: Instant(nanoseconds: 100), 1)
    let refused = queue.pop(before: Instant(nanoseconds: 100), 1)
    queue.push(event(100, 3))
    let rest = drain(&queue)
    #expect(first?.sequence == 2)
    #expect(refused == nil)
    #expect(rest == [1, 3])
  }

  @Test("a hundred thousand events at one moment come in order though time stands still")
  func storm() {
    var queue = EventQueue()
    queue.push(event(5, 1))
    queue.push(event(5, 2))
    var inOrder = true
    for sequence in 3..<100_000 as Range<UInt64> {
      let taken = queue.pop()
      inOrder = inOrder && taken?.sequence == sequence - 2
      queue.push(event(5, sequence))
    }
    #expect(inOrder)
    #expect(queue.count == 2)
  }
}

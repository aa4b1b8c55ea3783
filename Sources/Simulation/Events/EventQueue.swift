/// Pending events in `(time, sequence)` order: a radix heap with digits of six bits.
///
/// Virtual time never runs backwards, so an event is filed by the highest digit in which its time differs from the time of
/// the last one taken, and by what that digit is. Each event moves down at most eleven times, whatever the number pending,
/// and most move once or twice. Events of the same time stand in `due`, ordered by sequence.
package struct EventQueue: Sendable {
  private static let digits = 11
  private static let slots = 64

  private var chunks = EventChunks()
  /// For each digit, lowest first, one pile for each value it can have.
  private var piles: Slab<EventChunks.Pile>
  /// For each digit, which of its piles have events.
  private var occupied: Slab<UInt64>
  /// Which digits have events.
  private var digitsInUse: UInt32 = 0
  /// Events of the time `last`, in order of sequence from `head` on.
  private var due: [ScheduledEvent] = []
  private var head = 0
  private var last: UInt64 = 0
  package private(set) var count = 0

  package init() {
    piles = Slab(repeating: EventChunks.Pile(), count: EventQueue.digits * EventQueue.slots)
    occupied = Slab(repeating: 0, count: EventQueue.digits)
  }

  package mutating func push(_ event: ScheduledEvent) {
    precondition(event.time.nanoseconds >= last, "an event was scheduled in the past")
    count += 1
    makeUnique()
    if event.time.nanoseconds == last { insertDue(event) } else { file(event) }
  }

  /// Takes the next event, if its turn is before that of `sequence` at `time`.
  ///
  /// Where it is not, events from `time` on may still be pushed, though they come before what is pending.
  package mutating func pop(before time: Instant = .never, _ sequence: UInt64 = .max) -> ScheduledEvent? {
    if head < due.count { return popDue(before: time, sequence) }
    guard digitsInUse != 0 else { return nil }
    makeUnique()
    let digit = digitsInUse.trailingZeroBitCount
    let place = digit * EventQueue.slots + occupied[digit].trailingZeroBitCount
    if let only = chunks.only(in: piles[place]) {
      guard EventQueue.isTurn(only, before: time, sequence) else { return nil }
      _ = chunks.take(from: &piles[place])
      vacate(place)
      last = only.time.nanoseconds
      count -= 1
      return only
    }
    let earliest = chunks.earliest(in: piles[place])
    guard earliest <= time.nanoseconds else { return nil }
    return moveDown(place, earliest, before: time, sequence)
  }

  /// All three are copied and made unique together, so asking one of them is asking all.
  @inline(__always)
  private mutating func makeUnique() {
    guard !chunks.isUnique else { return }
    chunks.makeUnique()
    piles.makeUnique()
    occupied.makeUnique()
  }

  private static func isTurn(_ event: ScheduledEvent, before time: Instant, _ sequence: UInt64) -> Bool {
    event.time < time || event.time == time && event.sequence < sequence
  }

  private mutating func popDue(before time: Instant, _ sequence: UInt64) -> ScheduledEvent? {
    let event = due[head]
    guard EventQueue.isTurn(event, before: time, sequence) else { return nil }
    head += 1
    count -= 1
    forgetTaken()
    return event
  }

  /// What was taken goes when it is the greater part: a storm that never lets time pass never empties `due`.
  private mutating func forgetTaken() {
    if head == due.count {
      due.removeAll(keepingCapacity: true)
      head = 0
    } else if head >= 1024, head * 2 > due.count {
      due.removeFirst(head)
      head = 0
    }
  }

  @inline(__always)
  private mutating func file(_ event: ScheduledEvent) {
    let time = event.time.nanoseconds
    let digit = (63 - (time ^ last).leadingZeroBitCount) / 6
    let slot = Int(truncatingIfNeeded: (time &>> UInt64(digit &* 6)) & 63)
    chunks.put(event, on: &piles[digit &* EventQueue.slots &+ slot])
    occupied[digit] |= 1 &<< UInt64(slot)
    digitsInUse |= 1 &<< UInt32(digit)
  }

  @inline(__always)
  private mutating func vacate(_ place: Int) {
    let digit = place >> 6
    occupied[digit] &= ~(1 &<< UInt64(place & 63))
    if occupied[digit] == 0 { digitsInUse &= ~(1 &<< UInt32(digit)) }
  }

  /// Nearly always at the end: only the head of a link's queue can carry an older sequence.
  private mutating func insertDue(_ event: ScheduledEvent) {
    guard head < due.count else { return due.append(event) }
    var place = due.count
    while place > head, due[place - 1].sequence > event.sequence { place -= 1 }
    due.insert(event, at: place)
  }

  /// Lets time pass to `earliest`, the first of that pile, files the rest of the pile anew, and takes the next event if
  /// it is its turn.
  private mutating func moveDown(
    _ place: Int, _ earliest: UInt64, before time: Instant, _ sequence: UInt64
  ) -> ScheduledEvent? {
    vacate(place)
    last = earliest
    var pile = piles[place]
    piles[place] = EventChunks.Pile()
    var first: ScheduledEvent?
    while !pile.isEmpty {
      let event = chunks.take(from: &pile)
      if event.time.nanoseconds != earliest {
        file(event)
      } else if first == nil {
        first = event
      } else {
        due.append(event)
      }
    }
    guard let first else { return nil }
    if due.isEmpty, EventQueue.isTurn(first, before: time, sequence) {
      count -= 1
      return first
    }
    due.append(first)
    due.sort { $0.sequence < $1.sequence }
    return popDue(before: time, sequence)
  }
}

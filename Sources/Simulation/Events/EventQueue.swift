/// Pending events in `(time, sequence)` order: a sorted front with the next few, and behind it a radix heap.
///
/// Virtual time never runs backwards, so an event is filed by the highest digit (of six bits) in which its time differs
/// from that of the last pile opened, and by what that digit is. When the front is empty the first pile is opened: a small
/// one is sorted into the front, a large one is filed anew by its lower digits. Each event moves down at most eleven
/// times, whatever the number pending, and most move once or twice.
package struct EventQueue: Sendable {
  private static let digits = 11
  private static let slots = 64
  /// While nothing stands behind it, the front takes as many as this itself.
  private static let frontLimit = 32

  private var front = EventFront(capacity: 4 * EventQueue.frontLimit)
  private var chunks = EventChunks()
  /// For each digit, lowest first, one pile for each value it can have.
  private var piles: Slab<EventChunks.Pile>
  /// For each digit, which of its piles have events.
  private var occupied: Slab<UInt64>
  /// Which digits have events.
  private var digitsInUse: UInt32 = 0
  /// The first time of the last pile opened: nothing filed is earlier.
  private var base: UInt64 = 0
  private var now: UInt64 = 0
  package private(set) var count = 0

  package init() {
    piles = Slab(repeating: EventChunks.Pile(), count: EventQueue.digits * EventQueue.slots)
    occupied = Slab(repeating: 0, count: EventQueue.digits)
  }

  package mutating func push(_ event: ScheduledEvent) {
    precondition(event.time.nanoseconds >= now, "an event was scheduled in the past")
    makeUnique()
    count &+= 1
    if !front.isEmpty, event.comes(before: front.last) {
      front.insert(event)
      if front.count > EventQueue.frontLimit { spill() }
    } else if digitsInUse == 0, front.count < EventQueue.frontLimit {
      front.insert(event)
    } else {
      file(event)
    }
  }

  /// What comes last in a full front stands behind it again.
  private mutating func spill() {
    let last = front.last
    front.removeLast()
    file(last)
  }

  /// Takes the next event, if its turn is before that of `sequence` at `time`.
  ///
  /// Where it is not, events from `time` on may still be pushed, though they come before what is pending.
  package mutating func pop(before time: Instant = .never, _ sequence: UInt64 = .max) -> ScheduledEvent? {
    if front.isEmpty {
      guard digitsInUse != 0 else { return nil }
      makeUnique()
      refill()
    }
    let event = front.first
    guard event.time < time || event.time == time && event.sequence < sequence else { return nil }
    front.removeFirst()
    count &-= 1
    now = event.time.nanoseconds
    return event
  }

  /// All are copied and made unique together, so asking one of them is asking all.
  @inline(__always)
  private mutating func makeUnique() {
    guard !front.isUnique else { return }
    front.makeUnique()
    chunks.makeUnique()
    piles.makeUnique()
    occupied.makeUnique()
  }

  @inline(__always)
  private mutating func file(_ event: ScheduledEvent) {
    let time = event.time.nanoseconds
    // An event of the very time of `base` differs in no digit and belongs to the lowest.
    let digit = (63 - (time ^ base | 1).leadingZeroBitCount) / 6
    let slot = Int(truncatingIfNeeded: (time &>> UInt64(digit &* 6)) & 63)
    chunks.put(event, on: &piles[digit &* EventQueue.slots &+ slot])
    occupied[digit] |= 1 &<< UInt64(slot)
    digitsInUse |= 1 &<< UInt32(digit)
  }

  /// Opens piles, the first one each time, until the front has events.
  private mutating func refill() {
    while front.isEmpty {
      let digit = digitsInUse.trailingZeroBitCount
      let place = digit << 6 | occupied[digit].trailingZeroBitCount
      let pile = piles[place]
      piles[place] = EventChunks.Pile()
      occupied[digit] &= ~(1 &<< UInt64(place & 63))
      if occupied[digit] == 0 { digitsInUse &= ~(1 &<< UInt32(digit)) }
      base = pile.earliest
      if chunks.isSmall(pile) {
        chunks.empty(pile, into: &front)
      } else if digit == 0 {
        front.fill(chunks.all(of: pile).sorted { $0.sequence < $1.sequence })
      } else {
        moveDown(pile)
      }
    }
  }

  /// Files a pile anew, now that `base` is its first time.
  private mutating func moveDown(_ opened: EventChunks.Pile) {
    var pile = opened
    while !pile.isEmpty { file(chunks.take(from: &pile)) }
  }
}

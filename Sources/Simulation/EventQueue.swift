/// What waits for its time.
package struct ScheduledEvent: Hashable, Sendable, BitwiseCopyable {
  package enum Kind: Hashable, Sendable, BitwiseCopyable {
    /// The head of that direction's queue arrives.
    case arrival(DirectionID)
    case timer(DeviceID, TimerToken)
  }

  package var time: Instant
  package var sequence: UInt64
  package var kind: Kind

  package init(time: Instant, sequence: UInt64, kind: Kind) {
    self.time = time
    self.sequence = sequence
    self.kind = kind
  }
}

/// Pending events in `(time, sequence)` order: a radix heap.
///
/// Virtual time never runs backwards, so an event can be filed by the highest bit in which its time differs from the
/// time of the last one taken; each event moves down at most 64 times, whatever the number pending. Events of the same
/// time stand in bucket 0, ordered by sequence.
package struct EventQueue: Sendable {
  private var buckets: [[ScheduledEvent]]
  private var occupied: UInt64 = 0
  /// Events of the time `last`, in order of sequence from `head` on.
  private var due: [ScheduledEvent] = []
  private var head = 0
  private var last: UInt64 = 0
  package private(set) var count = 0

  package init() { buckets = Array(repeating: [], count: 64) }

  package mutating func push(_ event: ScheduledEvent) {
    precondition(event.time.nanoseconds >= last, "an event was scheduled in the past")
    count += 1
    file(event)
  }

  /// Takes the next event, if its turn is before that of `sequence` at `time`.
  ///
  /// Where it is not, events from `time` on may still be pushed, though they come before what is pending.
  package mutating func pop(before time: Instant = .never, _ sequence: UInt64 = .max) -> ScheduledEvent? {
    guard refill(until: time.nanoseconds) else { return nil }
    let event = due[head]
    guard (event.time.nanoseconds, event.sequence) < (time.nanoseconds, sequence) else { return nil }
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

  private mutating func file(_ event: ScheduledEvent) {
    let difference = event.time.nanoseconds ^ last
    guard difference != 0 else { return insertDue(event) }
    let bucket = 63 - difference.leadingZeroBitCount
    buckets[bucket].append(event)
    occupied |= 1 << UInt64(bucket)
  }

  /// Nearly always at the end: only the head of a link's queue can carry an older sequence.
  private mutating func insertDue(_ event: ScheduledEvent) {
    var place = due.count
    while place > head, due[place - 1].sequence > event.sequence { place -= 1 }
    due.insert(event, at: place)
  }

  /// Makes sure that `due` has the next event; false when nothing is pending up to `limit`.
  private mutating func refill(until limit: UInt64) -> Bool {
    if head < due.count { return true }
    guard occupied != 0 else { return false }
    let bucket = occupied.trailingZeroBitCount
    let earliest = buckets[bucket].reduce(UInt64.max) { min($0, $1.time.nanoseconds) }
    guard earliest <= limit else { return false }
    occupied &= ~(1 << UInt64(bucket))
    var moved: [ScheduledEvent] = []
    swap(&moved, &buckets[bucket])
    last = earliest
    for event in moved {
      let difference = event.time.nanoseconds ^ last
      if difference == 0 {
        due.append(event)
      } else {
        let lower = 63 - difference.leadingZeroBitCount
        buckets[lower].append(event)
        occupied |= 1 << UInt64(lower)
      }
    }
    due.sort { $0.sequence < $1.sequence }
    // The emptied array keeps its room for the next events of its bucket.
    moved.removeAll(keepingCapacity: true)
    swap(&moved, &buckets[bucket])
    return true
  }
}

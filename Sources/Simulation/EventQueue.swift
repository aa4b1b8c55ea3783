/// What waits for its time.
struct ScheduledEvent: Sendable, BitwiseCopyable {
  enum Kind: Sendable, BitwiseCopyable {
    /// The head of that direction's queue arrives.
    case arrival(DirectionID)
    case timer(DeviceID, TimerToken)
    /// A moment a run was asked to stop at; the number tells a later run that it is not its own.
    case alarm(UInt32)
  }

  var time: Instant
  var sequence: UInt64
  var kind: Kind
}

/// Pending events in `(time, sequence)` order: a radix heap.
///
/// Virtual time never runs backwards, so an event can be filed by the highest bit in which its time differs from the
/// time of the last one taken; each event moves down at most 64 times, whatever the number pending. Events of the same
/// time stand in bucket 0, ordered by sequence.
struct EventQueue: Sendable {
  private var buckets: [[ScheduledEvent]]
  private var occupied: UInt64 = 0
  /// Events of the time `last`, in order of sequence from `head` on.
  private var due: [ScheduledEvent] = []
  private var head = 0
  private var last: UInt64 = 0
  private(set) var count = 0

  init() { buckets = Array(repeating: [], count: 64) }

  mutating func push(_ event: ScheduledEvent) {
    precondition(event.time.nanoseconds >= last, "an event was scheduled in the past")
    count += 1
    file(event)
  }

  mutating func pop() -> ScheduledEvent? {
    guard refill() else { return nil }
    defer {
      head += 1
      count -= 1
      if head == due.count {
        due.removeAll(keepingCapacity: true)
        head = 0
      }
    }
    return due[head]
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

  /// Makes sure that `due` has the next event; false when nothing is pending.
  private mutating func refill() -> Bool {
    if head < due.count { return true }
    guard occupied != 0 else { return false }
    let bucket = occupied.trailingZeroBitCount
    occupied &= ~(1 << UInt64(bucket))
    var moved: [ScheduledEvent] = []
    swap(&moved, &buckets[bucket])
    last = moved.reduce(UInt64.max) { min($0, $1.time.nanoseconds) }
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

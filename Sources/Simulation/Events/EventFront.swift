/// The events that come next, sorted.
///
/// They stand in the middle of a block with room on both sides, so what is put in moves only those on its nearer side:
/// that is the end for what was just sent, and the beginning for what comes before far timers.
struct EventFront: Sendable {
  private var events: Slab<ScheduledEvent>
  private var head: Int
  private var tail: Int

  init(capacity: Int) {
    events = Slab(repeating: ScheduledEvent(time: .start, sequence: 0, kind: .arrival(.none)), count: capacity)
    (head, tail) = (capacity / 2, capacity / 2)
  }

  mutating func makeUnique() { events.makeUnique() }

  var isUnique: Bool {
    @inline(__always) mutating get { events.isUnique }
  }

  var isEmpty: Bool {
    @inline(__always) get { head == tail }
  }

  var count: Int {
    @inline(__always) get { tail &- head }
  }

  /// Must not be asked of an empty front.
  var first: ScheduledEvent {
    @inline(__always) get { events[head] }
  }

  /// Must not be asked of an empty front.
  var last: ScheduledEvent {
    @inline(__always) get { events[tail &- 1] }
  }

  @inline(__always)
  mutating func removeFirst() {
    head &+= 1
    if head == tail { (head, tail) = (events.capacity >> 1, events.capacity >> 1) }
  }

  @inline(__always)
  mutating func removeLast() { tail &-= 1 }

  @inline(__always)
  mutating func insert(_ event: ScheduledEvent) {
    if head == 0 || tail == events.capacity { center() }
    if event.comes(before: events[(head &+ tail) >> 1]), head != tail {
      insertFromHead(event)
    } else {
      insertFromTail(event)
    }
  }

  @inline(__always)
  private mutating func insertFromTail(_ event: ScheduledEvent) {
    var place = tail
    while place > head, event.comes(before: events[place &- 1]) { place &-= 1 }
    if place < tail { events.move(place..<tail, to: place &+ 1) }
    events[place] = event
    tail &+= 1
  }

  @inline(__always)
  private mutating func insertFromHead(_ event: ScheduledEvent) {
    var place = head
    while events[place].comes(before: event) { place &+= 1 }
    head &-= 1
    if place > head &+ 1 { events.move(head &+ 1..<place, to: head) }
    events[place &- 1] = event
  }

  /// Puts many in at once, which must be sorted; the front must be empty.
  mutating func fill(_ sorted: [ScheduledEvent]) {
    events.grow(to: 2 * sorted.count, filledWith: sorted[0])
    head = (events.capacity - sorted.count) / 2
    tail = head
    for event in sorted {
      events[tail] = event
      tail &+= 1
    }
  }

  /// Moves the events to the middle of their block, or of one twice as large where they fill more than half of it.
  private mutating func center() {
    let held = count
    if held * 2 >= events.capacity { events.grow(to: events.capacity * 2, filledWith: first) }
    let start = (events.capacity - held) / 2
    events.move(head..<tail, to: start)
    (head, tail) = (start, start + held)
  }
}

extension ScheduledEvent {
  /// The order in which things happen: by time, then by sequence.
  @inline(__always)
  func comes(before other: ScheduledEvent) -> Bool {
    time.nanoseconds < other.time.nanoseconds || time.nanoseconds == other.time.nanoseconds && sequence < other.sequence
  }
}

/// Piles of events in chunks of one pool: memory follows the number of events, not that of the piles.
///
/// An event is put on top; the order in which a pile gives its events back is of no account. Chunks that were emptied last
/// are filled first, so a queue that stays small stays in the processor's cache. The first place of a chunk holds no
/// event but, as its sequence, the number of the chunk below it in its pile, or of the next free one.
struct EventChunks: Sendable {
  private static let size = 16
  private static let none = UInt32.max

  /// The pile's top chunk, the place in it that was filled last (0 in an empty pile), and the pile's first time.
  struct Pile: Sendable, BitwiseCopyable {
    var chunk = EventChunks.none
    var top: UInt32 = 0
    var earliest = UInt64.max

    var isEmpty: Bool { top == 0 }
  }

  private var events = Slab(repeating: EventChunks.header(below: none), count: 0)
  private var free = none

  mutating func makeUnique() { events.makeUnique() }

  @inline(__always)
  mutating func put(_ event: ScheduledEvent, on pile: inout Pile) {
    if pile.top == 0 || pile.top == UInt32(EventChunks.size - 1) { addChunk(to: &pile) }
    pile.top &+= 1
    pile.earliest = min(pile.earliest, event.time.nanoseconds)
    events[Int(pile.chunk) &* EventChunks.size &+ Int(pile.top)] = event
  }

  /// Whether the pile is one chunk: few enough to be sorted at once.
  @inline(__always)
  func isSmall(_ pile: Pile) -> Bool { below(pile.chunk) == EventChunks.none }

  /// Sorts the events of a small pile into the front, in the order in which they were put there.
  @inline(__always)
  mutating func empty(_ pile: Pile, into front: inout EventFront) {
    let start = Int(pile.chunk) &* EventChunks.size
    for place in start &+ 1...start &+ Int(pile.top) { front.insert(events[place]) }
    release(pile.chunk)
  }

  /// Takes all events of a pile, however many.
  mutating func all(of opened: Pile) -> [ScheduledEvent] {
    var pile = opened
    var taken: [ScheduledEvent] = []
    while !pile.isEmpty { taken.append(take(from: &pile)) }
    return taken
  }

  /// Takes the top event.
  @inline(__always)
  mutating func take(from pile: inout Pile) -> ScheduledEvent {
    let event = events[Int(pile.chunk) &* EventChunks.size &+ Int(pile.top)]
    pile.top &-= 1
    if pile.top == 0 { removeChunk(from: &pile) }
    return event
  }

  private mutating func addChunk(to pile: inout Pile) {
    let under = pile.top == 0 ? EventChunks.none : pile.chunk
    if free == EventChunks.none { addChunks() }
    pile.chunk = free
    free = below(free)
    events[Int(pile.chunk) &* EventChunks.size] = EventChunks.header(below: under)
    pile.top = 0
  }

  private mutating func removeChunk(from pile: inout Pile) {
    let emptied = pile.chunk
    pile.chunk = below(emptied)
    pile.top = pile.chunk == EventChunks.none ? 0 : UInt32(EventChunks.size - 1)
    release(emptied)
  }

  @inline(__always)
  private mutating func release(_ chunk: UInt32) {
    events[Int(chunk) &* EventChunks.size] = EventChunks.header(below: free)
    free = chunk
  }

  /// Half as many again as there are, all of them free.
  private mutating func addChunks() {
    let count = events.capacity / EventChunks.size
    let target = count + max(8, count / 2)
    events.grow(to: target * EventChunks.size, filledWith: EventChunks.header(below: EventChunks.none))
    for chunk in (count..<target).reversed() { release(UInt32(chunk)) }
  }

  @inline(__always)
  private func below(_ chunk: UInt32) -> UInt32 {
    UInt32(truncatingIfNeeded: events[Int(chunk) &* EventChunks.size].sequence)
  }

  private static func header(below chunk: UInt32) -> ScheduledEvent {
    ScheduledEvent(time: .start, sequence: UInt64(chunk), kind: .arrival(.none))
  }
}

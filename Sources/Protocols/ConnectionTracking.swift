import Packets
import Simulation

/// The connections that pass a machine, and the addresses that are translated for them, as Linux's conntrack and NAT do it.
///
/// Both directions of a connection stand in one hash table. Nothing has a timer: an entry that is too old is found out
/// when somebody looks at it, and each new entry pays for looking at a few others.
public struct ConnectionTracking: Sendable {
  public enum State: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
    /// Nothing has come back yet.
    case new
    /// Packets have been seen in both directions.
    case established
    /// An ICMP error about a connection.
    case related
    /// It belongs to nothing, and may begin nothing.
    case invalid
  }

  public enum Direction: UInt8, Hashable, Sendable, BitwiseCopyable {
    /// As the packet that began the connection.
    case original
    case reply

    var opposite: Direction { self == .original ? .reply : .original }
  }

  /// Names an entry while it lives; a slot that is used again gives another id.
  public struct EntryID: Hashable, Sendable, BitwiseCopyable {
    let index: UInt32
    let generation: UInt32
  }

  /// What tracking makes of a packet.
  public struct Tracked: Hashable, Sendable, BitwiseCopyable {
    public let state: State
    public let direction: Direction
    /// Nil for an invalid packet.
    public let entry: EntryID?
    /// Whether this packet made the entry, so that the rules of translation are asked about it.
    public let isFirst: Bool

    static let invalid = Tracked(state: .invalid, direction: .original, entry: nil, isFirst: false)
    /// An error about a packet whose connection is not kept.
    public static let relatedToNothing = Tracked(state: .related, direction: .original, entry: nil, isFirst: false)
  }

  /// One end that was rewritten, by which rule.
  public struct Binding: Hashable, Sendable, BitwiseCopyable {
    public var before: Endpoint
    public var after: Endpoint
    public var origin: Origin
  }

  struct Entry {
    var original: Tuple
    /// What comes back, as it is seen here before it is translated.
    var reply: Tuple
    var began: Instant
    var expires: Instant
    var hasReply = false
    var tcp = TCPState.none
    /// False while another connection already gets the packets this one's replies would be.
    var isReplyIndexed = false
    var source: Binding?
    var destination: Binding?
  }

  struct Slot {
    var entry: Entry?
    var generation: UInt32
  }

  /// Where a tuple leads: the slot, and which direction of it.
  struct Place: Hashable, BitwiseCopyable {
    let rawValue: UInt32
    init(_ index: UInt32, _ direction: Direction) { rawValue = index << 1 | UInt32(direction.rawValue) }
    var index: UInt32 { rawValue >> 1 }
    var direction: Direction { rawValue & 1 == 0 ? .original : .reply }
  }

  /// An inside end that has been translated, with the flow, so that its next connections look the same from outside.
  struct Inside: Hashable {
    var flow: Tuple.Flow
    var endpoint: Endpoint
  }

  struct Mapping {
    var outside: Endpoint
    var uses: Int
  }

  /// A socket of the machine itself.
  struct Socket: Hashable {
    var flow: Tuple.Flow
    var endpoint: Endpoint
  }

  public let timeouts: Timeouts
  var slots: [Slot] = []
  var free: [UInt32] = []
  var places: [Tuple: Place] = [:]  // looked up, never iterated
  var mappings: [Inside: [Mapping]] = [:]  // looked up, never iterated; newest last
  var sockets: [Socket: Int] = [:]  // looked up, never iterated
  var hand = 0

  public init(timeouts: Timeouts = .linux) { self.timeouts = timeouts }

  /// Entries kept, among them some that are too old and were not yet looked at.
  public var count: Int { slots.count - free.count }
}

extension ConnectionTracking {
  /// Finds or makes the entry of a packet as it comes in, or leaves the machine that made it, before it is translated.
  ///
  /// For an ICMP error `quoted` is the packet it speaks of.
  public mutating func track(_ packet: IPv4Packet, quoted: IPv4Packet? = nil, now: Instant) -> Tracked {
    if case .icmp(let message) = packet.payload, message.kind.isError { return relate(quoted, now) }
    guard let tuple = Tuple(packet) else { return .invalid }
    guard let place = find(tuple, now) else { return begin(tuple, packet, now) }
    return follow(place, packet, now)
  }

  /// Forgets a connection, such as one whose first packet was refused.
  public mutating func discard(_ id: EntryID) {
    if self[id] != nil { remove(id.index) }
  }

  /// Forgets all connections, as when the link they were translated for goes down.
  public mutating func removeAll() {
    for index in slots.indices where slots[index].entry != nil { remove(UInt32(index)) }
  }

  /// An ICMP error belongs to the connection of the packet it quotes, and travels the other way (RFC 5508, 4.2).
  private mutating func relate(_ quoted: IPv4Packet?, _ now: Instant) -> Tracked {
    guard let quoted, let tuple = Tuple(quoted), let place = find(tuple.inverted, now) else {
      return .invalid
    }
    return Tracked(state: .related, direction: place.direction, entry: id(place.index), isFirst: false)
  }

  private mutating func begin(_ tuple: Tuple, _ packet: IPv4Packet, _ now: Instant) -> Tracked {
    guard tuple.flow != .echoReply else { return .invalid }
    var entry = Entry(original: tuple, reply: tuple.inverted, began: now, expires: now)
    if case .tcp(let segment) = packet.payload {
      guard case .to(let state) = TCPState.none.next(segment.flags, .original) else { return .invalid }
      entry.tcp = state
    }
    entry.expires = now + timeouts.span(for: entry, now)
    sweep(now)
    let index = insert(entry, now)
    return Tracked(state: .new, direction: .original, entry: id(index), isFirst: true)
  }

  private mutating func follow(_ place: Place, _ packet: IPv4Packet, _ now: Instant) -> Tracked {
    guard var entry = slots[Int(place.index)].entry else { return .invalid }
    var isKept = true
    if case .tcp(let segment) = packet.payload {
      switch entry.tcp.next(segment.flags, place.direction) {
      case .to(let state): entry.tcp = state
      case .ignored: isKept = false
      case .invalid: return .invalid
      case .anew:
        remove(place.index)
        return Tuple(packet).map { begin($0, packet, now) } ?? .invalid
      }
    }
    if isKept {
      entry.expires = now + timeouts.span(for: entry, now)
    }
    if place.direction == .reply { entry.hasReply = true }
    slots[Int(place.index)].entry = entry
    return Tracked(
      state: entry.hasReply ? .established : .new, direction: place.direction, entry: id(place.index),
      isFirst: false)
  }
}

// MARK: The table

extension ConnectionTracking {
  subscript(id: EntryID) -> Entry? {
    let slot = Int(id.index) < slots.count ? slots[Int(id.index)] : nil
    return slot?.generation == id.generation ? slot?.entry : nil
  }

  func id(_ index: UInt32) -> EntryID {
    EntryID(index: index, generation: slots[Int(index)].generation)
  }

  /// Where `tuple` leads, if to an entry that still lives.
  mutating func find(_ tuple: Tuple, _ now: Instant) -> Place? {
    guard let place = places[tuple] else { return nil }
    guard let entry = slots[Int(place.index)].entry, now < entry.expires else {
      remove(place.index)
      return nil
    }
    return place
  }

  private mutating func insert(_ entry: Entry, _ now: Instant) -> UInt32 {
    let index: UInt32
    if let slot = free.popLast() {
      index = slot
      slots[Int(index)].entry = entry
    } else {
      index = UInt32(slots.count)
      slots.append(Slot(entry: entry, generation: 0))
    }
    places[entry.original] = Place(index, .original)
    indexReply(index, now)
    return index
  }

  /// Makes the entry's replies findable, unless they are another connection's.
  @discardableResult
  mutating func indexReply(_ index: UInt32, _ now: Instant) -> Bool {
    guard let reply = slots[Int(index)].entry?.reply else { return false }
    let isFree = find(reply, now).map { $0 == Place(index, .reply) } ?? true
    if isFree { places[reply] = Place(index, .reply) }
    slots[Int(index)].entry?.isReplyIndexed = isFree
    return isFree
  }

  /// Replaces what is expected to come back.
  mutating func setReply(_ index: UInt32, _ reply: Tuple, _ now: Instant) -> Bool {
    guard let entry = slots[Int(index)].entry else { return false }
    if entry.isReplyIndexed { places[entry.reply] = nil }
    slots[Int(index)].entry?.reply = reply
    return indexReply(index, now)
  }

  mutating func remove(_ index: UInt32) {
    guard let entry = slots[Int(index)].entry else { return }
    places[entry.original] = nil
    if entry.isReplyIndexed { places[entry.reply] = nil }
    if let binding = entry.source { forget(binding, entry.original.flow) }
    slots[Int(index)].entry = nil
    slots[Int(index)].generation &+= 1
    free.append(index)
  }

  /// Looks at the next few slots; with each new entry, that keeps dead ones from piling up.
  private mutating func sweep(_ now: Instant) {
    for _ in 0..<min(4, slots.count) {
      hand = hand + 1 < slots.count ? hand + 1 : 0
      if let entry = slots[hand].entry, entry.expires <= now { remove(UInt32(hand)) }
    }
  }
}

import Packets
import Simulation

/// The connections that pass a machine, and the addresses that are translated for them, as Linux's conntrack and NAT do it.
///
/// Both directions of a connection stand in one hash table. Nothing has a timer: an entry that is too old is found out
/// when somebody looks at it, and each new entry pays for looking at a few others. All of it is flat, so a packet of a
/// known connection allocates nothing, and a new connection nothing once there were as many at a time before.
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
    /// Whether this packet made the entry, so that the rules of translation are asked about it; also that of an entry
    /// which no packet has got through yet.
    public let isFirst: Bool
    /// Which ends of the packet become another's here; not yet known while it is the first.
    @usableFromInline let changesSource: Bool
    @usableFromInline let changesDestination: Bool

    /// Of a packet whose connection is not kept.
    private init(_ state: State) {
      self.state = state
      (direction, entry, isFirst, changesSource, changesDestination) = (.original, nil, false, false, false)
    }

    fileprivate init(_ state: State, _ direction: Direction, _ id: EntryID, of entry: Entry, isFirst: Bool) {
      self.state = state
      self.direction = direction
      self.entry = id
      self.isFirst = isFirst
      let isSourceMoved = entry.original.source != entry.reply.destination
      let isDestinationMoved = entry.original.destination != entry.reply.source
      // The way back undoes the other end's work.
      (changesSource, changesDestination) =
        direction == .original ? (isSourceMoved, isDestinationMoved) : (isDestinationMoved, isSourceMoved)
    }

    static let invalid = Tracked(.invalid)
    /// An error about a packet whose connection is not kept.
    public static let relatedToNothing = Tracked(.related)

    /// Whether an address or port of the connection is rewritten here; not yet known of its first packet.
    public var isTranslated: Bool { changesSource || changesDestination }

    /// Whether there may be something to do to one end of the packet.
    @inlinable
    public func mayChange(_ side: Translation.Side) -> Bool {
      isFirst || (side == .source ? changesSource : changesDestination)
    }
  }

  /// No slot: the end of a list.
  static let nobody = UInt32.max

  struct Entry: Sendable, BitwiseCopyable {
    var original: Tuple
    /// What comes back, as it is seen here before it is translated.
    var reply: Tuple
    var began: Instant
    var expires: Instant
    /// The rules that decided what the two ends become.
    var sourceOrigin = Origin.none
    var destinationOrigin = Origin.none
    /// The entries of the same source, newest first. Of a free slot, `next` is the next free one.
    var next = ConnectionTracking.nobody
    var previous = ConnectionTracking.nobody
    /// The mappings that gave its two ends what they became, in a translator that has such.
    var sourceMapping = ConnectionTracking.nobody
    var destinationMapping = ConnectionTracking.nobody
    var generation: UInt32 = 0
    var tcp = TCPState.none
    var hasReply = false
    /// False while another connection already gets the packets this one's replies would be.
    var isReplyIndexed = false
    var isListed = false
    /// Whether a mapping does not let it in yet; the next packet asks again.
    var isRefused = false
    /// False for a free slot.
    var isUsed = true
  }

  /// Where a tuple leads: the slot, and which direction of it.
  struct Place: Hashable, BitwiseCopyable, Sendable {
    let rawValue: UInt32
    init(_ index: UInt32, _ direction: Direction) { rawValue = index << 1 | UInt32(direction.rawValue) }
    var index: UInt32 { rawValue >> 1 }
    var slot: Int { Int(rawValue >> 1) }
    var direction: Direction { rawValue & 1 == 0 ? .original : .reply }
  }

  public let timeouts: Timeouts
  var entries: Slab<Entry>
  /// Slots that were ever used.
  private var slots = 0
  private var firstFree = ConnectionTracking.nobody
  /// Entries kept, among them some that are too old and were not yet looked at.
  public private(set) var count = 0
  private var places = FlatTable<Tuple, Place>()
  /// The newest entry of each source whose translation is decided (see `Tuple.sourceKey`).
  var sources = FlatTable<UInt64, UInt32>()
  private var hand = 0
  /// One, or none as in Linux.
  var mappings: [EndpointMappings] = []

  public init(timeouts: Timeouts = .linux) {
    self.timeouts = timeouts
    entries = Slab([])
  }

  /// Of a machine that translates by mappings, where a behavior is given; as Linux otherwise.
  public init(behavior: EndpointMappings.Behavior?) {
    self.init(timeouts: behavior.map { Timeouts(of: $0) } ?? .linux)
    mappings = behavior.map { [EndpointMappings($0)] } ?? []
  }
}

extension ConnectionTracking {
  /// Finds or makes the entry of a packet as it comes in, or leaves the machine that made it, before it is translated.
  ///
  /// For an ICMP error `quoted` is the packet it speaks of.
  public mutating func track(_ packet: IPv4Packet, quoted: IPv4Packet?, now: Instant) -> Tracked {
    if case .icmp(let message) = packet.payload, message.kind.isError { return track(errorAbout: quoted, now: now) }
    return track(packet, now: now)
  }

  /// An ICMP error belongs to the connection of the packet it quotes, and travels the other way (RFC 5508, 4.2).
  public mutating func track(errorAbout quoted: IPv4Packet?, now: Instant) -> Tracked {
    entries.makeUnique()
    guard let quoted, let tuple = Tuple(quoted), let place = find(tuple.inverted, now) else {
      return .invalid
    }
    return Tracked(.related, place.direction, id(place.index), of: entries[place.slot], isFirst: false)
  }

  /// The same for a packet that is no ICMP error.
  public mutating func track(_ packet: IPv4Packet, now: Instant) -> Tracked {
    entries.makeUnique()
    guard let tuple = Tuple(packet) else { return .invalid }
    guard let place = find(tuple, now) else { return begin(tuple, packet, now) }
    return follow(place, packet, now)
  }

  /// Forgets a connection, such as one whose first packet was refused.
  public mutating func discard(_ id: EntryID) {
    entries.makeUnique()
    if isThere(id) { remove(id.index) }
  }

  /// Forgets every connection whose source became `address`, as when a lease of that address ends.
  public mutating func discardAll(withSource address: IPv4Address) {
    entries.makeUnique()
    for slot in 0..<slots where entries[slot].isUsed && entries[slot].reply.destination.address == address {
      if entries[slot].original.source != entries[slot].reply.destination { remove(UInt32(slot)) }
    }
  }

  @inline(never)
  private mutating func begin(_ tuple: Tuple, _ packet: IPv4Packet, _ now: Instant) -> Tracked {
    guard tuple.flow != .echoReply else { return .invalid }
    var entry = Entry(original: tuple, reply: tuple.inverted, began: now, expires: now)
    if case .tcp(let segment) = packet.payload {
      guard case .to(let state) = TCPState.none.next(segment.flags, .original) else { return .invalid }
      entry.tcp = state
    }
    entry.expires = now + timeouts.span(of: tuple.flow, entry.tcp, isStream: false)
    sweep(now)
    let index = insert(entry, now)
    return Tracked(.new, .original, id(index), of: entry, isFirst: true)
  }

  private mutating func follow(_ place: Place, _ packet: IPv4Packet, _ now: Instant) -> Tracked {
    let slot = place.slot
    let before = entries[slot].expires
    var isKept = true
    var isOver = false
    if case .tcp(let segment) = packet.payload {
      switch entries[slot].tcp.next(segment.flags, place.direction) {
      case .to(let state):
        entries[slot].tcp = state
        // Linux, `tcp_packet`: a connection whose only answer is a reset has never been one.
        isOver = segment.flags.contains(.rst) && !entries[slot].hasReply
      case .ignored: isKept = false
      case .invalid: return .invalid
      case .anew:
        remove(place.index)
        return Tuple(packet).map { begin($0, packet, now) } ?? .invalid
      }
    }
    if isOver {
      // This packet is still translated; the next one finds nothing.
      entries[slot].expires = now
    } else if isKept {
      let isStream = entries[slot].hasReply && now - entries[slot].began > timeouts.streamAge
      entries[slot].expires =
        now + timeouts.span(of: entries[slot].original.flow, entries[slot].tcp, isStream: isStream)
    }
    if place.direction == .reply { entries[slot].hasReply = true }
    if !mappings.isEmpty { refreshMappings(of: slot, before: before) }
    return Tracked(
      entries[slot].hasReply ? .established : .new, place.direction, id(place.index), of: entries[slot],
      isFirst: entries[slot].isRefused)
  }
}

// MARK: The table

extension ConnectionTracking {
  /// Whether the entry that was given that id is still the one in its slot.
  @inline(__always)
  func isThere(_ id: EntryID) -> Bool {
    Int(id.index) < slots && entries[Int(id.index)].generation == id.generation && entries[Int(id.index)].isUsed
  }

  @inline(__always)
  func id(_ index: UInt32) -> EntryID { EntryID(index: index, generation: entries[Int(index)].generation) }

  /// Where `tuple` leads, if to an entry that still lives.
  @inline(__always)
  mutating func find(_ tuple: Tuple, _ now: Instant) -> Place? {
    guard let place = places[tuple] else { return nil }
    guard now < entries[place.slot].expires else {
      remove(place.index)
      return nil
    }
    return place
  }

  private mutating func insert(_ entry: Entry, _ now: Instant) -> UInt32 {
    let index = takeSlot(for: entry)
    let slot = Int(index)
    let generation = entries[slot].generation
    entries[slot] = entry
    entries[slot].generation = generation
    count += 1
    places[entry.original] = Place(index, .original)
    indexReply(index, now)
    return index
  }

  private mutating func takeSlot(for entry: Entry) -> UInt32 {
    if firstFree != ConnectionTracking.nobody {
      defer { firstFree = entries[Int(firstFree)].next }
      return firstFree
    }
    if slots == entries.capacity { entries.grow(to: max(16, slots * 2), filledWith: entry) }
    slots += 1
    entries[slots - 1].generation = 0
    return UInt32(slots - 1)
  }

  /// Makes the entry's replies findable, unless they are another connection's.
  @discardableResult
  mutating func indexReply(_ index: UInt32, _ now: Instant) -> Bool {
    let reply = entries[Int(index)].reply
    let place = Place(index, .reply)
    let isFree = find(reply, now).map { $0 == place } ?? true
    if isFree { places[reply] = place }
    entries[Int(index)].isReplyIndexed = isFree
    return isFree
  }

  /// The entries that are not too old, the oldest first.
  func living(at now: Instant) -> [Entry] {
    (0..<slots).map { entries[$0] }.filter { $0.isUsed && now < $0.expires }.enumerated()
      .sorted { ($0.element.began, $0.offset) < ($1.element.began, $1.offset) }.map(\.element)
  }

  /// Replaces what is expected to come back.
  mutating func setReply(_ index: UInt32, _ reply: Tuple, _ now: Instant) -> Bool {
    let slot = Int(index)
    if entries[slot].isReplyIndexed {
      if entries[slot].reply == reply { return true }
      places[entries[slot].reply] = nil
    }
    entries[slot].reply = reply
    return indexReply(index, now)
  }

  mutating func remove(_ index: UInt32) {
    let slot = Int(index)
    places[entries[slot].original] = nil
    if entries[slot].isReplyIndexed { places[entries[slot].reply] = nil }
    if entries[slot].isListed { unlist(index) }
    if !mappings.isEmpty { releaseMappings(of: slot) }
    entries[slot].isUsed = false
    entries[slot].generation &+= 1
    entries[slot].next = firstFree
    firstFree = index
    count -= 1
  }

  /// Looks at the next few slots; with each new entry, that keeps dead ones from piling up.
  private mutating func sweep(_ now: Instant) {
    for _ in 0..<min(4, slots) {
      hand = hand + 1 < slots ? hand + 1 : 0
      if entries[hand].isUsed, entries[hand].expires <= now { remove(UInt32(hand)) }
    }
  }
}

// MARK: The sources

extension ConnectionTracking {
  /// Puts an entry at the head of its source's list, so that the source's next connection may look the same.
  mutating func list(_ index: UInt32) {
    let slot = Int(index)
    let key = entries[slot].original.sourceKey
    let head = sources[key] ?? ConnectionTracking.nobody
    entries[slot].next = head
    entries[slot].previous = ConnectionTracking.nobody
    entries[slot].isListed = true
    if head != ConnectionTracking.nobody { entries[Int(head)].previous = index }
    sources[key] = index
  }

  private mutating func unlist(_ index: UInt32) {
    let slot = Int(index)
    let (previous, next) = (entries[slot].previous, entries[slot].next)
    entries[slot].isListed = false
    if next != ConnectionTracking.nobody { entries[Int(next)].previous = previous }
    if previous != ConnectionTracking.nobody {
      entries[Int(previous)].next = next
    } else {
      sources[entries[slot].original.sourceKey] = next == ConnectionTracking.nobody ? nil : next
    }
  }
}

import Packets
import Simulation

/// What an IP stack knows of the hardware addresses of its neighbours, and the packets that wait for one.
///
/// It follows Linux (RFC 4861, 7.3.2, gives the states their names). The owner sends what it is told to and sets one timer
/// for each span it is given; a timer that has been overtaken does nothing, so none needs to be cancelled.
public struct NeighborCache: Sendable {
  /// Questions asked before an address is given up, by broadcast as well as by unicast (`mcast_solicit`, `ucast_solicit`).
  public static let questions = 3
  /// Between two questions (`retrans_time_ms`), before the timer is late.
  public static let questionInterval = TimeSpan.seconds(1)
  /// Linux's timer wheel, at 250 ticks a second, lets a timer of about a second fire at the next multiple of this. A
  /// resolution therefore fails after 3.05 to 3.08 s, as measured, and not after three.
  public static let timerGrid = TimeSpan.milliseconds(32)
  /// From the first use of a stale entry to the first unicast question (`delay_first_probe_time`).
  public static let delayBeforeProbe = TimeSpan.seconds(5)
  /// The middle of the time an answer is believed, which is drawn from half to one and a half of it (`base_reachable_time_ms`).
  public static let baseReachableTime = TimeSpan.seconds(30)
  /// In this time after an entry changed, another answer does not overwrite it: the first one wins (`locktime`).
  public static let lockTime = TimeSpan.seconds(1)
  /// Packets that may wait for one address: 212,992 bytes of buffers (`unres_qlen_bytes`), which Linux counts as so many of
  /// full length (`unres_qlen`). Before Linux 3.3 it was 3.
  public static let defaultWaitingLimit = 101
  /// Entries idle for longer may be forgotten (`gc_stale_time`).
  public static let staleTime = TimeSpan.seconds(60)
  /// Between two searches for idle entries (`gc_interval`).
  public static let collectionInterval = TimeSpan.seconds(30)

  public enum State: UInt8, Hashable, Sendable, BitwiseCopyable {
    /// Asked for by broadcast; nothing is known.
    case incomplete
    /// Answered lately.
    case reachable
    /// Known, not verified: it is used, and the first use starts the delay.
    case stale
    /// Used without verification, because the answer often comes from above soon.
    case delay
    /// Asked for by unicast.
    case probe
    /// Nobody answered; the next use asks again.
    case failed
  }

  static func key(_ address: IPv4Address, on port: PortNumber) -> UInt64 {
    UInt64(port.index) << 32 | UInt64(address.rawValue)
  }

  static func port(of key: UInt64) -> PortNumber { PortNumber(Int(key >> 32)) }
  static func address(of key: UInt64) -> IPv4Address { IPv4Address(rawValue: UInt32(truncatingIfNeeded: key)) }

  struct Entry: Sendable, BitwiseCopyable {
    var state: State
    var hardware = MACAddress.zero
    var changed: Instant
    var used: Instant
    /// The end of being reachable, or when the timer in force is due.
    var due = Instant.never
    var asked: UInt8 = 0
    /// Rises from entry to entry.
    var serial: UInt32 = 0

    var isKnown: Bool { state != .incomplete && state != .failed }
  }

  /// How many there may be. It stands beside what is asked for each packet as well.
  public var limits = Limits()
  /// Where a neighbour's entry stands; sorted where it is enumerated.
  var places = FlatTable<UInt64, UInt32>()
  var entries: [Entry] = []
  private var free: [UInt32] = []
  /// Packets that wait, by neighbour; looked up, never iterated.
  var waiting: [UInt64: [HeldFrame]] = [:]
  private var nextCollection = Instant.start
  var lastSqueeze = Instant.start
  private var lastSerial: UInt32 = 0
  /// How many packets may wait for one address.
  public var waitingLimit = NeighborCache.defaultWaitingLimit

  public init() {}

  /// From a question to what follows it.
  public static func untilNextQuestion(_ now: Instant) -> TimeSpan {
    let grid = timerGrid.nanoseconds
    let early = (now + questionInterval).nanoseconds
    return Instant(nanoseconds: (early / grid + 1) * grid) - now
  }
}

extension NeighborCache {
  /// What to do with a packet for a neighbour.
  public enum Use: Hashable, Sendable {
    /// Send it there; where a span is given, set the neighbour's timer to it.
    case resolved(MACAddress, verify: TimeSpan?)
    /// Let it wait; where one must ask, send a broadcast question and set the timer to `untilNextQuestion`.
    case unresolved(mustAsk: Bool)
    /// Give it up: there is no room for another neighbour.
    case refused
  }

  public mutating func use(_ address: IPv4Address, on port: PortNumber, now: Instant) -> Use {
    if places.count >= Int(limits.uncollected) { collect(now) }
    guard let place = place(of: NeighborCache.key(address, on: port), now) else { return .refused }
    entries[place].used = now
    switch entries[place].state {
    case .failed:
      entries[place].state = .incomplete
      entries[place].changed = now
      entries[place].asked = 1
      entries[place].due = now + NeighborCache.untilNextQuestion(now)
      return .unresolved(mustAsk: true)
    case .incomplete:
      return .unresolved(mustAsk: false)
    case .reachable where now < entries[place].due:
      return .resolved(entries[place].hardware, verify: nil)
    case .reachable, .stale:
      entries[place].state = .delay
      entries[place].due = now + NeighborCache.delayBeforeProbe
      return .resolved(entries[place].hardware, verify: NeighborCache.delayBeforeProbe)
    case .delay, .probe:
      return .resolved(entries[place].hardware, verify: nil)
    }
  }

  private mutating func place(of key: UInt64, _ now: Instant) -> Int? {
    if let place = places[key] { return Int(place) }
    guard makesRoom(now) else { return nil }
    return insert(Entry(state: .failed, changed: now, used: now), for: key)
  }

  mutating func insert(_ entry: Entry, for key: UInt64) -> Int {
    let place: Int
    lastSerial += 1
    var entry = entry
    entry.serial = lastSerial
    if let reused = free.popLast() {
      place = Int(reused)
      entries[place] = entry
    } else {
      place = entries.count
      entries.append(entry)
    }
    places[key] = UInt32(place)
    return place
  }

  /// Forgets a neighbour; what waited for it is given back.
  mutating func remove(_ key: UInt64) -> [HeldFrame] {
    guard let place = places[key] else { return [] }
    places[key] = nil
    free.append(place)
    return waiting.removeValue(forKey: key) ?? []
  }

  /// Lets a packet wait for an address in resolution; the oldest one is pushed out of a full queue and returned.
  public mutating func enqueue(
    _ frame: HeldFrame, for address: IPv4Address, on port: PortNumber
  ) -> HeldFrame? {
    let key = NeighborCache.key(address, on: port)
    guard let place = places[key], entries[Int(place)].state == .incomplete else { return frame }
    let count = waiting[key]?.count ?? 0
    waiting[key, default: []].append(frame)
    return count < waitingLimit ? nil : waiting[key]?.removeFirst()
  }

  /// What a neighbour's timer asks for.
  public enum Tick: Hashable, Sendable {
    /// Send a broadcast question and set the timer again; the packet is the last that waits, if any does.
    case askBroadcast(next: TimeSpan, about: HeldFrame?)
    /// Send a question to the address known, and set the timer again.
    case askUnicast(MACAddress, next: TimeSpan)
    /// Nobody answered: these packets are undeliverable (ICMP 3/1 for each).
    case failed([HeldFrame])
    /// The timer was overtaken.
    case nothing
  }

  public mutating func tick(_ address: IPv4Address, on port: PortNumber, now: Instant) -> Tick {
    let key = NeighborCache.key(address, on: port)
    guard let place = places[key], now >= entries[Int(place)].due else { return .nothing }
    var entry = entries[Int(place)]
    defer { entries[Int(place)] = entry }
    switch entry.state {
    case .reachable, .stale, .failed:
      return .nothing
    case .delay:
      entry.state = .probe
      entry.asked = 1
    case .incomplete, .probe:
      guard entry.asked < NeighborCache.questions else {
        entry = Entry(state: .failed, changed: now, used: entry.used)
        return .failed(waiting.removeValue(forKey: key) ?? [])
      }
      entry.asked += 1
    }
    let next = NeighborCache.untilNextQuestion(now)
    entry.due = now + next
    return entry.state == .probe
      ? .askUnicast(entry.hardware, next: next) : .askBroadcast(next: next, about: waiting[key]?.last)
  }

  /// Whether there is an address to send to, verified or not (`NUD_VALID`).
  public mutating func knows(_ address: IPv4Address, on port: PortNumber) -> Bool {
    places[NeighborCache.key(address, on: port)].map { entries[Int($0)].isKnown } ?? false
  }

  /// Forgets the neighbours behind a port whose link went down, and gives back what waited for them, by address.
  public mutating func flush(_ port: PortNumber) -> [HeldFrame] {
    places.keys.filter { NeighborCache.port(of: $0) == port }.sorted().flatMap { remove($0) }
  }

  /// One neighbour as a report shows it.
  public struct Neighbor: Hashable, Sendable {
    public var port: PortNumber
    public var address: IPv4Address
    public var hardware: MACAddress?
    public var state: State
  }

  /// All neighbours at that moment, by port and address.
  public func neighbors(at now: Instant) -> [Neighbor] {
    places.keys.sorted().compactMap { key in
      guard let place = places[key] else { return nil }
      let entry = entries[Int(place)]
      return Neighbor(
        port: NeighborCache.port(of: key), address: NeighborCache.address(of: key),
        hardware: entry.isKnown ? entry.hardware : nil,
        state: entry.state == .reachable && now >= entry.due ? .stale : entry.state)
    }
  }

  /// Forgets idle entries now and then, where there are many.
  private mutating func collect(_ now: Instant) {
    guard now >= nextCollection else { return }
    nextCollection = now + NeighborCache.collectionInterval
    for key in places.keys {
      guard let place = places[key] else { continue }
      let entry = entries[Int(place)]
      guard entry.state == .reachable || entry.state == .stale || entry.state == .failed,
        now - entry.used >= NeighborCache.staleTime
      else { continue }
      _ = remove(key)
    }
  }
}

import Packets
import Simulation

/// What an IP stack knows of the hardware addresses of its neighbours, and the packets that wait for one.
///
/// It follows Linux (RFC 4861, 7.3.2, gives the states their names). The owner sends what it is told to and sets one timer
/// for each span it is given; a timer that has been overtaken does nothing, so none needs to be cancelled.
public struct NeighborCache: Sendable {
  /// Questions asked before an address is given up, by broadcast as well as by unicast (`mcast_solicit`, `ucast_solicit`).
  public static let questions = 3
  /// Between two questions (`retrans_time_ms`).
  public static let questionInterval = TimeSpan.seconds(1)
  /// From the first use of a stale entry to the first unicast question (`delay_first_probe_time`).
  public static let delayBeforeProbe = TimeSpan.seconds(5)
  /// The middle of the time an answer is believed, which is drawn from half to one and a half of it (`base_reachable_time_ms`).
  public static let baseReachableTime = TimeSpan.seconds(30)
  /// In this time after an entry changed, another answer does not overwrite it: the first one wins (`locktime`).
  public static let lockTime = TimeSpan.seconds(1)
  /// Packets that may wait for one address (`unres_qlen`).
  public static let waitingLimit = 101
  /// Idle entries are forgotten only while more than this many are kept (`gc_thresh1`).
  public static let uncollected = 128
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

  struct Key: Hashable, BitwiseCopyable {
    var port: PortNumber
    var address: IPv4Address
  }

  struct Entry {
    var state: State
    var hardware = MACAddress.zero
    var changed: Instant
    var used: Instant
    /// The end of being reachable, or when the timer in force is due.
    var due = Instant.never
    var asked = 0
    var waiting: [HeldFrame] = []

    var isKnown: Bool { state != .incomplete && state != .failed }
  }

  var entries: [Key: Entry] = [:]  // looked up; sorted where it is enumerated
  var nextCollection = Instant.start

  public init() {}
}

extension NeighborCache {
  /// What to do with a packet for a neighbour.
  public enum Use: Hashable, Sendable {
    /// Send it there; where a span is given, set the neighbour's timer to it.
    case resolved(MACAddress, verify: TimeSpan?)
    /// Let it wait; where one must ask, send a broadcast question and set the timer to `questionInterval`.
    case unresolved(mustAsk: Bool)
  }

  public mutating func use(_ address: IPv4Address, on port: PortNumber, now: Instant) -> Use {
    let key = Key(port: port, address: address)
    collect(now)
    var entry = entries[key] ?? Entry(state: .failed, changed: now, used: now)
    defer { entries[key] = entry }
    entry.used = now
    switch entry.state {
    case .failed:
      entry.state = .incomplete
      entry.changed = now
      entry.asked = 1
      entry.due = now + NeighborCache.questionInterval
      return .unresolved(mustAsk: true)
    case .incomplete:
      return .unresolved(mustAsk: false)
    case .reachable where now < entry.due:
      return .resolved(entry.hardware, verify: nil)
    case .reachable, .stale:
      entry.state = .delay
      entry.due = now + NeighborCache.delayBeforeProbe
      return .resolved(entry.hardware, verify: NeighborCache.delayBeforeProbe)
    case .delay, .probe:
      return .resolved(entry.hardware, verify: nil)
    }
  }

  /// Lets a packet wait for an address in resolution; the oldest one is pushed out of a full queue and returned.
  public mutating func enqueue(
    _ frame: HeldFrame, for address: IPv4Address, on port: PortNumber
  ) -> HeldFrame? {
    let key = Key(port: port, address: address)
    guard let count = entries[key]?.waiting.count, entries[key]?.state == .incomplete else { return frame }
    entries[key]?.waiting.append(frame)
    return count < NeighborCache.waitingLimit ? nil : entries[key]?.waiting.removeFirst()
  }

  /// What a neighbour's timer asks for.
  public enum Tick: Hashable, Sendable {
    /// Send a broadcast question and set the timer again.
    case askBroadcast(next: TimeSpan)
    /// Send a question to the address known, and set the timer again.
    case askUnicast(MACAddress, next: TimeSpan)
    /// Nobody answered: these packets are undeliverable (ICMP 3/1 for each).
    case failed([HeldFrame])
    /// The timer was overtaken.
    case nothing
  }

  public mutating func tick(_ address: IPv4Address, on port: PortNumber, now: Instant) -> Tick {
    let key = Key(port: port, address: address)
    guard var entry = entries[key], now >= entry.due else { return .nothing }
    defer { entries[key] = entry }
    switch entry.state {
    case .reachable, .stale, .failed:
      return .nothing
    case .delay:
      entry.state = .probe
      entry.asked = 1
    case .incomplete, .probe:
      guard entry.asked < NeighborCache.questions else {
        let undeliverable = entry.waiting
        entry = Entry(state: .failed, changed: now, used: entry.used)
        return .failed(undeliverable)
      }
      entry.asked += 1
    }
    entry.due = now + NeighborCache.questionInterval
    return entry.state == .probe
      ? .askUnicast(entry.hardware, next: NeighborCache.questionInterval)
      : .askBroadcast(next: NeighborCache.questionInterval)
  }

  /// Forgets the neighbours behind a port whose link went down, and gives back what waited for them, by address.
  public mutating func flush(_ port: PortNumber) -> [HeldFrame] {
    let gone = entries.keys.filter { $0.port == port }.sorted { $0.address < $1.address }
    return gone.flatMap { entries.removeValue(forKey: $0)?.waiting ?? [] }
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
    entries.sorted { ($0.key.port, $0.key.address) < ($1.key.port, $1.key.address) }.map { key, entry in
      Neighbor(
        port: key.port, address: key.address, hardware: entry.isKnown ? entry.hardware : nil,
        state: entry.state == .reachable && now >= entry.due ? .stale : entry.state)
    }
  }

  /// Forgets idle entries now and then, where there are many.
  private mutating func collect(_ now: Instant) {
    guard entries.count > NeighborCache.uncollected, now >= nextCollection else { return }
    nextCollection = now + NeighborCache.collectionInterval
    entries = entries.filter { _, entry in
      entry.state == .incomplete || entry.state == .delay || entry.state == .probe
        || now - entry.used < NeighborCache.staleTime
    }
  }
}

import Packets
import Simulation

/// Which port of a bridge leads to which station (IEEE 802.1Q-2018, 8.8).
///
/// Entries age when they are looked at, not by timers. A flat table with open addressing: nothing is ever taken out of it,
/// it is written anew without what is gone, and the order of its slots is seen by nobody.
public struct ForwardingDatabase: Sendable {
  /// IEEE 802.1Q-2018, table 8-6; Linux bridges have the same.
  public static let defaultAgeingTime = TimeSpan.seconds(300)
  /// Entries unless told otherwise, as in many switches; a station beyond them is not learned and stays unknown.
  public static let defaultLimit = 16_384

  public let ageingTime: TimeSpan
  public let limit: Int

  private var slots: [Entry]
  private var used = 0
  /// Nothing ages before this, so there is no use in clearing up.
  private var earliestAgeing = Instant.start

  private struct Entry: Sendable, BitwiseCopyable {
    var key: UInt64
    var port: PortNumber
    var heard: Instant
    static let empty = Entry(key: .max, port: .none, heard: .start)
  }

  /// What hearing a station changed.
  public enum Learning: Hashable, Sendable {
    case new, refreshed
    case moved(from: PortNumber)
    /// A group address is no station (IEEE 802.1Q-2018, 8.7).
    case refused
    /// The table is full of stations heard lately.
    case full
  }

  public init(
    ageingTime: TimeSpan = ForwardingDatabase.defaultAgeingTime, limit: Int = ForwardingDatabase.defaultLimit
  ) {
    self.ageingTime = ageingTime
    self.limit = limit
    slots = Array(repeating: .empty, count: 16)
  }

  /// Writes down that `address` was heard as a source on `port`. `vlan` is nil where there are no VLANs.
  public mutating func learn(
    _ address: MACAddress, vlan: VLANID?, on port: PortNumber, at now: Instant
  ) -> Learning {
    guard !address.isGroup else { return .refused }
    let key = ForwardingDatabase.key(address, vlan)
    let place = place(of: key)
    guard slots[place].key == key else { return insert(key, on: port, at: now) }
    let before = slots[place]
    slots[place] = Entry(key: key, port: port, heard: now)
    if isAged(before, at: now) { return .new }
    return before.port == port ? .refreshed : .moved(from: before.port)
  }

  /// The port that leads to `address`; nil when it is not known, or was not heard for the ageing time.
  public func port(of address: MACAddress, vlan: VLANID?, at now: Instant) -> PortNumber? {
    let key = ForwardingDatabase.key(address, vlan)
    let entry = slots[place(of: key)]
    return entry.key == key && !isAged(entry, at: now) ? entry.port : nil
  }

  /// Forgets every station behind `port`, as when its link goes down.
  public mutating func flush(_ port: PortNumber) {
    rewrite(capacity: slots.count) { $0.port != port }
  }

  /// How many stations are known.
  public func count(at now: Instant) -> Int {
    slots.count { $0.key != Entry.empty.key && !isAged($0, at: now) }
  }

  private mutating func insert(_ key: UInt64, on port: PortNumber, at now: Instant) -> Learning {
    if used >= limit { clearUp(at: now) }
    guard used < limit else { return .full }
    if used * 2 >= slots.count { rewrite(capacity: slots.count * 2) { _ in true } }
    slots[place(of: key)] = Entry(key: key, port: port, heard: now)
    used += 1
    return .new
  }

  private mutating func clearUp(at now: Instant) {
    guard now >= earliestAgeing else { return }
    let (ageingTime, capacity) = (ageingTime, slots.count)
    rewrite(capacity: capacity) { now - $0.heard < ageingTime }
    let oldest = slots.reduce(now) { $1.key == Entry.empty.key ? $0 : min($0, $1.heard) }
    earliestAgeing = oldest + ageingTime
  }

  private mutating func rewrite(capacity: Int, keeping isKept: (Entry) -> Bool) {
    let old = slots
    slots = Array(repeating: .empty, count: capacity)
    used = 0
    for entry in old where entry.key != Entry.empty.key && isKept(entry) {
      slots[place(of: entry.key)] = entry
      used += 1
    }
  }

  private func isAged(_ entry: Entry, at now: Instant) -> Bool { now - entry.heard >= ageingTime }

  /// The slot that holds `key`, or the empty one where it belongs. There always is one: half of them are empty.
  private func place(of key: UInt64) -> Int {
    let mask = slots.count - 1
    // Multiplying by 2^64 / φ spreads neighbouring addresses; the high half is the well mixed one.
    var place = Int(truncatingIfNeeded: (key &* 0x9e37_79b9_7f4a_7c15) >> 32) & mask
    while slots[place].key != key, slots[place].key != Entry.empty.key { place = (place + 1) & mask }
    return place
  }

  /// The whole key in one word; no VLAN has the identifier 0, which so stands for none.
  private static func key(_ address: MACAddress, _ vlan: VLANID?) -> UInt64 {
    UInt64(vlan?.rawValue ?? 0) << 48 | address.rawValue
  }
}

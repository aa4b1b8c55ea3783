import Packets
import Simulation

/// Which port of a bridge leads to which station (IEEE 802.1Q-2018, 8.8).
///
/// Entries age when they are looked at, not by timers.
public struct ForwardingDatabase: Sendable {
  /// IEEE 802.1Q-2018, table 8-6; Linux bridges have the same.
  public static let defaultAgeingTime = TimeSpan.seconds(300)
  /// Entries unless told otherwise, as in many switches; a station beyond them is not learned and stays unknown.
  public static let defaultLimit = 16_384

  public private(set) var ageingTime: TimeSpan
  public let limit: Int

  private var entries = FlatTable<UInt64, Entry>()
  /// Nothing ages before this, so there is no use in clearing up.
  private var earliestAgeing = Instant.start

  private struct Entry: Sendable, BitwiseCopyable {
    var port: PortNumber
    var heard: Instant
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
  }

  /// Writes down that `address` was heard as a source on `port`. `vlan` is nil where there are no VLANs.
  public mutating func learn(
    _ address: MACAddress, vlan: VLANID?, on port: PortNumber, at now: Instant
  ) -> Learning {
    guard !address.isGroup else { return .refused }
    let key = ForwardingDatabase.key(address, vlan)
    let entry = Entry(port: port, heard: now)
    guard let before = entries.replace(key, by: entry) else { return insert(entry, for: key, at: now) }
    if isAged(before, at: now) { return .new }
    return before.port == port ? .refreshed : .moved(from: before.port)
  }

  /// Writes down a station before the run, as if it had been heard at its start; the limit does not count here.
  public mutating func know(_ address: MACAddress, vlan: VLANID?, on port: PortNumber) {
    entries[ForwardingDatabase.key(address, vlan)] = Entry(port: port, heard: .start)
  }

  /// The port that leads to `address`; nil when it is not known, or was not heard for the ageing time.
  public func port(of address: MACAddress, vlan: VLANID?, at now: Instant) -> PortNumber? {
    guard let entry = entries[ForwardingDatabase.key(address, vlan)], !isAged(entry, at: now) else { return nil }
    return entry.port
  }

  /// Forgets every station behind `port`, as when its link goes down.
  public mutating func flush(_ port: PortNumber) {
    entries.removeAll(except: { _, entry in entry.port != port })
  }

  /// From now on stations are forgotten after another time; what has been forgotten stays so.
  public mutating func setAgeing(_ span: TimeSpan, at now: Instant) {
    let ageingTime = ageingTime
    entries.removeAll(except: { _, entry in now - entry.heard < ageingTime })
    self.ageingTime = span
    earliestAgeing = .start
  }

  /// How many stations are known.
  public func count(at now: Instant) -> Int { entries.values.count { !isAged($0, at: now) } }

  private mutating func insert(_ entry: Entry, for key: UInt64, at now: Instant) -> Learning {
    if entries.count >= limit { clearUp(at: now) }
    guard entries.count < limit else { return .full }
    entries[key] = entry
    return .new
  }

  private mutating func clearUp(at now: Instant) {
    guard now >= earliestAgeing else { return }
    let ageingTime = ageingTime
    entries.removeAll(except: { _, entry in now - entry.heard < ageingTime })
    earliestAgeing = entries.values.reduce(now) { min($0, $1.heard) } + ageingTime
  }

  /// The keys of all entries, those that have aged too, in no order.
  var keys: [UInt64] { entries.keys }

  /// When a station was heard last.
  func heard(_ address: MACAddress, vlan: VLANID?) -> Instant? {
    entries[ForwardingDatabase.key(address, vlan)]?.heard
  }

  private func isAged(_ entry: Entry, at now: Instant) -> Bool { now - entry.heard >= ageingTime }

  /// The whole key in one word; no VLAN has the identifier 0, which so stands for none.
  private static func key(_ address: MACAddress, _ vlan: VLANID?) -> UInt64 {
    UInt64(vlan?.rawValue ?? 0) << 48 | address.rawValue
  }
}

import Packets
import Simulation

/// Learning from ARP.
extension NeighborCache {
  /// In what kind of ARP packet a neighbour named itself.
  public enum Evidence: UInt8, Hashable, Sendable, BitwiseCopyable {
    /// A reply whose frame was for us alone.
    case reply
    /// A question about one of our addresses: who asks will soon be answered, so the entry is made if it is missing.
    case request
    /// A packet that names its sender twice (RFC 5227, 3): it corrects what is known, at once, and creates nothing.
    case gratuitous
    /// Any other ARP packet, such as a question about somebody else or a reply to everybody.
    case overheard
  }

  /// What came of an ARP packet.
  public struct Learned: Hashable, Sendable {
    /// Whether the neighbour was unknown before, or had another hardware address.
    public var hasChanged: Bool
    /// Packets that can be sent there now, oldest first.
    public var released: [HeldFrame]
    /// Set the neighbour's timer to this: what is released uses an address that nobody verified.
    public var verify: TimeSpan?
    /// Whether there was no room for a neighbour who asks; who asks is then not answered (Linux, `arp_process`).
    public var isRefused = false

    static let nothing = Learned(hasChanged: false, released: [], verify: nil)
    static let refused = Learned(hasChanged: false, released: [], verify: nil, isRefused: true)
  }

  /// Notes that `address` is at `hardware`.
  public mutating func learn(
    _ address: IPv4Address, at hardware: MACAddress, on port: PortNumber, from evidence: Evidence,
    now: Instant,
    random: inout RandomSource
  ) -> Learned {
    let key = NeighborCache.key(address, on: port)
    let place = places[key]
    guard var entry = place.map({ entries[Int($0)] }) ?? newcomer(evidence, now) else { return .nothing }
    guard place != nil || makesRoom(now) else { return .refused }
    let hasChanged = !entry.isKnown || entry.hardware != hardware
    guard !entry.isKnown || !hasChanged || mayOverwrite(entry, evidence, now) else { return .nothing }

    let before = entry.state
    if evidence == .reply {
      entry.state = .reachable
      entry.due = now + NeighborCache.reachableTime(&random)
    } else if hasChanged {
      entry.state = .stale
      entry.due = .never
    }
    if hasChanged || entry.state != before {
      entry.changed = now
      // What confirms nothing leaves a verification under way as it is, so that it comes to its end.
      entry.asked = 0
    }
    entry.hardware = hardware
    let released = waiting.isEmpty ? [] : waiting.removeValue(forKey: key) ?? []

    var verify: TimeSpan?
    if entry.state == .stale, !released.isEmpty {
      entry.state = .delay
      entry.due = now + NeighborCache.delayBeforeProbe
      verify = NeighborCache.delayBeforeProbe
    }
    if let place { entries[Int(place)] = entry } else { _ = insert(entry, for: key) }
    return Learned(hasChanged: hasChanged, released: released, verify: verify)
  }

  /// Writes down a neighbour before the run, as if it had answered at its start.
  public mutating func know(_ address: IPv4Address, at hardware: MACAddress, on port: PortNumber) {
    let key = NeighborCache.key(address, on: port)
    guard places[key] == nil else { return }
    var entry = Entry(state: .reachable, changed: .start, used: .start)
    entry.hardware = hardware
    entry.due = .start + NeighborCache.baseReachableTime
    _ = insert(entry, for: key)
  }

  /// An entry for a neighbour nobody asked about: only one who asks us is worth it (`arp_accept=0`).
  private func newcomer(_ evidence: Evidence, _ now: Instant) -> Entry? {
    evidence == .request ? Entry(state: .failed, changed: now, used: now) : nil
  }

  private func mayOverwrite(_ entry: Entry, _ evidence: Evidence, _ now: Instant) -> Bool {
    switch evidence {
    case .request, .gratuitous: true
    case .reply, .overheard: now - entry.changed > NeighborCache.lockTime
    }
  }

  /// RFC 4861, 6.3.2: spread evenly from half to one and a half of the base.
  static func reachableTime(_ random: inout RandomSource) -> TimeSpan {
    let base = baseReachableTime.nanoseconds
    return .nanoseconds(base / 2 + random.below(base))
  }
}

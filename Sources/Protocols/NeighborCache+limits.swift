import Packets
import Simulation

/// How many neighbours a stack keeps at most, as Linux bounds them (`neigh_alloc`, `neigh_forced_gc`).
extension NeighborCache {
  public struct Limits: Hashable, Sendable {
    /// Idle entries are forgotten only while at least this many are kept (`gc_thresh1`).
    public var uncollected: UInt32 = 128
    /// From so many on, a new one pushes old ones out, once in five seconds (`gc_thresh2`).
    public var relaxed: UInt32 = 512
    /// There are never more than this (`gc_thresh3`).
    public var most: UInt32 = 1024

    public init() {}
  }

  /// Between two times that old entries are pushed out, while there are not too many; those that changed within it stay.
  static let squeezeInterval = TimeSpan.seconds(5)

  /// Whether there is room for another neighbour, perhaps after older ones had to go.
  ///
  /// Those written down before the run count, but are always let in.
  mutating func makesRoom(_ now: Instant) -> Bool {
    let count = places.count
    let isDue = count >= limits.relaxed && now - lastSqueeze > NeighborCache.squeezeInterval
    guard count >= limits.most || isDue else { return true }
    return squeeze(now) || count < limits.most
  }

  /// Forgets the oldest of those that nobody waits for and nothing is known of, or of which nothing was heard lately,
  /// until there are as many as there may be without that. Whether any had to go.
  private mutating func squeeze(_ now: Instant) -> Bool {
    lastSqueeze = now
    let idle = places.keys.compactMap { key in
      places[key].map { (key: key, entry: entries[Int($0)]) }
    }.filter { mayGo($0.entry, now) }.sorted { $0.entry.serial < $1.entry.serial }
    // The new one counts, and one goes in any case.
    let excess = max(1, places.count + 1 - Int(limits.relaxed))
    for neighbor in idle.prefix(excess) { _ = remove(neighbor.key) }
    return !idle.isEmpty
  }

  /// What is reachable, asked about or verified has a timer, which holds it.
  private func mayGo(_ entry: Entry, _ now: Instant) -> Bool {
    switch entry.state {
    case .failed: true
    case .stale: now - entry.changed > NeighborCache.squeezeInterval
    // Nobody has looked since it became stale.
    case .reachable: now >= entry.due && now - entry.due > NeighborCache.squeezeInterval
    case .incomplete, .delay, .probe: false
    }
  }
}

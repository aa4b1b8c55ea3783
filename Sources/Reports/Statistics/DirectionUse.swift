import Packets
import Simulation

/// What one direction of a link had to carry.
struct DirectionUse: Sendable {
  /// A part of the run's time.
  struct Part: Sendable {
    var frames: UInt64 = 0
    var bytes: UInt64 = 0
    /// Of the transmitter, in nanoseconds.
    var busy: UInt64 = 0
    /// Frames that waited at a time, at most.
    var deepest = 0
    var dropped: UInt64 = 0
  }

  let direction: DirectionID
  let from: LinkEnd
  let to: LinkEnd
  private(set) var configuration: LinkConfiguration
  /// Of what was taken, on the wire or into the queue.
  private(set) var frames: UInt64 = 0
  private(set) var bytes: UInt64 = 0
  private(set) var busy: UInt64 = 0
  private(set) var deepest = 0
  private(set) var waits = Latencies()
  private(set) var drops = DropTally()
  private(set) var parts: [Part]
  /// Frames of which only a sum is known, so that they are in no part and no queue.
  private(set) var sums: UInt64 = 0

  // The transmitter, as `LinkDirection` has it.
  private var busyUntil = Instant.start
  private var pending: [Instant] = []
  private var gone = 0

  init(_ direction: DirectionID, from: LinkEnd, to: LinkEnd, _ configuration: LinkConfiguration, _ grid: TimeGrid) {
    self.direction = direction
    self.from = from
    self.to = to
    self.configuration = configuration
    parts = Array(repeating: Part(), count: grid.count)
  }

  mutating func set(_ configuration: LinkConfiguration) { self.configuration = configuration }

  /// A cut link has forgotten what it was about.
  mutating func clear() {
    busyUntil = .start
    (pending, gone) = ([], 0)
  }

  /// A frame is sent.
  ///
  /// - Parameter fate: Why the link did not pass it on; nil where it did.
  mutating func send(_ length: Int, at now: Instant, fate: DropReason?, _ grid: TimeGrid) {
    let part = grid.part(of: now)
    if let fate {
      drops.add(fate)
      parts[part].dropped += 1
    }
    // A lost or damaged frame has used the wire all the same.
    guard fate == nil || fate == .lost else { return }
    frames += 1
    bytes += UInt64(length)
    parts[part].frames += 1
    parts[part].bytes += UInt64(length)
    guard configuration.rate > 0 else { return }
    let begin = max(now, busyUntil)
    waits.add(begin - now)
    if begin > now { enqueue(until: begin, now, part) }
    busyUntil = begin + configuration.transmissionTime(ofLength: length)
    grid.split(begin, busyUntil) { part, nanoseconds in
      parts[part].busy += nanoseconds
      busy += nanoseconds
    }
  }

  private mutating func enqueue(until begin: Instant, _ now: Instant, _ part: Int) {
    while gone < pending.count, pending[gone] <= now { gone += 1 }
    if gone > 4096 {
      pending.removeFirst(gone)
      gone = 0
    }
    pending.append(begin)
    deepest = max(deepest, pending.count - gone)
    parts[part].deepest = max(parts[part].deepest, pending.count - gone)
  }

  mutating func addSum(_ frames: UInt64, _ bytes: UInt64) {
    self.frames += frames
    self.bytes += bytes
    sums += frames
  }

  /// The share of a part in which the transmitter was busy, from 0 to 1; nil where it has no rate.
  func utilisation(of part: Int, _ grid: TimeGrid) -> Double? {
    configuration.rate > 0 ? Double(parts[part].busy) / Double(grid.width.nanoseconds) : nil
  }
}

/// How many frames died, by reason.
struct DropTally: Hashable, Sendable {
  private var counts: [DropReason: UInt64] = [:]  // looked up, or sorted

  mutating func add(_ reason: DropReason, _ frames: UInt64 = 1) { counts[reason, default: 0] += frames }

  subscript(reason: DropReason) -> UInt64 { counts[reason] ?? 0 }
  var total: UInt64 { counts.values.reduce(0, +) }

  /// The most frequent first.
  var sorted: [(reason: DropReason, frames: UInt64)] {
    counts.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }.map { ($0.key, $0.value) }
  }

  /// `queue-full 312, lost 4`
  var listed: String { sorted.map { "\($0.reason.word) \($0.frames)" }.joined(separator: ", ") }
}

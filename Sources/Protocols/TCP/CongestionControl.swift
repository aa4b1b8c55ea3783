import Simulation

/// How a sender finds out what the way to its peer takes.
public enum CongestionControl: String, Hashable, Sendable, BitwiseCopyable, CaseIterable {
  /// Linux, `tcp_congestion_control`: its default.
  case cubic
  case reno
}

/// What an algorithm decides: how the window grows once slow start is over, and how far it falls after a loss.
///
/// A conforming type has a file of its own, and its word in `CongestionControl`.
protocol CongestionAlgorithm: Sendable, BitwiseCopyable {
  init()
  /// By how much the window grows as so many bytes were acknowledged in congestion avoidance.
  mutating func growth(for acknowledged: UInt32, of window: CongestionWindow.Reading, now: Instant) -> UInt32
  /// The slow start threshold after a loss that was told by acknowledgments.
  mutating func threshold(after window: CongestionWindow.Reading) -> UInt32
  /// The same after a timeout.
  mutating func thresholdAfterTimeout(of window: CongestionWindow.Reading) -> UInt32
}

/// The congestion window of a connection, in bytes (RFC 5681, 3.1).
struct CongestionWindow: Sendable, BitwiseCopyable {
  /// What an algorithm is told of it.
  struct Reading {
    var size: UInt32
    var segmentSize: UInt32
    /// Bytes sent and not acknowledged.
    var flight: UInt32
    var roundTrip: TimeSpan
  }

  private enum Algorithm: Sendable, BitwiseCopyable {
    case cubic(Cubic)
    case reno(NewReno)
  }

  /// RFC 6928, 2: the initial window.
  static let initialSegments: UInt32 = 10
  /// No window is greater, so that sums of two cannot overflow.
  static let greatest: UInt32 = 1 << 30

  var size: UInt32
  private(set) var threshold = UInt32.max
  private var algorithm: Algorithm

  init(_ control: CongestionControl, segmentSize: UInt32) {
    size = CongestionWindow.initialSegments * segmentSize
    algorithm =
      switch control {
      case .cubic: .cubic(Cubic())
      case .reno: .reno(NewReno())
      }
  }

  /// Acknowledgments came while the window was all that held the sender back.
  mutating func grow(for acknowledged: UInt32, _ reading: Reading, now: Instant) {
    var rest = acknowledged
    if size < threshold {
      // RFC 5681, 3.1, equation 2. Like Linux, what one acknowledgment is for counts in full, however many segments.
      let step = min(rest, threshold - size)
      size += step
      rest -= step
    }
    if rest > 0 {
      var reading = reading
      reading.size = size
      switch algorithm {
      case .cubic(var cubic):
        size += cubic.growth(for: rest, of: reading, now: now)
        algorithm = .cubic(cubic)
      case .reno(var reno):
        size += reno.growth(for: rest, of: reading, now: now)
        algorithm = .reno(reno)
      }
    }
    size = min(size, CongestionWindow.greatest)
  }

  /// Something was lost: sets the threshold, which the window comes down to during recovery.
  mutating func lose(_ reading: Reading) { setThreshold(reading, isTimeout: false) }

  /// Nothing came back for so long that only one segment may be in flight (RFC 5681, 3.1, loss window).
  ///
  /// - Parameter isFirst: The threshold stays as it is while the same segment is sent again and again (equation 4).
  mutating func timeOut(_ reading: Reading, isFirst: Bool) {
    if isFirst { setThreshold(reading, isTimeout: true) }
    size = reading.segmentSize
  }

  private mutating func setThreshold(_ reading: Reading, isTimeout: Bool) {
    switch algorithm {
    case .cubic(var cubic):
      threshold = isTimeout ? cubic.thresholdAfterTimeout(of: reading) : cubic.threshold(after: reading)
      algorithm = .cubic(cubic)
    case .reno(var reno):
      threshold = isTimeout ? reno.thresholdAfterTimeout(of: reading) : reno.threshold(after: reading)
      algorithm = .reno(reno)
    }
  }
}

import Simulation

/// The window of RFC 5681: a segment more for each round trip, and half of it after a loss.
struct NewReno: CongestionAlgorithm {
  /// Bytes acknowledged since the window grew last.
  private var credit: UInt32 = 0

  /// 3.1: one segment for each window that was acknowledged, counted in bytes (RFC 3465, 2.1).
  mutating func growth(for acknowledged: UInt32, of window: CongestionWindow.Reading, now: Instant) -> UInt32 {
    credit += acknowledged
    guard credit >= window.size else { return 0 }
    credit -= window.size
    return window.segmentSize
  }

  /// 3.1, equation 4.
  mutating func threshold(after window: CongestionWindow.Reading) -> UInt32 {
    credit = 0
    return max(window.flight / 2, 2 * window.segmentSize)
  }

  mutating func thresholdAfterTimeout(of window: CongestionWindow.Reading) -> UInt32 { threshold(after: window) }
}

import Simulation

/// The window of RFC 9438: a cubic function of the time since the last loss, flat where that loss was.
///
/// All of it is reckoned in whole bytes and milliseconds, so it comes out the same everywhere.
struct Cubic: CongestionAlgorithm {
  /// 4.1, W_max: the window at the last loss.
  private var greatest: UInt32 = 0
  /// When this stretch of congestion avoidance began; nil before it has.
  private var epoch: Instant?
  /// 4.2, K: how long it takes to come back to `greatest`, in milliseconds.
  private var span: UInt64 = 0
  /// 4.2: what the function is flat at.
  private var origin: UInt32 = 0
  /// 4.3, W_est: what Reno's window would be by now.
  private var estimate: UInt32 = 0
  /// 4.3, cwnd_prior: the window before the last loss.
  private var prior: UInt32 = 0
  /// What is left of divisions.
  private var credit: UInt64 = 0
  private var estimateCredit: UInt64 = 0
  /// A timeout came last (4.8).
  private var hasTimedOut = false

  /// 4.2: further on, the window is greater than any receiver's buffer.
  private static let longest: UInt64 = 40_000

  mutating func growth(for acknowledged: UInt32, of window: CongestionWindow.Reading, now: Instant) -> UInt32 {
    let began = epoch ?? begin(at: window.size, window.segmentSize, now)
    let elapsed = (now - began).nanoseconds / 1_000_000
    growEstimate(for: acknowledged, of: window)
    // 4.3: where Reno would have more, so does this.
    if value(at: elapsed, window.segmentSize) < estimate {
      credit = 0
      return estimate > window.size ? estimate - window.size : 0
    }
    // 4.2: no less than now, and no more than half as much again a round trip later.
    let ahead = elapsed + window.roundTrip.nanoseconds / 1_000_000
    let target = min(max(value(at: ahead, window.segmentSize), window.size), window.size + window.size / 2)
    credit += UInt64(target - window.size) * UInt64(acknowledged)
    let step = credit / UInt64(window.size)
    credit %= UInt64(window.size)
    return UInt32(step)
  }

  private mutating func begin(at size: UInt32, _ segmentSize: UInt32, _ now: Instant) -> Instant {
    epoch = now
    estimate = size
    credit = 0
    estimateCredit = 0
    origin = max(size, greatest)
    span = 0
    // 4.8: after a timeout the function starts at its flat place.
    if hasTimedOut { origin = size }
    hasTimedOut = false
    if size < origin {
      // K³ = (W_max − cwnd) / C, with C = 0.4 segments a second cubed (5.1).
      let missing = UInt64(origin - size) * 2_500_000_000 / UInt64(segmentSize)
      span = Cubic.cubeRoot(missing)
    }
    return now
  }

  /// 4.2: C · (t − K)³ + W_max.
  private func value(at elapsed: UInt64, _ segmentSize: UInt32) -> UInt32 {
    let distance = min(elapsed > span ? elapsed - span : span - elapsed, Cubic.longest)
    let bytes = 4 * UInt64(segmentSize) * (distance * distance * distance) / 10_000_000_000
    if elapsed >= span { return UInt32(min(UInt64(origin) + bytes, UInt64(CongestionWindow.greatest))) }
    return UInt64(origin) > bytes ? origin - UInt32(bytes) : 0
  }

  /// 4.3: α segments for each window acknowledged: 9/17 until it is as large as before the loss, then one.
  private mutating func growEstimate(for acknowledged: UInt32, of window: CongestionWindow.Reading) {
    let (numerator, denominator): (UInt64, UInt64) = estimate < prior ? (9, 17) : (1, 1)
    let whole = UInt64(window.size) * denominator
    estimateCredit += UInt64(acknowledged) * UInt64(window.segmentSize) * numerator
    estimate = min(estimate + UInt32(estimateCredit / whole), CongestionWindow.greatest)
    estimateCredit %= whole
  }

  /// 4.6 with β = 0.7, and 4.7: a flow that did not get as far as before gives up some more for others.
  mutating func threshold(after window: CongestionWindow.Reading) -> UInt32 {
    prior = window.size
    greatest = window.size < greatest ? UInt32(UInt64(window.size) * 17 / 20) : window.size
    epoch = nil
    return max(UInt32(UInt64(window.flight) * 7 / 10), 2 * window.segmentSize)
  }

  mutating func thresholdAfterTimeout(of window: CongestionWindow.Reading) -> UInt32 {
    hasTimedOut = true
    return threshold(after: window)
  }

  /// The greatest whole number whose cube is no more than `value`, by Newton's method from above.
  static func cubeRoot(_ value: UInt64) -> UInt64 {
    guard value > 0 else { return 0 }
    // 2 to the third of the bits, rounded up, is above the root.
    var root = UInt64(1) << UInt64((64 - value.leadingZeroBitCount + 2) / 3)
    while true {
      let next = (2 * root + value / (root * root)) / 3
      guard next < root else { return root }
      root = next
    }
  }
}

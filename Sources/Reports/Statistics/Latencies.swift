import Histogram
import Simulation

/// How long something took, many times: the extremes as they are, what lies between to three digits.
struct Latencies: Sendable {
  private(set) var count: UInt64 = 0
  private(set) var least = TimeSpan.zero
  private(set) var most = TimeSpan.zero
  private var histogram = Histogram<UInt32>(numberOfSignificantValueDigits: .three)

  mutating func add(_ span: TimeSpan) {
    least = count == 0 ? span : min(least, span)
    most = max(most, span)
    count += 1
    histogram.record(span.nanoseconds)
  }

  /// So many in a hundred took no longer; nil where nothing was measured.
  func percentile(_ share: Double) -> TimeSpan? {
    guard count > 0 else { return nil }
    return min(max(TimeSpan(nanoseconds: histogram.valueAtPercentile(share)), least), most)
  }
}

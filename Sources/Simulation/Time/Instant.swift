/// A moment of virtual time: whole nanoseconds from the start of the run, up to about 584 years.
public struct Instant: Hashable, Sendable, BitwiseCopyable {
  public let nanoseconds: UInt64

  public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  public static let start = Instant(nanoseconds: 0)
  /// Later than anything that can be scheduled.
  public static let never = Instant(nanoseconds: .max)

  /// Stops at `never` instead of overflowing.
  public static func + (instant: Instant, span: TimeSpan) -> Instant {
    let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(span.nanoseconds)
    return overflow ? .never : Instant(nanoseconds: sum)
  }

  /// Zero when `earlier` is in fact later.
  public static func - (instant: Instant, earlier: Instant) -> TimeSpan {
    TimeSpan(nanoseconds: instant > earlier ? instant.nanoseconds - earlier.nanoseconds : 0)
  }
}

extension Instant: Comparable {
  public static func < (a: Instant, b: Instant) -> Bool { a.nanoseconds < b.nanoseconds }
}

extension Instant: CustomStringConvertible {
  public var description: String { TimeSpan(nanoseconds: nanoseconds).description }
}

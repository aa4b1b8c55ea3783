/// A length of virtual time in whole nanoseconds.
public struct TimeSpan: Hashable, Sendable, BitwiseCopyable {
  public let nanoseconds: UInt64

  public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  public static let zero = TimeSpan(nanoseconds: 0)

  public static func nanoseconds(_ count: UInt64) -> TimeSpan { TimeSpan(nanoseconds: count) }
  public static func microseconds(_ count: UInt64) -> TimeSpan { .zero + TimeSpan(nanoseconds: 1000) * count }
  public static func milliseconds(_ count: UInt64) -> TimeSpan { TimeSpan(nanoseconds: 1_000_000) * count }
  public static func seconds(_ count: UInt64) -> TimeSpan { TimeSpan(nanoseconds: 1_000_000_000) * count }

  /// Stops at the greatest span instead of overflowing.
  public static func + (a: TimeSpan, b: TimeSpan) -> TimeSpan {
    let (sum, overflow) = a.nanoseconds.addingReportingOverflow(b.nanoseconds)
    return TimeSpan(nanoseconds: overflow ? .max : sum)
  }

  /// Stops at the greatest span instead of overflowing.
  public static func * (span: TimeSpan, factor: UInt64) -> TimeSpan {
    let (product, overflow) = span.nanoseconds.multipliedReportingOverflow(by: factor)
    return TimeSpan(nanoseconds: overflow ? .max : product)
  }

  public static func / (span: TimeSpan, divisor: UInt64) -> TimeSpan {
    TimeSpan(nanoseconds: span.nanoseconds / divisor)
  }
}

extension TimeSpan: Comparable {
  public static func < (a: TimeSpan, b: TimeSpan) -> Bool { a.nanoseconds < b.nanoseconds }
}

extension TimeSpan: CustomStringConvertible {
  /// The largest unit that leaves a whole part, with up to three digits behind the point: `1.5ms`, `50us`, `3s`.
  public var description: String {
    let units: [(UInt64, String)] = [(1_000_000_000, "s"), (1_000_000, "ms"), (1000, "us")]
    for (size, name) in units where nanoseconds >= size {
      return TimeSpan.decimal(nanoseconds, over: size) + name
    }
    return "\(nanoseconds)ns"
  }

  private static func decimal(_ value: UInt64, over size: UInt64) -> String {
    let thousandths = value / (size / 1000)
    let fraction = thousandths % 1000
    guard fraction > 0 else { return "\(thousandths / 1000)" }
    var digits = String(fraction + 1000).dropFirst()
    while digits.last == "0" { digits.removeLast() }
    return "\(thousandths / 1000).\(digits)"
  }
}

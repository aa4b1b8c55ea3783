import Configuration
import Devices
import Simulation

/// `rtt: <5ms`, or `rtt: { avg: <5ms, p99: <20ms }`
public struct RoundTripExpectation: ExpectationKind {
  public static let word = "rtt"
  public static let summary =
    "How long each answer takes: <5ms, '>=1ms' or 1-3ms; a map says it of min, avg, max or p99"
  public static let suits = [StepFamily].answered
  private static let comparison = Comparison<TimeSpan>.shape(
    of: .duration, pattern: #"\d+(\.\d+)?(ns|us|µs|ms|s|m|h|d)"#, example: "<5ms")

  private enum Statistic: String, Sendable, CaseIterable {
    case min, avg, max, p99

    /// - Parameter times: Sorted, and at least one.
    func value(of times: [TimeSpan]) -> TimeSpan {
      switch self {
      case .min: times[0]
      case .max: times[times.count - 1]
      case .avg: times.reduce(.zero, +) / UInt64(times.count)
      // The nearest rank: the least that is no less than 99 of 100.
      case .p99: times[(times.count * 99 + 99) / 100 - 1]
      }
    }

    var field: Field<Comparison<TimeSpan>> {
      let summary =
        switch self {
        case .min: "The shortest"
        case .avg: "The mean"
        case .max: "The longest"
        case .p99: "The one that 99 of 100 are no longer than"
        }
      return Field(rawValue, RoundTripExpectation.comparison, summary)
    }
  }

  public static var schema: SchemaNode {
    .anyOf([comparison.schema, .object(Statistic.allCases.map(\.field))])
  }

  /// Nil stands for each answer.
  private let wishes: [(statistic: Statistic?, comparison: Comparison<TimeSpan>)]

  public init?(_ value: Value, _ reader: inout ExpectationReader) {
    guard value.map != nil else {
      guard let comparison = reader.read(Self.comparison, value) else { return nil }
      wishes = [(nil, comparison)]
      return
    }
    let errors = reader.diagnostics.errorCount
    let fields = Fields(value, declared: Statistic.allCases.map(\.field), of: "'rtt'", &reader.diagnostics)
    var wishes: [(statistic: Statistic?, comparison: Comparison<TimeSpan>)] = []
    for statistic in Statistic.allCases {
      if let comparison = fields.read(statistic.field, &reader.diagnostics) { wishes.append((statistic, comparison)) }
    }
    guard reader.diagnostics.errorCount == errors else { return nil }
    guard !wishes.isEmpty else {
      reader.diagnostics.report("'rtt' does not say which", .missingField, at: value.location)
      return nil
    }
    self.wishes = wishes
  }

  public var wantsSuccess: Bool? { true }

  public var wanted: Phrase {
    .roundTrip(
      wishes.map { wish in wish.statistic.map { .statistic("\($0)", wish.comparison.phrase) } ?? wish.comparison.phrase
      })
  }

  public func judge(_ evidence: Evidence) -> Judgement {
    guard evidence.outcome.succeeded else { return Judgement(false, got: evidence.outcomePhrase) }
    let times = evidence.roundTrips.sorted()
    guard let first = times.first, let last = times.last else { return Judgement(false, got: .noAnswer) }
    let holds = wishes.allSatisfy { wish in
      guard let statistic = wish.statistic else { return times.allSatisfy { wish.comparison.holds(of: $0) } }
      return wish.comparison.holds(of: statistic.value(of: times))
    }
    let told = wishes.compactMap(\.statistic)
    guard told.isEmpty else {
      return Judgement(holds, got: .list(told.map { .text("\($0) \($0.value(of: times))") }))
    }
    return Judgement(holds, got: first == last ? .text(first) : .range("\(first)", "\(last)"))
  }
}

extension Evidence {
  /// Of every packet that was answered; what is more than one packet has one round trip.
  fileprivate var roundTrips: [TimeSpan] {
    switch family {
    case .exchange, .query: activity.tally.roundTrips.isEmpty ? [outcome.roundTrip] : activity.tally.roundTrips
    default: [outcome.roundTrip]
    }
  }
}

/// `loss: <1%`
public struct LossExpectation: ExpectationKind {
  public static let word = "loss"
  public static let summary =
    "The share of the packets sent that were not answered, or of a stream that did not arrive: <1%, 0-5%"
  public static let suits: [StepFamily] = [.exchange, .stream]
  /// In thousand millionths, so that 7 of 100 and 7% are the same number.
  private static let share = Shape<UInt64>(
    expecting: Shape<Percentage>.percentage.expecting, schema: Shape<Percentage>.percentage.schema
  ) { value, diagnostics in
    Shape<Percentage>.percentage.read(value, &diagnostics).map { UInt64(($0.share * 1e9).rounded()) }
  }
  private static let shape = Comparison<UInt64>.shape(
    of: share, pattern: #"\d+(\.\d+)?%"#, example: "<1%", isExact: true)
  public static var schema: SchemaNode { shape.schema }

  private let comparison: Comparison<UInt64>

  public init?(_ value: Value, _ reader: inout ExpectationReader) {
    guard let comparison = reader.read(Self.shape, value) else { return nil }
    self.comparison = comparison
  }

  public var wanted: Phrase { .loss(comparison.phrase) }

  public func judge(_ evidence: Evidence) -> Judgement {
    let tally = evidence.activity.tally
    guard tally.sent > 0 else { return Judgement(false, got: .nothingSent) }
    let lost = tally.lost(in: evidence.family)
    let share = (UInt64(lost) * 1_000_000_000 + UInt64(tally.sent) / 2) / UInt64(tally.sent)
    return Judgement(comparison.holds(of: share), got: .lost(share: Self.percent(share), lost, of: tally.sent))
  }
}

extension LossExpectation {
  /// `52.4%`, with up to three digits behind the point.
  private static func percent(_ share: UInt64) -> String {
    let thousandths = share / 10_000
    var digits = String(thousandths % 1000 + 1000).dropFirst()
    while digits.last == "0" { digits.removeLast() }
    return "\(thousandths / 1000)\(digits.isEmpty ? "" : ".\(digits)")%"
  }
}

extension Tally {
  /// Of a stream what did not arrive, of anything else what was not answered.
  public func lost(in family: StepFamily) -> Int { sent - (family == .stream ? arrived : answered) }
}

/// `throughput: ">900Mbit"`
public struct ThroughputExpectation: ExpectationKind {
  public static let word = "throughput"
  public static let summary = "Bits of data a second that arrive, over the whole time: '>900Mbit', 9-10Mbit"
  public static let suits: [StepFamily] = [.stream, .connection]
  private static let rate = Shape<UInt64>(
    expecting: Shape<BitRate>.rate.expecting, schema: Shape<BitRate>.rate.schema
  ) { value, diagnostics in
    Shape<BitRate>.rate.read(value, &diagnostics).map(\.bitsPerSecond)
  }
  private static let shape = Comparison<UInt64>.shape(
    of: rate, pattern: #"\d+(\.\d+)?(k|M|G|T)?bit"#, example: "'>900Mbit'")
  public static var schema: SchemaNode { shape.schema }

  private let comparison: Comparison<UInt64>

  public init?(_ value: Value, _ reader: inout ExpectationReader) {
    guard let comparison = reader.read(Self.shape, value) else { return nil }
    self.comparison = comparison
  }

  public var wanted: Phrase { .throughput(comparison.phrase) }

  public func judge(_ evidence: Evidence) -> Judgement {
    guard let rate = evidence.bitsPerSecond else { return Judgement(false, got: .nothingSent) }
    return Judgement(comparison.holds(of: rate), got: .throughput(.text(BitRate(bitsPerSecond: rate).words)))
  }
}

extension Evidence {
  /// Of a transfer what its sender knows to have arrived, of anything else what did.
  fileprivate var bitsPerSecond: UInt64? {
    family == .connection ? outcome.bitsPerSecond : activity.tally.bitsPerSecond
  }
}

extension Outcome {
  /// Bits of data a second that a transfer brought to the other end; nil for anything else.
  fileprivate var bitsPerSecond: UInt64? { bytes == 0 ? nil : BitRate(ofBytes: bytes, in: duration)?.bitsPerSecond }
}

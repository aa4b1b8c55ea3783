import Configuration
import Devices
import Simulation

/// When a step that sends datagrams sends them, as it is written.
struct DatagramPlan: Sendable {
  /// No plan that is longer can be meant.
  private static let longest = TimeSpan.seconds(366 * 24 * 3600)
  static let most = 100_000_000

  var schedule: Schedule
  /// From the beginning of one flow of the step to that of the next.
  var spread = TimeSpan.zero

  static let count = Field("count", .integer(in: 1...most), "How many datagrams each sender sends")
  static let interval = Field(
    "interval", .positiveDuration, "From one datagram to the next, whether it was answered or not")
  static let spreadField = Field(
    "spread", .duration, "How much later each of many flows begins than the one before; all at once unless set")

  init(_ schedule: Schedule = Schedule(), spread: TimeSpan = .zero) {
    self.schedule = schedule
    self.spread = spread
  }

  /// The schedule of the flow with that number.
  func schedule(ofFlow number: Int) -> Schedule {
    var schedule = schedule
    schedule.delay = spread * UInt64(number)
    return schedule
  }

  /// From the beginning of the first of so many flows to the end of the last.
  func length(ofFlows count: Int) -> TimeSpan {
    spread * UInt64(max(0, count - 1)) + schedule.interval * UInt64(schedule.count)
  }

  /// Whether there is more than one moment at which something is sent.
  var isLong: Bool { schedule.count > 1 || spread > .zero }

  /// False for a plan that never ends in practice, which has been reported.
  func check(flows count: Int, at location: SourceLocation, _ diagnostics: inout Diagnostics) -> Bool {
    guard length(ofFlows: count) > Self.longest else { return true }
    diagnostics.report(
      "the step would take more than a year", .outOfRange, at: location,
      notes: ["send fewer datagrams, or one sooner after the other"])
    return false
  }
}

/// A verb that sends datagrams to a port as a plan says.
protocol DatagramStep: TrafficStep {
  var port: UInt16 { get }
  var plan: DatagramPlan { get }
}

extension DatagramStep {
  /// Bytes of data; what fits one datagram (RFC 768).
  static func size(_ usual: Int) -> Field<Int> {
    Field("size", .integer(in: 0...65_507), "Bytes of data in each; \(usual)")
  }

  public var words: String { "\(Self.word) \(traffic.words):\(port)" }

  /// A client gives up by itself; name servers that do not answer cost some time before.
  public var length: StepLength {
    .untilEnded(atMost: plan.length(ofFlows: traffic.ways.count) + .seconds(120))
  }
  public var knownLength: TimeSpan? { plan.isLong ? plan.length(ofFlows: traffic.ways.count) : nil }
}

extension Shape where Output == TimeSpan {
  /// A duration above zero.
  static var positiveDuration: Shape {
    duration.flatMap { span, value, diagnostics in
      if span > .zero { return span }
      diagnostics.report(
        .expected("a duration above zero", found: value, code: .outOfRange, notes: ["the least is 1ns"]))
      return nil
    }
  }
}

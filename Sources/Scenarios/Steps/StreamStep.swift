import Configuration
import Devices
import Simulation

/// `stream: { from: a, to: b, port: 9, rate: 20Mbit, duration: 2s }`
///
/// It succeeds when all is sent and no error came back; of its packets the last is judged, or the first that is echoed.
public struct StreamStep: DatagramStep {
  public static let word = "stream"
  public static let summary = "Datagrams to a port at a constant rate, for which no answer is awaited"
  public static let family = StepFamily.stream

  /// As iperf sends unless told otherwise.
  private static let usualRate = BitRate(bitsPerSecond: 1_000_000)

  private static let size = size(512)
  private static let rate = Field("rate", .rate, "Bits of data a second, without headers; 1Mbit")
  private static let interval = Field(
    "interval", .positiveDuration, "From one datagram to the next, instead of a rate")
  private static let count = Field("count", DatagramPlan.count.shape, "How many datagrams, instead of a duration")
  private static let duration = Field("duration", .positiveDuration, "How long it lasts; 1s")
  private static let shape = EndpointPair.shape(
    of: word, port: .required, [size, rate, interval, count, duration, DatagramPlan.spreadField])
  public static var schema: SchemaNode { shape.schema }

  let traffic: Traffic
  let port: UInt16
  private var bytes: UInt16 = 512
  private(set) var plan = DatagramPlan()

  public init?(_ value: Value, _ reader: inout StepReader) {
    guard let (pair, traffic) = reader.traffic(Self.shape, value), let port = pair.port else { return nil }
    self.traffic = traffic
    self.port = port
    guard readPlan(pair.extra, &reader.diagnostics),
      plan.check(flows: traffic.ways.count, at: value.location, &reader.diagnostics)
    else { return nil }
  }

  /// False where it cannot be said when to send, which has been reported.
  private mutating func readPlan(_ fields: Fields?, _ diagnostics: inout Diagnostics) -> Bool {
    var span = TimeSpan.seconds(1)
    var rate = Self.usualRate
    if let fields {
      bytes = fields.read(Self.size, &diagnostics).map(UInt16.init) ?? bytes
      plan.spread = fields.read(DatagramPlan.spreadField, &diagnostics) ?? .zero
      rate = fields.read(Self.rate, &diagnostics) ?? rate
      span = fields.read(Self.duration, &diagnostics) ?? span
      let isOnce = Self.isOnce(fields, Self.rate, Self.interval, &diagnostics)
      guard Self.isOnce(fields, Self.count, Self.duration, &diagnostics), isOnce else { return false }
    }
    if let interval = fields?.read(Self.interval, &diagnostics) {
      plan.schedule.interval = interval
    } else {
      guard bytes > 0 else {
        diagnostics.report(
          "without data in its datagrams a stream has no rate", .missingField,
          at: fields?.location(of: Self.size) ?? .none, notes: ["say 'interval' instead"])
        return false
      }
      plan.schedule.interval = Self.interval(of: bytes, at: rate)
    }
    if let count = fields?.read(Self.count, &diagnostics) {
      plan.schedule.count = count
      return true
    }
    let step = plan.schedule.interval.nanoseconds
    let count = (span.nanoseconds - 1) / step + 1
    guard count <= UInt64(DatagramPlan.most) else {
      diagnostics.report(
        "that would be \(count) datagrams; the most is \(DatagramPlan.most)", .outOfRange,
        at: fields?.location(of: Self.duration) ?? .none)
      return false
    }
    plan.schedule.count = Int(count)
    return true
  }

  /// The time that so many bytes take at that rate; a nanosecond at least.
  private static func interval(of bytes: UInt16, at rate: BitRate) -> TimeSpan {
    // At most 6 × 10^14, and the quotient at least a nanosecond.
    let nanobits = UInt64(bytes) * 8 * 1_000_000_000
    return TimeSpan(nanoseconds: max(1, (nanobits + rate.bitsPerSecond / 2) / rate.bitsPerSecond))
  }

  private static func isOnce(
    _ fields: Fields, _ one: any FieldDeclaration, _ other: any FieldDeclaration, _ diagnostics: inout Diagnostics
  ) -> Bool {
    guard fields.has(one), fields.has(other) else { return true }
    diagnostics.report(
      "'\(one.name)' and '\(other.name)' say the same thing twice", .eitherOr, at: fields.keyLocation(of: other),
      notes: ["leave one of them out"])
    return false
  }

  public func begin(on stage: inout Stage) {
    stage.begin(traffic) { target, number in
      var command = StreamCommand(target, port: port, plan.schedule(ofFlow: number))
      command.size = bytes
      return command
    }
  }
}

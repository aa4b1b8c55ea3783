import Configuration
import Devices
import Simulation

/// `ping: vm1 -> peer`
public struct PingStep: TrafficStep {
  public static let word = "ping"
  public static let summary = "Echo requests from a machine to another, an address or a name"
  public static let family = StepFamily.exchange

  private static let count = Field(
    "count", .integer(in: 1...10_000), "How many requests are sent, one a second, until one is answered; 1")
  private static let interval = Field(
    "interval", .positiveDuration,
    "From one request to the next; where it is set, all are sent, whether one was answered or not")
  private static let size = Field(
    "size", .integer(in: 0...65_507), "Bytes of data in each; 56")
  private static let dontFragment = Field(
    "dont-fragment", .boolean,
    "Whether nobody may split it. Unless set, its sender may where it knows that the way takes less, and routers then")
  private static let timeToLive = Field(
    "ttl", .integer(in: 1...255), "How many routers it may pass, and one more: the time to live it leaves with; 64")
  private static let shape = EndpointPair.shape(of: word, [count, interval, size, dontFragment, timeToLive])
  public static var schema: SchemaNode { shape.schema }

  let traffic: Traffic
  private var requests = 1
  private var interval: TimeSpan?
  private var bytes: UInt16 = 56
  private var isWhole = false
  private var life: UInt8 = 64

  public init?(_ value: Value, _ reader: inout StepReader) {
    guard let (pair, traffic) = reader.traffic(Self.shape, value) else { return nil }
    self.traffic = traffic
    if let fields = pair.extra {
      requests = fields.read(Self.count, &reader.diagnostics) ?? requests
      interval = fields.read(Self.interval, &reader.diagnostics)
      bytes = fields.read(Self.size, &reader.diagnostics).map(UInt16.init) ?? bytes
      life = fields.read(Self.timeToLive, &reader.diagnostics).map(UInt8.init) ?? life
      isWhole = fields.read(Self.dontFragment, default: isWhole, &reader.diagnostics)
    }
  }

  public var words: String { "ping \(traffic.words)" }

  /// A ping gives up by itself; name servers that do not answer cost some time before.
  public var length: StepLength {
    .untilEnded(atMost: (interval ?? .seconds(1)) * UInt64(requests) + .seconds(120))
  }
  public var knownLength: TimeSpan? { interval.map { $0 * UInt64(requests) } }

  public func begin(on stage: inout Stage) {
    stage.begin(traffic) { target, _ in
      var command = PingCommand(target)
      command.count = requests
      command.interval = interval
      command.size = bytes
      command.dontFragment = isWhole
      command.timeToLive = life
      return command
    }
  }
}

import Configuration
import Devices
import Protocols
import Simulation

/// `transfer: { from: a, to: b, port: 5001, size: 100MB }`
///
/// It succeeds when the connection has ended in order; how much got through, and in what time, is part of its outcome.
public struct TransferStep: TrafficStep {
  public static let word = "transfer"
  public static let summary = "Sends as much as goes over one TCP connection: so many bytes, or for so long"
  public static let family = StepFamily.connection

  private static let size = Field("size", .byteCount, "How much is sent, such as 100MB")
  private static let duration = Field("duration", .positiveDuration, "How long is sent, instead of a size; 10s")
  private static let congestionControl = Field(
    "congestion-control", .cases(of: CongestionControl.self),
    "How the sender finds its rate; what its stack does unless set")
  private static let shape = EndpointPair.shape(of: word, port: .required, [size, duration, congestionControl])
  public static var schema: SchemaNode { shape.schema }

  /// As iperf3 sends unless told otherwise.
  private static let usualDuration = TimeSpan.seconds(10)
  /// How long a connection tries that nothing is heard of (Linux, `tcp_retries2` 15), and some more.
  private static let patience = TimeSpan.seconds(1200)
  /// A transfer of a given size is given this long.
  private static let longest = TimeSpan.seconds(24 * 3600)

  let traffic: Traffic
  private let port: UInt16
  private var amount = TransferCommand.Amount.duration(usualDuration)
  private var control: CongestionControl?

  public init?(_ value: Value, _ reader: inout StepReader) {
    guard let (pair, traffic) = reader.traffic(Self.shape, value), let port = pair.port else { return nil }
    self.traffic = traffic
    self.port = port
    guard let fields = pair.extra else { return }
    control = fields.read(Self.congestionControl, &reader.diagnostics)
    let (bytes, span) = (
      fields.read(Self.size, &reader.diagnostics), fields.read(Self.duration, &reader.diagnostics)
    )
    guard !fields.has(Self.size) || !fields.has(Self.duration) else {
      reader.diagnostics.report(
        "'size' and 'duration' both say when it ends", .eitherOr, at: fields.keyLocation(of: Self.duration),
        notes: ["leave one of them out"])
      return nil
    }
    if let bytes { amount = .bytes(UInt64(bytes.bytes)) }
    if let span { amount = .duration(span) }
  }

  public var words: String { "transfer \(traffic.words):\(port)" }

  public var length: StepLength {
    switch amount {
    case .bytes: .untilEnded(atMost: Self.longest)
    case .duration(let span): .untilEnded(atMost: span + Self.patience)
    }
  }

  public var knownLength: TimeSpan? {
    if case .duration(let span) = amount { span } else { nil }
  }

  public func begin(on stage: inout Stage) {
    stage.begin(traffic) { target, _ in
      var command = TransferCommand(target, port: port, amount)
      command.congestionControl = control
      return command
    }
  }
}

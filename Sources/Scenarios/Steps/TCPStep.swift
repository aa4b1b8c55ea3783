import Configuration
import Devices
import Simulation

/// `tcp: ext -> 172.16.0.101:22`
public struct TCPStep: TrafficStep {
  public static let word = "tcp"
  public static let summary = "Opens a connection to a port and closes it again"
  public static let family = StepFamily.connection

  private static let shape = EndpointPair.shape(of: word, port: .required)
  public static var schema: SchemaNode { shape.schema }

  let traffic: Traffic
  private let port: UInt16

  public init?(_ value: Value, _ reader: inout StepReader) {
    guard let (pair, traffic) = reader.traffic(Self.shape, value), let port = pair.port else { return nil }
    self.traffic = traffic
    self.port = port
  }

  public var words: String { "tcp \(traffic.words):\(port)" }
  public var length: StepLength { .untilEnded(atMost: ConnectionPatience.span) }

  public func begin(on stage: inout Stage) {
    stage.begin(traffic) { target, _ in TCPCommand(target, port: port) }
  }
}

enum ConnectionPatience {
  /// Linux gives a connection up after 127 s (`tcp_syn_retries` 6); resolving, waiting and closing come on top.
  static let span = TimeSpan.seconds(300)
}

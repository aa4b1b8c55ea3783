import Configuration
import Devices
import Simulation

/// `udp: vm1 -> peer:5000`
public struct UDPStep: StepKind {
  public static let word = "udp"
  public static let summary = "One datagram to a port; an answer or an error ends it"
  public static let family = StepFamily.exchange

  private static let size = Field(
    "size", .integer(in: 0...65_507), "Bytes of data; 32. No packet is split: one too long for a link fails")
  private static let shape = EndpointPair.shape(of: word, port: .required, [size])
  public static var schema: SchemaNode { shape.schema }

  private let traffic: Traffic
  private let port: UInt16
  private var bytes: UInt16 = 32

  public init?(_ value: Value, _ reader: inout StepReader) {
    guard let (pair, traffic) = reader.traffic(Self.shape, value), let port = pair.port else { return nil }
    self.traffic = traffic
    self.port = port
    bytes = pair.extra?.read(Self.size, &reader.diagnostics).map(UInt16.init) ?? bytes
  }

  public var words: String { "udp \(traffic.words):\(port)" }
  public var length: StepLength { .untilEnded(atMost: .seconds(120)) }

  public func begin(on stage: inout Stage) {
    stage.begin(traffic) { target in
      var command = UDPCommand(target, port: port)
      command.size = bytes
      return command
    }
  }
}

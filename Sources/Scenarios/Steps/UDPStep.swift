import Configuration
import Devices
import Simulation

/// `udp: vm1 -> peer:5000`
public struct UDPStep: DatagramStep {
  public static let word = "udp"
  public static let summary = "Datagrams to a port, one unless said; as many answers, an error or silence end it"
  public static let family = StepFamily.exchange

  private static let size = size(32)
  private static let source = Field(
    "source-port",
    Shape<SourcePort>.either(
      Shape<Int>.integer(in: 1...65_535).map { SourcePort.fixed(UInt16($0)) }, .oneOf([("fresh", SourcePort.fresh)])),
    "The port it is sent from; `fresh` takes another one for each datagram. One that is free unless set")
  private static let shape = EndpointPair.shape(
    of: word, port: .required, [size, source, DatagramPlan.count, DatagramPlan.interval, DatagramPlan.spreadField])
  public static var schema: SchemaNode { shape.schema }

  let traffic: Traffic
  let port: UInt16
  private var bytes: UInt16 = 32
  private var sourcePort = SourcePort.any
  private(set) var plan = DatagramPlan()

  public init?(_ value: Value, _ reader: inout StepReader) {
    guard let (pair, traffic) = reader.traffic(Self.shape, value), let port = pair.port else { return nil }
    self.traffic = traffic
    self.port = port
    guard let fields = pair.extra else { return }
    bytes = fields.read(Self.size, &reader.diagnostics).map(UInt16.init) ?? bytes
    sourcePort = fields.read(Self.source, &reader.diagnostics) ?? .any
    plan.schedule.count = fields.read(DatagramPlan.count, &reader.diagnostics) ?? 1
    plan.schedule.interval = fields.read(DatagramPlan.interval, &reader.diagnostics) ?? plan.schedule.interval
    plan.spread = fields.read(DatagramPlan.spreadField, &reader.diagnostics) ?? .zero
    guard plan.check(flows: traffic.ways.count, at: value.location, &reader.diagnostics) else { return nil }
  }

  public func begin(on stage: inout Stage) {
    stage.begin(traffic) { target, number in
      var command = UDPCommand(target, port: port)
      command.size = bytes
      command.source = sourcePort
      command.schedule = plan.schedule(ofFlow: number)
      return command
    }
  }
}

import Configuration
import Devices
import Simulation

/// `arp: a -> 10.0.0.5`
public struct ARPStep: TrafficStep {
  public static let word = "arp"
  public static let summary =
    "Asks everybody on the link who has an address, and listens for every answer, as arping does"
  public static let family = StepFamily.query

  private static let count = Field("count", .integer(in: 1...10_000), "How many times it asks; once")
  private static let interval = Field("interval", .positiveDuration, "From one question to the next; 1s")
  private static let shape = EndpointPair.shape(of: word, [count, interval])
  public static var schema: SchemaNode { shape.schema }

  let traffic: Traffic
  private var plan = DatagramPlan()

  public init?(_ value: Value, _ reader: inout StepReader) {
    guard let (pair, traffic) = reader.traffic(Self.shape, value) else { return nil }
    self.traffic = traffic
    guard let fields = pair.extra else { return }
    plan.schedule.count = fields.read(Self.count, &reader.diagnostics) ?? 1
    plan.schedule.interval = fields.read(Self.interval, &reader.diagnostics) ?? plan.schedule.interval
    guard plan.check(flows: traffic.ways.count, at: value.location, &reader.diagnostics) else { return nil }
  }

  public var words: String { "arp \(traffic.words)" }
  public var length: StepLength { .untilEnded(atMost: plan.length(ofFlows: traffic.ways.count) + .seconds(120)) }

  public func begin(on stage: inout Stage) {
    stage.begin(traffic) { target, number in
      var command = ARPCommand(target)
      command.schedule = plan.schedule(ofFlow: number)
      return command
    }
  }
}

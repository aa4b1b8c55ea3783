import Configuration
import Devices
import Simulation

/// `traceroute: vm1 -> www.example.net`
public struct TracerouteStep: TrafficStep {
  public static let word = "traceroute"
  public static let summary = "Finds the routers on the way, with one packet for each instead of the usual three"
  public static let family = StepFamily.trace

  private static let method = Field(
    "method", .cases(of: TracerouteCommand.Method.self),
    "`udp`: datagrams to ports from 33434 on, as on Linux; `icmp`: echo requests; udp unless set")
  private static let mostHops = Field("max-hops", .integer(in: 1...64), "The highest time to live that is tried; 30")
  private static let shape = EndpointPair.shape(of: word, [method, mostHops])
  public static var schema: SchemaNode { shape.schema }

  let traffic: Traffic
  private var method = TracerouteCommand.Method.udp
  private var mostHops = 30

  public init?(_ value: Value, _ reader: inout StepReader) {
    guard let (pair, traffic) = reader.traffic(Self.shape, value) else { return nil }
    self.traffic = traffic
    method = pair.extra?.read(Self.method, &reader.diagnostics) ?? method
    mostHops = pair.extra?.read(Self.mostHops, &reader.diagnostics) ?? mostHops
  }

  public var words: String { "traceroute \(traffic.words)\(method == .udp ? "" : " by ICMP")" }

  /// It gives up by itself after five seconds a hop; name servers that do not answer cost some time before.
  public var length: StepLength { .untilEnded(atMost: .seconds(UInt64(5 * mostHops) + 120)) }

  public func begin(on stage: inout Stage) {
    stage.begin(traffic) { target, _ in
      var command = TracerouteCommand(target)
      command.method = method
      command.mostHops = mostHops
      return command
    }
  }
}

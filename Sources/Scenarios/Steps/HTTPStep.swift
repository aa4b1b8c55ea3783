import Configuration
import Devices
import Simulation

/// `http: vm1 -> www.example.net`
public struct HTTPStep: TrafficStep {
  public static let word = "http"
  public static let summary = "Fetches a page: connect, request, response, close"
  public static let family = StepFamily.connection

  private static let path = Field("path", .string, "The page; /")
  private static let proxy = Field(
    "proxy", Shape.endpoint, "The address:port of the proxy that is to fetch it, as in 192.168.56.1:3128")
  private static let shape = EndpointPair.shape(of: word, port: .optional, [path, proxy])
  public static var schema: SchemaNode { shape.schema }

  let traffic: Traffic
  private let port: UInt16?
  private var path = "/"
  private var proxy: Endpoint?

  public init?(_ value: Value, _ reader: inout StepReader) {
    guard let (pair, traffic) = reader.traffic(Self.shape, value) else { return nil }
    self.traffic = traffic
    port = pair.port
    path = pair.extra?.read(Self.path, &reader.diagnostics) ?? path
    proxy = pair.extra?.read(Self.proxy, &reader.diagnostics)
  }

  public var words: String {
    let page = "\(port.map { ":\($0)" } ?? "")\(path == "/" ? "" : path)"
    return "http \(traffic.words)\(page)\(proxy.map { " by \($0)" } ?? "")"
  }
  public var length: StepLength { .untilEnded(atMost: ConnectionPatience.span) }

  public func begin(on stage: inout Stage) {
    stage.begin(traffic) { target, _ in
      var command = HTTPCommand(target)
      if let port { command.port = port }
      command.path = path
      command.proxy = proxy
      return command
    }
  }
}

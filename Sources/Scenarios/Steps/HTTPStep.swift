import Configuration
import Devices
import Simulation

/// `http: vm1 -> www.example.net`
public struct HTTPStep: TrafficStep {
  public static let word = "http"
  public static let summary = "Fetches a page: connect, request, response, close"
  public static let family = StepFamily.connection

  private static let path = Field("path", .string, "The page; /")
  private static let shape = EndpointPair.shape(of: word, port: .optional, [path])
  public static var schema: SchemaNode { shape.schema }

  let traffic: Traffic
  private let port: UInt16?
  private var path = "/"

  public init?(_ value: Value, _ reader: inout StepReader) {
    guard let (pair, traffic) = reader.traffic(Self.shape, value) else { return nil }
    self.traffic = traffic
    port = pair.port
    path = pair.extra?.read(Self.path, &reader.diagnostics) ?? path
  }

  public var words: String { "http \(traffic.words)\(port.map { ":\($0)" } ?? "")\(path == "/" ? "" : path)" }
  public var length: StepLength { .untilEnded(atMost: ConnectionPatience.span) }

  public func begin(on stage: inout Stage) {
    stage.begin(traffic) { target, _ in
      var command = HTTPCommand(target)
      if let port { command.port = port }
      command.path = path
      return command
    }
  }
}

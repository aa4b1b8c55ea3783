import Configuration
import Packets
import Protocols
import Simulation

/// Keeps a port of TCP open: accepts every connection, and closes when the peer does.
public struct TCPListener: Application {
  public let port: UInt16

  public init(port: UInt16) { self.port = port }

  public mutating func handle(_ event: ApplicationEvent, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    switch event {
    case .started: _ = host.listen(on: port)
    case .connection(let place, .peerClosed): host.close(place, &outbox)
    default: break
    }
  }
}

/// Answers each request with one page and closes the connection (RFC 9112, 9.6).
public struct HTTPServer: Application {
  /// Bytes of the page.
  static let bodyLength: UInt16 = 512
  public let port: UInt16

  public init(port: UInt16) { self.port = port }

  public mutating func handle(_ event: ApplicationEvent, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    switch event {
    case .started: _ = host.listen(on: port)
    case .connection(let place, .received(let content)):
      guard case .http(.request) = outbox.message(in: content) else { return }
      host.send(
        .http(.response(status: 200, bodyLength: HTTPServer.bodyLength)), on: place, &outbox)
      host.close(place, &outbox)
    case .connection(let place, .peerClosed): host.close(place, &outbox)
    default: break
    }
  }
}

/// `kind: http-server`.
struct HTTPServerSettings: ServiceKind {
  static let word = "http-server"
  static let summary = "Serves a page to whoever asks"
  static let fields: [any FieldDeclaration] = [port]

  private static let port = Field("port", .integer(in: 1...65535), "The port it listens on; 80 unless set")
  private let number: UInt16

  init?(_ fields: Fields, of interfaces: [Interface], at location: SourceLocation, _ reader: inout DeviceReader) {
    number = UInt16(fields.read(Self.port, &reader.diagnostics) ?? 80)
  }

  var remark: Remark { number == 80 ? .text("HTTP") : .server(of: "HTTP", port: number) }

  func program() -> any Application { HTTPServer(port: number) }
}

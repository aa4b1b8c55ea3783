import Configuration
import Packets
import Protocols
import Simulation

/// Fetches pages for those who cannot reach them: it takes a request on one connection and makes it on another.
///
/// A client says the whole address of the page (RFC 9112, 3.2.2), so that the proxy looks the name up, not the client.
struct HTTPProxy: Application {
  /// A request that is being served.
  private struct Fetch {
    var client: Int
    var lookup: NameLookup
    var server: HTTPProxy.Server
    var upstream: Int?
    var timer: TimerToken?
  }

  /// How long a server may take for all of it: less than a client waits, who so learns why there is no page.
  private static let patience = TimeSpan.seconds(20)

  /// Where a page is, as the request says it.
  struct Server: Hashable {
    var target: Target
    var host: String
    var port: UInt16
    var path: String
  }

  private let port: UInt16
  /// In the order of their coming.
  private var fetches: [Fetch] = []

  init(port: UInt16) { self.port = port }

  mutating func handle(_ event: ApplicationEvent, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    switch event {
    case .started: _ = host.listen(on: port)
    case .poweredOn: fetches = []
    case .connection(let connection, let event): handle(event, of: connection, &host, &outbox)
    default: lookUp(event, &host, &outbox)
    }
  }

  private mutating func handle(
    _ event: ConnectionEvent, of connection: Int, _ host: inout ProgramHost, _ outbox: inout Outbox
  ) {
    if let place = fetches.firstIndex(where: { $0.upstream == connection }) {
      return handleUpstream(event, place, &host, &outbox)
    }
    switch event {
    case .received(let content):
      guard case .http(.request(_, let path)) = outbox.message(in: content) else { return }
      begin(path, for: connection, &host, &outbox)
    case .peerClosed: host.close(connection, &outbox)
    case .closed, .failed: abandon(connection, &host, &outbox)
    case .accepted, .connected: break
    }
  }

  private mutating func begin(
    _ path: String, for client: Int, _ host: inout ProgramHost, _ outbox: inout Outbox
  ) {
    guard let server = Server(path) else { return answer(client, 400, &host, &outbox) }
    fetches.append(Fetch(client: client, lookup: NameLookup(server.target), server: server))
    let place = fetches.count - 1
    proceed(fetches[place].lookup.start(for: .serves, &host, &outbox), place, &host, &outbox)
  }

  /// An event that may belong to any of the fetches that are under way.
  private mutating func lookUp(_ event: ApplicationEvent, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    if case .timer(let token) = event, let place = fetches.firstIndex(where: { $0.timer == token }) {
      return fail(place, .noAnswer, &host, &outbox)
    }
    for place in fetches.indices {
      guard let progress = fetches[place].lookup.handle(event, for: .serves, &host, &outbox) else { continue }
      return proceed(progress, place, &host, &outbox)
    }
  }

  private mutating func proceed(
    _ progress: NameLookup.Progress, _ place: Int, _ host: inout ProgramHost, _ outbox: inout Outbox
  ) {
    switch progress {
    case .waiting: break
    case .failed(let reason): fail(place, reason, &host, &outbox)
    case .done(let address):
      switch host.connect(to: Endpoint(address, fetches[place].server.port), for: .serves, &outbox) {
      case .success(let upstream):
        fetches[place].upstream = upstream
        fetches[place].timer = host.setTimer(after: HTTPProxy.patience, &outbox)
      case .failure(let reason): fail(place, reason, &host, &outbox)
      }
    }
  }

  private mutating func handleUpstream(
    _ event: ConnectionEvent, _ place: Int, _ host: inout ProgramHost, _ outbox: inout Outbox
  ) {
    guard let upstream = fetches[place].upstream else { return }
    switch event {
    case .connected:
      let server = fetches[place].server
      host.send(.http(.request(host: server.host, path: server.path)), on: upstream, &outbox)
    case .received(let content):
      guard case .http(let response) = outbox.message(in: content), case .response = response else { return }
      let client = fetches.remove(at: place).client
      host.send(.http(response), on: client, &outbox)
      host.close(client, &outbox)
      host.close(upstream, &outbox)
    case .failed(let reason, _): fail(place, reason, &host, &outbox)
    case .peerClosed, .closed: fail(place, .refused, &host, &outbox)
    case .accepted: break
    }
  }

  /// RFC 9110, 15.6: a gateway timeout where nobody answered in time, a bad gateway where anything else went wrong.
  private mutating func fail(
    _ place: Int, _ reason: FailureReason, _ host: inout ProgramHost, _ outbox: inout Outbox
  ) {
    let fetch = fetches.remove(at: place)
    if let upstream = fetch.upstream { host.close(upstream, &outbox) }
    answer(fetch.client, reason == .noAnswer ? 504 : 502, &host, &outbox)
  }

  private func answer(_ client: Int, _ status: UInt16, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    host.send(.http(.response(status: status, bodyLength: 0)), on: client, &outbox)
    host.close(client, &outbox)
  }

  /// The client is gone before its page came.
  private mutating func abandon(_ client: Int, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    guard let place = fetches.firstIndex(where: { $0.client == client }) else { return }
    let fetch = fetches.remove(at: place)
    if let upstream = fetch.upstream { host.close(upstream, &outbox) }
  }
}

extension HTTPProxy.Server {
  /// Nil for a path that is no whole address, such as `/`.
  init?(_ address: String) {
    guard address.hasPrefix("http://") else { return nil }
    let rest = address.dropFirst("http://".count)
    let slash = rest.firstIndex(of: "/") ?? rest.endIndex
    host = String(rest[..<slash])
    path = slash == rest.endIndex ? "/" : String(rest[slash...])
    let parts = host.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2, let name = parts.first, !name.isEmpty else { return nil }
    guard let number = parts.count == 2 ? UInt16(parts[1]) : 80, number > 0 else { return nil }
    port = number
    if let address = IPv4Address(name) {
      target = .address(address)
    } else if let domain = DomainName(name) {
      target = .name(domain)
    } else {
      return nil
    }
  }
}

/// `kind: http-proxy`.
struct HTTPProxySettings: ServiceKind {
  static let word = "http-proxy"
  static let summary = "Fetches pages for those who ask it to, by connections of its own"
  static let fields: [any FieldDeclaration] = [port]

  private static let port = Field("port", .integer(in: 1...65535), "The port it listens on; 3128 unless set")
  private let number: UInt16

  init?(_ fields: Fields, of interfaces: [Interface], at location: SourceLocation, _ reader: inout DeviceReader) {
    number = UInt16(fields.read(Self.port, &reader.diagnostics) ?? 3128)
  }

  var remark: Remark { .proxy(of: "HTTP", port: number) }

  func program() -> any Application { HTTPProxy(port: number) }
}

import Packets
import Protocols
import Simulation

/// Opens a connection, for a page fetches it, and closes the connection again.
struct TCPClient: TargetedProgram {
  /// How long a server may think about a request.
  static let patience = TimeSpan.seconds(30)

  private let port: UInt16
  /// Sent when the connection is open; its answer is waited for.
  private let request: HTTPMessage?
  private let activity: ActivityID
  private var connection: Int?
  private var startedAt = Instant.start
  private var timer: TimerToken?
  private var outcome = Outcome.failure(.noAnswer)

  init(port: UInt16, request: HTTPMessage?, for activity: ActivityID) {
    self.port = port
    self.request = request
    self.activity = activity
  }

  mutating func handle(_ event: ApplicationEvent, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    switch event {
    case .connection(let place, let event) where place == connection: handle(event, &host, &outbox)
    case .timer(let token) where token == timer: finish(.failure(.noAnswer), &host, &outbox)
    default: break
    }
  }

  mutating func begin(at address: IPv4Address, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    startedAt = outbox.now
    outcome.responder = address
    switch host.connect(to: Endpoint(address, port), for: .begins(activity), &outbox) {
    case .success(let place): connection = place
    case .failure(let reason): finish(.failure(reason), &host, &outbox)
    }
  }

  private mutating func handle(
    _ event: ConnectionEvent, _ host: inout ProgramHost, _ outbox: inout Outbox
  ) {
    guard let connection else { return }
    switch event {
    case .connected(let timeToLive):
      outcome.timeToLive = timeToLive
      outcome.roundTrip = outbox.now - startedAt
      outcome.failure = nil
      guard let request else { return host.close(connection, &outbox) }
      outcome.failure = .noAnswer
      host.send(.http(request), on: connection, &outbox)
      timer = host.setTimer(after: TCPClient.patience, &outbox)
    case .received(let content):
      guard case .http(.response(let status, _)) = outbox.message(in: content) else { return }
      outcome.failure = nil
      outcome.detail = UInt32(status)
      outcome.roundTrip = outbox.now - startedAt
    case .peerClosed: host.close(connection, &outbox)
    case .closed: finish(outcome, &host, &outbox)
    case .failed(let reason, _): finish(.failure(reason), &host, &outbox)
    case .accepted: break
    }
  }

  mutating func finish(_ outcome: Outcome, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    var outcome = outcome
    if outcome.responder.isAny { outcome.responder = self.outcome.responder }
    outbox.finish(activity, outcome)
    host.end()
  }
}

extension TCPCommand: ProgramCommand {
  public func program(for activity: ActivityID) -> any Application {
    Targeted(target, TCPClient(port: port, request: nil, for: activity))
  }
}

extension HTTPCommand: ProgramCommand {
  public func program(for activity: ActivityID) -> any Application {
    let host =
      switch target {
      case .address(let address): address.description
      case .name(let name): name.text
      }
    guard let proxy else {
      return Targeted(target, TCPClient(port: port, request: .request(host: host, path: path), for: activity))
    }
    // RFC 9112, 3.2.2: a proxy is told the whole address, and looks the name up itself.
    let server = port == 80 ? host : "\(host):\(port)"
    let request = HTTPMessage.request(host: server, path: "http://\(server)\(path)")
    return Targeted(.address(proxy.address), TCPClient(port: proxy.port, request: request, for: activity))
  }
}

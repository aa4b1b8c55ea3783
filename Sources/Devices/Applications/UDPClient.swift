import Packets
import Protocols
import Simulation

/// Sends one datagram and waits for an answer or an error. A port that is open and says nothing looks like a lost packet,
/// because UDP has no other way to tell (RFC 768).
struct UDPClient: TargetedProgram {
  /// Long enough for ARP to fail.
  static let patience = TimeSpan.seconds(4)

  private let command: UDPCommand
  private let activity: ActivityID
  private var port: UInt16 = 0
  private var sentAt = Instant.start
  private var timer: TimerToken?

  init(_ command: UDPCommand, for activity: ActivityID) {
    self.command = command
    self.activity = activity
  }

  mutating func begin(at address: IPv4Address, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    guard let free = host.bindAny(.udp, &outbox) else { return finish(.failure(.noAnswer), &host, &outbox) }
    port = free
    sentAt = outbox.now
    let failure = host.sendDatagram(
      .pattern(length: command.size), from: port, to: Endpoint(address, command.port), for: .begins(activity), &outbox)
    if let failure { return finish(.failure(failure), &host, &outbox) }
    timer = host.setTimer(after: UDPClient.patience, &outbox)
  }

  mutating func handle(_ event: ApplicationEvent, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    switch event {
    case .datagram(let datagram) where datagram.destination.port == port:
      var outcome = Outcome.success
      outcome.responder = datagram.source.address
      outcome.timeToLive = datagram.timeToLive
      outcome.roundTrip = outbox.now - sentAt
      finish(outcome, &host, &outbox)
    case .failure(let reason, _, let reporter, let localPort) where localPort == port:
      finish(.failure(reason, told: reporter), &host, &outbox)
    case .timer(let token) where token == timer: finish(.failure(.noAnswer), &host, &outbox)
    default: break
    }
  }

  mutating func finish(_ outcome: Outcome, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    if port != 0 { host.unbind(.udp, port) }
    outbox.finish(activity, outcome)
    host.end()
  }
}

extension UDPCommand: ProgramCommand {
  public func program(for activity: ActivityID) -> any Application { Targeted(target, UDPClient(self, for: activity)) }
}

/// Answers every datagram on its port with the same data (RFC 862).
public struct UDPEcho: Application {
  public let port: UInt16

  public init(port: UInt16) { self.port = port }

  public mutating func handle(_ event: ApplicationEvent, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    switch event {
    case .started: _ = host.bind(.udp, port)
    case .datagram(let datagram):
      _ = host.sendDatagram(
        datagram.content, from: port, source: datagram.destination.address, to: datagram.source, for: .answers,
        &outbox)
    default: break
    }
  }
}

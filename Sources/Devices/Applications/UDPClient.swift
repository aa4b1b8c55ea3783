import Packets
import Protocols
import Simulation

/// Sends datagrams and waits for an answer to each, or an error. A port that is open and says nothing looks like a lost
/// packet, because UDP has no other way to tell (RFC 768).
struct UDPClient: TargetedProgram {
  /// Long enough for ARP to fail.
  static let patience = TimeSpan.seconds(4)

  private let command: UDPCommand
  private let activity: ActivityID
  private var target = Endpoint(.any, 0)
  private var port: UInt16 = 0
  private var firstSent = Instant.start
  private var sent = 0
  private var answered = 0
  /// What the first answer told.
  private var outcome = Outcome.failure(.noAnswer)
  private var timer: TimerToken?

  init(_ command: UDPCommand, for activity: ActivityID) {
    self.command = command
    self.activity = activity
  }

  mutating func begin(at address: IPv4Address, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    guard let free = host.bindAny(.udp, &outbox) else { return finish(.failure(.noAnswer), &host, &outbox) }
    port = free
    target = Endpoint(address, command.port)
    let delay = command.schedule.delay
    if delay > .zero { timer = host.setTimer(after: delay, &outbox) } else { sendNext(&host, &outbox) }
  }

  mutating func handle(_ event: ApplicationEvent, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    switch event {
    case .datagram(let datagram) where datagram.destination.port == port: note(datagram, &host, &outbox)
    case .failure(let reason, _, let reporter, let localPort) where localPort == port:
      finish(.failure(reason, told: reporter), &host, &outbox)
    case .timer(let token) where token == timer:
      if sent < command.schedule.count {
        sendNext(&host, &outbox)
      } else {
        finish(outcome, &host, &outbox)
      }
    default: break
    }
  }

  private mutating func sendNext(_ host: inout ProgramHost, _ outbox: inout Outbox) {
    if sent == 0 { firstSent = outbox.now }
    // The number of the datagram seeds its bytes, so that an echo tells which one it answers.
    let content = Content.pattern(length: command.size, seed: UInt32(sent))
    sent += 1
    let failure = host.sendDatagram(content, from: port, to: target, for: .begins(activity), &outbox)
    if let failure { return finish(.failure(failure), &host, &outbox) }
    let isLast = sent == command.schedule.count
    timer = host.setTimer(after: isLast ? UDPClient.patience : command.schedule.interval, &outbox)
  }

  private mutating func note(_ datagram: Datagram, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    answered += 1
    if answered == 1 {
      outcome = .success
      outcome.responder = datagram.source.address
      outcome.timeToLive = datagram.timeToLive
      let number = min(Int(datagram.content.reference), sent - 1)
      outcome.roundTrip = outbox.now - (firstSent + command.schedule.interval * UInt64(number))
    }
    if answered == command.schedule.count { finish(outcome, &host, &outbox) }
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

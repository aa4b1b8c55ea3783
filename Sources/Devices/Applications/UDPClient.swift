import Packets
import Protocols
import Simulation

/// Sends datagrams and waits for an answer to each, or an error. A port that is open and says nothing looks like a lost
/// packet, because UDP has no other way to tell (RFC 768).
struct UDPClient: TargetedProgram {
  /// Long enough for ARP to fail.
  static let patience = TimeSpan.seconds(4)

  private let activity: ActivityID
  private let wanted: Int
  private var sender: DatagramSender
  private var answered = 0
  /// What the first answer told.
  private var outcome = Outcome.failure(.noAnswer)

  init(_ command: UDPCommand, for activity: ActivityID) {
    self.activity = activity
    wanted = command.schedule.count
    sender = DatagramSender(
      command.schedule, size: command.size, to: command.port, from: command.source,
      patience: UDPClient.patience, for: activity)
  }

  mutating func begin(at address: IPv4Address, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    proceed(sender.begin(at: address, &host, &outbox), &host, &outbox)
  }

  mutating func handle(_ event: ApplicationEvent, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    switch event {
    case .datagram(let datagram) where datagram.destination.port == sender.port: note(datagram, &host, &outbox)
    case .failure(let reason, _, let reporter, let localPort) where localPort == sender.port:
      finish(.failure(reason, told: reporter), &host, &outbox)
    case .timer(let token): proceed(sender.timerFired(token, &host, &outbox), &host, &outbox)
    default: break
    }
  }

  private mutating func proceed(
    _ progress: DatagramSender.Progress, _ host: inout ProgramHost, _ outbox: inout Outbox
  ) {
    switch progress {
    case .waiting: break
    case .failed(let reason): finish(.failure(reason), &host, &outbox)
    case .over: finish(outcome, &host, &outbox)
    }
  }

  private mutating func note(_ datagram: Datagram, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    answered += 1
    if answered == 1 {
      outcome = .success
      outcome.responder = datagram.source.address
      outcome.timeToLive = datagram.timeToLive
      outcome.roundTrip = outbox.now - sender.sendingTime(ofEchoed: datagram.content)
    }
    if answered == wanted { finish(outcome, &host, &outbox) }
  }

  mutating func finish(_ outcome: Outcome, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    sender.close(&host)
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

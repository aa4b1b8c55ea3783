import Packets
import Protocols
import Simulation

/// Sends datagrams at a constant rate to somebody who need not answer; an ICMP error ends it early.
struct StreamClient: TargetedProgram {
  private let activity: ActivityID
  private var sender: DatagramSender

  init(_ command: StreamCommand, for activity: ActivityID) {
    self.activity = activity
    // The last datagram has its interval too, so that a stream lasts as long as its rate says.
    sender = DatagramSender(
      command.schedule, size: command.size, to: command.port, patience: command.schedule.interval, for: activity)
  }

  mutating func begin(at address: IPv4Address, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    proceed(sender.begin(at: address, &host, &outbox), &host, &outbox)
  }

  mutating func handle(_ event: ApplicationEvent, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    switch event {
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
    case .over: finish(.success, &host, &outbox)
    }
  }

  mutating func finish(_ outcome: Outcome, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    sender.close(&host)
    outbox.finish(activity, outcome)
    host.end()
  }
}

extension StreamCommand: ProgramCommand {
  public func program(for activity: ActivityID) -> any Application {
    Targeted(target, StreamClient(self, for: activity))
  }
}

/// Takes in every datagram on its port and says nothing (RFC 863).
public struct UDPDiscard: Application {
  public let port: UInt16

  public init(port: UInt16) { self.port = port }

  public mutating func handle(_ event: ApplicationEvent, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    if case .started = event { _ = host.bind(.udp, port) }
  }
}

import Packets
import Protocols
import Simulation

/// Sends datagrams at a constant rate to somebody who need not answer; an ICMP error ends it early.
struct StreamClient: TargetedProgram {
  private let command: StreamCommand
  private let activity: ActivityID
  private var target = Endpoint(.any, 0)
  private var port: UInt16 = 0
  private var sent = 0
  private var timer: TimerToken?

  init(_ command: StreamCommand, for activity: ActivityID) {
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
    case .failure(let reason, _, let reporter, let localPort) where localPort == port:
      finish(.failure(reason, told: reporter), &host, &outbox)
    case .timer(let token) where token == timer:
      if sent < command.schedule.count {
        sendNext(&host, &outbox)
      } else {
        finish(.success, &host, &outbox)
      }
    default: break
    }
  }

  /// The last datagram has its interval too, so that a stream lasts as long as its rate says.
  private mutating func sendNext(_ host: inout ProgramHost, _ outbox: inout Outbox) {
    let content = Content.pattern(length: command.size, seed: UInt32(sent))
    sent += 1
    let failure = host.sendDatagram(content, from: port, to: target, for: .begins(activity), &outbox)
    if let failure { return finish(.failure(failure), &host, &outbox) }
    timer = host.setTimer(after: command.schedule.interval, &outbox)
  }

  mutating func finish(_ outcome: Outcome, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    if port != 0 { host.unbind(.udp, port) }
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

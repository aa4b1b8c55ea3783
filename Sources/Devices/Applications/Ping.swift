import Packets
import Protocols
import Simulation

/// Sends echo requests, one a second, until one is answered or refused, or all have gone unanswered (RFC 1122, 3.2.2.6).
struct Ping: TargetedProgram {
  /// Between two requests.
  static let interval = TimeSpan.seconds(1)
  /// How long the last request waits: longer than ARP needs to fail, so that a host nobody answers for is told as that.
  static let patience = TimeSpan.seconds(4)

  private let command: PingCommand
  private let activity: ActivityID
  private var target = IPv4Address.any
  private var identifier: UInt16 = 0
  private var sequence: UInt16 = 0
  private var sentAt = Instant.start
  private var timer: TimerToken?

  init(_ command: PingCommand, for activity: ActivityID) {
    self.command = command
    self.activity = activity
  }

  mutating func begin(at address: IPv4Address, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    target = address
    guard let free = host.bindAny(.icmp, &outbox) else { return finish(.failure(.noAnswer), &host, &outbox) }
    identifier = free
    sendRequest(&host, &outbox)
  }

  mutating func handle(_ event: ApplicationEvent, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    switch event {
    case .echoReply(let reply) where reply.identifier == identifier: succeed(reply, &host, &outbox)
    case .failure(let reason, _, let reporter, let localPort) where localPort == identifier:
      finish(.failure(reason, told: reporter), &host, &outbox)
    case .timer(let token) where token == timer:
      if sequence < command.count {
        sendRequest(&host, &outbox)
      } else {
        finish(.failure(.noAnswer), &host, &outbox)
      }
    default: break
    }
  }

  private mutating func sendRequest(_ host: inout ProgramHost, _ outbox: inout Outbox) {
    sequence += 1
    sentAt = outbox.now
    let failure = host.sendEcho(
      identifier: identifier, sequence: sequence, size: command.size, timeToLive: command.timeToLive,
      dontFragment: command.dontFragment, to: target, for: .begins(activity), &outbox)
    if let failure { return finish(.failure(failure), &host, &outbox) }
    timer = host.setTimer(after: sequence < command.count ? Ping.interval : Ping.patience, &outbox)
  }

  private mutating func succeed(_ reply: EchoReply, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    var outcome = Outcome.success
    outcome.responder = reply.source
    outcome.timeToLive = reply.timeToLive
    outcome.roundTrip = outbox.now - sentAt
    finish(outcome, &host, &outbox)
  }

  mutating func finish(_ outcome: Outcome, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    if identifier != 0 { host.unbind(.icmp, identifier) }
    outbox.finish(activity, outcome)
    host.end()
  }
}

extension Outcome {
  /// A failure, and who told of it.
  static func failure(_ reason: FailureReason, told reporter: IPv4Address) -> Outcome {
    var outcome = Outcome.failure(reason)
    outcome.responder = reporter
    return outcome
  }
}

extension PingCommand: ProgramCommand {
  public func program(for activity: ActivityID) -> any Application { Targeted(target, Ping(self, for: activity)) }
}

import Packets
import Protocols
import Simulation

/// Sends echo requests (RFC 1122, 3.2.2.6): one a second until one is answered or refused, or all of them at its interval.
struct Ping: TargetedProgram {
  /// Between two requests, unless it is told.
  static let usualInterval = TimeSpan.seconds(1)
  /// How long the last request waits: longer than ARP needs to fail, so that a host nobody answers for is told as that.
  static let patience = TimeSpan.seconds(4)

  private let command: PingCommand
  private let activity: ActivityID
  private var target = IPv4Address.any
  private var identifier: UInt16 = 0
  private var sequence: UInt16 = 0
  private var firstSent = Instant.start
  private var timer: TimerToken?
  /// Requests of which it is known what became of them; looked up, never iterated.
  private var settled: Set<UInt16> = []
  /// What the first answer told, or else the first error.
  private var outcome = Outcome.failure(.noAnswer)

  init(_ command: PingCommand, for activity: ActivityID) {
    self.command = command
    self.activity = activity
  }

  private var interval: TimeSpan { command.interval ?? Ping.usualInterval }

  mutating func begin(at address: IPv4Address, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    target = address
    guard let free = host.bindAny(.icmp, &outbox) else { return finish(.failure(.noAnswer), &host, &outbox) }
    identifier = free
    firstSent = outbox.now
    sendRequest(&host, &outbox)
  }

  mutating func handle(_ event: ApplicationEvent, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    switch event {
    case .echoReply(let reply) where reply.identifier == identifier: note(reply, &host, &outbox)
    case .failure(let reason, _, let reporter, let localPort) where localPort == identifier:
      let failure = Outcome.failure(reason, told: reporter)
      guard command.interval != nil else { return finish(failure, &host, &outbox) }
      // Which request it is about is not said; the errors of a train come in its order.
      if outcome.failure == .noAnswer { outcome = failure }
    case .timer(let token) where token == timer:
      if sequence < command.count {
        sendRequest(&host, &outbox)
      } else {
        finish(outcome, &host, &outbox)
      }
    default: break
    }
  }

  private mutating func sendRequest(_ host: inout ProgramHost, _ outbox: inout Outbox) {
    sequence += 1
    let failure = host.sendEcho(
      identifier: identifier, sequence: sequence, size: command.size, timeToLive: command.timeToLive,
      dontFragment: command.dontFragment, to: target, for: .begins(activity), &outbox)
    if let failure { return finish(.failure(failure), &host, &outbox) }
    timer = host.setTimer(after: sequence < command.count ? interval : Ping.patience, &outbox)
  }

  private mutating func note(_ reply: EchoReply, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    settled.insert(reply.sequence)
    if !outcome.succeeded {
      outcome = .success
      outcome.responder = reply.source
      outcome.timeToLive = reply.timeToLive
      outcome.roundTrip = outbox.now - (firstSent + interval * UInt64(max(1, reply.sequence) - 1))
    }
    if command.interval == nil || settled.count == command.count { finish(outcome, &host, &outbox) }
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

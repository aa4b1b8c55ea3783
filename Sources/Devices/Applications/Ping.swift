import Packets
import Protocols
import Simulation

/// Sends echo requests, one a second, until one is answered or refused, or all have gone unanswered (RFC 1122, 3.2.2.6).
struct Ping: Application {
  /// How long each request waits for its answer, as `ping -W` has it.
  static let timeout = TimeSpan.seconds(1)
  /// Given up on only after ARP has had its three seconds, as `ping` reports a host that nobody answers for.
  static let patience = TimeSpan.seconds(4)

  private let command: PingCommand
  private let activity: ActivityID
  private var lookup: NameLookup
  private var target = IPv4Address.any
  private var identifier: UInt16 = 0
  private var sequence: UInt16 = 0
  private var sentAt = Instant.start
  private var timer: TimerToken?

  init(_ command: PingCommand, for activity: ActivityID) {
    self.command = command
    self.activity = activity
    lookup = NameLookup(command.target)
  }

  mutating func handle(_ event: ApplicationEvent, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    if case .started = event {
      return proceed(lookup.start(for: .serves, &host, &outbox), &host, &outbox)
    }
    if let progress = lookup.handle(event, for: .serves, &host, &outbox) {
      return proceed(progress, &host, &outbox)
    }
    switch event {
    case .echoReply(let reply) where reply.identifier == identifier: succeed(reply, &host, &outbox)
    case .failure(let reason, _, let reporter, let localPort) where localPort == identifier:
      fail(reason, told: reporter, &host, &outbox)
    case .timer(let token) where token == timer: timerFired(&host, &outbox)
    default: break
    }
  }

  private mutating func proceed(
    _ progress: NameLookup.Progress, _ host: inout ProgramHost, _ outbox: inout Outbox
  ) {
    switch progress {
    case .waiting: break
    case .failed(let reason): fail(reason, told: .any, &host, &outbox)
    case .done(let address):
      target = address
      guard let free = host.bindAny(.icmp, &outbox) else { return fail(.noAnswer, told: .any, &host, &outbox) }
      identifier = free
      sendRequest(&host, &outbox)
    }
  }

  private mutating func sendRequest(_ host: inout ProgramHost, _ outbox: inout Outbox) {
    sequence += 1
    sentAt = outbox.now
    let failure = host.sendEcho(
      identifier: identifier, sequence: sequence, size: command.size, to: target, for: .begins(activity), &outbox)
    if let failure { return fail(failure, told: .any, &host, &outbox) }
    timer = host.setTimer(after: sequence < command.count ? Ping.timeout : Ping.patience, &outbox)
  }

  private mutating func timerFired(_ host: inout ProgramHost, _ outbox: inout Outbox) {
    if sequence < command.count {
      sendRequest(&host, &outbox)
    } else {
      fail(.noAnswer, told: .any, &host, &outbox)
    }
  }

  private func succeed(_ reply: EchoReply, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    var outcome = Outcome.success
    outcome.responder = reply.source
    outcome.timeToLive = reply.timeToLive
    outcome.roundTrip = outbox.now - sentAt
    finish(outcome, &host, &outbox)
  }

  private func fail(
    _ reason: FailureReason, told reporter: IPv4Address, _ host: inout ProgramHost, _ outbox: inout Outbox
  ) {
    var outcome = Outcome.failure(reason)
    outcome.responder = reporter
    finish(outcome, &host, &outbox)
  }

  private func finish(_ outcome: Outcome, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    if identifier != 0 { host.unbind(.icmp, identifier) }
    outbox.finish(activity, outcome)
    host.end()
  }
}

extension PingCommand: ProgramCommand {
  public func program(for activity: ActivityID) -> any Application { Ping(self, for: activity) }
}

import Packets
import Protocols
import Simulation

/// Sends a stream over one connection to a port that takes everything in, as `iperf3` does: so many bytes, or as many as
/// go in so much time. What the peer has acknowledged is what got through.
struct TransferClient: TargetedProgram {
  private let command: TransferCommand
  private let activity: ActivityID
  private var connection: Int?
  private var startedAt = Instant.start
  private var timer: TimerToken?
  private var outcome = Outcome.success

  init(_ command: TransferCommand, for activity: ActivityID) {
    self.command = command
    self.activity = activity
  }

  mutating func begin(at address: IPv4Address, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    startedAt = outbox.now
    outcome.responder = address
    let target = Endpoint(address, command.port)
    switch host.connect(to: target, for: .begins(activity), with: command.congestionControl, &outbox) {
    case .success(let place): connection = place
    case .failure(let reason): finish(.failure(reason), &host, &outbox)
    }
  }

  mutating func handle(_ event: ApplicationEvent, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    switch event {
    case .connection(let place, let event) where place == connection: handle(event, place, &host, &outbox)
    case .timer(let token) where token == timer:
      if let connection { host.stop(connection, &outbox) }
    default: break
    }
  }

  private mutating func handle(
    _ event: ConnectionEvent, _ connection: Int, _ host: inout ProgramHost, _ outbox: inout Outbox
  ) {
    switch event {
    case .connected(let timeToLive):
      outcome.timeToLive = timeToLive
      outcome.roundTrip = outbox.now - startedAt
      send(on: connection, &host, &outbox)
    case .closed(let progress): finish(outcome, progress, &host, &outbox)
    case .failed(let reason, let progress):
      outcome.failure = reason
      finish(outcome, progress, &host, &outbox)
    // The peer will take no more.
    case .peerClosed: host.stop(connection, &outbox)
    case .accepted, .received: break
    }
  }

  private mutating func send(on connection: Int, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    let seed = UInt32(truncatingIfNeeded: activity.rawValue)
    switch command.amount {
    case .bytes(let count):
      host.sendStream(seed: seed, length: count, on: connection, &outbox)
      host.close(connection, &outbox)
    case .duration(let span):
      host.sendStream(seed: seed, length: .max, on: connection, &outbox)
      timer = host.setTimer(after: span, &outbox)
    }
  }

  private mutating func finish(
    _ outcome: Outcome, _ progress: TCPConnection.Progress, _ host: inout ProgramHost, _ outbox: inout Outbox
  ) {
    var outcome = outcome
    outcome.bytes = progress.bytes
    outcome.duration = progress.duration
    outcome.repeats = progress.repeats
    finish(outcome, &host, &outbox)
  }

  mutating func finish(_ outcome: Outcome, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    var outcome = outcome
    if outcome.responder.isAny { outcome.responder = self.outcome.responder }
    outbox.finish(activity, outcome)
    host.end()
  }
}

extension TransferCommand: ProgramCommand {
  public func program(for activity: ActivityID) -> any Application {
    Targeted(target, TransferClient(self, for: activity))
  }
}

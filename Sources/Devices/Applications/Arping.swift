import Packets
import Simulation

/// Asks everybody who has an address (RFC 826) and listens, as `arping` does: two answers of two stations are a duplicate
/// address, which ping alone would never show.
struct Arping: TargetedProgram {
  /// How long after its last question it listens (`arping -w`).
  static let patience = TimeSpan.seconds(1)

  private let schedule: Schedule
  private let activity: ActivityID
  private var target = IPv4Address.any
  private var sent = 0
  private var sentAt = Instant.start
  private var timer: TimerToken?
  /// What the first answer told.
  private var outcome = Outcome.failure(.noAnswer)

  init(_ command: ARPCommand, for activity: ActivityID) {
    schedule = command.schedule
    self.activity = activity
  }

  mutating func begin(at address: IPv4Address, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    target = address
    askNext(&host, &outbox)
  }

  mutating func handle(_ event: ApplicationEvent, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    switch event {
    case .arpReply where !outcome.succeeded:
      outcome = .success
      outcome.responder = target
      outcome.roundTrip = outbox.now - sentAt
    case .timer(let token) where token == timer:
      if sent < schedule.count { askNext(&host, &outbox) } else { finish(outcome, &host, &outbox) }
    default: break
    }
  }

  private mutating func askNext(_ host: inout ProgramHost, _ outbox: inout Outbox) {
    sent += 1
    sentAt = outbox.now
    if let failure = host.ask(for: target, for: .begins(activity), &outbox) {
      return finish(.failure(failure), &host, &outbox)
    }
    timer = host.setTimer(after: sent < schedule.count ? schedule.interval : Arping.patience, &outbox)
  }

  mutating func finish(_ outcome: Outcome, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    host.stopAsking()
    outbox.finish(activity, outcome)
    host.end()
  }
}

extension ARPCommand: ProgramCommand {
  public func program(for activity: ActivityID) -> any Application { Targeted(target, Arping(self, for: activity)) }
}

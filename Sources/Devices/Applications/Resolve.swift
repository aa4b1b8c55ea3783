import Packets
import Protocols
import Simulation

/// Looks a name up, and nothing more.
struct Resolve: Application {
  private let activity: ActivityID
  private var lookup: NameLookup
  private var startedAt = Instant.start

  init(_ command: ResolveCommand, for activity: ActivityID) {
    self.activity = activity
    lookup = NameLookup(.name(command.name))
  }

  mutating func handle(_ event: ApplicationEvent, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    let progress: NameLookup.Progress?
    if case .started = event {
      startedAt = outbox.now
      progress = lookup.start(for: .begins(activity), &host, &outbox)
    } else {
      progress = lookup.handle(event, for: .begins(activity), &host, &outbox)
    }
    switch progress {
    case nil, .waiting: break
    case .failed(let reason): finish(.failure(reason), &host, &outbox)
    case .done(let address):
      var outcome = Outcome.success
      outcome.address = address
      outcome.roundTrip = outbox.now - startedAt
      finish(outcome, &host, &outbox)
    }
  }

  private func finish(_ outcome: Outcome, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    outbox.finish(activity, outcome)
    host.end()
  }
}

extension ResolveCommand: ProgramCommand {
  public func program(for activity: ActivityID) -> any Application { Resolve(self, for: activity) }
}

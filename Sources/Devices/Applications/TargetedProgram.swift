import Packets
import Simulation

/// A client that speaks to one target: it begins once the target's address is known.
protocol TargetedProgram: Sendable {
  mutating func begin(at address: IPv4Address, _ host: inout ProgramHost, _ outbox: inout Outbox)
  mutating func handle(_ event: ApplicationEvent, _ host: inout ProgramHost, _ outbox: inout Outbox)
  /// Ends the activity.
  mutating func finish(_ outcome: Outcome, _ host: inout ProgramHost, _ outbox: inout Outbox)
}

/// Looks a target up where it is a name, and then lets its program go on.
struct Targeted<Program: TargetedProgram>: Application {
  private var lookup: NameLookup
  private var program: Program

  init(_ target: Target, _ program: Program) {
    lookup = NameLookup(target)
    self.program = program
  }

  mutating func handle(_ event: ApplicationEvent, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    if case .started = event {
      proceed(lookup.start(for: .serves, &host, &outbox), &host, &outbox)
    } else if let progress = lookup.handle(event, for: .serves, &host, &outbox) {
      proceed(progress, &host, &outbox)
    } else {
      program.handle(event, &host, &outbox)
    }
  }

  private mutating func proceed(
    _ progress: NameLookup.Progress, _ host: inout ProgramHost, _ outbox: inout Outbox
  ) {
    switch progress {
    case .waiting: break
    case .failed(let reason): program.finish(.failure(reason), &host, &outbox)
    case .done(let address): program.begin(at: address, &host, &outbox)
    }
  }
}

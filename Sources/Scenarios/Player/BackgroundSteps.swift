import Simulation

/// The steps that go on while later ones are played.
struct BackgroundSteps: Sendable {
  private struct Entry: Sendable {
    var step: Int
    var activities: [ActivityID]
    /// When what has not ended is given up.
    var deadline: Instant
    var surrender: FailureReason
  }

  private var entries: [Entry] = []

  /// The next moment at which one of them is given up; nil when none goes on.
  var nextDeadline: Instant? { entries.map(\.deadline).min() }

  /// Takes over what the stage has just begun.
  mutating func add(_ step: Int, _ verb: any StepKind, _ stage: Stage) {
    let patience: TimeSpan =
      switch verb.length {
      case .exactly(let span), .untilEnded(let span): span
      }
    entries.append(
      Entry(
        step: step, activities: stage.activities, deadline: stage.simulator.now + patience,
        surrender: verb.surrender))
  }

  /// Marks the end of those that have come to it, and gives up those whose time is over.
  mutating func settle(on stage: inout Stage) {
    for entry in entries where entry.deadline <= stage.simulator.now {
      end(entry, because: entry.surrender, on: &stage)
    }
    for entry in entries where !entry.activities.contains(where: { stage.simulator.isOpen($0) }) {
      stage.simulator.mark(.stepEnded(UInt32(entry.step)))
    }
    entries.removeAll { entry in !entry.activities.contains(where: { stage.simulator.isOpen($0) }) }
  }

  /// Ends all of them, as when the play is over.
  mutating func abandon(on stage: inout Stage) {
    for entry in entries { end(entry, because: .interrupted, on: &stage) }
    settle(on: &stage)
  }

  private func end(_ entry: Entry, because reason: FailureReason, on stage: inout Stage) {
    for activity in entry.activities where stage.simulator.isOpen(activity) {
      stage.simulator.abandon(activity, .failure(reason))
    }
  }
}

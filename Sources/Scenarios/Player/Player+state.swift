import Simulation
import Topology

/// When a network is looked at.
public enum Moment: Hashable, Sendable {
  /// All steps are done, and what they left under way has arrived.
  case end
  /// What happens at that time has happened. After the last step nothing but time passes.
  case at(Instant)
  /// The step of that number has ended, and the next one has not begun.
  case after(Int)
}

/// A network at one moment of a play: what its devices know is asked of them, and of nobody else.
public struct NetworkState: Sendable {
  public let topology: Topology
  public let moment: Instant
  /// What happened until then.
  public let journal: Journal
  /// The limit that ended the play before that moment, if one did.
  public let limit: Simulator.Stop?
  /// When the play had come to its end, if that was before.
  public let end: Instant?
  private let simulator: Simulator

  fileprivate init(_ simulator: Simulator, _ topology: Topology, limit: Simulator.Stop? = nil, end: Instant? = nil) {
    self.simulator = simulator
    self.topology = topology
    moment = simulator.now
    journal = simulator.journal
    self.limit = limit
    self.end = end
  }

  public func device(_ id: DeviceID) -> any Device { simulator.device(id) }
}

extension Player {
  /// Plays up to a moment.
  public func state(at moment: Moment) -> NetworkState {
    switch moment {
    case .end: return whole()
    case .at(let time): return state(at: time)
    case .after(let step) where play.steps[step].isInBackground:
      // Later steps go on beside it, so only the time of its end is known.
      let whole = whole()
      return whole.journal.end(ofStep: step).map { state(at: $0) } ?? whole
    case .after(let step):
      var course = run(limits, upTo: step)
      course.simulator.completeJournal()
      return NetworkState(course.simulator, play.topology, limit: course.limit)
    }
  }

  private func whole() -> NetworkState {
    let course = run(limits)
    return NetworkState(course.simulator, play.topology, limit: course.limit, end: course.simulator.now)
  }

  private func state(at time: Instant) -> NetworkState {
    var early = limits
    early.time = min(limits.time, time)
    var course = run(early)
    let isReached = early.time == time && course.simulator.now == time
    let limit = isReached && course.limit == .tooLate ? nil : course.limit
    guard limit == nil, course.simulator.now < time else {
      return NetworkState(course.simulator, play.topology, limit: limit)
    }
    let end = course.simulator.now
    course.simulator.limits = limits
    let stop = course.simulator.run(until: time)
    course.simulator.completeJournal()
    return NetworkState(course.simulator, play.topology, limit: stop.isLimit ? stop : nil, end: end)
  }
}

extension Journal {
  /// When the last of what a step began had ended; nil where nothing did.
  fileprivate func end(ofStep step: Int) -> Instant? {
    var begun: Set<ActivityID> = []
    var end: Instant?
    for record in records {
      switch record.event {
      case .began(let activity, let number) where Int(number) == step: begun.insert(activity)
      case .ended(let activity, _) where begun.contains(activity): end = record.time
      default: break
      }
    }
    return end
  }
}

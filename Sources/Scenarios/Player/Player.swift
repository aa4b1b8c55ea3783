import Simulation
import Topology

/// Plays the steps of a play, one after another, in virtual time.
public struct Player: Sendable {
  /// How long frames under way may take to arrive after the last step.
  static let drain = TimeSpan.seconds(1)
  /// What a step may take of which a storm is expected: enough for hundreds of rounds.
  static let stormEvents: UInt64 = 100_000
  /// Some milliseconds of processor time: often enough for an eye, too seldom to cost anything.
  private static let eventsBetweenReports: UInt64 = 16_384

  let play: Play
  private let seed: UInt64
  let limits: Simulator.Limits
  private let watch: Progress.Watch?
  private let detail: Journal.Detail

  /// - Parameters:
  ///   - limits: Those of the play unless given.
  ///   - detail: What the journal keeps; of bulk transfers only sums unless every frame is asked for.
  public init(
    _ play: Play, seed: UInt64 = 1, limits: Simulator.Limits? = nil, detail: Journal.Detail = .folded,
    watch: Progress.Watch? = nil
  ) {
    self.play = play
    self.detail = detail
    self.seed = seed
    self.limits = limits ?? play.limits.simulatorLimits
    self.watch = watch
  }

  public func run() -> Playback {
    let course = run(limits)
    return Playback(
      topology: play.topology, journal: course.simulator.journal, messages: course.simulator.messages,
      limit: course.limit, stepsPlayed: course.stepsPlayed, duration: course.simulator.now)
  }

  /// How far the network came.
  struct Course {
    var simulator: Simulator
    /// The limit that ended it before its last step, if one did.
    var limit: Simulator.Stop?
    var stepsPlayed: Int
  }

  /// - Parameter last: The number of the step behind which it ends at once; nil plays all.
  func run(_ limits: Simulator.Limits, upTo last: Int? = nil) -> Course {
    let simulator = play.topology.simulator(
      seed: seed, detail: detail, limits: limits, knowing: play.start == .preLearned ? play.conversations : [])
    var stage = Stage(simulator, play.topology)
    var background = BackgroundSteps()
    var played = 0
    var limit: Simulator.Stop?
    var isStormy = false
    for (index, step) in play.steps.enumerated() {
      let stop = run(step, index, on: &stage, &background)
      isStormy = stop == .tooManyEvents && expectsStorm(step) && stage.simulator.journal.counters.events < limits.events
      limit = isStormy || !stop.isLimit ? nil : stop
      guard limit == nil else { break }
      played += 1
      if index == last { return Course(simulator: stage.simulator, stepsPlayed: played) }
    }
    stage.simulator.limits.events = limits.events
    if limit == nil, !isStormy { limit = finish(&background, on: &stage) }
    background.abandon(on: &stage)
    stage.simulator.completeJournal()
    return Course(simulator: stage.simulator, limit: limit, stepsPlayed: played)
  }

  /// Waits for what still goes on; a storm that was expected would end by a limit, and is not waited for.
  private func finish(_ background: inout BackgroundSteps, on stage: inout Stage) -> Simulator.Stop? {
    let progress = progress(of: play.steps.count, stage)
    stage.simulator.awaitBackground()
    while let deadline = background.nextDeadline {
      let stop = pass(until: deadline, orFinished: true, on: &stage, &background, progress)
      if stop.isLimit { return stop }
      background.settle(on: &stage)
    }
    let stop = pass(until: stage.simulator.now + Player.drain, on: &stage, &background, progress)
    // Frames that multiply without end spoil the play even if its steps came to theirs; the end of time does not.
    return stop == .tooManyEvents || stop == .tooMuchMemory ? stop : nil
  }

  private func expectsStorm(_ step: Step) -> Bool {
    step.expectations.contains { $0.expectation is StormsExpectation }
  }

  private func run(
    _ step: Step, _ index: Int, on stage: inout Stage, _ background: inout BackgroundSteps
  ) -> Simulator.Stop {
    if let start = step.start, start > stage.simulator.now {
      let stop = pass(until: start, on: &stage, &background, progress(of: index, stage))
      if stop.isLimit { return stop }
    }
    let isBounded = expectsStorm(step)
    stage.simulator.limits.events =
      isBounded
      ? min(limits.events, stage.simulator.journal.counters.events + Player.stormEvents) : limits.events
    stage.turn(to: index, inBackground: step.isInBackground)
    stage.simulator.mark(.stepBegan(UInt32(index)))
    let progress = progress(of: index, stage)
    watch?(progress)
    step.verb.begin(on: &stage)
    if step.isInBackground {
      background.add(index, step.verb, stage)
      return .finished
    }
    let stop: Simulator.Stop =
      switch step.verb.length {
      case .exactly(let span): pass(until: stage.simulator.now + span, on: &stage, &background, progress)
      case .untilEnded(let patience):
        pass(until: stage.simulator.now + patience, orFinished: !isBounded, on: &stage, &background, progress)
      }
    let reason = stop.isLimit ? .interrupted : step.verb.surrender
    for activity in stage.activities where stage.simulator.isOpen(activity) {
      stage.simulator.abandon(activity, .failure(reason))
    }
    stage.simulator.mark(.stepEnded(UInt32(index)))
    background.settle(on: &stage)
    return stop
  }

  /// Lets time pass; the only place where it does. Steps in the background are given up when their time is over.
  private func pass(
    until deadline: Instant, orFinished: Bool = false, on stage: inout Stage, _ background: inout BackgroundSteps,
    _ progress: Progress
  ) -> Simulator.Stop {
    while true {
      let end = min(deadline, background.nextDeadline ?? deadline)
      let stop = stage.simulator.run(
        until: end, orFinished: orFinished, every: Player.eventsBetweenReports
      ) { events, now in
        guard let watch else { return }
        var told = progress
        (told.events, told.now) = (events, now)
        watch(told)
      }
      guard stop == .deadline, end < deadline else { return stop }
      background.settle(on: &stage)
    }
  }

  /// Where the play stands at the beginning of a step.
  private func progress(of step: Int, _ stage: Stage) -> Progress {
    let verb = play.steps.indices.contains(step) ? play.steps[step].verb : nil
    return Progress(
      variant: play.variant, step: step, stepCount: play.steps.count, stepID: verb == nil ? "" : play.steps[step].id,
      events: stage.simulator.journal.counters.events, now: stage.simulator.now, stepBegan: stage.simulator.now,
      stepLength: verb?.knownLength)
  }
}

import Simulation
import Topology

/// Plays the steps of a play, one after another, in virtual time.
public struct Player: Sendable {
  /// How long frames under way may take to arrive after the last step.
  static let drain = TimeSpan.seconds(1)

  private let play: Play
  private let seed: UInt64
  private let limits: Simulator.Limits

  public init(_ play: Play, seed: UInt64 = 1, limits: Simulator.Limits = Simulator.Limits()) {
    self.play = play
    self.seed = seed
    self.limits = limits
  }

  public func run() -> Playback {
    let simulator = play.topology.simulator(seed: seed, limits: limits)
    var stage = Stage(simulator, play.topology)
    var played = 0
    var limit: Simulator.Stop?
    for (index, step) in play.steps.enumerated() {
      limit = run(step, index, on: &stage)
      guard limit == nil else { break }
      played += 1
    }
    if limit == nil {
      let end = stage.simulator.now + Player.drain
      // Frames that multiply without end spoil the play even if its steps came to theirs; the end of time does not.
      let stop = stage.simulator.run(until: end)
      if stop == .tooManyEvents || stop == .tooMuchMemory { limit = stop }
    }
    return Playback(
      topology: play.topology, journal: stage.simulator.journal, messages: stage.simulator.messages,
      limit: limit,
      stepsPlayed: played, duration: stage.simulator.now)
  }

  /// Gives back the limit that was reached, if one was.
  private func run(_ step: Step, _ index: Int, on stage: inout Stage) -> Simulator.Stop? {
    stage.turn(to: index)
    stage.simulator.mark(.stepBegan(UInt32(index)))
    step.verb.begin(on: &stage)
    let stop: Simulator.Stop =
      switch step.verb.length {
      case .exactly(let span): stage.simulator.run(until: stage.simulator.now + span)
      case .untilEnded(let patience):
        stage.simulator.run(until: stage.simulator.now + patience, orFinished: true)
      }
    let reason = stop.limitWords == nil ? step.verb.surrender : .interrupted
    for activity in stage.activities where stage.simulator.isOpen(activity) {
      stage.simulator.abandon(activity, .failure(reason))
    }
    stage.simulator.mark(.stepEnded(UInt32(index)))
    return stop.limitWords == nil ? nil : stop
  }
}

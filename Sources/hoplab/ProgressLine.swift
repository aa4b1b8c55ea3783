import Scenarios
import Synchronization

/// One line on a terminal that says how far a long run has come, drawn again in place and gone at the end.
///
/// Plays of several variants run at once and all speak to it; it shows the one that spoke last.
final class ProgressLine: Sendable {
  /// A run that is over sooner needs none.
  private static let patience = Duration.seconds(1)
  /// Five times a second is as much as anybody reads.
  private static let pause = Duration.milliseconds(200)

  private struct State {
    var began: ContinuousClock.Instant
    var drawn: ContinuousClock.Instant?
    /// When the step began, by variant, and which it was.
    var steps: [String: (step: Int, began: ContinuousClock.Instant)] = [:]  // looked up, never iterated
    var events: [String: UInt64] = [:]  // summed, so that their order does not matter
  }

  private let state: Mutex<State>

  /// Nil where nobody could see it.
  init?() {
    guard Terminal.Stream.error.isScreen else { return nil }
    state = Mutex(State(began: ContinuousClock.now))
  }

  var watch: Progress.Watch { { self.tell($0) } }

  private func tell(_ progress: Progress) {
    state.withLock { state in
      let now = ContinuousClock.now
      if state.steps[progress.variant]?.step != progress.step { state.steps[progress.variant] = (progress.step, now) }
      state.events[progress.variant] = progress.events
      guard now - state.began > Self.patience, state.drawn.map({ now - $0 > Self.pause }) ?? true else { return }
      state.drawn = now
      let spent = Double((now - state.began) / .seconds(1))
      let inStep = state.steps[progress.variant].map { Double((now - $0.began) / .seconds(1)) } ?? 0
      let events = state.events.values.reduce(0, +)
      let words = Self.words(progress, events: events, seconds: spent, inStep: inStep)
      Terminal.note("\r\(words.prefix(Terminal.Stream.error.width - 1))\u{1B}[K")
    }
  }

  func erase() {
    state.withLock { state in
      guard state.drawn != nil else { return }
      state.drawn = nil
      Terminal.note("\r\u{1B}[K")
    }
  }

  /// `nat: step 2 of 5 (out), 1.2M events, 340k a second, 12.5s of virtual time, 20s left`
  static func words(_ progress: Progress, events: UInt64, seconds: Double, inStep: Double) -> String {
    var words =
      progress.stepID.isEmpty
      ? "\(progress.variant): after the last step"
      : "\(progress.variant): step \(progress.step + 1) of \(progress.stepCount) (\(progress.stepID))"
    words += ", \(short(Double(events))) events, \(short(Double(events) / max(seconds, 0.001))) a second"
    words += ", \(progress.clock) of virtual time"
    // What only its end tells has no honest estimate; and the first percent of a step says little of the rest.
    guard let share = progress.share, share > 0.01 else { return words }
    return words + ", \(duration(inStep * (1 - share) / share)) left"
  }

  /// `1.2M`, for which three digits are enough.
  private static func short(_ number: Double) -> String {
    for (size, suffix) in [(1e9, "G"), (1e6, "M"), (1e3, "k")] where number >= size {
      let tenths = Int((number / size * 10).rounded())
      return tenths >= 1000 || tenths % 10 == 0 ? "\(tenths / 10)\(suffix)" : "\(tenths / 10).\(tenths % 10)\(suffix)"
    }
    return "\(Int(number))"
  }

  private static func duration(_ seconds: Double) -> String {
    let whole = Int(min(seconds, 1e9).rounded(.up))
    guard whole >= 60 else { return "\(whole)s" }
    return whole < 3600 ? "\(whole / 60)m \(whole % 60)s" : "\(whole / 3600)h \(whole / 60 % 60)m"
  }
}

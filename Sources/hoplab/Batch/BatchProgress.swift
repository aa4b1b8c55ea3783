import Scenarios
import Synchronization

/// How much of a batch is done, as a bar on a terminal: drawn again in place, and gone at the end.
final class BatchProgress: Sendable {
  /// Five times a second is as much as anybody reads.
  private static let pause = Duration.milliseconds(200)
  /// What is over sooner needs none.
  private static let patience = Duration.milliseconds(500)

  private struct State {
    var began = ContinuousClock.now
    var isAgain = false
    var drawn: ContinuousClock.Instant?
    var isVisible = false
    var done = 0
    var failed = 0
    var current = ""
  }

  private let state = Mutex(State())
  private let files: Int

  /// Nil where nobody could see it.
  init?(files: Int) {
    guard Terminal.Stream.error.isScreen else { return nil }
    self.files = files
  }

  /// What a long play is at keeps the bar moving.
  var watch: Progress.Watch {
    { progress in
      self.state.withLock { state in
        state.current = progress.stepID.isEmpty ? progress.variant : "\(progress.variant) \(progress.stepID)"
        self.draw(&state)
      }
    }
  }

  /// - Parameter again: They are played for the second time, and how long that takes is not known yet.
  func advance(to done: Int, failed: Int, again: Bool = false) {
    state.withLock { state in
      if again, !state.isAgain { (state.isAgain, state.began) = (true, ContinuousClock.now) }
      (state.done, state.failed) = (done, failed)
      draw(&state)
    }
  }

  func erase() {
    state.withLock { state in
      guard state.isVisible else { return }
      state.isVisible = false
      state.drawn = nil
      Terminal.note("\r\u{1B}[K")
    }
  }

  private func draw(_ state: inout State) {
    let now = ContinuousClock.now
    guard now - state.began > Self.patience, state.drawn.map({ now - $0 > Self.pause }) ?? true else { return }
    state.drawn = now
    state.isVisible = true
    let seconds = (now - state.began) / .seconds(1)
    let words = Self.words(
      done: state.done, of: files, failed: state.failed, seconds: seconds,
      current: state.isAgain ? "once more" : state.current)
    Terminal.note("\r\(words.prefix(Terminal.Stream.error.width - 1))\u{1B}[K")
  }

  /// `▕█████████▏         ▏ 76 of 152 files, 2 failed, 3s left, nat out`.
  static func words(done: Int, of files: Int, failed: Int, seconds: Double, current: String) -> String {
    let width = 20
    let eighths = files == 0 ? 0 : done * width * 8 / files
    let parts = [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    let full = eighths / 8
    let bar =
      String(repeating: "█", count: full) + (full < width ? parts[eighths % 8] : "")
      + String(repeating: " ", count: max(0, width - full - 1))
    var words = "▕\(bar)▏ \(done) of \(files) file\(files == 1 ? "" : "s")"
    if failed > 0 { words += ", \(failed) failed" }
    if done > 0, done < files {
      words += ", \(Int((seconds * Double(files - done) / Double(done)).rounded(.up)))s left"
    }
    return words + (current.isEmpty ? "" : "  \(current)")
  }
}

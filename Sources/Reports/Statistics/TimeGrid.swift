import Simulation

/// A run's time in equal parts of a round length, as many as an eye can tell apart.
struct TimeGrid: Sendable {
  static let mostParts: UInt64 = 120

  let width: TimeSpan
  let count: Int

  init(_ duration: Instant) {
    var width: UInt64 = 1
    var steps = [2, 5, 10] as [UInt64]
    var decade: UInt64 = 1
    while duration.nanoseconds / width >= Self.mostParts {
      if steps.isEmpty {
        decade *= 10
        steps = [2, 5, 10]
      }
      width = decade * steps.removeFirst()
    }
    self.width = TimeSpan(nanoseconds: width)
    count = Int(duration.nanoseconds / width) + 1
  }

  func part(of time: Instant) -> Int { min(Int(time.nanoseconds / width.nanoseconds), count - 1) }
  func start(of part: Int) -> Instant { Instant(nanoseconds: UInt64(part) * width.nanoseconds) }

  /// Tells how many nanoseconds of each part lie between two moments.
  func split(_ from: Instant, _ to: Instant, _ body: (_ part: Int, _ nanoseconds: UInt64) -> Void) {
    var time = from.nanoseconds
    while time < to.nanoseconds {
      let place = Int(time / width.nanoseconds)
      // What is still on a wire when the run ends is beyond the grid.
      guard place < count else { return }
      let end = min(to.nanoseconds, (UInt64(place) + 1) * width.nanoseconds)
      body(place, end - time)
      time = end
    }
  }
}

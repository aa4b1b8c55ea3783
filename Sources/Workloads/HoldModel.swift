import Simulation

/// W1: the event queue alone. Of a constant number pending, one is taken and one put back later, again and again.
package struct HoldModel: Sendable {
  /// How far ahead events are put.
  package enum Spread: String, Sendable, CaseIterable {
    /// Exponential, 1 ms in the mean.
    case exponential
    /// As networks do: 90 % after 0.7 to 12 µs, 8 % after 1 to 2 ms, 2 % after about 1 s.
    case network
  }

  private var queue = EventQueue()
  private var random = RandomSource(seed: 1)
  private var sequence: UInt64 = 0
  /// Drawn before, so that chance and logarithms are not what is measured; used round and round.
  private let delays: [TimeSpan]

  package init(pending: Int, spread: Spread) {
    var random = RandomSource(seed: 2)
    delays = (0..<65_536).map { _ in HoldModel.delay(spread, &random) }
    for _ in 0..<pending { push(after: .start) }
  }

  package mutating func run(_ operations: Int) {
    for _ in 0..<operations {
      guard let event = queue.pop() else { return }
      push(after: event.time)
    }
  }

  private mutating func push(after now: Instant) {
    sequence += 1
    let delay = delays[Int(truncatingIfNeeded: sequence & 65_535)]
    queue.push(
      ScheduledEvent(time: now + delay, sequence: sequence, kind: .arrival(DirectionID(index: 0))))
  }

  private static func delay(_ spread: Spread, _ random: inout RandomSource) -> TimeSpan {
    func uniform(_ low: UInt64, _ high: UInt64) -> TimeSpan { .nanoseconds(low + random.below(high - low)) }
    switch spread {
    case .exponential: return .nanoseconds(exponential(mean: 1_000_000, &random))
    case .network:
      switch random.below(100) {
      case ..<90: return uniform(700, 12_000)
      case ..<98: return uniform(1_000_000, 2_000_000)
      default: return uniform(900_000_000, 1_100_000_000)
      }
    }
  }

  /// By comparing uniforms (von Neumann, 1951): exponential without a logarithm, so that every machine draws the same.
  private static func exponential(mean: Double, _ random: inout RandomSource) -> UInt64 {
    func uniform() -> Double { Double(random.next() >> 11) * 0x1p-53 }
    var whole = 0.0
    while true {
      let first = uniform()
      var last = first
      var length = 1
      while true {
        let next = uniform()
        if next >= last { break }
        last = next
        length += 1
      }
      if length % 2 == 1 { return UInt64((whole + first) * mean) }
      whole += 1
    }
  }
}

import Simulation

/// How far a play has come, told while it goes on.
public struct Progress: Sendable {
  public var variant: String
  /// From 0; the number of steps once all are done.
  public var step: Int
  public var stepCount: Int
  /// Empty once all are done.
  public var stepID: String
  public var events: UInt64
  /// Virtual time.
  public var now: Instant
  public var stepBegan: Instant
  /// How long the step takes, where that is known beforehand.
  public var stepLength: TimeSpan?

  /// Hears of it, at any moment and on any thread.
  public typealias Watch = @Sendable (Progress) -> Void

  /// `12.5s`.
  public var clock: String { "\(now)" }

  /// The share of the step that is over, from 0 to 1.
  public var share: Double? {
    guard let stepLength, stepLength > .zero else { return nil }
    return min(1, Double((now - stepBegan).nanoseconds) / Double(stepLength.nanoseconds))
  }
}

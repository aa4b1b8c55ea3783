/// What one direction of a link does to frames beside delaying them and losing some.
///
/// Each is off until it is set, and what is off draws no chance.
public struct LinkImpairments: Hashable, Sendable, BitwiseCopyable {
  public var jitter: Jitter?
  public var bursts: BurstLoss?
  public var reordering: Reordering?
  /// Probability that a frame comes twice.
  public var duplication = 0.0
  /// Probability that a frame arrives damaged.
  public var corruption = 0.0

  public init() {}

  public static let none = LinkImpairments()

  /// By how much the delay of frames differs. They arrive in their order all the same: a later one waits for those
  /// before it.
  public struct Jitter: Hashable, Sendable, BitwiseCopyable {
    public enum Distribution: String, Hashable, Sendable, BitwiseCopyable, CaseIterable {
      /// Anything from `spread` less to `spread` more, equally likely.
      case uniform
      /// `spread` is the standard deviation.
      case normal
    }

    public var spread: TimeSpan
    public var distribution: Distribution

    public init(_ spread: TimeSpan, _ distribution: Distribution = .uniform) {
      self.spread = spread
      self.distribution = distribution
    }
  }

  /// Losses that come in bursts: a link that is now good and now bad (Gilbert, 1960; Elliott, 1963).
  public struct BurstLoss: Hashable, Sendable, BitwiseCopyable {
    /// Probability that a frame is lost while the link is good, and while it is bad.
    public var good: Double
    public var bad: Double
    /// Probability, before each frame, that a good link turns bad, and a bad one good.
    public var toBad: Double
    public var toGood: Double

    public init(good: Double = 0, bad: Double = 1, toBad: Double, toGood: Double) {
      self.good = good
      self.bad = bad
      self.toBad = toBad
      self.toGood = toGood
    }
  }

  /// Frames that overtake others.
  public struct Reordering: Hashable, Sendable, BitwiseCopyable {
    /// Probability that a frame overtakes.
    public var share: Double
    /// How much earlier it arrives than it would; never before it was sent.
    public var gain: TimeSpan

    public init(share: Double, gain: TimeSpan) {
      self.share = share
      self.gain = gain
    }
  }
}

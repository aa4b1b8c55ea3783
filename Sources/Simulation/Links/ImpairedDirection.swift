/// The impairments of one link direction at work; plain directions have none of this.
struct ImpairedDirection: Sendable, BitwiseCopyable {
  private(set) var impairments: LinkImpairments
  /// Whether the link is in its bad state; it begins good.
  private var isBad = false
  /// When the last frame that kept its place in the order arrives.
  private var lastArrival = Instant.start

  init(_ impairments: LinkImpairments) { self.impairments = impairments }

  /// How a frame, or its duplicate, comes to the other end.
  struct Passage: Hashable, Sendable {
    var arrival: Instant
    var isDamaged: Bool
  }

  /// Chance is drawn in this order, for what is configured: the link's state and loss, then damage, jitter and
  /// overtaking of the frame, then whether it is duplicated, then the same three of the duplicate.
  ///
  /// Empty when the frame is lost. A lost frame is not duplicated, and a duplicate takes no time to send.
  ///
  /// - Parameters:
  ///   - departure: When the last bit has left.
  mutating func passages(
    from departure: Instant, delay: TimeSpan, _ random: inout RandomSource
  ) -> (first: Passage?, duplicate: Passage?) {
    if let bursts = impairments.bursts, loses(bursts, &random) { return (nil, nil) }
    let first = passage(from: departure, delay, &random)
    guard random.happens(impairments.duplication) else { return (first, nil) }
    return (first, passage(from: departure, delay, &random))
  }

  private mutating func loses(_ bursts: LinkImpairments.BurstLoss, _ random: inout RandomSource) -> Bool {
    if random.happens(isBad ? bursts.toGood : bursts.toBad) { isBad.toggle() }
    return random.happens(isBad ? bursts.bad : bursts.good)
  }

  private mutating func passage(
    from departure: Instant, _ delay: TimeSpan, _ random: inout RandomSource
  ) -> Passage {
    let isDamaged = random.happens(impairments.corruption)
    let arrival = departure + (impairments.jitter.map { $0.delay(around: delay, &random) } ?? delay)
    if let reordering = impairments.reordering, random.happens(reordering.share) {
      let early = arrival.nanoseconds - min(arrival.nanoseconds, reordering.gain.nanoseconds)
      return Passage(arrival: max(departure, Instant(nanoseconds: early)), isDamaged: isDamaged)
    }
    lastArrival = max(lastArrival, arrival)
    return Passage(arrival: lastArrival, isDamaged: isDamaged)
  }

  /// Does something else to frames from now on, none of which overtakes the one that arrives then.
  mutating func change(to impairments: LinkImpairments, after arrival: Instant) {
    self.impairments = impairments
    isBad = isBad && impairments.bursts != nil
    lastArrival = max(lastArrival, arrival)
  }

  /// Nothing that was under way is waited for any more.
  mutating func clear() { lastArrival = .start }
}

extension LinkImpairments.Jitter {
  /// Longer than any run.
  private static let longest = 9e18

  /// A delay near `mean`, never less than nothing.
  func delay(around mean: TimeSpan, _ random: inout RandomSource) -> TimeSpan {
    let deviation =
      switch distribution {
      case .uniform: 2 * Double(random.next() >> 11) * 0x1p-53 - 1
      case .normal: Self.normal(&random)
      }
    let nanoseconds = Double(mean.nanoseconds) + deviation * Double(spread.nanoseconds)
    return TimeSpan(nanoseconds: UInt64(min(max(nanoseconds.rounded(), 0), Self.longest)))
  }

  /// The sum of twelve equal chances, whose deviation is one: no logarithm, which differs between machines.
  private static func normal(_ random: inout RandomSource) -> Double {
    var sum = 0
    for _ in 0..<3 {
      let bits = random.next()
      for shift in stride(from: 0, to: 64, by: 16) { sum += Int(UInt16(truncatingIfNeeded: bits >> UInt64(shift))) }
    }
    return Double(2 * sum - 12 * 65535) / 131072
  }
}

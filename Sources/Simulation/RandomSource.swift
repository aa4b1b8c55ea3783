/// A stream of seeded chance (SplitMix64, by Steele, Lea and Flood).
///
/// Every device and every direction of a link has a stream of its own, seeded from the run's seed and its name, so that
/// what one of them draws changes nothing for the others.
public struct RandomSource: RandomNumberGenerator, Sendable, BitwiseCopyable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public init(seed: UInt64, name: String) {
    self.init(seed: seed, digest: Simulation.digest(name.utf8))
  }

  /// That of the name which has this digest.
  init(seed: UInt64, digest: UInt64) {
    self.init(seed: seed ^ digest)
    _ = next()
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// 0 to below `bound`, which must not be zero.
  public mutating func below(_ bound: UInt64) -> UInt64 { next().multipliedFullWidth(by: bound).high }

  /// True with the given probability: 0 never, 1 always.
  public mutating func happens(_ probability: Double) -> Bool {
    probability > 0 && Double(next() >> 11) * 0x1p-53 < probability
  }
}

/// FNV-1a, 64 bit: a digest for names and journals that is the same on every machine.
public func digest(_ bytes: some Sequence<UInt8>, from start: UInt64 = 0xcbf2_9ce4_8422_2325) -> UInt64 {
  var hash = start
  for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
  return hash
}

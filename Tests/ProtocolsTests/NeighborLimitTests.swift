import Packets
import Protocols
import Simulation
import Testing

/// Linux, `neigh_alloc` and `neigh_forced_gc`: `gc_thresh2` 512, `gc_thresh3` 1024, and five seconds.
@Suite("Neighbour limits") struct NeighborLimitTests {
  private func at(_ milliseconds: UInt64) -> Instant { .start + .milliseconds(milliseconds) }
  private func neighbor(_ number: Int) -> IPv4Address { IPv4Address(rawValue: 0x0a00_0000 + UInt32(number)) }
  private func station(_ number: Int) -> MACAddress { MACAddress(rawValue: 0x0200_0000_0000 + UInt64(number)) }

  /// So many that have asked, from number 0 on: they are stale, as nobody has verified them.
  private func cache(_ count: Int, answered: Bool = false, _ limits: NeighborCache.Limits = .init()) -> NeighborCache {
    var cache = NeighborCache()
    cache.limits = limits
    for number in 0..<count { learn(number, &cache, at: .start, answered) }
    return cache
  }

  private func learn(_ number: Int, _ cache: inout NeighborCache, at now: Instant, _ answered: Bool = false) {
    var random = RandomSource(seed: 1)
    _ = cache.learn(neighbor(number), at: station(number), on: 0, from: .request, now: now, random: &random)
    guard answered else { return }
    _ = cache.learn(neighbor(number), at: station(number), on: 0, from: .reply, now: now, random: &random)
  }

  /// Uses one that is unknown: how many there are then, or nil where there is no room.
  private func left(_ cache: inout NeighborCache, at milliseconds: UInt64) -> Int? {
    let use = cache.use(neighbor(10_000), on: 0, now: at(milliseconds))
    return use == .refused ? nil : cache.neighbors(at: at(milliseconds)).count
  }

  @Test(
    "from 512 on, a new one pushes the oldest out, once in 5 s",
    arguments: [(511, 5001, 512), (512, 5000, 513), (512, 5001, 512), (600, 5001, 512)] as [(Int, UInt64, Int)])
  func relaxed(count: Int, milliseconds: UInt64, left: Int) {
    var cache = cache(count)
    let found = self.left(&cache, at: milliseconds)
    #expect(found == left)
    let first = cache.neighbors(at: at(milliseconds)).first?.address
    #expect(first == neighbor(max(0, count + 1 - left)))
  }

  @Test("having pushed some out, it lets the next five seconds' new ones come beside the others")
  func interval() {
    var cache = cache(512)
    _ = left(&cache, at: 6000)
    #expect(cache.neighbors(at: at(6000)).count == 512)
    _ = cache.use(neighbor(10_001), on: 0, now: at(11_000))
    #expect(cache.neighbors(at: at(11_000)).count == 513)
    _ = cache.use(neighbor(10_002), on: 0, now: at(11_001))
    #expect(cache.neighbors(at: at(11_001)).count == 512)
  }

  @Test(
    "there are never more than 1024; who changed in the last 5 s, or is verified, makes no room",
    arguments: [
      (1023, false, 1000, 1024), (1024, false, 1000, nil), (1024, false, 5000, nil), (1024, false, 5001, 512),
      (1024, true, 5001, nil), (1024, true, 60_000, 512),
    ] as [(Int, Bool, UInt64, Int?)])
  func most(count: Int, answered: Bool, milliseconds: UInt64, left: Int?) {
    // With gc_thresh1 out of the way, which would forget idle ones after a minute.
    var limits = NeighborCache.Limits()
    limits.uncollected = .max
    var cache = cache(count, answered: answered, limits)
    let found = self.left(&cache, at: milliseconds)
    #expect(found == left)
  }

  @Test("one that has failed makes room at once")
  func failed() {
    var limits = NeighborCache.Limits()
    (limits.relaxed, limits.most) = (2, 2)
    var cache = NeighborCache()
    cache.limits = limits
    _ = cache.use(neighbor(1), on: 0, now: .start)
    for milliseconds: UInt64 in [1024, 2048, 3072] { _ = cache.tick(neighbor(1), on: 0, now: at(milliseconds)) }
    learn(2, &cache, at: at(3072))
    _ = left(&cache, at: 3073)
    #expect(cache.neighbors(at: at(3073)).map(\.address) == [neighbor(2), neighbor(10_000)])
    let use = cache.use(neighbor(10_001), on: 0, now: at(3074))
    #expect(use == .refused)
  }

  @Test("who asks is refused where there is no room, and who is known already is not")
  func asking() {
    var cache = cache(1024)
    var random = RandomSource(seed: 1)
    let stranger = cache.learn(neighbor(5000), at: station(1), on: 0, from: .request, now: at(1000), random: &random)
    let known = cache.learn(neighbor(5), at: station(5), on: 0, from: .request, now: at(1000), random: &random)
    #expect(stranger.isRefused && !known.isRefused)
    let isKnown = cache.knows(neighbor(5000), on: 0)
    #expect(!isKnown)
  }
}

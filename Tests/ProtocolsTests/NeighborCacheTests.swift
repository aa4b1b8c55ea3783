import Packets
import Protocols
import Simulation
import Testing

/// Linux's neighbour states:
///
/// from · to · cause · action
/// - nothing, failed · incomplete · use · broadcast question
/// - incomplete · incomplete · 1 s, twice · broadcast question
/// - incomplete · failed · 3 s · what waited fails
/// - incomplete, stale, probe · reachable · reply
/// - reachable · stale · 15 to 45 s
/// - stale · delay · use · timer of 5 s
/// - delay · probe · 5 s · unicast question
/// - probe · failed · three questions unanswered
@Suite("Neighbour cache") struct NeighborCacheTests {
  private let address = IPv4Address(192, 168, 1, 20)
  private let hardware = MACAddress(rawValue: 0x5254_0000_0014)
  private let impostor = MACAddress(rawValue: 0x5254_0000_0099)

  private func at(_ milliseconds: UInt64) -> Instant { .start + .milliseconds(milliseconds) }

  private func learn(
    _ cache: inout NeighborCache, _ hardware: MACAddress, _ evidence: NeighborCache.Evidence, _ now: Instant
  ) -> NeighborCache.Learned {
    var random = RandomSource(seed: 1)
    return cache.learn(address, at: hardware, on: 0, from: evidence, now: now, random: &random)
  }

  private func state(_ cache: NeighborCache, _ now: Instant) -> NeighborCache.State? {
    cache.neighbors(at: now).first?.state
  }

  @Test("asks at 0, 1 and 2 s and fails at 3 s; the next use begins a new round")
  func failure() {
    var cache = NeighborCache()
    let uses = [cache.use(address, on: 0, now: at(0)), cache.use(address, on: 0, now: at(500))]
    #expect(uses == [.unresolved(mustAsk: true), .unresolved(mustAsk: false)])
    let ticks = [999, 1000, 1001, 2000, 2999, 3000, 3001].map { cache.tick(address, on: 0, now: at($0)) }
    let ask = NeighborCache.Tick.askBroadcast(next: .seconds(1))
    #expect(ticks == [.nothing, ask, .nothing, ask, .nothing, .failed([]), .nothing])
    #expect(state(cache, at(3001)) == .failed)
    let again = cache.use(address, on: 0, now: at(3002))
    #expect(again == .unresolved(mustAsk: true))
  }

  @Test("believes a reply for 15 to 45 s, then delays 5 s and asks three times by unicast")
  func probing() {
    var cache = NeighborCache()
    _ = cache.use(address, on: 0, now: at(0))
    let learned = learn(&cache, hardware, .reply, at(1))
    #expect(learned.hasChanged)
    let early = cache.use(address, on: 0, now: at(15_000))
    let late = cache.use(address, on: 0, now: at(45_001))
    #expect(early == .resolved(hardware, verify: nil))
    #expect(late == .resolved(hardware, verify: .seconds(5)))
    let during = cache.use(address, on: 0, now: at(46_000))
    #expect(during == .resolved(hardware, verify: nil))
    let ticks = [50_000, 50_001, 51_001, 52_001, 53_001].map { cache.tick(address, on: 0, now: at($0)) }
    let ask = NeighborCache.Tick.askUnicast(hardware, next: .seconds(1))
    #expect(ticks == [.nothing, ask, ask, ask, .failed([])])
  }

  @Test("learns from a request as stale, and from neither a gratuitous packet nor a stray reply anything new")
  func newcomers() {
    for evidence in [NeighborCache.Evidence.gratuitous, .overheard, .reply] {
      var cache = NeighborCache()
      #expect(!learn(&cache, hardware, evidence, at(0)).hasChanged)
      #expect(cache.neighbors(at: at(0)).isEmpty)
    }
    var cache = NeighborCache()
    #expect(learn(&cache, hardware, .request, at(0)).hasChanged)
    #expect(state(cache, at(0)) == .stale)
    let use = cache.use(address, on: 0, now: at(1))
    #expect(use == .resolved(hardware, verify: .seconds(5)))
  }

  @Test("the first of two replies wins for one second", arguments: [(1001, false), (1002, true)])
  func lockTime(milliseconds: UInt64, changes: Bool) {
    var cache = NeighborCache()
    _ = cache.use(address, on: 0, now: at(0))
    _ = learn(&cache, hardware, .reply, at(1))
    #expect(learn(&cache, impostor, .reply, at(milliseconds)).hasChanged == changes)
  }

  @Test("a gratuitous packet corrects an entry and leaves it stale")
  func gratuitous() {
    var cache = NeighborCache()
    _ = cache.use(address, on: 0, now: at(0))
    _ = learn(&cache, hardware, .reply, at(1))
    #expect(learn(&cache, impostor, .gratuitous, at(5000)).hasChanged)
    #expect(state(cache, at(5000)) == .stale)
    #expect(cache.neighbors(at: at(5000)).first?.hardware == impostor)
  }

  @Test("forgets the neighbours behind one port only")
  func flush() {
    var cache = NeighborCache()
    _ = cache.use(address, on: 0, now: at(0))
    _ = cache.use(address, on: 1, now: at(0))
    let held = cache.flush(0)
    #expect(held.isEmpty)
    #expect(cache.neighbors(at: at(0)).map(\.port) == [1])
  }
}

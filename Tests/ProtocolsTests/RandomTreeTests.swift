import Protocols
import Simulation
import Testing

/// Spanning trees on hundreds of networks nobody thought out, whole and then damaged.
@Suite("Spanning trees on random networks") struct RandomTreeTests {
  private struct Chance {
    private var source: RandomSource
    init(_ seed: Int) { source = RandomSource(seed: UInt64(seed), name: "graph") }
    mutating func below(_ bound: Int) -> Int { Int(source.next() % UInt64(bound)) }
  }

  private func lab(_ seed: Int, legacy share: Int = 0) -> (lab: RapidLab, chance: Chance) {
    var chance = Chance(seed)
    let bridges = 2 + chance.below(7)
    var ports = Array(repeating: 0, count: bridges)
    var cables: [RapidLab.Cable] = []
    for number in 0..<bridges - 1 + chance.below(bridges + 2) {
      let one = number < bridges - 1 ? number + 1 : chance.below(bridges)
      let other = number < bridges - 1 ? chance.below(number + 1) : chance.below(bridges)
      let first = (one, ports[one])
      ports[one] += 1
      let second = (other, ports[other])
      ports[other] += 1
      cables.append(.init(first, second, delay: .microseconds(UInt64(1 + chance.below(2000)))))
    }
    let kinds = (0..<bridges).map { _ in chance.below(100) < share ? RapidLab.Kind.legacy : .rapid }
    let priorities = (0..<bridges).map { _ in UInt16(4096 * (1 + chance.below(8))) }
    let costs = (0..<5).map { _ in [2, 4, 19, 100][chance.below(4)] }.map { UInt32($0) }
    return (RapidLab(kinds, cables: cables, priorities: priorities, costs: costs), chance)
  }

  /// A cut may leave old news of the root going round in a ring, each bridge adding its cost, until the news is too old. The
  /// protocol lets links forward on its strength, so there may be a circle for as long; nothing else may bring one about.
  @Test("rapid bridges make one tree of what is whole, and circles only of old news", arguments: 0..<8)
  func rapid(block: Int) {
    for seed in block * 75..<block * 75 + 75 {
      var (lab, chance) = self.lab(seed)
      lab.run(to: 10_000)
      #expect(lab.fault == nil && lab.loops == [], "seed \(seed), at first")
      for round in 1...3 {
        let (cable, seen, begun) = (chance.below(lab.cables.count), lab.loops.count, lab.now)
        let isCut = lab.cables[cable].isUp
        lab.setCable(cable, isUp: !isCut)
        lab.run(to: 10_000 + UInt64(round) * 30_000)
        #expect(lab.fault == nil, "seed \(seed), round \(round)")
        #expect(isCut || lab.loops.count == seen, "seed \(seed), round \(round): a circle after a repair")
        // Table 17-1, Bridge Max Age: so many hops, of which most are quick and the rest a second each.
        #expect(lab.loops.last.map { $0 <= begun + .seconds(20) } ?? true, "seed \(seed), round \(round)")
      }
    }
  }

  @Test("what several changes at once leave is a tree again", arguments: 0..<4)
  func hurry(block: Int) {
    for seed in 1000 + block * 50..<1000 + block * 50 + 50 {
      var (lab, chance) = self.lab(seed)
      var time: UInt64 = 5000
      lab.run(to: time)
      for _ in 0..<12 {
        let cable = chance.below(lab.cables.count)
        lab.setCable(cable, isUp: !lab.cables[cable].isUp)
        time += UInt64(chance.below(400))
        lab.run(to: time)
      }
      lab.run(to: time + 60_000)
      #expect(lab.fault == nil, "seed \(seed)")
    }
  }

  @Test("rapid bridges and those of 802.1D-1998 make one tree together", arguments: 0..<4)
  func mixed(block: Int) {
    for seed in 2000 + block * 25..<2000 + block * 25 + 25 {
      var (lab, chance) = self.lab(seed, legacy: 40)
      lab.run(to: 120_000)
      #expect(lab.fault == nil, "seed \(seed), at first")
      let cable = chance.below(lab.cables.count)
      lab.setCable(cable, isUp: false)
      lab.run(to: 300_000)
      #expect(lab.fault == nil, "seed \(seed), cut")
      #expect(lab.loops == [], "seed \(seed)")
    }
  }

  private func ring(_ kind: RapidLab.Kind, of bridges: Int) -> RapidLab {
    let cables = (0..<bridges).map { RapidLab.Cable(($0, 0), (($0 + 1) % bridges, 1)) }
    return RapidLab(Array(repeating: kind, count: bridges), cables: cables)
  }

  @Test("a ring that is cut heals within a second if it is rapid, and needs 30 s to 50 s if not", arguments: [3, 5, 8])
  func healing(bridges: Int) {
    for cable in 0..<bridges {
      var rapid = ring(.rapid, of: bridges)
      rapid.run(to: 10_000)
      rapid.setCable(cable, isUp: false)
      rapid.run(to: 20_000)
      #expect(rapid.fault == nil && rapid.loops == [])
      #expect(rapid.lastChange < Instant.start + .milliseconds(11_000), "cable \(cable)")
    }
    var legacy = ring(.legacy, of: bridges)
    legacy.run(to: 100_000)
    legacy.setCable(0, isUp: false)
    legacy.run(to: 200_000)
    #expect(legacy.fault == nil)
    let healed = legacy.lastChange
    #expect(healed >= Instant.start + .seconds(130) && healed <= Instant.start + .seconds(150))
  }

  /// Three hellos, a second in which a port may say no more, and the way of what is said.
  @Test("a ring in which one bridge falls silent heals after three hellos")
  func silence() {
    var lab = ring(.rapid, of: 5)
    lab.run(to: 10_000)
    lab.silence(0)
    lab.run(to: 20_000)
    #expect(lab.fault == nil && lab.loops == [])
    #expect(lab.lastChange <= Instant.start + .milliseconds(17_100))
  }
}

import Configuration
import Devices
import Packets
import Protocols
import Simulation
import Testing

/// Chains as netfilter has them: jumps and the way back, policies, marks, logs and counters.
@Suite("Chains of a packet filter") struct FilterChainTests {
  private typealias Rule = PacketFilter.Rule

  private func rule(_ number: Int, _ action: Rule.Action?, _ match: PacketMatch = PacketMatch()) -> Rule {
    Rule(match, action: action, origin: Origin(index: number))
  }

  private func udp(to port: UInt16, mark: UInt32 = 0) -> RuleHeader {
    var packet = DrawnPacket(.udp(UDPDatagram(from: 9, to: port)))
    packet.mark = mark
    return packet.header
  }

  private func port(_ port: UInt16) -> PacketMatch {
    var match = PacketMatch()
    match.destinationPorts = .is([port...port])
    return match
  }

  private func ask(
    _ filter: PacketFilter, _ port: UInt16, at hook: PacketFilter.Hook = .forward
  ) -> PacketFilter.Verdict {
    var filter = filter
    var header = udp(to: port)
    return filter.verdict(for: &header, length: 100, at: hook) { _ in }
  }

  /// 0: to port 1, chain a · 1: to port 2, chain b · 2: to port 3, return · 3: drop to port 5
  /// chain a, 10: return · 11: drop | chain b, 20: chain c · 21: to port 4, drop | chain c, 30: to port 3, drop
  private func filter() -> PacketFilter {
    var open = PacketMatch()
    open.destinationPorts = .is([2...5])
    return PacketFilter(
      [
        PacketFilter.BaseChain(
          .forward,
          [
            rule(0, .jump(0), port(1)), rule(1, .jump(1), open), rule(2, .return, port(2)),
            rule(3, .drop, port(5)),
          ],
          policy: .drop(Origin(index: 99)))
      ],
      userChains: [
        [rule(10, .return), rule(11, .drop)], [rule(20, .jump(2)), rule(21, .drop, port(4))],
        [rule(30, .drop, port(3))],
      ])
  }

  @Test(
    "the end of a chain and `return` lead behind the jump, the end of the hook's chain and `return` in it to the policy",
    arguments: [(1, 99), (2, 99), (3, 30), (4, 21), (5, 3), (6, 99)] as [(UInt16, Int)])
  func jumps(port: UInt16, decider: Int) {
    #expect(ask(filter(), port) == .drop(Origin(index: decider)))
  }

  @Test("what is counted is what met a rule, packets and bytes, and the policy counts what reached it")
  func counters() {
    var filter = filter()
    for (port, length) in [(1, 100), (3, 200), (4, 40), (6, 1)] as [(UInt16, Int)] {
      var header = udp(to: port)
      _ = filter.verdict(for: &header, length: length, at: .forward) { _ in }
    }
    #expect(filter.counters(at: .forward).map(\.packets) == [1, 2, 0, 0, 2])
    #expect(filter.counters(at: .forward).map(\.bytes) == [100, 240, 0, 0, 101])
    #expect(filter.counters(ofChain: 0).map(\.packets) == [1, 0])
    #expect(filter.counters(ofChain: 1).map(\.bytes) == [240, 40])
    #expect(filter.counters(ofChain: 2).map(\.bytes) == [200])
    #expect(filter.counters(at: .input).map(\.packets) == [0], "a hook without rules counts nothing")
  }

  @Test("each hook has its own rules and its own policy")
  func hooks() {
    for hook in PacketFilter.Hook.allCases {
      let filter = PacketFilter([
        PacketFilter.BaseChain(hook, [rule(1, .drop, port(7))], policy: .drop(Origin(index: 2)))
      ])
      for other in PacketFilter.Hook.allCases {
        #expect(ask(filter, 7, at: other) == (other == hook ? .drop(Origin(index: 1)) : .accept))
        #expect(ask(filter, 8, at: other) == (other == hook ? .drop(Origin(index: 2)) : .accept))
      }
    }
    #expect(PacketFilter([PacketFilter.BaseChain(.input)]).isEmpty)
    #expect(!PacketFilter([PacketFilter.BaseChain(.input, policy: .drop(.none))]).isEmpty)
  }

  @Test("a rule without a verdict logs and marks, and the next one is asked about the mark")
  func marks() {
    var first = rule(1, nil, port(7))
    first.logs = true
    first.mark = MarkPattern(value: 0x10, mask: 0xf0)
    var marked = PacketMatch()
    marked.mark = .is(MarkPattern(value: 0x10, mask: 0xf0))
    var filter = PacketFilter([PacketFilter.BaseChain(.forward, [first, rule(2, .drop, marked)])])
    var logged: [Origin] = []
    for (port, before) in [(7, 0x23), (8, 0x23)] as [(UInt16, UInt32)] {
      var header = udp(to: port, mark: before)
      let verdict = filter.verdict(for: &header, length: 1, at: .forward) { logged.append($0) }
      #expect(verdict == (port == 7 ? .drop(Origin(index: 2)) : .accept))
    }
    #expect(logged == [Origin(index: 1)])
  }

  /// Random chains that jump to later ones, against rules asked one after another by a plain recursion.
  @Test("random chains decide, count and log as a walk from rule to rule", arguments: 1...200 as ClosedRange<UInt64>)
  func againstReference(seed: UInt64) {
    var draw = RuleDraw(seed: seed)
    let size = seed % 3 == 0 ? 60 : 8
    let chains = (0..<5).map { chain in
      (0..<draw.number(below: UInt64(size))).map { place in draw.rule(chain * 1000 + place, jumping: chain + 1..<5) }
    }
    let policy = PacketFilter.Verdict.drop(Origin(index: 99_999))
    var filter = PacketFilter(
      [PacketFilter.BaseChain(.input, chains[0], policy: policy)], userChains: Array(chains[1...]))
    var reference = ReferenceFilter(chains: chains)
    for _ in 0..<100 {
      let packet = draw.packet()
      let length = 20 + draw.number(below: 1000)
      var header = packet.header
      var logged: [Origin] = []
      let verdict = filter.verdict(for: &header, length: length, at: .input) { logged.append($0) }
      let expected = reference.verdict(on: packet, length) ?? policy
      #expect(verdict == expected)
      #expect(logged == reference.logged)
    }
    let counted = [filter.counters(at: .input).dropLast()] + (0..<4).map { filter.counters(ofChain: $0)[...] }
    #expect(counted.map { Array($0) } == reference.counters)
  }
}

/// A filter that cannot be wrong: it asks each rule.
private struct ReferenceFilter {
  let chains: [[PacketFilter.Rule]]
  private(set) var counters: [[PacketFilter.Counter]]
  private(set) var logged: [Origin] = []

  init(chains: [[PacketFilter.Rule]]) {
    self.chains = chains
    counters = chains.map { $0.map { _ in PacketFilter.Counter() } }
  }

  mutating func verdict(on packet: DrawnPacket, _ length: Int) -> PacketFilter.Verdict? {
    logged = []
    var packet = packet
    return walk(0, &packet, length)
  }

  private mutating func walk(_ chain: Int, _ packet: inout DrawnPacket, _ length: Int) -> PacketFilter.Verdict? {
    for (place, rule) in chains[chain].enumerated() where packet.isMatched(by: rule.match) {
      counters[chain][place].packets += 1
      counters[chain][place].bytes += UInt64(length)
      if rule.logs { logged.append(rule.origin) }
      if let change = rule.mark { packet.mark = packet.mark & ~change.mask | change.value }
      switch rule.action {
      case .accept: return .accept
      case .drop: return .drop(rule.origin)
      case .reject(let rejection): return .reject(rejection, rule.origin)
      case .return: return nil
      case .jump(let target): if let verdict = walk(target + 1, &packet, length) { return verdict }
      case nil: break
      }
    }
    return nil
  }
}

extension RuleDraw {
  /// A rule that jumps, if it does, to one of those chains; the users' chains are numbered from 1.
  fileprivate mutating func rule(_ number: Int, jumping targets: Range<Int>) -> PacketFilter.Rule {
    var rule = PacketFilter.Rule(match(), action: nil, origin: Origin(index: number))
    switch self.number(below: 8) {
    case 0: rule.action = .accept
    case 1: rule.action = .drop
    case 2: rule.action = .reject(.unreachable(.hostProhibited))
    case 3: rule.action = .return
    case 4: break
    default:
      if !targets.isEmpty { rule.action = .jump(targets.lowerBound + self.number(below: UInt64(targets.count)) - 1) }
    }
    rule.logs = random.happens(0.3)
    if random.happens(0.3) {
      rule.mark = MarkPattern(value: UInt32(self.number(below: 4)), mask: [.max, 1, 3][self.number(below: 3)])
    }
    return rule
  }
}

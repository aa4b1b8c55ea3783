import Packets
import Protocols
import Simulation
import Testing

/// IEEE 802.1AX-2014, 6.4, as Linux's bonding driver has it.
///
///     from          to            cause                                            action
///     disabled      expired       its link comes up                                asks every second
///     expired       current       its partner speaks                               waits for 2 s for others
///     expired       defaulted     nobody speaks for 3 s                            one such link is used if no other is
///     current       expired       nobody speaks for 3 s (fast) or 90 s (slow)      is used no more
///     waiting       attached      2 s are over                                     says that it agrees
///     attached      distributing  the partner agrees as well                       is used
///     any           disabled      its link goes down                               is used no more
@Suite("Link aggregation") struct LinkAggregationTests {
  /// Two systems with cables between links of the same number, which take no time.
  private struct Pair {
    var ends: [LinkAggregation]
    private(set) var now = Instant.start
    private(set) var sent: [(Instant, end: Int, member: Int, LinkAggregationUnit)] = []
    var cut: Set<Int> = []
    var mute: Set<Int> = []

    init(_ one: LinkAggregation, _ other: LinkAggregation, links: Int) {
      ends = [one, other]
      for link in 0..<links { setLink(link, isUp: true) }
    }

    mutating func setLink(_ link: Int, isUp: Bool) {
      if isUp { cut.remove(link) } else { cut.insert(link) }
      for end in 0...1 { handle(ends[end].linkChanged(of: link, isUp: isUp, at: now), of: end) }
    }

    mutating func run(to milliseconds: UInt64) {
      let limit = Instant.start + .milliseconds(milliseconds)
      while let end = [0, 1].min(by: { ends[$0].nextDeadline < ends[$1].nextDeadline }),
        ends[end].nextDeadline <= limit
      {
        now = ends[end].nextDeadline
        handle(ends[end].advance(to: now), of: end)
      }
      now = limit
    }

    private mutating func handle(_ sendings: [LinkAggregation.Sending], of end: Int) {
      for (unit, member) in sendings {
        sent.append((now, end, member, unit))
        guard !cut.contains(member), !mute.contains(end) else { continue }
        handle(ends[1 - end].receive(unit, on: member, at: now), of: 1 - end)
      }
    }

    func used(_ end: Int, links: Int = 2) -> [Int] { (0..<links).filter { ends[end].isUsed($0) } }
  }

  private func system(
    _ number: UInt64, links: Int = 2, rates: [UInt64] = [],
    _ change: (inout LinkAggregation.Settings) -> Void = { _ in }
  ) -> LinkAggregation {
    var settings = LinkAggregation.Settings(system: MACAddress(rawValue: 0x0200_0000_0000 | number))
    change(&settings)
    return LinkAggregation(settings, rates: rates.isEmpty ? Array(repeating: 1_000_000_000, count: links) : rates)
  }

  @Test("two that speak use all their links after two seconds, not before")
  func agreement() {
    var pair = Pair(system(1), system(2), links: 2)
    pair.run(to: 1999)
    #expect(pair.used(0) == [] && pair.used(1) == [])
    pair.run(to: 2000)
    #expect(pair.used(0) == [0, 1] && pair.used(1) == [0, 1])
    #expect(pair.ends[0].partner(of: 1).system == MACAddress(rawValue: 0x0200_0000_0002))
  }

  @Test("two that both wait to be spoken to say nothing and use one link each")
  func passive() {
    var pair = Pair(system(1) { $0.isActive = false }, system(2) { $0.isActive = false }, links: 2)
    pair.run(to: 100_000)
    #expect(pair.sent.isEmpty && pair.used(0) == [0])
    var answered = Pair(system(1), system(2) { $0.isActive = false }, links: 2)
    answered.run(to: 10_000)
    #expect(answered.used(0) == [0, 1] && answered.used(1) == [0, 1])
  }

  @Test("where nobody speaks the protocol one link is used, after three seconds")
  func alone() {
    var pair = Pair(system(1), system(2), links: 0)
    pair.mute = [0, 1]
    pair.setLink(0, isUp: true)
    pair.setLink(1, isUp: true)
    pair.run(to: 2999)
    #expect(pair.used(0) == [])
    pair.run(to: 3000)
    #expect(pair.used(0) == [0])
    pair.setLink(0, isUp: false)
    #expect(pair.used(0) == [1])
  }

  /// Plays three seconds in which on each link another system agrees to whatever it hears.
  private func answered(_ system: LinkAggregation, by partners: [UInt64]) -> LinkAggregation {
    var system = system
    var now = Instant.start
    var sendings = partners.indices.flatMap { system.linkChanged(of: $0, isUp: true, at: now) }
    while now < .start + .seconds(3) {
      for (unit, member) in sendings {
        let partner = LinkAggregationUnit.Port(
          systemPriority: 65535, system: MACAddress(rawValue: 0x0200_0000_0000 | partners[member]), key: 1,
          portPriority: 255, port: UInt16(member + 1), state: [.activity, .aggregation, .synchronization])
        _ = system.receive(LinkAggregationUnit(actor: partner, partner: unit.actor), on: member, at: now)
      }
      now = now + .milliseconds(500)
      sendings = system.advance(to: now)
    }
    return system
  }

  @Test("links to two systems are not one: the first that was heard is used, and the other when that is gone")
  func twoPartners() {
    var one = answered(system(1, links: 3), by: [2, 3, 2])
    #expect((0..<3).map(one.isUsed) == [true, false, true])
    _ = one.linkChanged(of: 0, isUp: false, at: .start + .seconds(3))
    #expect((0..<3).map(one.isUsed) == [false, false, true])
    _ = one.linkChanged(of: 2, isUp: false, at: .start + .seconds(3))
    #expect((0..<3).map(one.isUsed) == [false, true, false])
  }

  @Test(
    "links of two rates are not one: which are used is for the policy to say",
    arguments: [(.stable, [0]), (.count, [1, 2]), (.bandwidth, [0])] as [(LinkAggregation.Selection, [Int])])
  func twoRates(selection: LinkAggregation.Selection, used: [Int]) {
    let rates: [UInt64] = [10_000_000_000, 1_000_000_000, 1_000_000_000]
    let one = answered(system(1, rates: rates) { $0.selection = selection }, by: [2, 2, 2])
    #expect((0..<3).filter(one.isUsed) == used)
  }

  @Test("a silent partner is believed for 3 s if it was to be fast, and for 90 s if not", arguments: [true, false])
  func timeout(isFast: Bool) throws {
    var pair = Pair(system(1) { $0.isFast = isFast }, system(2), links: 2)
    pair.run(to: 10_000)
    #expect(pair.used(0) == [0, 1])
    pair.mute = [1]
    let last = try #require(pair.sent.last { $0.end == 1 }).0
    let span: UInt64 = isFast ? 3000 : 90_000
    let end = (last - .start).nanoseconds / 1_000_000 + span
    pair.run(to: end - 1)
    #expect(pair.used(0) == [0, 1])
    pair.run(to: end)
    #expect(pair.used(0) == [])
  }

  @Test(
    "who wants to hear every second does, and others every thirty", arguments: [(true, UInt64(1000)), (false, 30_000)])
  func periods(isFast: Bool, period: UInt64) {
    var pair = Pair(system(1) { $0.isFast = isFast }, system(2), links: 1)
    pair.run(to: 200_000)
    let times = pair.sent.filter { $0.end == 1 }.map { ($0.0 - .start).nanoseconds / 1_000_000 }.suffix(3)
    #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 == period }, "\(times)")
  }

  @Test("no link says more than three things in a second")
  func hold() {
    var pair = Pair(system(1) { $0.isFast = true }, system(2) { $0.isFast = true }, links: 2)
    pair.run(to: 20_000)
    for end in 0...1 {
      for member in 0...1 {
        let times = pair.sent.filter { $0.end == end && $0.member == member }.map { $0.0 }
        for (first, fourth) in zip(times, times.dropFirst(3)) {
          #expect(fourth - first >= .seconds(1), "\(end).\(member): \(times)")
        }
      }
    }
  }

  @Test("fewer links than wanted are not used")
  func leastLinks() {
    var pair = Pair(system(1) { $0.leastLinks = 2 }, system(2), links: 2)
    pair.run(to: 5000)
    #expect(pair.used(0) == [0, 1])
    pair.setLink(0, isUp: false)
    #expect(pair.used(0) == [] && pair.used(1) == [1])
  }
}

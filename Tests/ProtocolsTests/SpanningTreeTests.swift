import Packets
import Protocols
import Simulation
import Testing

/// IEEE 802.1D-1998, clause 8.
///
///     from        to          cause                                   action
///     disabled    listening   its link comes up                       a configuration is sent
///     listening   learning    the forward delay is over               –
///     learning    forwarding  the forward delay is over again         a topology change is told
///     any         blocking    a better way is heard of on its link    –
///     blocking    listening   the max age is over, or the root goes   –
///     any         disabled    its link goes down                      –
@Suite("Spanning tree") struct SpanningTreeTests {
  /// Bridge 1 has the lowest address; cables join (bridge, port) pairs.
  private func pair() -> TreeLab {
    TreeLab(bridges: 2, ports: 3, cables: [((0, 0), (1, 0)), ((0, 1), (1, 1))], hosts: [(0, 2), (1, 2)])
  }

  @Test("of two bridges with two links exactly one port blocks: on the higher bridge, opposite the higher port")
  func twoLinks() {
    var lab = pair()
    lab.run(to: 60)
    #expect(lab.states(of: 0) == [.forwarding, .forwarding, .forwarding])
    #expect(lab.states(of: 1) == [.forwarding, .blocking, .forwarding])
    #expect(lab.trees[0].isRoot && !lab.trees[1].isRoot)
    #expect(lab.trees[1].rootIdentifier == lab.identifier(0))
  }

  @Test("a port listens and then learns, each for the forward delay, and not a moment less")
  func delays() {
    var lab = pair()
    lab.run(to: 15, justBefore: true)
    #expect(lab.states(of: 0)[0] == .listening)
    lab.run(to: 15)
    #expect(lab.states(of: 0)[0] == .learning)
    lab.run(to: 30, justBefore: true)
    #expect(lab.states(of: 0)[0] == .learning)
    lab.run(to: 30)
    #expect(lab.states(of: 0)[0] == .forwarding)
  }

  @Test("the lowest priority is the root whatever the addresses; then cost, then port number decide")
  func election() {
    var lab = TreeLab(
      bridges: 2, ports: 2, cables: [((0, 0), (1, 0)), ((0, 1), (1, 1))], priorities: [32768, 4096],
      costs: [[100, 19], [4, 4]])
    lab.run(to: 60)
    #expect(lab.trees[1].isRoot)
    #expect(lab.states(of: 0) == [.blocking, .forwarding], "the cheaper way has the higher number")
  }

  @Test("in a triangle the link opposite the root is blocked on one side, the bridge with the higher address")
  func triangle() {
    var lab = TreeLab(bridges: 3, ports: 2, cables: [((0, 0), (1, 0)), ((1, 1), (2, 1)), ((2, 0), (0, 1))])
    lab.run(to: 60)
    #expect(lab.states(of: 0) == [.forwarding, .forwarding])
    #expect(lab.states(of: 1) == [.forwarding, .forwarding])
    #expect(lab.states(of: 2) == [.forwarding, .blocking])
  }

  @Test("a cable between two ports of one bridge blocks the higher")
  func itself() {
    var lab = TreeLab(bridges: 1, ports: 2, cables: [((0, 0), (0, 1))])
    lab.run(to: 60)
    #expect(lab.states(of: 0) == [.forwarding, .blocking])
  }

  @Test("when the active link is cut the other takes over after two forward delays, and the change is told")
  func reconvergence() {
    var lab = pair()
    lab.run(to: 100)
    lab.cut(0)
    #expect(lab.states(of: 1) == [.disabled, .listening, .forwarding])
    lab.run(to: 130, justBefore: true)
    #expect(lab.states(of: 1)[1] == .learning)
    lab.run(to: 130)
    #expect(lab.states(of: 1)[1] == .forwarding)
    #expect(lab.ageing[0].last == .seconds(15), "the root lets stations age fast")
    lab.run(to: 140)
    #expect(lab.ageing[1].last == .seconds(15), "and so does who hears it")
    // From detection the root says so for max age and forward delay.
    lab.run(to: 180)
    #expect(lab.ageing[0].last == .seconds(300) && lab.ageing[1].last == .seconds(300))
  }

  @Test("when the root falls silent it is forgotten after the max age, not before")
  func silence() {
    var lab = pair()
    lab.run(to: 100)
    lab.silence(0)
    // Its last hello was heard at 100 s.
    lab.run(to: 120, justBefore: true)
    #expect(!lab.trees[1].isRoot)
    lab.run(to: 120)
    #expect(lab.trees[1].isRoot)
    #expect(lab.states(of: 1)[1] == .listening)
  }

  @Test("no port says more than one configuration a second")
  func hold() {
    var lab = pair()
    lab.run(to: 60)
    for (earlier, later) in zip(lab.configurations, lab.configurations.dropFirst()) where earlier.0 == later.0 {
      #expect(later.1 - earlier.1 >= .seconds(1))
    }
    #expect(lab.configurations.count > 50)
  }

  @Test("a tree of nothing waits for nothing but its hello")
  func alone() {
    var settings = SpanningTree.Settings(bridge: BridgeIdentifier(priority: 0, address: .zero))
    settings.helloTime = .seconds(7)
    var tree = SpanningTree(settings, ports: [(19, 128)], ageingTime: .seconds(300))
    let actions = tree.start([], at: .start)
    #expect(actions == [])
    #expect(tree.nextDeadline == .start + .seconds(7))
    #expect(tree.state(of: 0) == .disabled)
  }
}

/// Bridges with nothing but their spanning trees, joined by cables without delay; hosts say nothing.
struct TreeLab {
  private(set) var trees: [SpanningTree] = []
  /// How fast each lets stations age, in order.
  private(set) var ageing: [[TimeSpan]]
  /// Which port sent a configuration when, by port and then by time.
  var configurations: [(Int, Instant)] { sent.sorted { ($0.0, $0.1) < ($1.0, $1.1) } }
  private var sent: [(Int, Instant)] = []
  private var cables: [((Int, Int), (Int, Int))]
  private let portCount: Int
  private var silent: Set<Int> = []
  private var now = Instant.start
  private let priorities: [UInt16]

  init(
    bridges: Int, ports: Int, cables: [((Int, Int), (Int, Int))], hosts: [(Int, Int)] = [],
    priorities: [UInt16]? = nil, costs: [[UInt32]]? = nil
  ) {
    portCount = ports
    self.cables = cables
    self.priorities = priorities ?? Array(repeating: 32768, count: bridges)
    ageing = Array(repeating: [], count: bridges)
    for bridge in 0..<bridges {
      let costs = costs?[bridge] ?? Array(repeating: 4, count: ports)
      trees.append(
        SpanningTree(
          SpanningTree.Settings(bridge: identifier(bridge)), ports: costs.map { ($0, 128) }, ageingTime: .seconds(300)))
    }
    for bridge in 0..<bridges {
      let ends = (hosts + cables.flatMap { [$0.0, $0.1] }).filter { $0.0 == bridge }.map { PortNumber($0.1) }
      handle(trees[bridge].start(ends.sorted(), at: now), of: bridge)
    }
  }

  func identifier(_ bridge: Int) -> BridgeIdentifier {
    BridgeIdentifier(priority: priorities[bridge], address: MACAddress(rawValue: 0x0200_0000_0001 + UInt64(bridge)))
  }

  func states(of bridge: Int) -> [PortState] {
    (0..<portCount).map { trees[bridge].state(of: PortNumber($0)) }
  }

  mutating func run(to second: UInt64, justBefore: Bool = false) {
    let end = Instant(nanoseconds: second * 1_000_000_000 - (justBefore ? 1 : 0))
    while let next = trees.indices.filter({ !silent.contains($0) }).min(by: {
      trees[$0].nextDeadline < trees[$1].nextDeadline
    }), trees[next].nextDeadline <= end {
      now = trees[next].nextDeadline
      handle(trees[next].advance(to: now), of: next)
    }
    now = end
  }

  mutating func cut(_ cable: Int) {
    let (one, other) = cables.remove(at: cable)
    for end in [one, other] {
      handle(trees[end.0].linkChanged(on: PortNumber(end.1), isUp: false, at: now), of: end.0)
    }
  }

  mutating func silence(_ bridge: Int) { silent.insert(bridge) }

  private mutating func handle(_ actions: [SpanningTree.Action], of bridge: Int) {
    for action in actions {
      switch action {
      case .send(let unit, let port):
        if case .configuration = unit { sent.append((bridge * 100 + Int(port.index), now)) }
        deliver(unit, from: (bridge, Int(port.index)))
      case .age(let span): ageing[bridge].append(span)
      case .change, .flush: break
      }
    }
  }

  private mutating func deliver(_ unit: BridgeProtocolDataUnit, from end: (Int, Int)) {
    for (one, other) in cables {
      guard one == end || other == end else { continue }
      let target = one == end ? other : one
      guard !silent.contains(target.0) else { continue }
      handle(trees[target.0].receive(unit, on: PortNumber(target.1), at: now), of: target.0)
    }
  }
}

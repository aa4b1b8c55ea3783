import Packets
import Protocols
import Simulation
import Testing

/// IEEE 802.1D-2004, clause 17.
///
///     role        from        to          cause                                     action
///     designated  discarding  discarding  –                                         proposes
///     designated  discarding  forwarding  the other end agrees, or is none (edge)   a topology change is told, not by an edge
///     designated  discarding  learning    nobody answers, the delay is over         –
///     root        discarding  forwarding  no other was the root port lately         a topology change is told
///     root        any         –           a proposal comes                          others discard, then it agrees
///     designated  any         alternate   a better way is heard of on its link      –
///     alternate   discarding  forwarding  the root port is lost                     it is the root port at once
///     any         any         designated  nothing is heard for three hellos         proposes
///     any         any         disabled    its link goes down                        –
@Suite("Rapid spanning tree") struct RapidSpanningTreeTests {
  private static let own = BridgeIdentifier(priority: 32768, address: MACAddress(rawValue: 0x0200_0000_0010))
  private static let better = BridgeIdentifier(priority: 4096, address: MACAddress(rawValue: 0x0200_0000_0001))

  private func tree(
    ports: Int = 2, _ change: (inout RapidSpanningTree.PortSettings) -> Void = { _ in }
  ) -> RapidSpanningTree {
    var port = RapidSpanningTree.PortSettings(cost: 4, priority: 128)
    change(&port)
    var settings = SpanningTree.Settings(bridge: Self.own)
    settings.isRapid = true
    return RapidSpanningTree(settings, ports: Array(repeating: port, count: ports))
  }

  /// What a neighbor with that bridge as root says.
  private func said(
    _ role: BridgeProtocolDataUnit.Rapid.Role = .designated, by bridge: BridgeIdentifier = Self.better,
    root: BridgeIdentifier = Self.better, cost: UInt32 = 0,
    _ change: (inout BridgeProtocolDataUnit.Configuration, inout BridgeProtocolDataUnit.Rapid) -> Void = { _, _ in }
  ) -> BridgeProtocolDataUnit {
    var unit = BridgeProtocolDataUnit.Configuration(
      root: root, rootPathCost: cost, bridge: bridge, port: BridgePortIdentifier(rawValue: 0x8001),
      messageAge: 0, maxAge: 20 * 256, helloTime: 2 * 256, forwardDelay: 15 * 256)
    var rapid = BridgeProtocolDataUnit.Rapid(role)
    change(&unit, &rapid)
    return .rapid(unit, rapid)
  }

  private func at(_ milliseconds: UInt64) -> Instant { Instant.start + .milliseconds(milliseconds) }

  private func rapids(_ actions: [RapidSpanningTree.Action], on port: PortNumber) -> [BridgeProtocolDataUnit.Rapid] {
    actions.compactMap { if case .send(.rapid(_, let rapid), port) = $0 { rapid } else { nil } }
  }

  @Test("a bridge that comes up proposes on every port, and the one that is agreed with forwards at once")
  func proposal() {
    var tree = tree()
    let first = tree.start([0, 1], at: .start)
    #expect(rapids(first, on: 0).map(\.isProposal) == [true] && rapids(first, on: 0).map(\.role) == [.designated])
    #expect(tree.state(of: 0) == .discarding)
    let worse = BridgeIdentifier(priority: 61440, address: MACAddress(rawValue: 0x0200_0000_0099))
    let agreed = said(.root, by: worse, root: Self.own, cost: 4) { $1.isAgreement = true }
    let actions = tree.receive(agreed, on: 0, at: at(1))
    #expect(actions.contains(.change(0, .forwarding)))
    #expect(tree.state(of: 0) == .forwarding && tree.state(of: 1) == .discarding)
    #expect(tree.isRoot)
  }

  @Test("an answer that does not agree opens nothing, nor does one on a link that several share")
  func noAgreement() {
    let worse = BridgeIdentifier(priority: 61440, address: MACAddress(rawValue: 0x0200_0000_0099))
    var refused = tree()
    _ = refused.start([0, 1], at: .start)
    _ = refused.receive(said(.root, by: worse, root: Self.own, cost: 4), on: 0, at: at(1))
    #expect(refused.state(of: 0) == .discarding)
    var shared = tree()
    shared.setShared(0)
    _ = shared.start([0, 1], at: .start)
    let agreed = said(.root, by: worse, root: Self.own, cost: 4) { $1.isAgreement = true }
    _ = shared.receive(agreed, on: 0, at: at(1))
    #expect(shared.state(of: 0) == .discarding)
  }

  /// Costs of the root's neighbor: first 10, and then what is given.
  @Test(
    "who hears a proposal agrees at once, but first stops ports that agreed to something better",
    arguments: [(UInt32(5), PortState.forwarding), (10, .forwarding), (11, .discarding)])
  func agreement(cost: UInt32, state: PortState) {
    var tree = tree()
    _ = tree.start([0, 1], at: .start)
    let first = tree.receive(said(cost: 10) { $1.isProposal = true }, on: 0, at: at(10))
    #expect(tree.role(of: 0) == .root && tree.state(of: 0) == .forwarding)
    #expect(rapids(first, on: 0).map(\.isAgreement) == [true])
    let worse = BridgeIdentifier(priority: 61440, address: MACAddress(rawValue: 0x0200_0000_0099))
    let agreed = said(.root, by: worse, cost: 20) { $1.isAgreement = true }
    _ = tree.receive(agreed, on: 1, at: at(20))
    #expect(tree.role(of: 1) == .designated && tree.state(of: 1) == .forwarding)
    let actions = tree.receive(said(cost: cost) { $1.isProposal = true }, on: 0, at: at(30))
    #expect(rapids(actions, on: 0).map(\.isAgreement) == [true])
    #expect(tree.state(of: 0) == .forwarding && tree.state(of: 1) == state)
    #expect(rapids(actions, on: 1).contains { $0.isProposal } == (state == .discarding))
    #expect(tree.rootIdentifier == Self.better)
  }

  @Test("a port on which nobody speaks is an edge after three seconds, not before")
  func autoEdge() {
    var tree = tree()
    _ = tree.start([0], at: .start)
    _ = tree.advance(to: at(2999))
    #expect(!tree.isEdge(0) && tree.state(of: 0) == .discarding)
    let actions = tree.advance(to: at(3000))
    #expect(tree.isEdge(0) && tree.state(of: 0) == .forwarding)
    #expect(!actions.contains { if case .flush = $0 { true } else { false } }, "an edge is no change of the tree")
    #expect(tree.state(of: 1) == .disabled)
  }

  @Test("a port that is said to be an edge forwards at once, until a bridge speaks there")
  func adminEdge() {
    var tree = tree { $0.isEdge = true }
    _ = tree.start([0, 1], at: .start)
    #expect(tree.state(of: 0) == .forwarding)
    _ = tree.receive(said(), on: 0, at: at(10))
    _ = tree.receive(said(cost: 1), on: 1, at: at(20))
    #expect(!tree.isEdge(0) && tree.role(of: 0) == .root)
    #expect(tree.role(of: 1) == .alternate && tree.state(of: 1) == .discarding)
  }

  /// Table 17-1: the max age of a port that was disabled, and then the hello time.
  @Test("a port that may be no edge, and where nobody agrees, waits for 20 s and learns for 2 s")
  func noEdge() {
    var tree = tree { $0.findsEdge = false }
    _ = tree.start([0], at: .start)
    var seen: [(PortState, UInt64)] = []
    while tree.nextDeadline <= at(30_000) {
      let now = tree.nextDeadline
      for case .change(_, let state) in tree.advance(to: now) {
        seen.append((state, (now - .start).nanoseconds / 1_000_000))
      }
    }
    #expect(seen.map { $0.0 } == [.learning, .forwarding])
    #expect(seen.map { $0.1 } == [20_000, 22_000])
  }

  @Test("the alternate port takes over in the moment the root port is lost")
  func takeOver() {
    var tree = tree()
    _ = tree.start([0, 1], at: .start)
    _ = tree.receive(said { $1.isProposal = true }, on: 0, at: at(10))
    _ = tree.receive(said(cost: 1) { $1.isProposal = true }, on: 1, at: at(20))
    #expect([tree.role(of: 0), tree.role(of: 1)] == [.root, .alternate])
    let actions = tree.linkChanged(on: 0, isUp: false, at: at(1000))
    #expect(tree.role(of: 1) == .root && tree.state(of: 1) == .forwarding && tree.state(of: 0) == .disabled)
    #expect(actions.contains(.change(1, .forwarding)))
  }

  @Test("a neighbor that falls silent is believed for three hellos, not for longer")
  func missedHellos() {
    var tree = tree()
    _ = tree.start([0, 1], at: .start)
    _ = tree.receive(said { $1.isProposal = true }, on: 0, at: at(1000))
    _ = tree.advance(to: at(6999))
    #expect(!tree.isRoot)
    _ = tree.advance(to: at(7000))
    #expect(tree.isRoot && tree.role(of: 0) == .designated)
  }

  @Test("a configuration of 802.1D-1998 makes the port speak that, once three seconds are over", arguments: [2, 3])
  func migration(second: UInt64) {
    var tree = tree { $0.findsEdge = false }
    _ = tree.start([0], at: .start)
    var said = BridgeProtocolDataUnit.Configuration(
      root: BridgeIdentifier(rawValue: .max), rootPathCost: 0, bridge: BridgeIdentifier(rawValue: .max),
      port: BridgePortIdentifier(rawValue: 1), messageAge: 0, maxAge: 5120, helloTime: 512, forwardDelay: 3840)
    said.isTopologyChange = false
    _ = tree.receive(.configuration(said), on: 0, at: at(second * 1000))
    var isLegacy: [Bool] = []
    while tree.nextDeadline <= at(second * 1000 + 2000) {
      for case .send(let unit, _) in tree.advance(to: tree.nextDeadline) {
        if case .configuration = unit { isLegacy.append(true) } else { isLegacy.append(false) }
      }
    }
    #expect(isLegacy.last == (second == 3))
    guard second == 3 else { return }
    // And back, when a rapid neighbor is heard and another three seconds are over.
    _ = tree.receive(self.said(), on: 0, at: at(6000))
    let answer = tree.receive(self.said { $1.isProposal = true }, on: 0, at: at(6100))
    #expect(rapids(answer, on: 0).map(\.isAgreement) == [true])
  }

  @Test("a change empties the tables of the other ports, but not of edges and not of where it was told")
  func topologyChange() {
    var tree = tree(ports: 3)
    _ = tree.start([0, 1, 2], at: .start)
    _ = tree.receive(said { $1.isProposal = true }, on: 0, at: at(10))
    let worse = BridgeIdentifier(priority: 61440, address: MACAddress(rawValue: 0x0200_0000_0099))
    let agreed = said(.root, by: worse, root: Self.better, cost: 8) { $1.isAgreement = true }
    _ = tree.receive(agreed, on: 1, at: at(20))
    while tree.nextDeadline <= at(4000) { _ = tree.advance(to: tree.nextDeadline) }
    #expect([0, 1, 2].map { tree.state(of: $0) } == [.forwarding, .forwarding, .forwarding])
    #expect(tree.isEdge(2) && !tree.isEdge(1))
    let told = tree.receive(said { unit, _ in unit.isTopologyChange = true }, on: 0, at: at(5000))
    #expect(told.filter { if case .flush = $0 { true } else { false } } == [.flush(1)])
    let passedOn = told.contains {
      if case .send(.rapid(let unit, _), 1) = $0 { unit.isTopologyChange } else { false }
    }
    #expect(passedOn)
  }

  /// Table 17-1, Transmit Hold Count.
  @Test("no port says more than six things in a burst, and then one a second")
  func hold() {
    var tree = tree()
    _ = tree.start([0], at: .start)
    var sent = 1
    for number in 0..<20 {
      let cost = UInt32(100 - number)
      let actions = tree.receive(
        said(cost: cost) { $1.isProposal = true }, on: 0, at: at(10 + UInt64(number)))
      sent += rapids(actions, on: 0).count
    }
    #expect(sent == 6)
    let before = tree.advance(to: at(999))
    let after = tree.advance(to: at(1000))
    #expect(rapids(before, on: 0).isEmpty && rapids(after, on: 0).count == 1)
  }

  @Test("a cable between two ports of one bridge leaves a backup port")
  func backup() {
    var lab = RapidLab([.rapid], cables: [.init((0, 0), (0, 1))])
    lab.run(to: 40_000)
    #expect(lab.states[0] == [.forwarding, .discarding] && lab.rapid(0)?.role(of: 1) == .backup)
    #expect(lab.loops == [])
  }

  @Test("802.1D-1998 looks at nothing rapid")
  func legacy() {
    var tree = SpanningTree(
      SpanningTree.Settings(bridge: Self.own), ports: [(4, 128)], ageingTime: .seconds(300))
    _ = tree.start([0], at: .start)
    let actions = tree.receive(said(), on: 0, at: at(10))
    #expect(actions == [] && tree.isRoot)
  }
}

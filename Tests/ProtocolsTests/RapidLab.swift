import Packets
import Protocols
import Simulation

/// Bridges with nothing but their spanning trees, rapid or not, joined by cables that take their time.
///
/// After everything that happens it is looked for a circle of links whose ends all forward.
struct RapidLab {
  enum Kind { case rapid, legacy }

  struct Cable {
    var one: (bridge: Int, port: Int)
    var other: (bridge: Int, port: Int)
    var delay: TimeSpan
    var isUp = true

    init(_ one: (Int, Int), _ other: (Int, Int), delay: TimeSpan = .microseconds(10)) {
      self.one = one
      self.other = other
      self.delay = delay
    }
  }

  private struct Letter {
    var arrival: Instant
    var sequence: Int
    var cable: Int
    var target: (bridge: Int, port: Int)
    var unit: BridgeProtocolDataUnit
  }

  private var trees: [any BridgeTree] = []
  private(set) var states: [[PortState]] = []
  private(set) var cables: [Cable]
  private(set) var now = Instant.start
  /// When there was a circle.
  private(set) var loops: [Instant] = []
  /// When a port last began or ceased to forward.
  private(set) var lastChange = Instant.start
  private var letters: [Letter] = []
  private var sequence = 0
  private var silent: Set<Int> = []

  init(_ kinds: [Kind], cables: [Cable], priorities: [UInt16] = [], costs: [UInt32] = []) {
    self.cables = cables
    for (bridge, kind) in kinds.enumerated() {
      let used = cables.flatMap { [$0.one, $0.other] }.filter { $0.bridge == bridge }.map(\.port)
      let count = (used.max() ?? -1) + 1
      states.append(Array(repeating: .disabled, count: count))
      var settings = SpanningTree.Settings(
        bridge: BridgeIdentifier(
          priority: bridge < priorities.count ? priorities[bridge] : 32768,
          address: MACAddress(rawValue: 0x0200_0000_0001 + UInt64(bridge))))
      settings.isRapid = kind == .rapid
      let cost = { (port: Int) in costs.isEmpty ? UInt32(4) : costs[(bridge * 7 + port) % costs.count] }
      switch kind {
      case .rapid:
        trees.append(
          RapidSpanningTree(settings, ports: (0..<count).map { .init(cost: cost($0), priority: 128) }))
      case .legacy:
        trees.append(
          SpanningTree(settings, ports: (0..<count).map { (cost($0), 128) }, ageingTime: .seconds(300)))
      }
    }
    for bridge in kinds.indices {
      let ports = states[bridge].indices.map(PortNumber.init)
      handle(trees[bridge].start(ports, at: now), of: bridge)
    }
  }

  func rapid(_ bridge: Int) -> RapidSpanningTree? { trees[bridge] as? RapidSpanningTree }

  func root(of bridge: Int) -> BridgeIdentifier? {
    rapid(bridge)?.rootIdentifier ?? (trees[bridge] as? SpanningTree)?.rootIdentifier
  }

  /// Everything that happens up to so many milliseconds, those included.
  mutating func run(to milliseconds: UInt64) {
    let end = Instant.start + .milliseconds(milliseconds)
    while true {
      let letter = letters.indices.min {
        (letters[$0].arrival, letters[$0].sequence) < (letters[$1].arrival, letters[$1].sequence)
      }
      let timer = trees.indices.filter { !silent.contains($0) }.min { trees[$0].nextDeadline < trees[$1].nextDeadline }
      let arrival = letter.map { letters[$0].arrival } ?? .never
      let deadline = timer.map { trees[$0].nextDeadline } ?? .never
      guard min(arrival, deadline) <= end else { break }
      now = min(arrival, deadline)
      if let letter, arrival <= deadline {
        let post = letters.remove(at: letter)
        guard !silent.contains(post.target.bridge) else { continue }
        let port = PortNumber(post.target.port)
        handle(trees[post.target.bridge].receive(post.unit, on: port, at: now), of: post.target.bridge)
      } else if let timer {
        handle(trees[timer].advance(to: now), of: timer)
      }
    }
    now = end
  }

  mutating func setCable(_ number: Int, isUp: Bool) {
    guard cables[number].isUp != isUp else { return }
    cables[number].isUp = isUp
    letters.removeAll { $0.cable == number }
    for end in [cables[number].one, cables[number].other] {
      handle(trees[end.bridge].linkChanged(on: PortNumber(end.port), isUp: isUp, at: now), of: end.bridge)
    }
  }

  /// From now on that bridge hears and says nothing, though its links stay up; what it forwards counts no more.
  mutating func silence(_ bridge: Int) {
    silent.insert(bridge)
    for port in states[bridge].indices { states[bridge][port] = .disabled }
  }

  private mutating func handle(_ actions: [SpanningTree.Action], of bridge: Int) {
    for action in actions {
      switch action {
      case .change(let port, let state):
        let before = states[bridge][Int(port.index)]
        states[bridge][Int(port.index)] = state
        if (before == .forwarding) != (state == .forwarding) { lastChange = now }
      case .send(let unit, let port): post(unit, from: (bridge, Int(port.index)))
      case .age, .flush: break
      }
    }
    if components(of: forwarding) == nil { loops.append(now) }
  }

  private mutating func post(_ unit: BridgeProtocolDataUnit, from end: (bridge: Int, port: Int)) {
    for (number, cable) in cables.enumerated() where cable.isUp {
      guard cable.one == end || cable.other == end else { continue }
      let target = cable.one == end ? cable.other : cable.one
      sequence += 1
      letters.append(
        Letter(arrival: now + cable.delay, sequence: sequence, cable: number, target: target, unit: unit))
    }
  }
}

/// What the network looks like.
extension RapidLab {
  /// Cables over which frames go.
  var forwarding: [Cable] {
    cables.filter { cable in
      cable.isUp && states[cable.one.bridge][cable.one.port] == .forwarding
        && states[cable.other.bridge][cable.other.port] == .forwarding
    }
  }

  /// Cables that are whole, between bridges that speak.
  var live: [Cable] {
    cables.filter { $0.isUp && !silent.contains($0.one.bridge) && !silent.contains($0.other.bridge) }
  }

  /// The part of the network each bridge is in; nil if some of these cables form a circle.
  func components(of cables: [Cable], allowingCircles: Bool = false) -> [Int]? {
    var parts = Array(trees.indices)
    for cable in cables {
      let (one, other) = (parts[cable.one.bridge], parts[cable.other.bridge])
      if one == other {
        if allowingCircles { continue }
        return nil
      }
      for bridge in parts.indices where parts[bridge] == max(one, other) { parts[bridge] = min(one, other) }
    }
    return parts
  }

  /// What is wrong with the tree, if something is: a circle, a part that is cut off, or two roots in one part.
  var fault: String? {
    guard let reached = components(of: forwarding) else { return "a circle" }
    guard let whole = components(of: live, allowingCircles: true) else { return nil }
    if reached != whole { return "cut off: \(reached) instead of \(whole)" }
    for (bridge, part) in whole.enumerated() where !silent.contains(bridge) {
      if root(of: bridge) != root(of: part) { return "two roots" }
    }
    return nil
  }
}

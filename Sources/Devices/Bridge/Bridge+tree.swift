import Packets
import Protocols
import Simulation

/// What spanning tree does to a bridge: its units never go further, and ports that are not forwarding carry nothing else.
extension Bridge {
  /// IEEE 802.1D-2004, table 17-3 (as 802.1D-1998, table 8-5, and Linux's `port_cost`): what a link costs by its rate.
  public static func pathCost(ofRate bitsPerSecond: UInt64) -> UInt32 {
    switch bitsPerSecond {
    // A link without limit is as a virtual one of Linux, which says 10 Gbit/s.
    case 0, 10_000_000_000...: 2
    case 1_000_000_000...: 4
    case 100_000_000...: 19
    case 10_000_000...: 100
    default: 65535
    }
  }

  /// The protocol that the settings ask for.
  static func tree(
    _ settings: SpanningTree.Settings, _ ports: [SpanningTreePort], _ ageingTime: TimeSpan
  ) -> any BridgeTree {
    let costs = ports.map { $0.cost ?? Bridge.pathCost(ofRate: 0) }
    guard settings.isRapid else {
      return SpanningTree(settings, ports: zip(costs, ports).map { ($0, $1.priority) }, ageingTime: ageingTime)
    }
    return RapidSpanningTree(
      settings,
      ports: zip(costs, ports).map { cost, port in
        var settings = RapidSpanningTree.PortSettings(cost: cost, priority: port.priority)
        settings.isEdge = port.isEdge ?? false
        settings.findsEdge = port.isEdge == nil
        return settings
      })
  }

  public mutating func start(_ outbox: inout Outbox) {
    guard var tree else { return }
    let plugged = treePorts.indices.filter { outbox.isPlugged(PortNumber($0)) }
    for place in plugged {
      let port = PortNumber(place)
      if treePorts[place].cost == nil { tree.setCost(of: port, Bridge.pathCost(ofRate: outbox.rate(of: port))) }
      if !(treePorts[place].isPointToPoint ?? !outbox.isShared(port)) { tree.setShared(port) }
    }
    let connected = treePorts.indices.map(PortNumber.init).filter { outbox.isConnected($0) }
    let actions = tree.start(connected, at: outbox.now)
    self.tree = tree
    carryOut(actions, &outbox)
  }

  public mutating func timerFired(_ timer: TimerToken, _ outbox: inout Outbox) {
    guard timer == treeTimer else { return }
    treeTimer = nil
    let actions = tree?.advance(to: outbox.now) ?? []
    carryOut(actions, &outbox)
  }

  /// Lets a link's change reach the tree.
  mutating func changeTree(on port: PortNumber, isUp: Bool, _ outbox: inout Outbox) {
    let actions = tree?.linkChanged(on: port, isUp: isUp, at: outbox.now) ?? []
    carryOut(actions, &outbox)
  }

  /// Takes in what other bridges say.
  mutating func receiveUnit(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {
    guard let message = frame.message, case .bridge(let unit)? = outbox.messages[message] else {
      return outbox.drop(because: .malformed)
    }
    outbox.absorb(by: .spanningTree)
    let actions = tree?.receive(unit, on: port, at: outbox.now) ?? []
    carryOut(actions, &outbox)
  }

  private mutating func carryOut(_ actions: [SpanningTree.Action], _ outbox: inout Outbox) {
    for action in actions {
      switch action {
      case .send(let unit, let port):
        let frame = EthernetFrame(
          destination: Bridge.bridgeGroup, source: treeAddress, payload: unit.payload(in: &outbox.messages))
        outbox.originate(frame, on: port, for: .serves)
      case .change(let port, let state):
        outbox.note(.portChanged(state), on: port)
        portStates[Int(port.index)] = state
        if state == .blocking || state == .disabled { database.flush(port) }
      case .age(let span): database.setAgeing(span, at: outbox.now)
      case .flush(let port): database.flush(port)
      }
    }
    setTimer(&outbox)
  }

  private mutating func setTimer(_ outbox: inout Outbox) {
    guard let deadline = tree?.nextDeadline, deadline != .never else { return }
    if treeTimer != nil, treeDeadline <= deadline { return }
    treeDeadline = deadline
    treeTimer = outbox.setTimer(0, after: deadline - outbox.now)
  }
}

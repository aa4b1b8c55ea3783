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

  public mutating func start(_ outbox: inout Outbox) {
    guard var tree else { return }
    for place in treePorts.indices where outbox.isPlugged(PortNumber(place)) && treePorts[place].cost == nil {
      tree.setCost(of: PortNumber(place), Bridge.pathCost(ofRate: outbox.rate(of: PortNumber(place))))
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

  /// Takes in what other bridges say. While it was switched off its timers were lost, so what is overdue comes first.
  mutating func receiveUnit(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {
    guard let message = frame.message, case .bridge(let unit)? = outbox.messages[message] else {
      return outbox.drop(because: .malformed)
    }
    outbox.absorb(by: .spanningTree)
    catchUp(&outbox)
    let actions = tree?.receive(unit, on: port, at: outbox.now) ?? []
    carryOut(actions, &outbox)
  }

  mutating func catchUp(_ outbox: inout Outbox) {
    guard let tree, tree.nextDeadline < outbox.now else { return }
    let actions = self.tree?.advance(to: outbox.now) ?? []
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
        if state == .blocking || state == .disabled { database.flush(port) }
      case .age(let span): database.setAgeing(span, at: outbox.now)
      }
    }
    setTimer(&outbox)
  }

  private mutating func setTimer(_ outbox: inout Outbox) {
    guard let deadline = tree?.nextDeadline, deadline != .never else { return }
    if treeTimer != nil, treeDeadline <= deadline, treeDeadline >= outbox.now { return }
    treeDeadline = deadline
    treeTimer = outbox.setTimer(0, after: deadline - outbox.now)
  }
}

import Packets
import Simulation

/// States of ports, what is sent, and how a change of the tree is told (IEEE 802.1D-1998, 8.6.11 to 8.7).
extension SpanningTree {
  mutating func enable(_ place: Int) {
    becomeDesignated(place)
    ports[place].acknowledges = false
    ports[place].isConfigurationPending = false
    setState(of: place, .blocking)
  }

  /// 8.8.3.
  mutating func disable(_ place: Int) {
    let wasRoot = isRoot
    becomeDesignated(place)
    setState(of: place, .disabled)
    ports[place].acknowledges = false
    ports[place].isConfigurationPending = false
    ports[place].messageAgeEnd = .never
    ports[place].forwardDelayEnd = .never
    ports[place].holdEnd = .never
    update()
    selectStates()
    if isRoot, !wasRoot { becomeRoot() }
  }

  /// 8.6.11: the root port and designated ports move toward forwarding, others block.
  mutating func selectStates() {
    for place in ports.indices where ports[place].state != .disabled {
      if isSilent(place) || place == rootPort {
        ports[place].isConfigurationPending = false
        ports[place].acknowledges = false
      }
      if isSilent(place) {
        block(place)
      } else {
        if place != rootPort { ports[place].messageAgeEnd = .never }
        startForwarding(on: place)
      }
    }
  }

  private mutating func startForwarding(on place: Int) {
    guard ports[place].state == .blocking else { return }
    setState(of: place, .listening)
    ports[place].forwardDelayEnd = now + times.forwardDelay
  }

  private mutating func block(_ place: Int) {
    guard ports[place].state != .blocking else { return }
    let couldLearn = ports[place].state == .learning || ports[place].state == .forwarding
    if couldLearn { detectTopologyChange() }
    setState(of: place, .blocking)
    ports[place].forwardDelayEnd = .never
  }

  /// 8.7.5: from listening to learning, from learning to forwarding.
  mutating func endForwardDelay(on place: Int) {
    ports[place].forwardDelayEnd = .never
    if ports[place].state == .listening {
      setState(of: place, .learning)
      ports[place].forwardDelayEnd = now + times.forwardDelay
    } else if ports[place].state == .learning {
      setState(of: place, .forwarding)
      if ports.indices.contains(where: { ports[$0].state != .disabled && isDesignated($0) }) { detectTopologyChange() }
    }
  }

  /// 8.7.4: nobody has spoken on the segment for too long.
  mutating func forgetDesignated(on place: Int) {
    let wasRoot = isRoot
    ports[place].messageAgeEnd = .never
    becomeDesignated(place)
    update()
    selectStates()
    if isRoot, !wasRoot { becomeRoot() }
  }

  private mutating func becomeRoot() {
    times = Times(
      helloTime: settings.helloTime, maxAge: settings.maxAge, forwardDelay: settings.forwardDelay)
    detectTopologyChange()
    notificationEnd = .never
    generateConfigurations()
    helloEnd = now + times.helloTime
  }

  /// 8.6.14: the root says so itself for a while, others tell it.
  mutating func detectTopologyChange() {
    if isRoot {
      isTopologyChange = true
      topologyChangeEnd = now + (settings.forwardDelay + settings.maxAge)
    } else if !isTopologyChangeDetected {
      notify()
    }
    isTopologyChangeDetected = true
  }

  /// Tells the root of a change, and again until that is acknowledged.
  mutating func notify() {
    if let rootPort { actions.append(.send(.topologyChange, PortNumber(rootPort))) }
    notificationEnd = now + settings.helloTime
  }

  mutating func generateConfigurations() {
    for place in ports.indices where ports[place].state != .disabled && isDesignated(place) {
      transmitConfiguration(on: place)
    }
  }

  /// 8.6.1.
  mutating func transmitConfiguration(on place: Int) {
    guard ports[place].holdEnd == .never else {
      ports[place].isConfigurationPending = true
      return
    }
    var age = TimeSpan.zero
    if let rootPort {
      age = ports[rootPort].heardAge + (now - ports[rootPort].heard) + SpanningTree.messageAgeIncrement
    }
    guard age < times.maxAge else { return }
    var unit = BridgeProtocolDataUnit.Configuration(
      root: root, rootPathCost: rootPathCost, bridge: settings.bridge, port: ports[place].identifier,
      messageAge: age.units, maxAge: times.maxAge.units, helloTime: times.helloTime.units,
      forwardDelay: times.forwardDelay.units)
    unit.isTopologyChange = isTopologyChange
    unit.isTopologyChangeAcknowledged = ports[place].acknowledges
    ports[place].acknowledges = false
    ports[place].isConfigurationPending = false
    ports[place].holdEnd = now + SpanningTree.holdTime
    actions.append(.send(.configuration(unit), PortNumber(place)))
  }

  private mutating func setState(of place: Int, _ state: PortState) {
    guard ports[place].state != state else { return }
    ports[place].state = state
    actions.append(.change(PortNumber(place), state))
  }
}

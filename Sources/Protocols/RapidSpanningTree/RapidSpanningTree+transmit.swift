import Packets
import Simulation

/// What is said on a port, and how a change of the tree is told: the port transmit and topology change machines
/// (17.26, 17.31).
extension RapidSpanningTree {
  mutating func transmit(on place: Int) {
    let port = ports[place]
    guard port.isEnabled, port.selected, !port.updatesInformation else { return }
    if port.helloEnd <= now {
      ports[place].helloEnd = now + settings.helloTime
      if port.role == .designated || port.role == .root && port.changeEnd > now { ports[place].hasNews = true }
    }
    guard ports[place].hasNews, port.sent < RapidSpanningTree.transmitHoldCount, let unit = unit(of: port) else {
      return
    }
    ports[place].hasNews = false
    ports[place].acknowledges = false
    ports[place].helloEnd = now + settings.helloTime
    ports[place].sent += 1
    if port.sent == 0 { ports[place].sentEnd = now + .seconds(1) }
    actions.append(.send(unit, PortNumber(place)))
  }

  /// What a port says; nil where 802.1D-1998 has it be silent.
  private func unit(of port: Port) -> BridgeProtocolDataUnit? {
    let (said, times) = (port.designatedPriority, port.designatedTimes)
    var unit = BridgeProtocolDataUnit.Configuration(
      root: said.root, rootPathCost: said.cost, bridge: said.bridge, port: said.port,
      messageAge: times.messageAge.units, maxAge: times.maxAge.units, helloTime: times.helloTime.units,
      forwardDelay: times.forwardDelay.units)
    unit.isTopologyChange = port.changeEnd > now
    guard !port.sendsRapid else { return .rapid(unit, rapid(of: port)) }
    switch port.role {
    case .designated:
      unit.isTopologyChangeAcknowledged = port.acknowledges
      return .configuration(unit)
    case .root: return .topologyChange
    case .disabled, .alternate, .backup: return nil
    }
  }

  private func rapid(of port: Port) -> BridgeProtocolDataUnit.Rapid {
    var rapid = BridgeProtocolDataUnit.Rapid(port.role.said)
    rapid.isProposal = port.proposing
    rapid.isLearning = port.learns
    rapid.isForwarding = port.forwards
    rapid.isAgreement = port.agree
    return rapid
  }

  /// One step; false where it rests.
  mutating func advanceTopology(of place: Int) -> Bool {
    let port = ports[place]
    let takesPart = port.role == .root || port.role == .designated
    switch port.topology {
    case .inactive:
      guard port.learns else { return false }
      ports[place].topology = .learning
      forgetChanges(on: place)
    case .learning:
      if takesPart, port.forwards, !port.isEdge {
        startChange(on: place)
        propagate(from: place)
        ports[place].hasNews = true
        ports[place].topology = .active
      } else if port.hasHeardChange {
        forgetChanges(on: place)
      } else if !takesPart, !port.learns {
        ports[place].topology = .inactive
        ports[place].changeEnd = now
        ports[place].acknowledges = false
        actions.append(.flush(PortNumber(place)))
      } else {
        return false
      }
    case .active:
      if !takesPart || port.isEdge {
        ports[place].topology = .learning
        return true
      }
      return advanceActive(place)
    }
    return true
  }

  private mutating func advanceActive(_ place: Int) -> Bool {
    let port = ports[place]
    if port.heardNotification || port.heardChange {
      if port.heardNotification { startChange(on: place) }
      ports[place].heardNotification = false
      ports[place].heardChange = false
      if port.role == .designated { ports[place].acknowledges = true }
      propagate(from: place)
    } else if port.propagatesChange {
      startChange(on: place)
      ports[place].propagatesChange = false
      actions.append(.flush(PortNumber(place)))
    } else if port.heardAcknowledgment {
      ports[place].changeEnd = now
      ports[place].heardAcknowledgment = false
    } else {
      return false
    }
    return true
  }

  /// 17.21.7, newTcWhile: for so long units of the port say that something changed.
  private mutating func startChange(on place: Int) {
    guard ports[place].changeEnd <= now else { return }
    if ports[place].sendsRapid {
      ports[place].changeEnd = now + (settings.helloTime + .seconds(1))
      ports[place].hasNews = true
    } else {
      ports[place].changeEnd = now + (rootTimes.maxAge + rootTimes.forwardDelay)
    }
  }

  /// 17.21.18, setTcPropTree.
  private mutating func propagate(from place: Int) {
    for other in ports.indices where other != place { ports[other].propagatesChange = true }
  }

  private mutating func forgetChanges(on place: Int) {
    ports[place].heardChange = false
    ports[place].heardNotification = false
    ports[place].heardAcknowledgment = false
    ports[place].propagatesChange = false
  }
}

extension RapidSpanningTree.Port {
  fileprivate var hasHeardChange: Bool {
    heardChange || heardNotification || heardAcknowledgment || propagatesChange
  }
}

extension RapidSpanningTree.Role {
  fileprivate var said: BridgeProtocolDataUnit.Rapid.Role {
    switch self {
    case .disabled: .unknown
    case .root: .root
    case .designated: .designated
    case .alternate, .backup: .alternateOrBackup
    }
  }
}

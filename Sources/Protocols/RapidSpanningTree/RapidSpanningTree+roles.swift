import Packets
import Simulation

/// Which role each port has, and what it may do in it: port role selection and the role transition machines (17.28, 17.29).
extension RapidSpanningTree {
  /// 17.21.25, updtRolesTree.
  mutating func selectRoles() {
    for place in ports.indices { ports[place].reselect = false }
    let rootPort = bestRootPort
    if let rootPort {
      var way = ports[rootPort].priority
      way.cost &+= ports[rootPort].cost
      var times = ports[rootPort].times
      times.messageAge = times.messageAge + .seconds(1)
      setRoot(way, times)
    } else {
      let none = BridgePortIdentifier(rawValue: 0)
      setRoot(
        Vector(root: settings.bridge, cost: 0, bridge: settings.bridge, port: none),
        Times(maxAge: settings.maxAge, helloTime: settings.helloTime, forwardDelay: settings.forwardDelay))
    }
    for place in ports.indices { selectRole(of: place, isRootPort: place == rootPort) }
    for place in ports.indices { ports[place].selected = true }
  }

  /// The port with the best way to a better root than this bridge; then the lower port decides.
  private var bestRootPort: Int? {
    var best: (place: Int, way: Vector)?
    for (place, port) in ports.enumerated()
    where port.information == .received && port.priority.bridge.address != settings.bridge.address
      && port.priority.root < settings.bridge
    {
      var way = port.priority
      way.cost &+= port.cost
      guard let rival = best else {
        best = (place, way)
        continue
      }
      if way < rival.way || way == rival.way && port.identifier < ports[rival.place].identifier {
        best = (place, way)
      }
    }
    return best?.place
  }

  private mutating func selectRole(of place: Int, isRootPort: Bool) {
    let own = Vector(
      root: rootPriority.root, cost: rootPriority.cost, bridge: settings.bridge, port: ports[place].identifier)
    var times = rootTimes
    times.helloTime = settings.helloTime
    ports[place].designatedPriority = own
    ports[place].designatedTimes = times
    ports[place].updatesInformation = false
    switch ports[place].information {
    case .disabled: ports[place].selectedRole = .disabled
    case .aged:
      ports[place].selectedRole = .designated
      ports[place].updatesInformation = true
    case .mine:
      ports[place].selectedRole = .designated
      ports[place].updatesInformation = ports[place].priority != own || ports[place].times != times
    case .received where isRootPort: ports[place].selectedRole = .root
    case .received where own < ports[place].priority:
      ports[place].selectedRole = .designated
      ports[place].updatesInformation = true
    case .received:
      let isOwn = ports[place].priority.bridge.address == settings.bridge.address
      ports[place].selectedRole = isOwn ? .backup : .alternate
    }
  }

  /// One step of the machine of the port's role; false where it rests.
  mutating func advanceRole(of place: Int) -> Bool {
    guard ports[place].selected, !ports[place].updatesInformation else { return false }
    if ports[place].role != ports[place].selectedRole {
      enterRole(on: place)
      return true
    }
    switch ports[place].role {
    case .disabled: return false
    case .root: return advanceRoot(place)
    case .designated: return advanceDesignated(place)
    case .alternate, .backup: return advanceAlternate(place)
    }
  }

  /// Timers that a role starts again and again begin to run when the port leaves it.
  private mutating func enterRole(on place: Int) {
    switch ports[place].role {
    case .disabled: ports[place].forwardDelayEnd = now + rootTimes.maxAge
    case .root: ports[place].recentRootEnd = now + rootTimes.forwardDelay
    case .alternate: ports[place].forwardDelayEnd = now + forwardDelay(of: place)
    case .backup:
      ports[place].forwardDelayEnd = now + forwardDelay(of: place)
      ports[place].recentBackupEnd = now + settings.helloTime + settings.helloTime
    case .designated: break
    }
    ports[place].role = ports[place].selectedRole
    switch ports[place].role {
    case .root: ports[place].recentRootEnd = .never
    case .designated: break
    case .disabled, .alternate, .backup:
      setState(of: place, learns: false, forwards: false)
      ports[place].synced = true
      ports[place].sync = false
      ports[place].reRoot = false
      ports[place].recentRootEnd = now
    }
  }

  /// 17.20.5: what waits for a bridge that speaks rapidly need not wait for long.
  private func forwardDelay(of place: Int) -> TimeSpan {
    ports[place].sendsRapid ? settings.helloTime : rootTimes.forwardDelay
  }

  /// 17.20.3.
  private var allSynced: Bool {
    ports.allSatisfy { port in
      port.selected && port.role == port.selectedRole && !port.updatesInformation && (port.role == .root || port.synced)
    }
  }

  /// 17.20.10: no other port was the root port a moment ago.
  private func reRooted(_ place: Int) -> Bool {
    ports.indices.allSatisfy { $0 == place || ports[$0].recentRootEnd <= now }
  }

  private mutating func setState(of place: Int, learns: Bool, forwards: Bool) {
    let before = ports[place].state
    ports[place].learns = learns
    ports[place].forwards = forwards
    let after = ports[place].state
    if after != before { actions.append(.change(PortNumber(place), after)) }
  }

  private mutating func syncAll() { for place in ports.indices { ports[place].sync = true } }
}

/// The machines of the roles, figures 17-20 to 17-23.
extension RapidSpanningTree {
  private mutating func advanceRoot(_ place: Int) -> Bool {
    let port = ports[place]
    if port.proposed, !port.agree {
      syncAll()
      ports[place].proposed = false
      return true
    }
    if port.proposed || !port.agree && allSynced {
      agree(place)
      ports[place].sync = false
      return true
    }
    if !port.forwards, !port.reRoot {
      for other in ports.indices { ports[other].reRoot = true }
      return true
    }
    if port.reRoot, port.forwards {
      ports[place].reRoot = false
      return true
    }
    guard port.forwardDelayEnd <= now || port.recentBackupEnd <= now && reRooted(place), !port.forwards else {
      return false
    }
    setState(of: place, learns: true, forwards: port.learns)
    ports[place].forwardDelayEnd = port.learns ? now : now + forwardDelay(of: place)
    return true
  }

  private mutating func agree(_ place: Int) {
    ports[place].proposed = false
    ports[place].agree = true
    ports[place].hasNews = true
  }

  private mutating func advanceDesignated(_ place: Int) -> Bool {
    let port = ports[place]
    if !port.forwards, !port.agreed, !port.proposing, !port.isEdge {
      ports[place].proposing = true
      let edgeDelay = port.isPointToPoint ? RapidSpanningTree.migrateTime : rootTimes.maxAge
      ports[place].edgeDelayEnd = now + edgeDelay
      ports[place].hasNews = true
      return true
    }
    if !port.synced && (!port.learns && !port.forwards || port.agreed || port.isEdge) || port.sync && port.synced {
      ports[place].recentRootEnd = now
      ports[place].synced = true
      ports[place].sync = false
      return true
    }
    let wasRootLately = port.recentRootEnd > now
    if port.reRoot, !wasRootLately {
      ports[place].reRoot = false
      return true
    }
    let mustStop = port.sync && !port.synced || port.reRoot && wasRootLately || port.disputed
    if mustStop, !port.isEdge, port.learns || port.forwards {
      setState(of: place, learns: false, forwards: false)
      ports[place].disputed = false
      ports[place].forwardDelayEnd = now + forwardDelay(of: place)
      return true
    }
    guard port.forwardDelayEnd <= now || port.agreed || port.isEdge, !wasRootLately || !port.reRoot, !port.sync,
      !port.forwards
    else { return false }
    setState(of: place, learns: true, forwards: port.learns)
    ports[place].forwardDelayEnd = port.learns ? now : now + forwardDelay(of: place)
    if port.learns { ports[place].agreed = port.sendsRapid }
    return true
  }

  private mutating func advanceAlternate(_ place: Int) -> Bool {
    let port = ports[place]
    if port.proposed, !port.agree {
      syncAll()
      ports[place].proposed = false
      return true
    }
    if port.proposed || !port.agree && allSynced {
      agree(place)
      return true
    }
    guard port.sync || port.reRoot || !port.synced else { return false }
    ports[place].synced = true
    ports[place].sync = false
    ports[place].reRoot = false
    return true
  }
}

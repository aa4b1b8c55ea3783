import Packets
import Simulation

/// Who is the root, which port leads there, and who speaks on each segment (IEEE 802.1D-1998, 8.6).
extension SpanningTree {
  /// 8.7.1.
  mutating func receive(_ unit: BridgeProtocolDataUnit.Configuration, on place: Int) {
    guard supersedes(unit, place) else {
      if isDesignated(place) { transmitConfiguration(on: place) }
      return
    }
    let wasRoot = isRoot
    record(unit, on: place)
    update()
    selectStates()
    if wasRoot, !isRoot {
      helloEnd = .never
      if isTopologyChangeDetected {
        topologyChangeEnd = .never
        notify()
      }
    }
    guard place == rootPort else { return }
    times = Times(
      helloTime: TimeSpan(units: unit.helloTime), maxAge: TimeSpan(units: unit.maxAge),
      forwardDelay: TimeSpan(units: unit.forwardDelay))
    isTopologyChange = unit.isTopologyChange
    generateConfigurations()
    if unit.isTopologyChangeAcknowledged {
      isTopologyChangeDetected = false
      notificationEnd = .never
    }
  }

  /// 8.6.2: whether it is better than what is known of the segment, or comes from who said that.
  private func supersedes(_ unit: BridgeProtocolDataUnit.Configuration, _ place: Int) -> Bool {
    let port = ports[place]
    if unit.root != port.designatedRoot { return unit.root < port.designatedRoot }
    if unit.rootPathCost != port.designatedCost { return unit.rootPathCost < port.designatedCost }
    if unit.bridge != port.designatedBridge { return unit.bridge < port.designatedBridge }
    return unit.bridge != settings.bridge || unit.port <= port.designatedPort
  }

  private mutating func record(_ unit: BridgeProtocolDataUnit.Configuration, on place: Int) {
    ports[place].designatedRoot = unit.root
    ports[place].designatedCost = unit.rootPathCost
    ports[place].designatedBridge = unit.bridge
    ports[place].designatedPort = unit.port
    let age = TimeSpan(units: unit.messageAge)
    let maxAge = TimeSpan(units: unit.maxAge)
    ports[place].heard = now
    ports[place].heardAge = age
    ports[place].messageAgeEnd = now + TimeSpan(nanoseconds: maxAge.nanoseconds - min(age, maxAge).nanoseconds)
  }

  /// 8.6.7.
  mutating func update() {
    rootPort = bestRootPort
    if let rootPort {
      root = ports[rootPort].designatedRoot
      rootPathCost = ports[rootPort].designatedCost &+ ports[rootPort].pathCost
    } else {
      root = settings.bridge
      rootPathCost = 0
    }
    for place in ports.indices where ports[place].state != .disabled && shouldBeDesignated(place) {
      becomeDesignated(place)
    }
  }

  /// 8.6.8: of the ports that hear of a better root, the one with the cheapest way there; then the lowest numbers decide.
  private var bestRootPort: Int? {
    var best: Int?
    for place in ports.indices
    where ports[place].state != .disabled && !isDesignated(place) && ports[place].designatedRoot < settings.bridge {
      if best.map({ isBetterWay(place, than: $0) }) ?? true { best = place }
    }
    return best
  }

  private func isBetterWay(_ place: Int, than other: Int) -> Bool {
    let (one, two) = (ports[place], ports[other])
    let (cost, otherCost) = (
      UInt64(one.designatedCost) + UInt64(one.pathCost), UInt64(two.designatedCost) + UInt64(two.pathCost)
    )
    if one.designatedRoot != two.designatedRoot { return one.designatedRoot < two.designatedRoot }
    if cost != otherCost { return cost < otherCost }
    if one.designatedBridge != two.designatedBridge { return one.designatedBridge < two.designatedBridge }
    if one.designatedPort != two.designatedPort { return one.designatedPort < two.designatedPort }
    return one.identifier < two.identifier
  }

  /// 8.6.9.
  private func shouldBeDesignated(_ place: Int) -> Bool {
    let port = ports[place]
    if isDesignated(place) || port.designatedRoot != root { return true }
    if rootPathCost != port.designatedCost { return rootPathCost < port.designatedCost }
    if settings.bridge != port.designatedBridge { return settings.bridge < port.designatedBridge }
    return port.identifier < port.designatedPort
  }

  func isDesignated(_ place: Int) -> Bool {
    ports[place].designatedBridge == settings.bridge && ports[place].designatedPort == ports[place].identifier
  }

  mutating func becomeDesignated(_ place: Int) {
    ports[place].designatedRoot = root
    ports[place].designatedCost = rootPathCost
    ports[place].designatedBridge = settings.bridge
    ports[place].designatedPort = ports[place].identifier
  }

  /// 8.6.10.
  func isSilent(_ place: Int) -> Bool { place != rootPort && !isDesignated(place) }
}

extension TimeSpan {
  /// IEEE 802.1D-2004, 9.2.8: times are told in units of 1/256 s.
  init(units: UInt16) { self.init(nanoseconds: UInt64(units) * 3_906_250) }

  var units: UInt16 { UInt16(clamping: nanoseconds / 3_906_250) }
}

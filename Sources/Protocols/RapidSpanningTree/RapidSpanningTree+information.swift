import Packets
import Simulation

/// What is heard on a port and what becomes of it: the port receive, protocol migration and information machines
/// (17.23, 17.24, 17.27).
extension RapidSpanningTree {
  mutating func hear(_ unit: BridgeProtocolDataUnit, on place: Int) {
    migrate(on: place, isRapid: unit.isRapid)
    // Who speaks is a bridge.
    ports[place].isEdge = false
    ports[place].edgeDelayEnd = now + RapidSpanningTree.migrateTime
    switch unit {
    case .topologyChange: ports[place].heardNotification = true
    // A configuration says without words that its sender is designated (17.21.8).
    case .configuration(let configuration): hear(configuration, .designated, on: place)
    case .rapid(let configuration, let rapid): hear(configuration, rapid, on: place)
    }
  }

  /// Which protocol the port speaks follows from what it hears, but not before the migrate time is over.
  private mutating func migrate(on place: Int, isRapid: Bool) {
    guard ports[place].migrationEnd <= now, ports[place].sendsRapid != isRapid else { return }
    ports[place].sendsRapid = isRapid
    ports[place].migrationEnd = now + RapidSpanningTree.migrateTime
  }

  private mutating func hear(
    _ unit: BridgeProtocolDataUnit.Configuration, _ rapid: BridgeProtocolDataUnit.Rapid, on place: Int
  ) {
    let message = Vector(root: unit.root, cost: unit.rootPathCost, bridge: unit.bridge, port: unit.port)
    let times = Times(
      messageAge: TimeSpan(units: unit.messageAge), maxAge: TimeSpan(units: unit.maxAge),
      helloTime: TimeSpan(units: unit.helloTime), forwardDelay: TimeSpan(units: unit.forwardDelay))
    let known = ports[place].priority
    switch rapid.role {
    case .designated where message == known && times == ports[place].times:
      if rapid.isProposal { ports[place].proposed = true }
      setChangeFlags(unit, on: place)
      setInformationEnd(of: place)
    case .designated where message <= known || message.hasSameSender(as: known):
      takeOver(message, times, isProposal: rapid.isProposal, on: place)
      setChangeFlags(unit, on: place)
    case .designated:
      // 17.21.10: somebody forwards who should have heard better.
      if rapid.isLearning {
        ports[place].disputed = true
        ports[place].agreed = false
      }
    case .root, .alternateOrBackup:
      guard message >= known else { return }
      if rapid.isAgreement, ports[place].isPointToPoint {
        ports[place].agreed = true
        ports[place].proposing = false
      } else {
        ports[place].agreed = false
      }
      setChangeFlags(unit, on: place)
    case .unknown: break
    }
  }

  /// 17.27, SUPERIOR_DESIGNATED.
  private mutating func takeOver(_ message: Vector, _ times: Times, isProposal: Bool, on place: Int) {
    ports[place].agreed = false
    ports[place].proposing = false
    if isProposal { ports[place].proposed = true }
    let holds = ports[place].information == .received && message <= ports[place].priority
    ports[place].agree = ports[place].agree && holds
    ports[place].priority = message
    ports[place].times = times
    setInformationEnd(of: place)
    ports[place].information = .received
    ports[place].reselect = true
    ports[place].selected = false
  }

  /// 17.21.23: three hellos, unless what was heard is too old already.
  private mutating func setInformationEnd(of place: Int) {
    let times = ports[place].times
    guard times.messageAge + .seconds(1) <= times.maxAge else {
      ports[place].informationEnd = now
      return
    }
    ports[place].informationEnd = now + times.helloTime * RapidSpanningTree.missedHellos
  }

  private mutating func setChangeFlags(_ unit: BridgeProtocolDataUnit.Configuration, on place: Int) {
    if unit.isTopologyChange { ports[place].heardChange = true }
    if unit.isTopologyChangeAcknowledged { ports[place].heardAcknowledgment = true }
  }

  /// 17.27, AGED and UPDATE; true if something changed.
  mutating func advanceInformation(of place: Int) -> Bool {
    let port = ports[place]
    if port.selected, port.updatesInformation {
      update(place)
      return true
    }
    guard port.information == .received, port.informationEnd <= now, !port.updatesInformation else { return false }
    ports[place].information = .aged
    ports[place].reselect = true
    ports[place].selected = false
    return true
  }

  private mutating func update(_ place: Int) {
    let port = ports[place]
    let holds = port.information == .mine && port.designatedPriority <= port.priority
    ports[place].proposing = false
    ports[place].proposed = false
    ports[place].agreed = port.agreed && holds
    ports[place].synced = port.synced && ports[place].agreed
    ports[place].priority = port.designatedPriority
    ports[place].times = port.designatedTimes
    ports[place].updatesInformation = false
    ports[place].information = .mine
    ports[place].hasNews = true
  }
}

extension BridgeProtocolDataUnit {
  fileprivate var isRapid: Bool { if case .rapid = self { true } else { false } }
}

extension BridgeProtocolDataUnit.Rapid {
  /// What a configuration of 802.1D-1998 is taken for.
  fileprivate static let designated = Self(.designated)
}

import Packets
import Protocols
import Simulation

/// Which links are in use: what the monitor sees of them, and what is made of that.
extension Bond {
  /// The driver learns of a link only when it looks (`miimon`).
  public mutating func linkChanged(on port: PortNumber, isUp: Bool, _ outbox: inout Outbox) {
    guard port != Bond.upper else { return }
    setMonitor(&outbox)
  }

  public mutating func timerFired(_ timer: TimerToken, _ outbox: inout Outbox) {
    if timer == monitorTimer {
      monitorTimer = nil
      monitor(&outbox)
    } else if timer == aggregationTimer {
      aggregationTimer = nil
      let sendings = aggregation?.advance(to: outbox.now) ?? []
      carryOut(sendings, &outbox)
      selectMembers(&outbox)
    } else if timer == announcementTimer {
      announcementTimer = nil
      announce(&outbox)
    }
  }

  /// It looks at whole multiples of its interval.
  private mutating func setMonitor(_ outbox: inout Outbox) {
    let interval = settings.monitorInterval.nanoseconds
    guard interval > 0, monitorTimer == nil else { return }
    let next = Instant(nanoseconds: (outbox.now.nanoseconds / interval + 1) * interval)
    monitorTimer = outbox.setTimer(TimerKind.monitor, after: next - outbox.now)
  }

  private mutating func monitor(_ outbox: inout Outbox) {
    var isWaiting = false
    for place in members.indices {
      let isUp = outbox.isConnected(Bond.port(of: place))
      guard isUp != members[place].isUp else {
        members[place].differsSince = nil
        continue
      }
      let since = members[place].differsSince ?? outbox.now
      // Who has no link at all does not wait for one that is there.
      let delay = isUp ? (used.isEmpty ? .zero : settings.upDelay) : settings.downDelay
      if outbox.now - since >= delay {
        members[place].differsSince = nil
        members[place].isUp = isUp
        tellAggregation(of: place, &outbox)
      } else {
        members[place].differsSince = since
        isWaiting = true
      }
    }
    selectMembers(&outbox)
    if isWaiting { setMonitor(&outbox) }
  }

  /// Takes those links into use that the mode says, and no others.
  mutating func selectMembers(_ outbox: inout Outbox) {
    let active = settings.mode == .activeBackup ? bestMember : nil
    let hadActive = settings.mode == .activeBackup && !used.isEmpty
    var hasChanged = false
    for place in members.indices {
      let isUsed =
        switch settings.mode {
        case .activeBackup: place == active
        case .negotiated: aggregation?.isUsed(place) ?? false
        case .roundRobin, .hashed, .broadcast: members[place].isUp
        }
      guard isUsed != members[place].isUsed else { continue }
      members[place].isUsed = isUsed
      hasChanged = true
      let state: PortState = isUsed ? .forwarding : members[place].isUp ? .blocking : .disabled
      outbox.note(.portChanged(state), on: Bond.port(of: place), origin: settings.origin)
    }
    guard hasChanged else { return }
    used = members.indices.filter { members[$0].isUsed }.map(Bond.port)
    if hadActive, active != nil, settings.announcements > 0 {
      announcementsLeft = settings.announcements
      announce(&outbox)
    }
  }

  /// Linux, `bond_choose_primary_or_current` and `bond_find_best_slave`.
  private var bestMember: Int? {
    let current = members.indices.first { members[$0].isUsed && members[$0].isUp }
    if let primary = settings.primary, members[primary].isUp {
      guard let current, current != primary else { return primary }
      switch settings.reselection {
      case .always: return primary
      case .better: return isFaster(primary, than: current) ? primary : current
      case .failure: return current
      }
    }
    return current ?? members.indices.first { members[$0].isUp }
  }

  /// A link without limit is the fastest.
  private func isFaster(_ place: Int, than other: Int) -> Bool {
    (members[place].rate &- 1) > (members[other].rate &- 1)
  }
}

/// What the station above the bond is called, so that switches learn at once where it is now.
///
/// In Linux the stack announces its addresses when the driver tells it to; here the bond knows them from its ARP.
extension Bond {
  mutating func learnStation(of frame: EthernetFrame) {
    guard settings.mode == .activeBackup, frame.source == settings.address, case .arp(let packet) = frame.payload,
      packet.senderHardware == settings.address, !packet.senderAddress.isAny
    else { return }
    let station = Station(address: packet.senderAddress, tag: frame.tag)
    if !stations.contains(station) { stations.append(station) }
  }

  mutating func announce(_ outbox: inout Outbox) {
    guard let member = used.first, announcementsLeft > 0 else { return }
    announcementsLeft -= 1
    for station in stations {
      let packet = ARPPacket(
        operation: .request, senderHardware: settings.address, senderAddress: station.address, targetHardware: .zero,
        targetAddress: station.address)
      let frame = EthernetFrame(
        destination: .broadcast, source: settings.address, tag: station.tag, payload: .arp(packet))
      outbox.originate(frame, on: member, for: .serves, origin: settings.origin)
    }
    guard announcementsLeft > 0, settings.monitorInterval > .zero else { return }
    announcementTimer = outbox.setTimer(TimerKind.announcement, after: settings.monitorInterval)
  }
}

/// Link aggregation control.
extension Bond {
  mutating func tellAggregation(of place: Int, _ outbox: inout Outbox) {
    let isUp = members[place].isUp
    let sendings = aggregation?.linkChanged(of: place, isUp: isUp, at: outbox.now) ?? []
    carryOut(sendings, &outbox)
  }

  mutating func receiveUnit(_ content: Content, on port: PortNumber, _ outbox: inout Outbox) {
    guard let message = content.message, case .aggregation(let unit)? = outbox.messages[message] else {
      return outbox.drop(because: .malformed)
    }
    outbox.absorb(by: .linkAggregation)
    let sendings = aggregation?.receive(unit, on: Bond.place(of: port), at: outbox.now) ?? []
    carryOut(sendings, &outbox)
    selectMembers(&outbox)
  }

  mutating func carryOut(_ sendings: [LinkAggregation.Sending], _ outbox: inout Outbox) {
    for (unit, place) in sendings {
      let frame = EthernetFrame(
        destination: LinkAggregationUnit.destination, source: settings.address,
        payload: unit.payload(in: &outbox.messages))
      outbox.originate(frame, on: Bond.port(of: place), for: .serves)
    }
    guard let deadline = aggregation?.nextDeadline, deadline != .never else { return }
    if aggregationTimer != nil, aggregationDeadline <= deadline { return }
    aggregationDeadline = deadline
    aggregationTimer = outbox.setTimer(TimerKind.aggregation, after: deadline - outbox.now)
  }
}

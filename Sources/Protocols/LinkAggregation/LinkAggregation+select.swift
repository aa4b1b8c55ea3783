import Packets
import Simulation

/// Which links could be one, which set of them is used, and when (IEEE 802.1AX-2014, 6.4.14 and 6.4.15).
extension LinkAggregation {
  mutating func select() {
    for place in members.indices {
      let group = group(of: place)
      guard members[place].group != group else { continue }
      detach(place)
      members[place].group = group
    }
    selectGroup()
    for place in members.indices where members[place].group != nil && members[place].mux == .detached {
      members[place].mux = .waiting
      members[place].waitEnd = now + LinkAggregation.waitTime
    }
  }

  private func group(of place: Int) -> Group? {
    let partner = members[place].partner
    switch members[place].hearing {
    case .disabled: return nil
    // Until it is given up, what was known of the partner counts.
    case .expired: return members[place].group
    case .defaulted: return Group(single: place)
    case .current:
      return Group(
        system: partner.system, systemPriority: partner.systemPriority, key: partner.key, ownKey: key(of: place),
        single: partner.state.contains(.aggregation) ? nil : place)
    }
  }

  /// Linux, `ad_agg_selection_logic`.
  private mutating func selectGroup() {
    let groups = members.compactMap { $0.group }
    var best: Group?
    for group in groups where best.map({ rank(of: $0).lexicographicallyPrecedes(rank(of: group)) }) ?? true {
      best = group
    }
    if settings.selection == .stable, let activeGroup, groups.contains(activeGroup),
      hasPartner(activeGroup) || !(best.map(hasPartner) ?? false)
    {
      return
    }
    activeGroup = best
  }

  private func hasPartner(_ group: Group) -> Bool { group.system != .zero }

  /// A partner before none, then what the policy counts; of equals the first stays.
  private func rank(of group: Group) -> [UInt64] {
    let own = members.filter { $0.group == group }
    let bandwidth = own.reduce(UInt64(0)) { $0 &+ ($1.rate == 0 ? 10_000_000_000 : $1.rate) }
    let measure = settings.selection == .count ? UInt64(own.count) : bandwidth
    return [hasPartner(group) ? 1 : 0, measure]
  }

  mutating func detach(_ place: Int) {
    members[place].mux = .detached
    members[place].state.subtract([.synchronization, .collecting, .distributing])
    members[place].mustSpeak = true
  }

  /// One step; false where it rests.
  mutating func advanceMux(of place: Int) -> Bool {
    let member = members[place]
    let isChosen = member.group != nil && member.group == activeGroup
    switch member.mux {
    case .detached: return false
    case .waiting:
      guard member.waitEnd <= now else { return false }
      members[place].mux = .attached
      return true
    case .attached:
      if isChosen != member.state.contains(.synchronization) {
        members[place].state.formSymmetricDifference(.synchronization)
        members[place].mustSpeak = true
        return true
      }
      guard isChosen, member.partner.state.contains(.synchronization) else { return false }
      members[place].mux = .distributing
      members[place].state.formUnion([.collecting, .distributing])
    case .distributing:
      guard !isChosen || !member.partner.state.contains(.synchronization) else { return false }
      members[place].mux = .attached
      members[place].state.subtract([.collecting, .distributing])
    }
    members[place].mustSpeak = true
    return true
  }
}

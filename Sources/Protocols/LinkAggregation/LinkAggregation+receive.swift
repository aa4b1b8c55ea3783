import Packets
import Simulation

/// The receive machine (IEEE 802.1AX-2014, 6.4.12).
extension LinkAggregation {
  /// CURRENT.
  mutating func hear(_ unit: LinkAggregationUnit, on place: Int) {
    let own = actor(place)
    let knowsUs = unit.partner.isSame(as: own)
    // 6.4.9, update_NTT: it believes something else of us.
    let told: LinkAggregationUnit.Port.State = [.activity, .shortTimeout, .synchronization, .aggregation]
    if !knowsUs || unit.partner.state.intersection(told) != own.state.intersection(told) {
      members[place].mustSpeak = true
    }
    let wasSlow = !members[place].partner.state.contains(.shortTimeout)
    members[place].partner = unit.actor
    // 6.4.9, recordPDU: it agrees only if it speaks of this very link, or of one that is to stay alone.
    let isAlone = !unit.actor.state.contains(.aggregation)
    if !knowsUs && !isAlone { members[place].partner.state.remove(.synchronization) }
    members[place].state.subtract([.defaulted, .expired])
    members[place].hearing = .current
    members[place].hearingEnd =
      now + (settings.isFast ? LinkAggregation.shortTimeout : LinkAggregation.longTimeout)
    if wasSlow, unit.actor.state.contains(.shortTimeout) { members[place].periodEnd = now }
  }

  /// EXPIRED: for three seconds the partner is asked every second.
  mutating func expire(_ place: Int) {
    members[place].hearing = .expired
    members[place].partner.state.remove(.synchronization)
    members[place].partner.state.insert(.shortTimeout)
    members[place].state.insert(.expired)
    members[place].hearingEnd = now + LinkAggregation.shortTimeout
    if speaksByItself(place) { members[place].periodEnd = now }
  }

  /// Nothing was heard for the timeout: EXPIRED, and then DEFAULTED.
  mutating func missed(_ place: Int) {
    guard members[place].hearing == .expired else { return expire(place) }
    members[place].hearing = .defaulted
    members[place].partner = LinkAggregation.nobody
    members[place].state.remove(.expired)
    members[place].state.insert(.defaulted)
    members[place].hearingEnd = .never
    members[place].periodEnd = speaksByItself(place) ? now + period(of: place) : .never
  }
}

extension LinkAggregationUnit.Port {
  /// Whether both are the same port with the same wishes, whatever state it is in.
  fileprivate func isSame(as other: LinkAggregationUnit.Port) -> Bool {
    system == other.system && systemPriority == other.systemPriority && key == other.key && port == other.port
      && portPriority == other.portPriority
  }
}

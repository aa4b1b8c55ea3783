import Packets
import Simulation

/// The link aggregation control protocol of one system with one aggregate (IEEE 802.1AX-2014, 6.4), as Linux's bonding
/// driver has it: of all the links that could be one, one set is used.
///
/// It has no ports and no clock: what happens is told to it with the time, and it gives back what is to be sent.
public struct LinkAggregation: Sendable {
  /// Which of several sets of links is used.
  public enum Selection: String, Hashable, Sendable, CaseIterable {
    /// The first that is heard, as long as it has a link; Linux compares what it knows 0.1 s after the start, and then keeps it.
    case stable
    case bandwidth, count
  }

  public struct Settings: Hashable, Sendable {
    public var system: MACAddress
    /// IEEE 802.1AX-2014, 6.3.2, and Linux: the highest number is the lowest priority.
    public var systemPriority: UInt16 = 65535
    /// Whether it wants to hear from its partner every second (`lacp_rate fast`).
    public var isFast = false
    /// Whether it speaks before it is spoken to (`lacp_active`).
    public var isActive = true
    public var selection = Selection.stable
    /// Fewer links than this are not used (`min_links`).
    public var leastLinks = 0

    public init(system: MACAddress) { self.system = system }
  }

  /// 6.4.12: what the link has been heard of.
  enum Hearing: Sendable { case disabled, expired, defaulted, current }
  /// 6.4.15, where collecting and distributing are one.
  enum Mux: Sendable { case detached, waiting, attached, distributing }

  /// What links must have in common to be one.
  struct Group: Hashable, Sendable {
    var system = MACAddress.zero
    var systemPriority: UInt16 = 0
    var key: UInt16 = 0
    var ownKey: UInt16 = 0
    /// The one link of a group that cannot have more.
    var single: Int?
  }

  struct Member: Sendable {
    var rate: UInt64
    var isUp = false
    var hearing = Hearing.disabled
    var mux = Mux.detached
    var partner = LinkAggregation.nobody
    var state: LinkAggregationUnit.Port.State
    /// Nil while it is not known.
    var group: Group?
    var mustSpeak = false
    var hearingEnd = Instant.never
    var waitEnd = Instant.never
    var periodEnd = Instant.never
    /// When the last units were sent, as many as may be in a fast period.
    var recent: [Instant] = []
    /// When the next may be.
    var holdEnd: Instant {
      recent.count < LinkAggregation.mostUnits ? .start : recent[0] + LinkAggregation.fastPeriod
    }
  }

  /// 6.4.4: Fast_Periodic_Time, Slow_Periodic_Time, Short_Timeout_Time, Long_Timeout_Time and Aggregate_Wait_Time.
  static let fastPeriod = TimeSpan.seconds(1)
  static let slowPeriod = TimeSpan.seconds(30)
  static let shortTimeout = TimeSpan.seconds(3)
  static let longTimeout = TimeSpan.seconds(90)
  static let waitTime = TimeSpan.seconds(2)
  /// 6.4.16: so many units in a fast period.
  static let mostUnits = 3
  /// Linux, `ad_initialize_port`.
  static let portPriority: UInt16 = 255
  /// Whoever has not spoken.
  static let nobody = LinkAggregationUnit.Port(
    systemPriority: 0, system: .zero, key: 0, portPriority: 0, port: 0, state: [])

  let settings: Settings
  var members: [Member]
  /// The set of links in use.
  var activeGroup: Group?
  var now = Instant.start

  /// - Parameter rates: Of each link; they are numbered from one.
  public init(_ settings: Settings, rates: [UInt64]) {
    self.settings = settings
    var state: LinkAggregationUnit.Port.State = [.aggregation]
    if settings.isActive { state.insert(.activity) }
    if settings.isFast { state.insert(.shortTimeout) }
    members = rates.map { Member(rate: $0, state: state) }
  }

  /// Said before `start`, where the rates are known only then.
  public mutating func setRate(of place: Int, _ rate: UInt64) { members[place].rate = rate }

  /// Whether frames may be sent and taken on that link.
  public func isUsed(_ place: Int) -> Bool {
    guard let activeGroup, members[place].group == activeGroup, activeCount >= settings.leastLinks else { return false }
    // Linux, `ad_agg_selection_logic`: where nobody speaks the protocol, one link is used as it is.
    return members[place].mux == .distributing || members[place].hearing == .defaulted
  }

  private var activeCount: Int { members.count { $0.isUp && $0.group == activeGroup } }

  public func partner(of place: Int) -> LinkAggregationUnit.Port { members[place].partner }

  public var nextDeadline: Instant {
    var next = Instant.never
    for member in members where member.isUp {
      next = min(next, member.hearingEnd, member.periodEnd)
      if member.mux == .waiting { next = min(next, member.waitEnd) }
      if member.mustSpeak, member.holdEnd > now { next = min(next, member.holdEnd) }
    }
    return next
  }

  func actor(_ place: Int) -> LinkAggregationUnit.Port {
    LinkAggregationUnit.Port(
      systemPriority: settings.systemPriority, system: settings.system, key: key(of: place),
      portPriority: LinkAggregation.portPriority, port: UInt16(truncatingIfNeeded: place + 1),
      state: members[place].state)
  }

  /// Linux, `__get_link_speed` and `__ad_actor_update_port`: the number of the speed, and a bit for full duplex.
  func key(of place: Int) -> UInt16 {
    let megabits = members[place].rate == 0 ? 10_000 : members[place].rate / 1_000_000
    let speeds: [UInt64] = [
      1, 10, 100, 1000, 2500, 5000, 10_000, 14_000, 20_000, 25_000, 40_000, 50_000, 56_000, 100_000,
    ]
    let number = (speeds.lastIndex { $0 <= megabits } ?? 0) + 1
    return UInt16(number) << 1 | 1
  }
}

/// What happens to it.
extension LinkAggregation {
  public typealias Sending = (unit: LinkAggregationUnit, member: Int)

  public mutating func linkChanged(of place: Int, isUp: Bool, at now: Instant) -> [Sending] {
    self.now = now
    guard members[place].isUp != isUp else { return [] }
    members[place].isUp = isUp
    members[place].partner.state.remove(.synchronization)
    if isUp {
      expire(place)
      members[place].periodEnd = speaksByItself(place) ? now : .never
    } else {
      detach(place)
      members[place].hearing = .disabled
      members[place].group = nil
      members[place].mustSpeak = false
      members[place].hearingEnd = .never
      members[place].periodEnd = .never
    }
    return settle()
  }

  public mutating func receive(_ unit: LinkAggregationUnit, on place: Int, at now: Instant) -> [Sending] {
    self.now = now
    guard members[place].isUp else { return [] }
    hear(unit, on: place)
    return settle()
  }

  /// Lets everything happen whose time has come.
  public mutating func advance(to now: Instant) -> [Sending] {
    self.now = now
    for place in members.indices where members[place].isUp {
      if members[place].hearingEnd <= now { missed(place) }
      if members[place].periodEnd <= now {
        members[place].periodEnd = now + period(of: place)
        members[place].mustSpeak = true
      }
    }
    return settle()
  }

  private mutating func settle() -> [Sending] {
    select()
    var isBusy = true
    while isBusy {
      isBusy = false
      for place in members.indices where advanceMux(of: place) { isBusy = true }
    }
    return members.indices.compactMap { speak(on: $0) }
  }

  private mutating func speak(on place: Int) -> Sending? {
    guard members[place].isUp else { return nil }
    if members[place].periodEnd <= now {
      members[place].periodEnd = now + period(of: place)
      members[place].mustSpeak = true
    }
    guard members[place].mustSpeak, speaksByItself(place), members[place].holdEnd <= now else { return nil }
    members[place].recent = members[place].recent.suffix(LinkAggregation.mostUnits - 1) + [now]
    members[place].mustSpeak = false
    return (LinkAggregationUnit(actor: actor(place), partner: members[place].partner), place)
  }

  /// 6.4.13: two that both wait to be spoken to are silent.
  func speaksByItself(_ place: Int) -> Bool {
    settings.isActive || members[place].partner.state.contains(.activity)
  }

  func period(of place: Int) -> TimeSpan {
    guard speaksByItself(place) else { return LinkAggregation.slowPeriod }
    return members[place].partner.state.contains(.shortTimeout)
      ? LinkAggregation.fastPeriod : LinkAggregation.slowPeriod
  }
}

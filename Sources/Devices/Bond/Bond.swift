import Packets
import Protocols
import Simulation

/// Makes one port of several (Linux: the bonding driver).
///
/// Port 0 is the one; the others are its links. It looks at frames only to choose a link for them, and what comes in by a
/// link that is in use goes up as it is.
public struct Bond: Device {
  public static let upper: PortNumber = 0

  /// The bonding driver's modes by their names; their numbers are 0, 1, 2, 3 and 4.
  public enum Mode: String, Hashable, Sendable, CaseIterable {
    case roundRobin = "balance-rr"
    case activeBackup = "active-backup"
    case hashed = "balance-xor"
    case broadcast
    case negotiated = "802.3ad"
  }

  /// When a primary link takes over again (`primary_reselect`).
  public enum Reselection: String, Hashable, Sendable, CaseIterable {
    case always
    /// If it is faster than the active one.
    case better
    /// If the active one fails.
    case failure
  }

  /// What it is told; the defaults are the driver's but for `monitorInterval`, which there is off.
  public struct Settings: Sendable {
    public var mode: Mode
    public var hash = BondHash.layer2
    /// The place of a link among the links.
    public var primary: Int?
    public var reselection = Reselection.always
    /// How often the links are looked at (`miimon`); zero is never.
    public var monitorInterval = TimeSpan.milliseconds(100)
    public var upDelay = TimeSpan.zero
    public var downDelay = TimeSpan.zero
    /// How often its station's addresses are announced after another link took over (`num_grat_arp`).
    public var announcements = 1
    /// Its own address, which is also that of the stack above it, if there is one.
    public var address: MACAddress
    public var aggregation: LinkAggregation.Settings
    /// Where that was written.
    public var origin = Origin.none

    public init(_ mode: Mode, address: MACAddress) {
      self.mode = mode
      self.address = address
      aggregation = LinkAggregation.Settings(system: address)
    }
  }

  struct Member: Sendable {
    /// What the monitor found.
    var isUp = false
    /// Since when its link says otherwise.
    var differsSince: Instant?
    var rate: UInt64 = 0
    var isUsed = false
  }

  let settings: Settings
  var members: [Member]
  /// The links in use, in order.
  var used: [PortNumber] = []
  var aggregation: LinkAggregation?
  /// How often a frame was sent, for taking turns.
  private var turns = 0
  /// What the station above has announced by ARP, and in which VLAN.
  var stations: [Station] = []
  var announcementsLeft = 0
  var monitorTimer: TimerToken?
  var aggregationTimer: TimerToken?
  var aggregationDeadline = Instant.start
  var announcementTimer: TimerToken?

  struct Station: Hashable, Sendable {
    var address: IPv4Address
    var tag: VLANTag?
  }

  enum TimerKind { static let monitor: UInt16 = 0, aggregation: UInt16 = 1, announcement: UInt16 = 2 }

  public init(_ settings: Settings, members count: Int) {
    self.settings = settings
    members = Array(repeating: Member(), count: count)
  }

  public mutating func start(_ outbox: inout Outbox) {
    if settings.mode == .negotiated {
      aggregation = LinkAggregation(settings.aggregation, rates: Array(repeating: 0, count: members.count))
    }
    for place in members.indices {
      members[place].rate = outbox.rate(of: Bond.port(of: place))
      members[place].isUp = outbox.isConnected(Bond.port(of: place))
      aggregation?.setRate(of: place, members[place].rate)
    }
    for place in members.indices where members[place].isUp { tellAggregation(of: place, &outbox) }
    selectMembers(&outbox)
  }

  public mutating func powerOn(_ outbox: inout Outbox) {
    self = Bond(settings, members: members.count)
    start(&outbox)
  }

  public mutating func receive(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {
    guard port == Bond.upper else { return receiveFromMember(frame, on: port, &outbox) }
    learnStation(of: frame)
    guard !used.isEmpty else { return outbox.drop(because: .noActiveMember, origin: settings.origin) }
    if settings.mode == .broadcast {
      outbox.note(.flooded(UInt16(used.count)), origin: settings.origin)
      for member in used { outbox.forward(frame, on: member, origin: settings.origin) }
    } else {
      outbox.forward(frame, on: member(for: frame), origin: settings.origin)
    }
  }

  private mutating func member(for frame: EthernetFrame) -> PortNumber {
    switch settings.mode {
    case .activeBackup, .broadcast: return used[0]
    case .roundRobin:
      turns &+= 1
      return used[(turns &- 1) % used.count]
    case .hashed, .negotiated: return used[Int(settings.hash.value(of: frame)) % used.count]
    }
  }

  private mutating func receiveFromMember(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {
    if aggregation != nil, frame.destination == LinkAggregationUnit.destination,
      case .other(.slowProtocols, let content) = frame.payload
    {
      return receiveUnit(content, on: port, &outbox)
    }
    guard members[Bond.place(of: port)].isUsed else {
      return outbox.drop(because: .inactiveMember, origin: settings.origin)
    }
    outbox.forward(frame, on: Bond.upper, origin: settings.origin)
  }

  static func port(of place: Int) -> PortNumber { PortNumber(place + 1) }
  static func place(of port: PortNumber) -> Int { Int(port.index) - 1 }
}

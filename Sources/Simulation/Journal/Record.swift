import Packets

/// One line of the journal: what was done, where, when, to which frame, because of which, and what decided.
public struct Record: Hashable, Sendable, BitwiseCopyable {
  public var time: Instant
  public var device: DeviceID
  public var port: PortNumber
  /// The frame this is about, or none.
  public var frame: FrameID
  /// The frame that brought it about, or none.
  public var cause: FrameID
  public var relation: Relation
  /// The activity whose packet this is, where it is one's first.
  public var activity: ActivityID
  /// The configuration that decided.
  public var origin: Origin
  public var event: Event

  public init(
    time: Instant, device: DeviceID, port: PortNumber, frame: FrameID, cause: FrameID, relation: Relation,
    activity: ActivityID = .none, origin: Origin, event: Event
  ) {
    self.time = time
    self.device = device
    self.port = port
    self.frame = frame
    self.cause = cause
    self.relation = relation
    self.activity = activity
    self.origin = origin
    self.event = event
  }
}

/// How a frame stands to the one that caused it.
public enum Relation: UInt8, Hashable, Sendable, BitwiseCopyable {
  /// The first packet of what an activity is about.
  case begins = 1
  /// The same packet, forwarded, translated or spoken for.
  case continues
  /// The reply, or the error that came instead.
  case answers
  /// What was needed on the way: ARP, DNS, a later segment of a connection.
  case serves
}

/// Why a device sends a packet of its own.
public struct Purpose: Hashable, Sendable, BitwiseCopyable {
  public var relation: Relation
  /// The frame that brought it about; nil means the one being received.
  public var cause: FrameID?
  public var activity: ActivityID
  /// One of very many that are alike: where the journal folds, it is only counted.
  public var isFolded: Bool

  public init(
    _ relation: Relation, cause: FrameID? = nil, activity: ActivityID = .none, isFolded: Bool = false
  ) {
    self.relation = relation
    self.cause = cause
    self.activity = activity
    self.isFolded = isFolded
  }

  /// The packet an activity is about.
  public static func begins(_ activity: ActivityID) -> Purpose { Purpose(.begins, activity: activity) }
  public static let continues = Purpose(.continues)
  public static let answers = Purpose(.answers)
  public static let serves = Purpose(.serves)
}

/// What happened. Facts only: the words are made by reports.
public enum Event: Hashable, Sendable, BitwiseCopyable {
  // The life of a frame.
  case sent(EthernetFrame, DirectionID)
  case received
  /// Waits in the device, usually for ARP about that address; for no address, until the rest of its datagram has come.
  case held(EthernetFrame, IPv4Address)
  case absorbed(Absorber)
  case dropped(DropReason)
  /// The link made this frame as a second one of that.
  case duplicated(FrameID)
  /// So many frames, of so many bytes, were sent this way since the step began of which nothing else is told.
  case folded(DirectionID, frames: UInt64, bytes: UInt64)
  /// So many of those died here.
  case foldedDrops(DropReason, frames: UInt64)

  // What a device decided or found out.
  case forwarded(PortNumber)
  case flooded(UInt16)
  case learned(MACAddress, PortNumber)
  case routed(destination: IPv4Address, prefix: IPv4Prefix, nextHop: IPv4Address)
  case resolved(IPv4Address, MACAddress)
  case unresolved(IPv4Address)
  case translated(Translation)
  /// A proxy opened its own socket for a packet.
  case proxied(Translation)
  /// A packet that never left the machine.
  case looped(IPv4Packet)
  /// An ICMP error was made because of the frame.
  case refused(ICMPMessage.Kind)
  /// An ICMP error was due because of the frame, and was not made: there had been too many.
  case rationed(ICMPMessage.Kind)
  /// A rule had it written down that the packet came by.
  case logged
  /// A rule lowered the segment size that a TCP connection is opened with.
  case segmentsLimited(UInt16)
  /// A rule kept a packet of the machine's own, or one copy of several, from leaving by the port of the record.
  case withheld
  /// Spanning tree gave the port of the record another state.
  case portChanged(PortState)

  // Addresses.
  case configured(InterfaceAddress, router: IPv4Address, server: IPv4Address)
  case deconfigured(InterfaceAddress)
  /// A step gave the stack another default gateway; `any` is none.
  case gatewaySet(IPv4Address)
  /// A step gave the stack other rules.
  case rulesSet
  case leased(IPv4Address, MACAddress, TimeSpan)

  // Activities and steps.
  case stepBegan(UInt32)
  case stepEnded(UInt32)
  case began(ActivityID, step: UInt32)
  case ended(ActivityID, Outcome)

  // Faults.
  case linkChanged(UInt32, isUp: Bool)
  /// One direction alone, which neither end sees.
  case directionChanged(DirectionID, isUp: Bool)
  case deviceChanged(isUp: Bool)
  /// The stack's service of that number, in the order they were written.
  case serviceChanged(UInt16, isUp: Bool)
  /// It treats frames otherwise from now on.
  case linkSet(UInt32)
}

/// What a port of a bridge with spanning tree does (IEEE 802.1D-1998, 8.4).
public enum PortState: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
  /// Its link is down.
  case disabled = 1
  case blocking, listening, learning, forwarding
  /// What blocking and listening are to rapid spanning tree (IEEE 802.1D-2004, table 17-1).
  case discarding

  public var learns: Bool { self == .learning || self == .forwarding }

  public var word: String {
    switch self {
    case .disabled: "disabled"
    case .blocking: "blocking"
    case .listening: "listening"
    case .learning: "learning"
    case .forwarding: "forwarding"
    case .discarding: "discarding"
    }
  }
}

/// Which part of a machine took a frame in.
public enum Absorber: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
  case arp = 1
  case icmp, udp, tcp, dhcp, dns, http, proxy, reassembly, spanningTree, linkAggregation, test

  /// Whether a program took it in, and not the machine for its own purposes.
  var isProgram: Bool {
    switch self {
    case .arp, .icmp, .reassembly, .spanningTree, .linkAggregation: false
    case .udp, .tcp, .dhcp, .dns, .http, .proxy, .test: true
    }
  }

  public var word: String {
    switch self {
    case .arp: "arp"
    case .icmp: "icmp"
    case .udp: "udp"
    case .tcp: "tcp"
    case .dhcp: "dhcp"
    case .dns: "dns"
    case .http: "http"
    case .proxy: "proxy"
    case .reassembly: "reassembly"
    case .spanningTree: "spanning-tree"
    case .linkAggregation: "link-aggregation"
    case .test: "test"
    }
  }
}

/// A rewriting: which end of the packet, from what to what. For ICMP the port is the echo identifier.
public struct Translation: Hashable, Sendable, BitwiseCopyable {
  public enum Side: UInt8, Hashable, Sendable, BitwiseCopyable { case source, destination }
  public var side: Side
  public var before: Endpoint
  public var after: Endpoint
  /// The way back of a translation made earlier.
  public var isReverse: Bool

  public init(_ side: Side, before: Endpoint, after: Endpoint, isReverse: Bool = false) {
    self.side = side
    self.before = before
    self.after = after
    self.isReverse = isReverse
  }
}

/// An address and a port (for ICMP, the echo identifier).
public struct Endpoint: Hashable, Sendable, BitwiseCopyable {
  public var address: IPv4Address
  public var port: UInt16

  public init(_ address: IPv4Address, _ port: UInt16) {
    self.address = address
    self.port = port
  }
}

extension Endpoint: CustomStringConvertible {
  public var description: String { "\(address):\(port)" }
}

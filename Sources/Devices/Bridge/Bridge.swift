import Packets
import Protocols
import Simulation

/// A learning bridge (IEEE 802.1D-2004, clause 7), which may tell VLANs apart (IEEE 802.1Q-2018).
///
/// Its ports have no addresses: it hears everything. A machine's own interface on a bridge is a stack linked to one of them.
/// A bridge without spanning tree of which no port has a VLAN lets tags pass as they are, and its frames go the short
/// way through this file.
public struct Bridge: Device {
  var database: ForwardingDatabase
  /// What each port carries; empty where the bridge knows no VLANs.
  let vlanPorts: [BridgePort]
  /// Ports that send frames back where they came from.
  let hairpins: Set<PortNumber>  // looked up, never iterated
  /// Ports that send nothing to each other.
  let isolated: Set<PortNumber>  // looked up, never iterated
  /// One of the protocols, or none.
  var tree: (any BridgeTree)?
  /// What the tree lets each port do; empty without one.
  var portStates: [PortState]
  let treePorts: [SpanningTreePort]
  private let treeSettings: SpanningTree.Settings?
  private let ageingTime: TimeSpan
  /// Whom its own frames are from.
  let treeAddress: MACAddress
  /// What it has set for the next deadline of the tree.
  var treeTimer: TimerToken?
  var treeDeadline = Instant.start
  /// One, or none where everything passes.
  var filters: [BridgeFilter]
  /// The port toward the machine's stack, where that sees what is bridged.
  let handsOver: PortNumber?
  /// Whether frames are forwarded by addresses alone.
  let isPlain: Bool

  /// - Parameters:
  ///   - vlanPorts: For all ports or none.
  ///   - hairpins: Linux, `hairpin_mode`: what comes in there may leave there again.
  ///   - isolated: Linux, `isolated`: what comes in by one of them leaves by none of them.
  ///   - tree: Nil is without spanning tree; with it, `treePorts` are for all ports.
  ///   - ownPort: The port toward the machine's own stack, which the filter lets pass.
  ///   - handsOver: Whether that stack is handed what is bridged (Linux, `bridge-nf-call-iptables`).
  public init(
    ageingTime: TimeSpan = ForwardingDatabase.defaultAgeingTime, vlanPorts: [BridgePort] = [],
    hairpins: Set<PortNumber> = [], isolated: Set<PortNumber> = [], tree: SpanningTree.Settings? = nil,
    treePorts: [SpanningTreePort] = [],
    filter: PacketFilter = PacketFilter(), ownPort: PortNumber? = nil, handsOver: Bool = false
  ) {
    database = ForwardingDatabase(ageingTime: ageingTime)
    self.vlanPorts = vlanPorts
    self.hairpins = hairpins
    self.isolated = isolated
    self.treePorts = treePorts
    treeSettings = tree
    self.ageingTime = ageingTime
    treeAddress = tree?.bridge.address ?? .zero
    self.tree = tree.map { Bridge.tree($0, treePorts, ageingTime) }
    portStates = tree == nil ? [] : treePorts.map { _ in .disabled }
    filters = filter.isEmpty ? [] : [BridgeFilter(filter, ownPort: ownPort)]
    self.handsOver = handsOver ? ownPort : nil
    isPlain =
      vlanPorts.isEmpty && hairpins.isEmpty && isolated.isEmpty && tree == nil && filters.isEmpty && !handsOver
  }

  public mutating func receive(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {
    guard !frame.source.isGroup else { return outbox.drop(because: .groupSource) }
    guard frame.source != .zero else { return outbox.drop(because: .malformed) }
    guard isPlain else { return receiveManaged(frame, on: port, &outbox) }
    guard !Bridge.staysOnLink(frame.destination) else { return outbox.drop(because: .reservedGroupAddress) }
    learn(frame.source, vlan: nil, on: port, &outbox)
    guard !frame.destination.isGroup,
      let egress = database.port(of: frame.destination, vlan: nil, at: outbox.now)
    else { return outbox.flood(frame, except: port) }
    guard egress != port else { return outbox.drop(because: .sameSegment) }
    outbox.note(.forwarded(egress))
    outbox.forward(frame, on: egress)
  }

  /// IEEE 802.1D-2004, 7.9: what was learned on a port goes with its link.
  public mutating func linkChanged(on port: PortNumber, isUp: Bool, _ outbox: inout Outbox) {
    if !isUp { database.flush(port) }
    if tree != nil { changeTree(on: port, isUp: isUp, &outbox) }
  }

  /// It has forgotten everybody, and its ports begin as at the start.
  public mutating func powerOn(_ outbox: inout Outbox) {
    database = ForwardingDatabase(ageingTime: ageingTime)
    tree = treeSettings.map { Bridge.tree($0, treePorts, ageingTime) }
    for port in portStates.indices { portStates[port] = .disabled }
    for place in filters.indices { filters[place].forgetAllConnections() }
    treeTimer = nil
    start(&outbox)
  }

  public mutating func know(_ knowledge: Knowledge) {
    guard isPlain, case .station(let address, let port) = knowledge else { return }
    database.know(address, vlan: nil, on: port)
  }

  @inline(__always)
  mutating func learn(_ address: MACAddress, vlan: VLANID?, on port: PortNumber, _ outbox: inout Outbox) {
    switch database.learn(address, vlan: vlan, on: port, at: outbox.now) {
    case .new, .moved: outbox.note(.learned(address, port))
    case .refreshed, .refused, .full: break
    }
  }

  /// IEEE 802.1D-2004, 7.12.6: link-local groups are not forwarded, but for the bridge group address, which is when
  /// spanning tree is off (Linux: `br_handle_frame`).
  static func staysOnLink(_ destination: MACAddress) -> Bool {
    destination.isLinkLocalReserved && destination != bridgeGroup
  }

  /// 01:80:c2:00:00:00, IEEE 802.1D-2004, table 7-10.
  static let bridgeGroup = MACAddress(rawValue: 0x0180_c200_0000)
}

/// A port of a bridge with spanning tree.
public struct SpanningTreePort: Hashable, Sendable {
  /// What its link adds to the way to the root; by its rate unless set.
  public var cost: UInt32?
  /// IEEE 802.1D-2004, table 17-2: 128 unless set.
  public var priority: UInt8 = 128
  /// 17.13.1 and 17.13.3: whether end stations are there; found out when nil.
  public var isEdge: Bool?
  /// 6.4.3: whether one bridge at most is there; when nil, where the link is full duplex.
  public var isPointToPoint: Bool?

  public init() {}
}

/// A port of a bridge that tells VLANs apart.
public struct BridgePort: Sendable {
  public var vlans: VLANPort
  /// Where that was written.
  public var origin: Origin

  public init(_ vlans: VLANPort, origin: Origin = .none) {
    self.vlans = vlans
    self.origin = origin
  }
}

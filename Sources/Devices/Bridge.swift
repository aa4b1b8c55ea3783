import Configuration
import Packets
import Protocols
import Simulation

/// A learning bridge without spanning tree (IEEE 802.1D-2004, clause 7).
///
/// Its ports have no addresses: it hears everything. A machine's own interface on a bridge is a stack linked to one of them.
public struct Bridge: Device {
  private var database: ForwardingDatabase

  public init(ageingTime: TimeSpan = ForwardingDatabase.defaultAgeingTime) {
    database = ForwardingDatabase(ageingTime: ageingTime)
  }

  public mutating func receive(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {
    guard !frame.source.isGroup else { return outbox.drop(because: .groupSource) }
    guard frame.source != .zero else { return outbox.drop(because: .malformed) }
    guard !Bridge.staysOnLink(frame.destination) else { return outbox.drop(because: .reservedGroupAddress) }
    learn(frame.source, on: port, &outbox)
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
  }

  public mutating func know(_ knowledge: Knowledge) {
    if case .station(let address, let port) = knowledge { database.know(address, vlan: nil, on: port) }
  }

  private mutating func learn(_ address: MACAddress, on port: PortNumber, _ outbox: inout Outbox) {
    switch database.learn(address, vlan: nil, on: port, at: outbox.now) {
    case .new, .moved: outbox.note(.learned(address, port))
    case .refreshed, .refused, .full: break
    }
  }

  /// IEEE 802.1D-2004, 7.12.6: link-local groups are not forwarded, but for the bridge group address, which is when
  /// spanning tree is off (Linux: `br_handle_frame`).
  private static func staysOnLink(_ destination: MACAddress) -> Bool {
    destination.isLinkLocalReserved && destination != bridgeGroup
  }

  /// 01:80:c2:00:00:00, IEEE 802.1D-2004, table 7-10.
  private static let bridgeGroup = MACAddress(rawValue: 0x0180_c200_0000)
}

/// `kind: bridge`.
public struct BridgeSettings: DeviceKind {
  public static let word = "bridge"
  public static let summary = "Learns where stations are and sends each frame only there"
  public static let role = DeviceRole.bridge
  public static let growsPorts = true
  public static let fields: [any FieldDeclaration] = [ageing]

  private static let ageing = Field(
    "ageing", .duration, "How long a silent station is remembered; 300s unless set")

  private let ageingTime: TimeSpan

  public init?(_ reader: inout DeviceReader) {
    ageingTime = reader.read(Self.ageing) ?? ForwardingDatabase.defaultAgeingTime
  }

  public var ports: [PortDescription] { [] }
  public var remarks: [String] { [] }
  public func makeDevice(ports: Int) -> any Device { Bridge(ageingTime: ageingTime) }
}

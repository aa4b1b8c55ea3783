import Configuration
import Packets
import Protocols
import Simulation

/// A wireless access point (IEEE 802.11-2020, 4.3): stations associate with it, each by one address, and what has another
/// source is no station's.
///
/// Who is associated on a port is known from the beginning: the address of the card at the other end of its link. Ports
/// with nobody at the other end are wired, and forward as those of a bridge do.
public struct AccessPoint: Device {
  private(set) var database = ForwardingDatabase()
  /// By port, whose it is; nil where it is wired.
  private var associated: [MACAddress?]
  /// By address, the port of an associated station; looked up, never iterated.
  private(set) var stations = FlatTable<UInt64, PortNumber>()

  public init(ports: Int) { associated = Array(repeating: nil, count: ports) }

  public mutating func know(_ knowledge: Knowledge) {
    guard case .association(let address, let port) = knowledge else { return }
    associated[Int(port.index)] = address
    stations[address.rawValue] = port
  }

  public mutating func receive(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {
    guard !frame.source.isGroup else { return outbox.drop(because: .groupSource) }
    guard !frame.destination.isLinkLocalReserved else { return outbox.drop(because: .reservedGroupAddress) }
    if let station = associated[Int(port.index)] {
      guard frame.source == station else { return outbox.drop(because: .notAssociated) }
    } else {
      learn(frame.source, on: port, &outbox)
    }
    guard !frame.destination.isGroup else { return outbox.flood(frame, except: port) }
    let known = database.port(of: frame.destination, vlan: nil, at: outbox.now)
    guard let egress = stations[frame.destination.rawValue] ?? known else {
      return floodWired(frame, except: port, &outbox)
    }
    guard egress != port else { return outbox.drop(because: .sameSegment) }
    outbox.note(.forwarded(egress))
    outbox.forward(frame, on: egress)
  }

  private mutating func learn(_ address: MACAddress, on port: PortNumber, _ outbox: inout Outbox) {
    guard stations[address.rawValue] == nil else { return }
    switch database.learn(address, vlan: nil, on: port, at: outbox.now) {
    case .new, .moved: outbox.note(.learned(address, port))
    case .refreshed, .refused, .full: break
    }
  }

  /// Nothing is sent into the air for a station that is not there.
  private func floodWired(_ frame: EthernetFrame, except port: PortNumber, _ outbox: inout Outbox) {
    let hasLeft = outbox.flood(except: port) { egress in
      associated[Int(egress.index)] == nil ? (frame: frame, origin: Origin.none) : nil
    }
    if !hasLeft { outbox.drop(because: .notAssociated) }
  }

  public mutating func powerOn(_ outbox: inout Outbox) { database = ForwardingDatabase() }

  public mutating func linkChanged(on port: PortNumber, isUp: Bool, _ outbox: inout Outbox) {
    if !isUp { database.flush(port) }
  }
}

/// `kind: access-point`.
public struct AccessPointSettings: DeviceKind {
  public static let word = "access-point"
  public static let summary = "Passes on frames between Wi-Fi cards and a wired network, but only those cards' own"
  public static let role = DeviceRole.bridge
  public static let growsPorts = true
  public static let fields: [any FieldDeclaration] = []

  public init?(_ reader: inout DeviceReader) {}

  public var ports: [PortDescription] { [] }
  public var remarks: [Remark] { [.text("Wi-Fi")] }
  public var associatesStations: Bool { true }
  public func makeDevice(ports: Int) -> any Device { AccessPoint(ports: ports) }
}

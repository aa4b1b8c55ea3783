import Configuration
import Packets
import Simulation

/// What one kind of device may be told, and how it is made: the settings of a device as they were read.
///
/// A conforming type stands at the end of its device's file, and its word in `deviceKinds`.
public protocol DeviceKind: Sendable {
  /// The word behind `kind:`.
  static var word: String { get }
  /// One sentence for the schema and for help.
  static var summary: String { get }
  static var role: DeviceRole { get }
  static var fields: [any FieldDeclaration] { get }

  /// Reads the fields. What is wrong is reported to the reader; nil when no device can be made of it.
  init?(_ reader: inout DeviceReader)

  /// The ports that are there from the beginning, in order.
  var ports: [PortDescription] { get }
  /// Whether plugging in a link adds a port, as with switches and hubs.
  static var growsPorts: Bool { get }
  /// For drawings.
  var remarks: [Remark] { get }

  /// The running device; `ports` counts those above and those that links added.
  func makeDevice(ports: Int) -> any Device

  /// Whether frames that go in a circle of links end at it.
  var breaksLoops: Bool { get }
  /// Whether the cards at the other ends of its links are to be told to it.
  var associatesStations: Bool { get }
  /// Whether several links to one neighbor are one to it.
  var joinsLinks: Bool { get }
  /// Whether it tells VLANs apart, so that not all of its ports hear each other.
  var separatesVLANs: Bool { get }
  /// In which network inside the device a frame is that comes in by a port with that tag; nil where it is not passed on.
  func enter(_ tagging: Tagging, by port: PortNumber) -> Tagging?
  /// The tag with which a frame of a network inside leaves by a port; nil where it does not.
  func leave(_ inner: Tagging, by port: PortNumber) -> Tagging?
}

/// Which VLAN a frame on a wire says it is in, or a frame inside a device is in.
public enum Tagging: Hashable, Sendable, BitwiseCopyable {
  case none
  case vlan(VLANID)
}

/// Most devices look at no tags: a bridge or hub passes them on, everything else passes nothing on unasked.
extension DeviceKind {
  public var breaksLoops: Bool { false }
  public var associatesStations: Bool { false }
  public var joinsLinks: Bool { false }
  public var separatesVLANs: Bool { false }
  public func enter(_ tagging: Tagging, by port: PortNumber) -> Tagging? {
    [.bridge, .hub].contains(Self.role) ? tagging : nil
  }
  public func leave(_ inner: Tagging, by port: PortNumber) -> Tagging? {
    [.bridge, .hub].contains(Self.role) ? inner : nil
  }
}

/// What a device is to the eye.
public enum DeviceRole: String, Sendable, CaseIterable {
  case stack, bridge, hub, proxy, server, tunnel
}

/// A port as people know it.
public struct PortDescription: Hashable, Sendable {
  public var name: String
  public var hardwareAddress: MACAddress?
  public var addresses: [InterfaceAddress]
  /// Whether another station may have its addresses too, because the user says so.
  public var mayBeDuplicate: Bool
  /// The longest packet it takes, where links that say nothing would let longer ones pass.
  public var mtu: UInt16?
  /// By which address an access point knows the card that the port is; its hardware address unless set.
  public var associatesAs: MACAddress?

  public init(
    name: String, hardwareAddress: MACAddress? = nil, addresses: [InterfaceAddress] = [], mayBeDuplicate: Bool = false,
    mtu: UInt16? = nil, associatesAs: MACAddress? = nil
  ) {
    self.name = name
    self.hardwareAddress = hardwareAddress
    self.addresses = addresses
    self.mayBeDuplicate = mayBeDuplicate
    self.mtu = mtu
    self.associatesAs = associatesAs ?? hardwareAddress
  }
}

/// Every kind of device there is.
public let deviceKinds: [any DeviceKind.Type] = [
  BondSettings.self, BridgeSettings.self, HubSettings.self, IPStackSettings.self, NATProxySettings.self,
  TunnelSettings.self, VLANTaggerSettings.self,
  AccessPointSettings.self, WiFiBridgeSettings.self,
]

/// Hands a device kind its fields, and takes down where its decisions come from.
public struct DeviceReader: Sendable {
  public let machine: String
  public let device: String
  public var fields: Fields
  public var origins: OriginTable
  public var diagnostics: Diagnostics

  public init(
    machine: String, device: String, fields: Fields, origins: OriginTable, diagnostics: Diagnostics
  ) {
    self.machine = machine
    self.device = device
    self.fields = fields
    self.origins = origins
    self.diagnostics = diagnostics
  }

  /// The value of a field, or nil where it is absent or was reported as wrong.
  public mutating func read<T>(_ field: Field<T>) -> T? { fields.read(field, &diagnostics) }

  /// Names a piece of configuration, so that the journal can say that it decided.
  ///
  /// - Parameter chain: The one that a rule stands in; rules are named in their order.
  public mutating func origin(_ label: String, at location: SourceLocation, in chain: String? = nil) -> Origin {
    origins.add(OriginTable.Entry(label: label, machine: machine, device: device, location: location, chain: chain))
  }

  /// The address of a port for which none is written.
  public func hardwareAddress(of port: String) -> MACAddress {
    .stationAddress(of: port, device: device, machine: machine)
  }
}

extension MACAddress {
  /// A locally administered address made from the names, so that adding a machine changes no other's (IEEE 802-2014, 8.2.2).
  public static func stationAddress(of port: String, device: String, machine: String) -> MACAddress {
    let mixed = digest("\(machine).\(device):\(port)".utf8)
    return MACAddress(rawValue: 0x0200_0000_0000 | (mixed ^ mixed >> 32) & 0xff_ffff_ffff)
  }
}

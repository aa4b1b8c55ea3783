import Configuration
import Devices
import Packets
import Topology

/// `interfaces:` of a host some of which are bridges: `br0: { ports: [eth0], address: 192.168.1.10/24 }`.
///
/// What is a port of a bridge has no address: its frames go to the bridge, and the host's address is on that.
struct HostBridges: Sendable {
  /// A bridge that the host's owner made.
  struct Entry: Sendable {
    var name: String
    var keyLocation: SourceLocation
    var ports: [Located<String>]
    /// Of the device.
    var settings: Mapping
    /// Of the stack's interface.
    var interface: Value
  }

  private(set) var entries: [Entry] = []

  private static let ports = Field(
    "ports", .list(of: Shape<String>.string.located),
    "NICs and bonds that are ports of the bridge; they have no address")
  private static let stp = Field("stp", .onOrOff, "Whether the bridge has spanning tree; off unless set")
  private static let delay = Field("forward-delay", .duration, "Its forward delay; 15s unless set")
  private static let own: [any FieldDeclaration] = [ports, stp, delay]

  /// The field `interfaces` of a stack, where an interface may be a bridge.
  static var field: any FieldDeclaration {
    let stack = HandedField.ofStack.first { $0.name == "interfaces" }
    var schema = stack?.schema ?? .any
    if case .map(let interface) = schema {
      let bridge = SchemaNode.object(own + handed)
      schema = .map(of: .anyOf([interface, bridge]))
    }
    return HandedField(
      name: "interfaces", schema: schema,
      summary: "Its interfaces by name: an address, several, or a map; with `ports` it is a bridge", isRequired: false)
  }

  /// Of the stack's interface, which reads them.
  private static let handed: [any FieldDeclaration] = [
    Field("address", .oneOrMany(of: .interfaceAddress), "The host's address on the bridge"),
    Field("mac", .macAddress, "The bridge's hardware address, which is that of its NIC; made from its name unless set"),
    Field(
      "proxy-arp", .boolean, "Whether it answers ARP for addresses that the machine would forward to elsewhere; no"),
    Field("duplicate", .boolean, "Says that its address is another station's too, on purpose"),
    Field("dhcp-client", .value, "How its DHCP client asks for an address"),
  ]

  /// None.
  init() {}

  init(_ node: inout NodeReader) {
    var owners: [String: String] = [:]  // looked up, never iterated
    let interfaces = node.value["interfaces"]?.map
    for entry in interfaces?.entries ?? [] where entry.value["ports"] != nil {
      guard NameRule.check(entry.key, of: "a bridge", at: entry.keyLocation, &node.diagnostics) else { continue }
      add(entry, &node)
      for port in entries.last?.ports ?? [] {
        if let owner = owners.updateValue(entry.key, forKey: port.value) {
          node.diagnostics.report("'\(port.value)' is a port of '\(owner)' already", .duplicateName, at: port.location)
        }
        if let other = interfaces?.entry(port.value) {
          node.diagnostics.report(
            "'\(port.value)' is a port of '\(entry.key)' and cannot be an interface as well", .eitherOr,
            at: other.keyLocation, notes: ["give the address to '\(entry.key)'"])
        }
      }
    }
  }

  private mutating func add(_ entry: Mapping.Entry, _ node: inout NodeReader) {
    var interface = Mapping()
    for field in Self.handed {
      guard let written = entry.value.map?.entry(field.name), !written.value.isNull else { continue }
      interface.set(field.name, to: written.value, keyLocation: written.keyLocation)
    }
    let fields = Fields(entry.value, declared: Self.own + Self.handed, of: "a bridge", &node.diagnostics)
    let ports = fields.read(Self.ports, &node.diagnostics) ?? []
    var settings = Mapping([("kind", "bridge")])
    if fields.read(Self.stp, default: false, &node.diagnostics) {
      settings.set("spanning-tree", to: "stp", keyLocation: fields.keyLocation(of: Self.stp))
    }
    if fields.read(Self.delay, &node.diagnostics) != nil, let delay = fields.value(of: Self.delay) {
      settings.set("forward-delay", to: delay, keyLocation: fields.keyLocation(of: Self.delay))
    }
    let made = MACAddress.stationAddress(of: entry.key, device: "stack", machine: node.name)
    // Of its ports a bridge takes the lowest address, which is the NIC's: those of taps begin with fe. Of a Wi-Fi card
    // the access point knows that one alone.
    let mac = interface["mac"] ?? .string("\(made)")
    let described = ports.filter { node.linkedInterfaces.contains($0.value) }.map {
      ($0.value, Value.map([("mac", mac)], at: $0.location))
    }
    if !described.isEmpty { settings.set("ports", to: .map(described)) }
    entries.append(
      Entry(
        name: entry.key, keyLocation: entry.keyLocation, ports: ports, settings: settings,
        interface: interface.isEmpty ? "up" : .map(interface, at: entry.value.location)))
  }

  /// The node with its bridges as plain interfaces of the stack, at their places.
  func asInterfaces(in node: Value) -> Value {
    guard var fields = node.map, var interfaces = fields["interfaces"]?.map else { return node }
    for bridge in entries { interfaces.set(bridge.name, to: bridge.interface) }
    fields.set("interfaces", to: .map(interfaces, at: fields["interfaces"]?.location ?? .none))
    return .map(fields, at: node.location)
  }

  var names: [String] { entries.map(\.name) }

  /// The least that one of a bridge's ports takes, which is what Linux gives the host's own interface on it.
  func mtu(of bridge: Entry, _ node: NodeReader) -> Value? {
    let said = bridge.ports.compactMap { node.linkMTUs[$0.value] }
    return said.min { (Int($0.text ?? "") ?? .max) < (Int($1.text ?? "") ?? .max) }
  }

  /// The bridge that an interface is a port of.
  func owner(of port: String) -> String? {
    entries.first { $0.ports.contains { $0.value == port } }?.name
  }
}

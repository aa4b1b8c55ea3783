import Configuration
import Devices
import Packets
import Topology

/// `tunnels:` of a node: interfaces whose frames travel in datagrams of its own stack, each written out as a device that
/// joins the interface to a socket.
struct Tunnels: Sendable {
  private struct Entry: Sendable {
    var name: String
    var keyLocation: SourceLocation
    /// Of the device.
    var settings: Value
  }

  private var entries: [Entry] = []

  private static let shape = Shape<Value>(
    expecting: "a tunnel such as { remote: 10.0.0.2, vni: 42 }",
    schema: .named("tunnel", .object(HandedField.ofDevice(TunnelSettings.word)))
  ) { value, diagnostics in
    guard value.map == nil else { return value }
    diagnostics.report(.expected("a tunnel such as { remote: 10.0.0.2, vni: 42 }", found: value))
    return nil
  }

  static let field = Field(
    "tunnels", .map(of: shape),
    "Interfaces whose frames travel in datagrams to other ends, by name, as vxlan0: { remote: 10.0.0.2, vni: 42 }")

  /// None.
  init() {}

  init(_ node: inout NodeReader) {
    for entry in node.read(Tunnels.field) ?? [] {
      NameRule.check(entry.key, of: "a tunnel", at: entry.keyLocation, &node.diagnostics)
      entries.append(Entry(name: entry.key, keyLocation: entry.keyLocation, settings: entry.value))
    }
  }

  var names: [String] { entries.map(\.name) }

  /// The stack's interface that joins the tunnel's socket.
  static func socket(of tunnel: String) -> String { "\(tunnel)-udp" }

  /// What the stack has to say of each socket.
  var sockets: [(name: String, value: Value)] {
    entries.map { entry in
      let port = entry.settings["port"]?.text ?? "\(EncapsulatedFrame.port)"
      var interface = Mapping([("kind", "sockets")])
      // What is no port is for the device to refuse.
      if UInt16(port) ?? 0 > 0 { interface.set("listens", to: .string("udp/\(port)")) }
      return (Tunnels.socket(of: entry.name), Value(.map(interface), at: entry.settings.location))
    }
  }

  /// The machine with a device for each tunnel between what had its name and the socket.
  ///
  /// - Parameter ports: What links from outside would plug into without them, each with the `device:port` that it is.
  func added(to machine: Value, ports: [(name: String, target: Value)]) -> Value {
    guard !entries.isEmpty, var fields = machine.map, var devices = fields["devices"]?.map else { return machine }
    var links = fields["links"]?.list ?? []
    let sockets = names.map(Tunnels.socket(of:))
    var outside = Mapping()
    for port in ports where !names.contains(port.name) && !sockets.contains(port.name) {
      outside.set(port.name, to: port.target)
    }
    for entry in entries {
      guard let target = ports.first(where: { $0.name == entry.name })?.target else { continue }
      let device = devices[entry.name] == nil ? entry.name : "\(entry.name)-tunnel"
      var settings = Mapping([("kind", .string(TunnelSettings.word))])
      for field in entry.settings.map?.entries ?? [] {
        settings.set(field.key, to: field.value, keyLocation: field.keyLocation)
      }
      devices.set(device, to: Value(.map(settings), at: entry.settings.location), keyLocation: entry.keyLocation)
      let ends: Value = [target, .string("\(device):tap")]
      links.append(Tunnels.mtu(entry.settings).map { ["endpoints": ends, "mtu": $0] } ?? ends)
      links.append([.string("stack:\(Tunnels.socket(of: entry.name))"), .string("\(device):host")])
    }
    fields.set("devices", to: .map(devices))
    fields.set("links", to: .list(links))
    fields.set("interfaces", to: .map(outside))
    return Value(.map(fields), at: machine.location)
  }

  /// So that it may be longer than what links have unless set. What is none is for the device to refuse.
  private static func mtu(_ settings: Value) -> Value? {
    guard let mtu = settings["mtu"], let number = mtu.text.flatMap({ UInt16($0) }), number >= 68 else { return nil }
    return mtu
  }
}

/// A stack beside tunnels.
extension StackWriter {
  /// Gives tunnels and their sockets a place in the stack.
  mutating func makeRoom(for tunnels: Tunnels) {
    for name in tunnels.names where interfaces[name] == nil {
      guard !interfaces.keys.contains(where: { SubInterfaces.parts(of: $0)?.parent == name }) else { continue }
      interfaces.set(name, to: "up")
    }
    for socket in tunnels.sockets { interfaces.set(socket.name, to: socket.value) }
  }

  func with(_ tunnels: Tunnels, _ machine: Value) -> Value {
    tunnels.added(to: machine, ports: outsidePorts(of: machine))
  }
}

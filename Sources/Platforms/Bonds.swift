import Configuration
import Devices
import Packets
import Topology

/// `bonds:` of a node: several of its sockets that are one interface to it, written out as a device in between.
struct Bonds: Sendable {
  private struct Entry: Sendable {
    var name: String
    var keyLocation: SourceLocation
    var members: [Located<String>]
    /// What it says of the device.
    var settings: Mapping
  }

  /// What stands behind a bond's name.
  struct Written: Sendable {
    var members: [Located<String>]
    /// Of the device.
    var settings: Mapping
  }

  private var entries: [Entry] = []

  private static let interfaces = Field(
    "interfaces", .list(of: Shape<String>.string.located, atLeast: 1), "The sockets that it is made of", required: true)
  private static let handed: [any FieldDeclaration] = HandedField.ofDevice(BondSettings.word).filter {
    $0.name != BondSettings.membersField.name
  }

  private static let shape = Shape<Written>(
    expecting: "a bond such as { interfaces: [eth0, eth1], mode: active-backup }",
    schema: .named("bond", .object([interfaces] + handed))
  ) { value, diagnostics in
    let fields = Fields(value, declared: [interfaces] + handed, of: "a bond", &diagnostics)
    guard fields.isMap, let members = fields.read(interfaces, &diagnostics) else { return nil }
    var settings = Mapping()
    for entry in value.map?.entries ?? [] where entry.key != interfaces.name {
      settings.set(entry.key, to: entry.value, keyLocation: entry.keyLocation)
    }
    return Written(members: members, settings: settings)
  }

  static let field = Field(
    "bonds", .map(of: shape), "Sockets that are one interface, by its name, as bond0: { interfaces: [eth0, eth1], … }")

  /// None.
  init() {}

  init(_ node: inout NodeReader) {
    var owners: [String: String] = [:]  // looked up, never iterated
    for entry in node.read(Bonds.field) ?? [] {
      NameRule.check(entry.key, of: "a bond", at: entry.keyLocation, &node.diagnostics)
      for member in entry.value.members {
        if let owner = owners.updateValue(entry.key, forKey: member.value) {
          node.diagnostics.report(
            "'\(member.value)' is a link of '\(owner)' already", .duplicateName, at: member.location)
        }
        if let own = node.value["interfaces"]?.map?.entry(member.value) {
          node.diagnostics.report(
            "'\(member.value)' is a link of '\(entry.key)' and cannot be an interface as well", .eitherOr,
            at: own.keyLocation, notes: ["give the address to '\(entry.key)'"])
        }
      }
      entries.append(
        Entry(
          name: entry.key, keyLocation: entry.keyLocation, members: entry.value.members,
          settings: entry.value.settings))
    }
  }

  var isEmpty: Bool { entries.isEmpty }
  var names: [String] { entries.map(\.name) }

  func isMember(_ interface: String) -> Bool {
    entries.contains { $0.members.contains { $0.value == interface } }
  }

  /// Linux lets every bond be a port of a bridge; with these modes stations behind the bridge move from link to link, or
  /// everything comes twice.
  func warn(underBridge bridge: String, of ports: [Located<String>], _ node: inout NodeReader) {
    for entry in entries where ports.contains(where: { $0.value == entry.name }) {
      guard let mode = entry.settings["mode"], ["balance-rr", "broadcast"].contains(mode.text) else { continue }
      node.diagnostics.report(
        Diagnostic(
          "'\(mode.text ?? "")' breaks guests behind '\(bridge)'", code: .platformLimit, at: mode.location,
          notes: ["active-backup, balance-xor and 802.3ad work under a bridge with guests"], severity: .warning))
    }
  }

  /// The machine with its bonds between what had their names and the outside.
  ///
  /// - Parameters:
  ///   - ports: What links from outside would plug into without them, each with the `device:port` that it is.
  ///   - address: The address of the station above a bond, where there is one.
  func added(to machine: Value, ports: [(name: String, target: Value)], address: (String) -> Value?) -> Value {
    guard var fields = machine.map, var devices = fields["devices"]?.map else { return machine }
    var links = fields["links"]?.list ?? []
    var outside = Mapping()
    for port in ports where !names.contains(port.name) { outside.set(port.name, to: port.target) }
    for entry in entries {
      guard let target = ports.first(where: { $0.name == entry.name })?.target else { continue }
      let device = devices[entry.name] == nil ? entry.name : "\(entry.name)-links"
      devices.set(device, to: self.device(of: entry, address(entry.name)), keyLocation: entry.keyLocation)
      links.append([target, .string("\(device):upper")])
      for member in entry.members { outside.set(member.value, to: .string("\(device):\(member.value)")) }
    }
    fields.set("devices", to: .map(devices))
    fields.set("links", to: .list(links))
    fields.set("interfaces", to: .map(outside))
    return Value(.map(fields), at: machine.location)
  }

  private func device(of entry: Entry, _ address: Value?) -> Value {
    var device = Mapping([("kind", .string(BondSettings.word))])
    device.set(
      BondSettings.membersField.name, to: .list(entry.members.map { Value.string($0.value, at: $0.location) }))
    for field in entry.settings.entries { device.set(field.key, to: field.value, keyLocation: field.keyLocation) }
    if let address, device["mac"] == nil { device.set("mac", to: address) }
    return .map(device)
  }
}

/// A stack above bonds.
extension StackWriter {
  /// Gives the interfaces that bonds are their place in the stack.
  mutating func makeRoom(for bonds: Bonds, _ linked: [String]) {
    if !hasWrittenInterfaces {
      interfaces = Mapping((linked.filter { !bonds.isMember($0) } + bonds.names).map { ($0, "up") })
      return
    }
    for name in bonds.names where interfaces[name] == nil {
      guard !interfaces.keys.contains(where: { SubInterfaces.parts(of: $0)?.parent == name }) else { continue }
      interfaces.set(name, to: "up")
    }
  }

  /// What links from outside plug into, each with the `device:port` that it is.
  func outsidePorts(of machine: Value) -> [(name: String, target: Value)] {
    if let written = machine["interfaces"]?.map { return written.entries.map { ($0.key, $0.value) } }
    return interfaces.keys.map { ($0, .string("stack:\($0)")) }
  }

  func joined(_ bonds: Bonds, _ machine: Value) -> Value {
    guard !bonds.isEmpty else { return machine }
    return bonds.added(to: machine, ports: outsidePorts(of: machine)) { bond in
      let made = MACAddress.stationAddress(of: bond, device: "stack", machine: node)
      return interfaces[bond]?["mac"] ?? .string("\(made)")
    }
  }
}

extension NodeReader {
  /// A bridge whose bonds are ports of it under their names; other ports are those that links or `ports` name.
  mutating func bridgeMachine(_ handed: [any FieldDeclaration], showsAs word: String) -> Value {
    let bonds = Bonds(&self)
    let machine = self.machine(ofOne: "bridge", handed, showsAs: word)
    guard !bonds.isEmpty else { return machine }
    var names: [String] = []
    for name in (value["ports"]?.map?.keys ?? []) + linkedInterfaces + bonds.names
    where !bonds.isMember(name) && !names.contains(name) { names.append(name) }
    return bonds.added(to: machine, ports: names.map { ($0, .string("bridge:\($0)")) }) { _ in nil }
  }
}

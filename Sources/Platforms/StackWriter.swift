import Configuration
import Devices
import Packets
import Topology

/// A field that a node kind hands on to a device as it was written; the device reads it.
struct HandedField: FieldDeclaration {
  let name: String
  let schema: SchemaNode
  let summary: String
  let isRequired: Bool

  /// The fields of an IP stack, none of them required: what is missing the kind supplies.
  static let ofStack: [any FieldDeclaration] = PlainMachine.fields(ofDevice: "ip-stack").map {
    HandedField(name: $0.name, schema: $0.schema, summary: $0.summary, isRequired: false)
  }

  /// Those of the stack but for some that the kind decides itself.
  static func ofStack(except names: String...) -> [any FieldDeclaration] {
    ofStack.filter { !names.contains($0.name) }
  }

  static func ofDevice(_ word: String) -> [any FieldDeclaration] {
    PlainMachine.fields(ofDevice: word)
  }
}

/// Writes down an IP stack: what the user said about it, and what the kind adds.
struct StackWriter {
  var interfaces: Mapping
  let hasWrittenInterfaces: Bool
  private var written = Mapping()
  private var services: [Value] = []
  let node: String
  private let bonds: Bonds
  private let tunnels: Tunnels

  /// Takes over every field of a stack that the node has.
  init(
    _ node: NodeReader, defaultInterfaces: [String] = ["eth0"], bonds: Bonds = Bonds(), tunnels: Tunnels = Tunnels()
  ) {
    self.node = node.name
    self.bonds = bonds
    self.tunnels = tunnels
    hasWrittenInterfaces = node.value["interfaces"]?.map != nil
    let names = node.linkedInterfaces.isEmpty ? defaultInterfaces : node.linkedInterfaces
    interfaces = node.value["interfaces"]?.map ?? Mapping(names.map { ($0, "up") })
    for field in HandedField.ofStack where field.name != "interfaces" && field.name != "services" {
      guard let entry = node.value.map?.entry(field.name), !entry.value.isNull else { continue }
      written.set(field.name, to: entry.value, keyLocation: entry.keyLocation)
    }
    if let value = node.value["services"] { services = value.list ?? [value] }
    if let value = node.value["interfaces"], value.map == nil, !value.isNull {
      // Not a map: the stack is to refuse it where it stands.
      written.set("interfaces", to: value)
    }
    if !bonds.isEmpty { makeRoom(for: bonds, node.linkedInterfaces) }
    makeRoom(for: tunnels)
  }

  /// Fields of the user's node come first; one that is set twice keeps the user's value.
  mutating func suggest(_ name: String, _ value: Value) {
    if written[name] == nil { written.set(name, to: value) }
  }

  mutating func set(_ name: String, _ value: Value) { written.set(name, to: value) }

  mutating func serve(_ service: Value) { services.append(service) }

  /// A service with the entries that are there.
  mutating func serve(_ kind: Value, _ entries: [(String, Value?)]) {
    serve(.map([("kind", kind)] + entries.compactMap { name, value in value.map { (name, $0) } }))
  }

  subscript(name: String) -> Value? { written[name] }

  var device: Value {
    var fields = Mapping([("kind", "ip-stack")])
    if written["interfaces"] == nil { fields.set("interfaces", to: .map(interfaces)) }
    for entry in written.entries { fields.set(entry.key, to: entry.value, keyLocation: entry.keyLocation) }
    if !services.isEmpty { fields.set("services", to: .list(services)) }
    return .map(fields)
  }

  /// The stack as a machine, alone but for what splits its ports into VLANs, makes one of several or wraps their frames.
  func machine(showsAs word: String) -> Value {
    if written["interfaces"] == nil, let split = SubInterfaces(interfaces) {
      return joined(bonds, with(tunnels, split.machine(device, of: node, showsAs: word)))
    }
    return joined(bonds, with(tunnels, ["kind": "machine", "shows-as": .string(word), "devices": ["stack": device]]))
  }
}

/// Reading what the user wrote about interfaces; mistakes in it are the stack's to report.
extension StackWriter {
  /// The first address of an interface.
  func address(of interface: String) -> InterfaceAddress? {
    interfaces[interface].flatMap { StackWriter.addresses(in: $0).first }
  }

  /// All of them.
  func addresses(of interface: String) -> [InterfaceAddress] {
    interfaces[interface].map(StackWriter.addresses(in:)) ?? []
  }

  /// The interface whose network holds an address.
  func interface(toward address: IPv4Address) -> String? {
    interfaces.entries.first {
      StackWriter.addresses(in: $0.value).contains { $0.prefix.contains(address) }
    }?.key
  }

  /// Every network the interfaces are on.
  var networks: [IPv4Prefix] {
    interfaces.entries.flatMap { StackWriter.addresses(in: $0.value).map(\.prefix) }
  }

  /// The first of one or many addresses in a field such as `gateway` or `dns`.
  func firstAddress(in field: String) -> Value? {
    written[field].flatMap { $0.list?.first ?? ($0.text == nil ? nil : $0) }
  }

  private static func addresses(in value: Value) -> [InterfaceAddress] {
    let written = value["address"] ?? value
    return (written.list ?? [written]).compactMap { $0.text.flatMap { InterfaceAddress($0) } }
  }
}

extension NodeReader {
  /// Whether the node has such an interface; if not, that is reported.
  mutating func check(_ interface: String, of stack: StackWriter, at location: SourceLocation) -> Bool {
    if stack.interfaces[interface] != nil { return true }
    diagnostics.report(
      "'\(name)' has no interface '\(interface)'", .unknownInterface, at: location,
      notes: Diagnostic.Note.suggestion(for: interface, among: stack.interfaces.keys, called: "interfaces"))
    return false
  }
}

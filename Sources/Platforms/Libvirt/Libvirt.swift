import Configuration
import Devices
import Packets
import Topology

/// `kind: libvirt`: a Linux host with KVM and libvirt, its networks wired as libvirt wires them.
public enum Libvirt: NodeKind {
  public static let word = "libvirt"
  public static let summary =
    "A Linux host with KVM and libvirt: networks that are bridged, NATed, routed or isolated, and guests"
  public static let fields: [any FieldDeclaration] =
    [HostBridges.field] + HandedField.ofStack(except: "interfaces") + [Bonds.field, networks, era, hooks, guests]

  static let networks = Field(
    "networks", LibvirtNetworks.shape,
    "libvirt's networks by name, in the order they were started; default as it is installed unless any is written")
  private static let era = Field(
    "era", .oneOf([("old", true), ("new", false)]),
    "old: dnsmasq of an isolated network asks the host's name servers, as it did once; new unless set")
  private static let hooks = Field(
    "hooks", .list(of: LibvirtHook.shape),
    "Ports of the host that /etc/libvirt/hooks/qemu leads to guests: { protocol, port, to: address:port }")
  static let guests = Field("guests", .map(of: LibvirtGuest.shape), "The virtual machines by name")

  public static func expand(_ node: inout NodeReader) -> Expansion {
    let bonds = Bonds(&node)
    var host = LibvirtHost(&node, bonds: bonds)
    host.isOld = node.read(era) ?? false
    let written = LibvirtNetworks.read(networks, of: &node)
    host.hasUnreadNetworks = written == nil
    for network in written ?? [] { host.addNetwork(network, &node) }
    for hook in node.read(hooks) ?? [] { host.addHook(hook, &node) }
    var expansion = Expansion()
    var guestMachines: [(name: String, value: Value)] = []
    for guest in node.read(guests) ?? [] {
      guard NameRule.check(guest.key, of: "a guest", at: guest.keyLocation, &node.diagnostics) else { continue }
      guestMachines.append(
        (guest.key, guest.value.machine(called: guest.key, inside: node.name).located(at: guest.keyLocation)))
      for (number, wish) in guest.value.wishes.enumerated() {
        guard let link = host.plug("\(guest.key):eth\(number)", wish, &node) else { continue }
        expansion.links.append(link.located(at: wish.network.location))
      }
    }
    expansion.machines = [(node.name, host.machine(bonds, &node))] + guestMachines
    return expansion
  }
}

/// `networks:` as it is written.
enum LibvirtNetworks {
  /// What the package brings along: one network, so that guests have a way out at once.
  private static let usual = Mapping([
    ("forward", "nat"), ("bridge", "virbr0"), ("ip", "192.168.122.1/24"), ("dhcp", "192.168.122.2-192.168.122.254"),
  ])

  typealias Entries = [ReadEntry<LibvirtNetwork>]

  /// Those that are written, with their XML files read, else what is installed; nil when they are wrong, which has been
  /// reported.
  static func read(_ field: Field<Entries>, of node: inout NodeReader) -> Entries? {
    guard let written = node.fields.value(of: field) else { return installed }
    guard var entries = written.map else { return field.shape.read(written, &node.diagnostics) }
    for entry in entries.entries where entry.value["xml"] != nil {
      let fields = LibvirtXML.fields(behind: entry.value, &node)
      // What is plugged into one that cannot be read is not complained of as well.
      entries.set(entry.key, to: fields ?? ["forward": "none"], keyLocation: entry.keyLocation)
    }
    return field.shape.read(.map(entries, at: written.location), &node.diagnostics)
  }

  private static var installed: Entries {
    var diagnostics = Diagnostics()
    return shape.read(["default": .map(Mapping())], &diagnostics) ?? []
  }

  static let shape = Shape<Entries>(
    expecting: written.expecting, schema: written.schema
  ) { value, diagnostics in
    guard let entry = value.map?.entry("default"), let fields = completed(entry.value), var networks = value.map else {
      return written.read(value, &diagnostics)
    }
    networks.set("default", to: .map(fields, at: entry.value.location), keyLocation: entry.keyLocation)
    return written.read(.map(networks, at: value.location), &diagnostics)
  }

  private static let written = Shape<Entries>.map(of: LibvirtNetwork.shape)

  /// The network `default` is as it is installed but for what is written of it, until that says where it leads.
  private static func completed(_ value: Value) -> Mapping? {
    guard value.isNull || value.map != nil, value["forward"] == nil else { return nil }
    var fields = value.map ?? Mapping()
    for entry in usual.entries where fields[entry.key] == nil {
      // With another address the pool is another as well.
      if entry.key != "dhcp" || value["ip"] == nil { fields.set(entry.key, to: entry.value) }
    }
    return fields
  }
}

/// A forwarded port: what libvirt has no word for, and its manual writes into a hook script.
struct LibvirtHook: Sendable {
  var transport: Value
  var port: Value
  var destination: Value?
  var to: Located<String>
  var address: IPv4Address
  var targetPort: UInt16

  private static let transport = Field("protocol", .choice("tcp", "udp"), "tcp or udp; tcp unless set")
  private static let port = Field("port", .portRange, "The port of the host", required: true)
  private static let destination = Field(
    "destination", .ipv4Prefix, "The addresses it is forwarded for; whatever the host routes unless set")
  private static let to = Field(
    "to", Shape<String>.string.located, "The guest's address and port, as 192.168.122.2:22", required: true)

  static let shape = Shape<LibvirtHook>.object(
    "a port such as { port: 8022, to: \"192.168.122.2:22\" }", [transport, port, destination, to]
  ) { fields, diagnostics in
    _ = fields.read(transport, &diagnostics)
    _ = fields.read(destination, &diagnostics)
    guard fields.read(port, &diagnostics) != nil, let port = fields.value(of: port),
      let to = fields.read(to, &diagnostics)
    else { return nil }
    let parts = to.value.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let address = IPv4Address(parts[0]), let number = UInt16(parts[1]), number > 0 else {
      diagnostics.report(
        "expected an address and a port such as 192.168.122.2:22, found '\(to.value)'", .malformedText, at: to.location)
      return nil
    }
    return LibvirtHook(
      transport: fields.value(of: transport) ?? "tcp", port: port, destination: fields.value(of: destination), to: to,
      address: address, targetPort: number)
  }
}

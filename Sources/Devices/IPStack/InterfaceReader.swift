import Configuration
import Packets
import Simulation

/// An interface as it is written: an address, several, `up`, or a map.
struct InterfaceReader: Sendable {
  var addresses: [Located<InterfaceAddress>] = []
  var hardwareAddress: MACAddress?
  var kind = Interface.Kind.ethernet
  var listens: [PortService] = []
  var answersForOthers = false
  var mayBeDuplicate = false
  var isBridged = false
  var leaseWishes: LeaseWishes?

  private static let address = Field(
    "address", .oneOrMany(of: Shape.interfaceAddress.located), "Its address with the length of the prefix")
  private static let mac = Field("mac", .macAddress, "Its hardware address; made from its name unless set")
  private static let kind = Field(
    "kind", .oneOf([("ethernet", Interface.Kind.ethernet), ("sockets", .sockets)]),
    "`sockets` joins a program that has sockets of its own in this stack")
  private static let listens = Field(
    "listens", .oneOrMany(of: .portService), "Ports of this stack that the program behind `sockets` waits on")
  private static let proxyARP = Field(
    "proxy-arp", .boolean, "Whether it answers ARP for addresses that the machine would forward to elsewhere; no")
  private static let duplicate = Field(
    "duplicate", .boolean, "Says that its address is another station's too, on purpose, so that nobody complains")
  private static let bridged = Field(
    "bridge-nf", .boolean,
    "Whether rules also see what the bridge behind it only bridges; that bridge needs `bridge-nf` as well; no")
  private static let leaseClient = Field("dhcp-client", LeaseWishes.shape, "How its DHCP client asks for an address")
  private static let declared: [any FieldDeclaration] = [
    address, mac, kind, listens, proxyARP, duplicate, bridged, leaseClient,
  ]

  static let shape = Shape<InterfaceReader>(
    expecting: "an address such as 192.168.1.10/24, `up`, or a map",
    schema: .named("interface", .anyOf([.choice(["up"]), address.schema, .object(declared)]))
  ) { value, diagnostics in
    if value.isNull || value.text == "up" { return InterfaceReader() }
    guard value.map != nil else {
      return address.shape.read(value, &diagnostics).map { InterfaceReader(addresses: $0) }
    }
    let fields = Fields(value, declared: declared, of: "an interface", &diagnostics)
    return InterfaceReader(
      addresses: fields.read(address, &diagnostics) ?? [], hardwareAddress: fields.read(mac, &diagnostics),
      kind: fields.read(kind, &diagnostics) ?? .ethernet, listens: fields.read(listens, &diagnostics) ?? [],
      answersForOthers: fields.read(proxyARP, default: false, &diagnostics),
      mayBeDuplicate: fields.read(duplicate, default: false, &diagnostics),
      isBridged: fields.read(bridged, default: false, &diagnostics),
      leaseWishes: fields.read(leaseClient, &diagnostics))
  }

  /// Of the interfaces about whose DHCP client something is written.
  static func leaseWishes(_ entries: [ReadEntry<InterfaceReader>]) -> [PortNumber: LeaseWishes] {
    var wishes: [PortNumber: LeaseWishes] = [:]
    for (port, entry) in entries.enumerated() {
      if let wish = entry.value.leaseWishes { wishes[PortNumber(port)] = wish }
    }
    return wishes
  }

  static func interfaces(
    _ entries: [ReadEntry<InterfaceReader>], _ reader: inout DeviceReader
  ) -> [Interface] {
    entries.map { entry in
      let read = entry.value
      if entry.key.isEmpty || entry.key.contains(where: { $0.isWhitespace || $0 == ":" }) {
        reader.diagnostics.report(
          "'\(entry.key)' cannot name an interface", .badName, at: entry.keyLocation,
          notes: ["names hold no blank and no colon, such as eth0"])
      }
      let origin =
        read.addresses.first.map { reader.origin("\(entry.key) \($0.value)", at: $0.location) } ?? Origin.none
      var interface = Interface(
        name: entry.key, kind: read.kind,
        hardwareAddress: read.hardwareAddress ?? reader.hardwareAddress(of: entry.key),
        addresses: read.addresses.map(\.value), origin: origin)
      interface.answersForOthers = read.answersForOthers
      interface.mayBeDuplicate = read.mayBeDuplicate
      interface.isBridged = read.isBridged
      interface.listens = read.listens.map { ($0.transport, $0.port) }
      return interface
    }
  }
}

import Configuration
import Devices
import Packets
import Topology

/// What is said about one guest under `guests`: a domain, in libvirt's word.
struct LibvirtGuest: Sendable {
  /// One network adapter as it is asked for.
  struct Wish: Sendable {
    var network: Located<String>
    /// The network is a bridge of the host, without a network of libvirt's.
    var isBridge = false
    var address: Value?
    var mac: Value?
    var isIsolated = false
  }

  var wishes: [Wish]
  private var value: Value

  private static let network = Field(
    "network", Shape<String>.string.located, "A network of libvirt's; default unless set")
  private static let bridge = Field(
    "bridge", Shape<String>.string.located, "A bridge of the host, without a network of libvirt's")
  private static let mac = Field("mac", .value, "Its hardware address; 52:54:00 and three octets unless set")
  private static let address = Field(
    "address", .value, "Its address with the length of the prefix; by DHCP unless set")
  private static let port = Field(
    "port", .libvirtPort, "{ isolated: yes } keeps it from other guests of which the same is said")
  private static let adapterFields: [any FieldDeclaration] = [network, bridge, mac, address, port]

  private static let wish = Shape<Wish>(
    expecting: "a network such as default, or a map such as { bridge: br0 }",
    schema: .anyOf([network.schema, .object(adapterFields)])
  ) { value, diagnostics in
    guard value.map != nil else {
      return network.shape.read(value, &diagnostics).map { Wish(network: $0) }
    }
    let fields = Fields(value, declared: adapterFields, of: "a network adapter", &diagnostics)
    return read(fields, &diagnostics)
  }

  private static func read(_ fields: Fields, _ diagnostics: inout Diagnostics) -> Wish {
    var wish = Wish(network: Located("default", at: fields.value.location))
    if let name = fields.read(network, &diagnostics) { wish.network = name }
    if let name = fields.read(bridge, &diagnostics) {
      wish.network = name
      wish.isBridge = true
      if fields.has(network) {
        diagnostics.report(
          "an adapter is plugged into a 'network' or into a 'bridge'", .eitherOr, at: fields.keyLocation(of: bridge))
      }
    }
    wish.mac = fields.value(of: mac)
    wish.address = fields.value(of: address)
    wish.isIsolated = fields.read(port, default: false, &diagnostics)
    return wish
  }

  private static let networks = Field(
    "network", .oneOrMany(of: wish), "The network of its adapter, or a list for several; default unless set")
  private static let declared: [any FieldDeclaration] =
    [networks, bridge, mac, address, port] + HandedField.ofStack(except: "interfaces")

  static let shape = Shape<LibvirtGuest>(
    expecting: "a map such as { network: default }", schema: .object(declared)
  ) { value, diagnostics in
    guard !value.isNull else {
      let usual = Wish(network: Located("default", at: value.location))
      return LibvirtGuest(wishes: [usual], value: .map(Mapping(), at: value.location))
    }
    let fields = Fields(value, declared: declared, of: "a guest", &diagnostics)
    guard fields.isMap else { return nil }
    // What stands beside `network` is of the first adapter.
    guard fields.has(networks), fields.value(of: networks)?.text == nil else {
      return LibvirtGuest(wishes: [read(fields, &diagnostics)], value: value)
    }
    guard var wishes = fields.read(networks, &diagnostics) else { return nil }
    if !wishes.isEmpty {
      wishes[0].mac = wishes[0].mac ?? fields.value(of: mac)
      wishes[0].address = wishes[0].address ?? fields.value(of: address)
      wishes[0].isIsolated = fields.read(port, default: wishes[0].isIsolated, &diagnostics)
    }
    return LibvirtGuest(wishes: wishes, value: value)
  }

  /// The guest as a machine of the plain language; it tells a DHCP server its name, as installers make it.
  func machine(called name: String, inside host: String) -> Value {
    var interfaces = Mapping()
    for (number, wish) in wishes.enumerated() {
      var interface = Mapping()
      if let address = wish.address { interface.set("address", to: address) }
      interface.set("mac", to: wish.mac ?? LibvirtAddress.made(from: number == 0 ? name : "\(name):\(number)"))
      if wish.address == nil { interface.set("dhcp-client", to: ["host-name": .string(name)]) }
      interfaces.set("eth\(number)", to: .map(interface))
    }
    return GuestMachine.inside(host, .map(interfaces), written: value)
  }
}

/// Hardware addresses as libvirt gives them, made from names so that adding a machine changes no other's.
enum LibvirtAddress {
  /// 52:54:00 and three octets: a guest, or the bridge of a network.
  static func made(from name: String) -> Value {
    .string("\(MACAddress.made(from: name, behind: 0x5254_0000_0000, bits: 24))")
  }
}

import Configuration
import Packets

/// What is said about one guest under `guests`.
struct VMwareGuest: Sendable {
  /// One network adapter of it.
  struct NIC: Sendable {
    /// The device it is plugged into, such as `VMnet8`.
    var network: String
    var address: Value?
    var duplicate: Value?
    var mac: Value
    var location: SourceLocation
  }

  /// A network as it was asked for.
  struct Wish: Sendable {
    var network: Located<String>
    var address: Value?
    var mac: Value?
    var duplicate: Value?
  }

  var wishes: [Wish]
  private var value: Value

  private static let word = Field(
    "network", Shape<String>.string.located, "bridged, nat, host-only, VMnetN or a segment")
  private static let mac = Field("mac", .value, "Its hardware address; 00:0c:29 and three octets unless set")
  private static let address = Field(
    "address", .value, "Its address with the length of the prefix; by DHCP unless set")
  private static let duplicate = Field(
    "duplicate", .value, "Whether it is meant that somebody else has its address too")
  private static let nicFields: [any FieldDeclaration] = [word, mac, address, duplicate]

  private static let wish = Shape<Wish>(
    expecting: "a network such as bridged, nat, host-only or VMnet2",
    schema: .anyOf([word.schema, .object(nicFields)])
  ) { value, diagnostics in
    guard value.map != nil else {
      return word.shape.read(value, &diagnostics).map { Wish(network: $0) }
    }
    let fields = Fields(value, declared: nicFields, of: "a network adapter", &diagnostics)
    guard fields.isMap else { return nil }
    let network = fields.read(word, &diagnostics) ?? Located("nat", at: value.location)
    return Wish(
      network: network, address: fields.value(of: address), mac: fields.value(of: mac),
      duplicate: fields.value(of: duplicate))
  }

  private static let networks = Field(
    "network", .oneOrMany(of: wish), "The network of its adapter, or a list for several; nat unless set")
  private static let declared: [any FieldDeclaration] =
    [networks, mac, address, duplicate] + HandedField.ofStack(except: "interfaces")

  static let shape = Shape<VMwareGuest>(
    expecting: "a map such as { network: nat }", schema: .object(declared)
  ) { value, diagnostics in
    // The product's default for a new guest is NAT.
    let usual = Located("nat", at: value.location)
    guard !value.isNull else {
      return VMwareGuest(wishes: [Wish(network: usual)], value: .map(Mapping(), at: value.location))
    }
    let fields = Fields(value, declared: declared, of: "a guest", &diagnostics)
    guard fields.isMap else { return nil }
    var wishes = [Wish(network: usual)]
    if fields.has(networks) {
      guard let read = fields.read(networks, &diagnostics) else { return nil }
      wishes = read
    }
    // What stands beside `network` is said of the first adapter.
    if !wishes.isEmpty {
      wishes[0].mac = wishes[0].mac ?? fields.value(of: mac)
      wishes[0].address = wishes[0].address ?? fields.value(of: address)
      wishes[0].duplicate = wishes[0].duplicate ?? fields.value(of: duplicate)
    }
    return VMwareGuest(wishes: wishes, value: value)
  }

  /// The guest as a machine of the plain language.
  func machine(inside host: String, _ nics: [NIC]) -> Value {
    var interfaces = Mapping()
    for (number, nic) in nics.enumerated() {
      var interface = Mapping()
      if let address = nic.address { interface.set("address", to: address) }
      interface.set("mac", to: nic.mac)
      if let duplicate = nic.duplicate { interface.set("duplicate", to: duplicate) }
      interfaces.set("eth\(number)", to: .map(interface))
    }
    return GuestMachine.inside(host, .map(interfaces), written: value)
  }
}

import Configuration
import Devices
import Packets

/// `kind: home-router`: the box people have at home.
public enum HomeRouter: NodeKind {
  public static let word = "home-router"
  public static let summary =
    "A router that masquerades toward its gateway and serves DHCP and DNS to its LAN"
  public static let fields: [any FieldDeclaration] = HandedField.ofStack(except: "masquerade") + [dhcp]

  private static let dhcp = Field(
    "dhcp", .map(of: LeasePool.shape), "The DHCP server on each interface: {range, lease}")

  public static func expand(_ node: inout NodeReader) -> Expansion {
    var stack = StackWriter(node, defaultInterfaces: ["wan0", "lan0"])
    stack.suggest("forwards", true)
    if let outside = stack.outsideInterface { stack.set("masquerade", [.string(outside)]) }
    let servesNames = stack["dns"] != nil
    for entry in node.read(dhcp) ?? [] where node.check(entry.key, of: stack, at: entry.keyLocation) {
      let own = stack.address(of: entry.key).map { Value.string("\($0.address)") }
      stack.serve(entry.value.service(on: entry.key, dns: servesNames ? own : nil))
    }
    if let dns = stack["dns"] {
      stack.serve("dns-server", [("forward-to", dns)])
    }
    return Expansion(machine: node.name, stack.machine(showsAs: word))
  }
}

/// A pool of addresses as a home router's owner writes it, and the DHCP server that dnsmasq makes of it.
struct LeasePool: Sendable {
  /// As written.
  private var value: Value

  private static let range = Field("range", .addressRange, "The pool, as first-last")
  private static let lease = Field("lease", .duration, "How long an address is given for; 1h unless set")
  private static let router = Field(
    "router", .string, "The default gateway given out, or none; itself unless set")
  private static let dns = Field(
    "dns", .oneOrMany(of: .ipv4Address), "The name servers given out; itself unless set")
  private static let domain = Field("domain", .domainName, "The domain given out")
  private static let reservations = Field("reservations", .map(of: .reservation), "Fixed addresses by MAC")
  private static let authoritative = Field("authoritative", .boolean, "Refuses what it does not know")
  private static let limit = Field(
    "lease-limit", .integer(in: 1...Int(UInt32.max)), "So many leases at once; 1000 unless set")
  private static let declared: [any FieldDeclaration] = [
    range, lease, router, dns, domain, reservations, authoritative, limit,
  ]

  static let shape = Shape<LeasePool>(
    expecting: "a map such as { range: 192.168.1.100-192.168.1.199, lease: 24h }", schema: .object(declared)
  ) { value, diagnostics in
    let fields = Fields(value, declared: declared, of: "a DHCP pool", &diagnostics)
    // The server reads the values; here only the keys are looked at.
    return fields.isMap ? LeasePool(value: value) : nil
  }

  /// dnsmasq: the address a hash of the client's MAC points to, pinged for three seconds before it is offered; options
  /// 58 and 59 always.
  func service(on interface: String, dns: Value?) -> Value {
    var service = Mapping([("kind", "dhcp-server"), ("interface", .string(interface))])
    for entry in value.map?.entries ?? [] {
      service.set(entry.key, to: entry.value, keyLocation: entry.keyLocation)
    }
    if let dns, service["dns"] == nil { service.set("dns", to: dns) }
    service.set("allocation", to: "hash")
    service.set("check", to: "3s")
    service.set("renewal-times", to: true)
    return Value(.map(service), at: value.location)
  }
}

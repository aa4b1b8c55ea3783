import Configuration
import Devices

/// `kind: dhcp-server`: a computer that gives addresses to its first network.
public enum DHCPServer: NodeKind {
  public static let word = "dhcp-server"
  public static let summary = "A DHCP server of its own"
  public static let fields: [any FieldDeclaration] = HandedField.ofStack + own

  private static let own: [any FieldDeclaration] = [
    Field("range", .addressRange, "The pool, as first-last"),
    Field("lease", .duration, "How long an address is given for; 1h unless set"),
    Field("router", .string, "The default gateway given out, or none"),
    Field("name-servers", .oneOrMany(of: .ipv4Address), "The name servers given out"),
    Field("domain", .domainName, "The domain given out"),
    Field(
      "allocation", .choice("ascending", "hash"), "Lowest free address first, or by a hash of the client's"),
    Field("check", .string, "How long an address is pinged before it is offered, or none"),
    Field("renewal-times", .boolean, "Options 58 and 59 are sent"),
    Field("reservations", .map(of: .reservation), "Fixed addresses by MAC"),
    Field("authoritative", .boolean, "Refuses what it does not know"),
    Field("lease-limit", .integer(in: 1...Int(UInt32.max)), "So many leases at once"),
    Field("relayed", .list(of: RelayedNetwork.shape), "Networks whose clients are heard through a relay agent"),
  ]

  public static func expand(_ node: inout NodeReader) -> Expansion {
    var stack = StackWriter(node)
    var service = Mapping([("kind", "dhcp-server")])
    for field in own {
      guard let entry = node.value.map?.entry(field.name) else { continue }
      // `dns` of the node is what the computer itself asks.
      service.set(
        field.name == "name-servers" ? "dns" : field.name, to: entry.value, keyLocation: entry.keyLocation)
    }
    // A server beside the router does not offer itself as the gateway.
    if service["router"] == nil { service.set("router", to: stack.firstAddress(in: "gateway") ?? "none") }
    stack.serve(.map(service))
    return Expansion(machine: node.name, stack.machine(showsAs: word))
  }
}

/// `kind: dns-server`: a computer that answers for names.
public enum DNSServer: NodeKind {
  public static let word = "dns-server"
  public static let summary = "A name server of its own"
  public static let fields: [any FieldDeclaration] = HandedField.ofStack + own

  private static let own: [any FieldDeclaration] = [
    Field("names", .map(of: .string), "Its names: an address each, or another name"),
    Field("authority", .oneOrMany(of: .string), "Domains it answers for alone; `.` is all of them"),
    Field("forward-to", .oneOrMany(of: .ipv4Address), "The servers asked about every other name"),
  ]

  public static func expand(_ node: inout NodeReader) -> Expansion {
    var stack = StackWriter(node)
    stack.serve(
      "dns-server",
      [
        ("names", node.value["names"]), ("authority", node.value["authority"]),
        ("forward-to", node.value["forward-to"]),
      ])
    return Expansion(machine: node.name, stack.machine(showsAs: word))
  }
}

import Configuration
import Packets
import Protocols

/// A network behind relay agents, written as `{ network: 10.0.1.0/24, range: 10.0.1.50-10.0.1.99 }`
public enum RelayedNetwork {
  private static let network = Field("network", .ipv4Prefix, "The network of the clients", required: true)
  private static let range = Field("range", .addressRange, "The pool, as first-last")
  private static let router = Field(
    "router", .ipv4Address, "Option 3: their default gateway; the relay agent unless set")
  private static let declared: [any FieldDeclaration] = [network, range, router]

  public static let shape = Shape<DHCPServer.Network>(
    expecting: "a map such as { network: 10.0.1.0/24, range: 10.0.1.50-10.0.1.99 }",
    schema: .named("relayed-network", .object(declared))
  ) { value, diagnostics in
    let fields = Fields(value, declared: declared, of: "a relayed network", &diagnostics)
    guard let prefix = fields.read(network, &diagnostics) else { return nil }
    let pool = fields.read(range, &diagnostics)
    if let pool, !prefix.contains(pool.lowerBound) || !prefix.contains(pool.upperBound) {
      diagnostics.report("the range is not inside \(prefix)", .impossiblePrefix, at: fields.location(of: range))
    }
    return DHCPServer.Network(prefix, pool: pool, router: fields.read(router, &diagnostics))
  }
}

/// A reserved address, perhaps with a name.
public struct ReservedAddress: Sendable {
  public var address: IPv4Address
  public var name: DomainName?
}

extension Shape where Output == ReservedAddress {
  private static var address: Field<IPv4Address> { Field("address", .ipv4Address, "The address", required: true) }
  private static var name: Field<DomainName> { Field("name", .domainName, "The client's name, option 12") }

  /// An address, or a map with a name beside it.
  public static var reservation: Shape {
    .either(
      Shape<IPv4Address>.ipv4Address.map { ReservedAddress(address: $0) },
      .object("a reservation", [address, name]) { fields, diagnostics in
        fields.read(address, &diagnostics).map {
          ReservedAddress(address: $0, name: fields.read(name, &diagnostics))
        }
      }
    ).named("reservation")
  }
}

/// What is written about an interface's DHCP client.
public struct LeaseWishes: Hashable, Sendable {
  /// Option 12.
  var hostName: String?
  var probesAddress = false
  var wantsBroadcast = false

  func configuration(of hardware: MACAddress) -> DHCPClient.Configuration {
    var configuration = DHCPClient.Configuration(hardwareAddress: hardware, hostName: hostName)
    configuration.probesAddress = probesAddress
    configuration.wantsBroadcast = wantsBroadcast
    return configuration
  }

  private static let name = Field("host-name", .domainName, "The name it tells the server, option 12")
  private static let probe = Field(
    "probe", .boolean, "Asks by ARP whether somebody has the address already, before it is used (RFC 5227)")
  private static let broadcast = Field("broadcast", .boolean, "Asks for answers to everybody (RFC 2131, 4.1)")

  static let shape = Shape<LeaseWishes>.object("a DHCP client", [name, probe, broadcast]) { fields, diagnostics in
    LeaseWishes(
      hostName: fields.read(name, &diagnostics)?.text, probesAddress: fields.read(probe, &diagnostics) ?? false,
      wantsBroadcast: fields.read(broadcast, &diagnostics) ?? false)
  }.named("dhcp-client")
}

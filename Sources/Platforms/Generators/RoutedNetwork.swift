import Configuration
import Devices
import Packets

/// Routers, the links between them and the hosts behind each: what rings, grids and their like have in common.
///
/// The hosts of a router are a network, and each link has a /31 (RFC 3021). The networks of the hosts are given out
/// first, in the order of the routers, then those of the links, in theirs: where neighbours follow each other their
/// networks do, and routes merge.
struct RoutedNetwork {
  struct Router {
    /// What stands behind the node's name and a dash, as in `campus-r1`.
    var name: String
    /// The same of the switch for its hosts, where there are several.
    var lan: String
    var hosts: Int
  }

  var routers: [Router] = []
  var links: [(Int, Int)] = []

  private static let uplink = Field(
    "uplink", .interfaceAddress,
    "The address of its first router's interface up0, which the rest of the scenario links to")
  private static let gateway = HandedField(
    name: "gateway", schema: Shape.ipv4Address.schema, summary: "The router behind the uplink, for everything else",
    isRequired: false)
  static let fields: [any FieldDeclaration] = NetworkFields.common + [uplink, gateway]

  /// Writes it out; where the block has too few addresses that is reported.
  func expand(_ node: inout NodeReader) -> Expansion {
    let hosts = routers.map(\.hosts).max() ?? 0
    let lanSize = AddressBlocks.size(ofStations: hosts + 1)
    let lanCount = routers.count { $0.hosts > 0 }
    var blocks = AddressBlocks(node.block(ofAtLeast: UInt64(lanCount) * lanSize + UInt64(links.count) * 2))
    var network = GeneratedNetwork(&node)
    let lans = routers.map { $0.hosts > 0 ? blocks.take(lanSize) : nil }
    var interfaces = lans.map { lan in
      Mapping(lan.map { [("lan", Value.string("\($0.station(1))"))] } ?? [])
    }
    for link in links {
      let block = blocks.take(2)
      interfaces[link.0].set("to-\(routers[link.1].name)", to: .string("\(block.station(0))"))
      interfaces[link.1].set("to-\(routers[link.0].name)", to: .string("\(block.station(1))"))
    }
    let gateway = addUplink(&node, &interfaces)
    for (number, router) in routers.enumerated() {
      network.addRouter("\(node.name)-\(router.name)", interfaces: interfaces[number], number == 0 ? gateway : [])
      if let lan = lans[number] { add(lan, of: router, to: &network) }
    }
    for link in links {
      let (one, other) = (routers[link.0].name, routers[link.1].name)
      network.link("\(node.name)-\(one):to-\(other)", "\(node.name)-\(other):to-\(one)")
    }
    return network.expansion
  }

  /// One host is plugged into its router, several into a switch.
  private func add(_ lan: IPv4Prefix, of router: Router, to network: inout GeneratedNetwork) {
    let gateway = Value.string("\(lan.station(1).address)")
    var socket = "\(network.name)-\(router.name):lan"
    if router.hosts > 1 {
      let lanSwitch = "\(network.name)-\(router.lan)"
      network.addSwitch(lanSwitch)
      network.link(socket, lanSwitch)
      socket = lanSwitch
    }
    for number in 0..<router.hosts {
      let host = network.addHost(lan.station(number + 2), gateway: gateway)
      network.link(host, socket)
    }
  }

  /// Gives the first router its interface to the outside; what it says of a way beyond comes back.
  private func addUplink(_ node: inout NodeReader, _ interfaces: inout [Mapping]) -> [(String, Value)] {
    if node.read(Self.uplink) != nil, let address = node.fields.value(of: Self.uplink), !interfaces.isEmpty {
      interfaces[0].set("up0", to: address)
    }
    return node.fields.value(of: Self.gateway).map { [("gateway", $0)] } ?? []
  }
}

import Configuration
import Devices
import Packets

/// `kind: star`: hosts around one switch, which is the node itself.
public enum Star: NodeKind {
  public static let word = "star"
  public static let summary = "Hosts around one switch: NAME is the switch, NAME-h1 and so on the hosts"
  public static let fields: [any FieldDeclaration] = [hosts, SwitchedHosts.gateway] + NetworkFields.common

  private static let hosts = Field("hosts", .integer(in: 1...60_000), "How many there are", required: true)

  public static func expand(_ node: inout NodeReader) -> Expansion {
    let count = node.read(hosts) ?? 1
    var hosts = SwitchedHosts(count, &node)
    var network = GeneratedNetwork(&node)
    network.addSwitch(node.name)
    for _ in 0..<count { network.link(hosts.add(to: &network), node.name) }
    return network.expansion
  }
}

/// Hosts that are all on one network, from its first address on; the gateway's is left out.
struct SwitchedHosts {
  static let gateway = Field(
    "gateway", Shape.ipv4Address.located, "The router of the hosts, which is linked to the node")

  private let block: IPv4Prefix
  private var gateway: Value?
  private var skipped: IPv4Address?
  private var next = 1

  init(_ count: Int, _ node: inout NodeReader) {
    let router = node.read(Self.gateway)
    block = node.block(ofAtLeast: UInt64(count) + (router == nil ? 2 : 3))
    guard let router else { return }
    guard block.contains(router.value) else {
      node.diagnostics.report(
        "\(router.value) is not on the network \(block) of '\(node.name)'", .gatewayNotConnected,
        at: router.location)
      return
    }
    gateway = node.fields.value(of: Self.gateway)
    skipped = router.value
  }

  mutating func add(to network: inout GeneratedNetwork) -> String {
    if block.station(next).address == skipped { next += 1 }
    defer { next += 1 }
    return network.addHost(block.station(next), gateway: gateway)
  }
}

import Packets
import Protocols
import Simulation
import Topology

/// Networks with the routers on them, and packets that follow the routes computed for them.
struct RouterSketch {
  struct Network {
    var prefix: IPv4Prefix
    var routers: [Int]
  }

  var routerCount: Int
  var networks: [Network] = []
  var offers: [RouterGraph.Offer] = []

  init(routers: Int) { routerCount = routers }

  /// The routers get the first addresses of the network, in the order given.
  mutating func add(_ prefix: String, _ routers: Int...) {
    guard let prefix = IPv4Prefix(prefix) else { return }
    networks.append(Network(prefix: prefix, routers: routers))
  }

  mutating func offer(_ prefix: String, at router: Int) {
    guard let prefix = IPv4Prefix(prefix) else { return }
    offers.append(RouterGraph.Offer(router: router, prefix: prefix))
  }

  func address(of place: Int, in network: Network) -> IPv4Address {
    let first = network.prefix.length > 30 ? 0 : 1
    return network.prefix.network.advanced(by: first + place) ?? .any
  }

  var graph: RouterGraph {
    var ports = [Int](repeating: 0, count: routerCount)
    var attachments: [RouterGraph.Attachment] = []
    for (segment, network) in networks.enumerated() {
      for (place, router) in network.routers.enumerated() {
        let address = InterfaceAddress(address(of: place, in: network), in: network.prefix)
        attachments.append(
          RouterGraph.Attachment(router: router, port: PortNumber(ports[router]), segment: segment, address: address))
        ports[router] += 1
      }
    }
    return RouterGraph(routerCount: routerCount, attachments: attachments, offers: offers)
  }

  /// The routes of one router as `10.0.0.0/24 via 10.1.0.2`, sorted.
  func routes(of router: Int) throws -> [String] {
    try graph.routes()[router].map { "\($0.prefix) via \($0.nextHop?.description ?? "-")" }.sorted()
  }
}

/// A sketch with the routes it led to, to send packets through.
struct RoutedSketch {
  enum End: Hashable {
    case arrived(hops: Int)
    case noRoute(hops: Int)
    case circles
  }

  let sketch: RouterSketch
  let routes: [[Route]]
  /// By router, with the networks each is on.
  private var tables: [RoutingTable]
  private var owners: [IPv4Address: Int] = [:]  // looked up, never iterated

  init(_ sketch: RouterSketch) throws {
    self.sketch = sketch
    routes = try sketch.graph.routes()
    tables = Array(repeating: RoutingTable(), count: sketch.routerCount)
    for network in sketch.networks {
      for (place, router) in network.routers.enumerated() {
        owners[sketch.address(of: place, in: network)] = router
        tables[router].insert(Route(to: network.prefix, on: 0, origin: .none))
      }
    }
    for (router, routes) in routes.enumerated() {
      for route in routes { tables[router].insert(route) }
    }
  }

  func nextHop(from router: Int, to address: IPv4Address) -> IPv4Address? {
    tables[router].lookup(address, now: .start)?.nextHop
  }

  /// What becomes of a packet that a router sends.
  func send(from start: Int, to address: IPv4Address) -> End {
    var router = start
    for hops in 0...sketch.routerCount {
      guard let route = tables[router].lookup(address, now: .start) else { return .noRoute(hops: hops) }
      guard let nextHop = route.nextHop else { return .arrived(hops: hops) }
      guard let next = owners[nextHop] else { return .arrived(hops: hops) }
      router = next
    }
    return .circles
  }

  /// Whether a route leads to addresses that no network has.
  func claimsTooMuch(_ route: Route) -> Bool {
    let all = sketch.networks.map(\.prefix) + sketch.offers.map(\.prefix)
    guard !all.contains(route.prefix) else { return false }
    let inside = Set(all.filter { route.prefix.contains($0.network) && $0.length > route.prefix.length })
    return inside.reduce(0) { $0 + $1.size } != route.prefix.size
  }
}

extension IPv4Prefix {
  fileprivate var size: UInt64 { 1 << UInt64(32 - length) }
}

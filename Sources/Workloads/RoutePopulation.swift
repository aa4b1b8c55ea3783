import Packets
import Simulation
import Topology

/// W5-routes: computing the static routes of many routers, each with a network of its own, joined as a tree or a chain.
package struct RoutePopulation: Sendable {
  package static let word = "W5-routes"

  package enum Shape: String, Sendable, CaseIterable {
    /// A binary tree, addresses given out branch by branch.
    case tree
    case chain
  }

  private let routerCount: Int
  private let attachments: [RouterGraph.Attachment]

  /// Router n has the network 10.x.y.z/30 number n, and one more /30 on the cable to its parent.
  package init(routers: Int, shape: Shape) {
    routerCount = routers
    let order = shape == .tree ? RoutePopulation.depthFirst(routers) : Array(0..<routers)
    var attachments: [RouterGraph.Attachment] = []
    var ports = [Int](repeating: 0, count: routers)
    func attach(_ router: Int, _ segment: Int, _ block: Int, _ host: Int) {
      let address = IPv4Address(10, 0, 0, 0).place(block * 4 + host)
      attachments.append(
        RouterGraph.Attachment(
          router: router, port: PortNumber(ports[router]), segment: segment, address: .made(address, 30)))
      ports[router] += 1
    }
    for router in 0..<routers {
      attach(router, router, 2 * order[router], 1)
      guard router > 0 else { continue }
      // The cable's network stands beside the lower router's own, so that branches merge into few prefixes.
      attach(router, routers + router, 2 * order[router] + 1, 1)
      attach(shape == .tree ? (router - 1) / 2 : router - 1, routers + router, 2 * order[router] + 1, 2)
    }
    self.attachments = attachments
  }

  /// The place of each router of a binary heap in the order in which a walk from the root first meets them.
  private static func depthFirst(_ routers: Int) -> [Int] {
    var order = [Int](repeating: 0, count: routers)
    var next = 0
    var waiting = [0]
    while let router = waiting.popLast() {
      order[router] = next
      next += 1
      waiting += [2 * router + 2, 2 * router + 1].filter { $0 < routers }
    }
    return order
  }

  /// How many routes there are in all.
  package func run() throws -> Int {
    let graph = RouterGraph(routerCount: routerCount, attachments: attachments)
    return try graph.routes().reduce(0) { $0 + $1.count }
  }
}

import Protocols
import Simulation

/// `ip neigh`
enum NeighborTable: StateTable {
  static let word = "arp"
  static let summary = "Hardware addresses of neighbours, as `ip neigh` has them"
  static let columns = [
    StateColumn("address"), StateColumn("dev", .behind("dev ")), StateColumn("lladdr", .behind("lladdr ")),
    StateColumn("state"),
  ]

  static func sections(of device: any Device, _ view: StateView) -> [StateSection]? {
    let cache: NeighborCache
    switch device {
    case let stack as IPStack: cache = stack.network.neighbors
    case let proxy as NATProxy: cache = proxy.network.neighbors
    default: return nil
    }
    return [
      StateSection(
        cache.neighbors(at: view.now).map { neighbor in
          [
            .shown(neighbor.address), view.port(neighbor.port), neighbor.hardware.map { .shown($0) },
            .text("\(neighbor.state)".uppercased()),
          ]
        })
    ]
  }
}

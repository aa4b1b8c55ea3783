import Protocols
import Simulation

/// `bridge link`, and `brctl showstp` for who is the root.
enum TreeTable: StateTable {
  static let word = "stp"
  static let summary = "Roles and states of ports in the spanning tree, and its root"
  static let columns = [
    StateColumn("dev", .headed("PORT")), StateColumn("role", .headed("ROLE")), StateColumn("state", .headed("STATE")),
    StateColumn("cost", .number("COST")), StateColumn("bridge", .headed("BRIDGE"), fold: .second),
    StateColumn("root", .headed("ROOT")), StateColumn("root-cost", .number("ROOT-COST")),
  ]

  static func sections(of device: any Device, _ view: StateView) -> [StateSection]? {
    guard let bridge = device as? Bridge, let tree = bridge.tree?.view else { return nil }
    return [
      StateSection(
        tree.ports.enumerated().map { place, port in
          [
            view.port(PortNumber(place)), .text(port.role), .text(port.state.word), .number(UInt64(port.cost)),
            .shown(tree.bridge), .text(tree.root == tree.bridge ? "itself" : "\(tree.root)"),
            .number(UInt64(tree.rootCost)),
          ]
        })
    ]
  }
}

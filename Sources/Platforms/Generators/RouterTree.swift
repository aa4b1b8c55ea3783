import Configuration

/// `kind: router-tree`: routers in a tree as wide as can be, with hosts behind those at its ends.
///
/// They are numbered branch by branch, and so are their addresses: what is behind a router is one run of addresses, and
/// its neighbour above has a route or two for it.
public enum RouterTree: NodeKind {
  public static let word = "router-tree"
  public static let summary = "Routers in a tree, with hosts at its ends; NAME-r1 is the root"
  public static let fields: [any FieldDeclaration] = [routers, branches, hosts] + RoutedNetwork.fields

  private static let routers = Field("routers", .integer(in: 1...500_000), "How many there are", required: true)
  private static let branches = Field(
    "branches", .integer(in: 1...10_000), "Routers below each, while there are enough; 2 unless set")
  private static let hosts = Field(
    "hosts", .integer(in: 0...10_000), "Hosts behind each router that has none below it; 1 unless set")

  public static func expand(_ node: inout NodeReader) -> Expansion {
    let count = node.read(routers) ?? 1
    let branches = node.read(branches) ?? 2
    let hosts = node.read(hosts) ?? 1
    guard node.checkSize(count * (hosts + 2), at: Self.routers) else { return Expansion() }
    var network = RoutedNetwork()
    // Level by level the children of n are n · branches + 1 and those after it; they are visited branch by branch.
    var waiting: [(level: Int, parent: Int)] = [(0, -1)]
    while let (router, parent) = waiting.popLast() {
      let number = network.routers.count
      let children = (router * branches + 1..<router * branches + 1 + branches).clamped(to: 0..<count)
      network.routers.append(
        RoutedNetwork.Router(name: "r\(number + 1)", lan: "s\(number + 1)", hosts: children.isEmpty ? hosts : 0))
      if parent >= 0 { network.links.append((parent, number)) }
      for child in children.reversed() { waiting.append((child, number)) }
    }
    return network.expand(&node)
  }
}

import Configuration

/// `kind: leaf-spine`: the two stages of a data centre, with a link from each leaf to each spine.
public enum LeafSpine: NodeKind {
  public static let word = "leaf-spine"
  public static let summary =
    "Leaf routers with hosts behind them, each linked to every spine: NAME-spine1, NAME-leaf1, NAME-h1 and so on"
  public static let fields: [any FieldDeclaration] = [spines, leaves, hosts] + RoutedNetwork.fields

  private static let spines = Field("spines", .integer(in: 1...1000), "How many spines there are", required: true)
  private static let leaves = Field("leaves", .integer(in: 1...10_000), "How many leaves there are", required: true)
  private static let hosts = Field(
    "hosts", .integer(in: 0...10_000), "How many hosts are behind each leaf; 1 unless set")

  public static func expand(_ node: inout NodeReader) -> Expansion {
    let spines = node.read(spines) ?? 1
    let leaves = node.read(leaves) ?? 1
    let hosts = node.read(hosts) ?? 1
    // A link is as much to hold as a machine.
    guard node.checkSize(spines + leaves * (hosts + 2 + spines), at: Self.leaves) else { return Expansion() }
    var network = RoutedNetwork()
    network.routers =
      (1...spines).map { RoutedNetwork.Router(name: "spine\($0)", lan: "", hosts: 0) }
      + (1...leaves).map { RoutedNetwork.Router(name: "leaf\($0)", lan: "s\($0)", hosts: hosts) }
    network.links = (0..<leaves).flatMap { leaf in (0..<spines).map { ($0, spines + leaf) } }
    return network.expand(&node)
  }
}

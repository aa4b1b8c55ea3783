import Configuration

/// `kind: ring`: routers in a circle.
public enum Ring: NodeKind {
  public static let word = "ring"
  public static let summary = "Routers in a ring, each with hosts behind it: NAME-r1, NAME-h1 and so on"
  public static let fields: [any FieldDeclaration] = [routers, hosts] + RoutedNetwork.fields

  private static let routers = Field("routers", .integer(in: 3...100_000), "How many there are", required: true)
  private static let hosts = Field("hosts", .integer(in: 0...10_000), "How many hosts are behind each; 1 unless set")

  public static func expand(_ node: inout NodeReader) -> Expansion {
    let count = node.read(routers) ?? 3
    let hosts = node.read(hosts) ?? 1
    guard node.checkSize(count * (hosts + 2), at: Self.routers) else { return Expansion() }
    var network = RoutedNetwork()
    network.routers = (1...count).map { RoutedNetwork.Router(name: "r\($0)", lan: "s\($0)", hosts: hosts) }
    network.links = (0..<count).map { ($0, ($0 + 1) % count) }
    return network.expand(&node)
  }
}

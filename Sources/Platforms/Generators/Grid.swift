import Configuration

/// `kind: grid`: routers in rows and columns, each linked to those beside, above and below it.
public enum Grid: NodeKind {
  public static let word = "grid"
  public static let summary = "Routers in rows and columns, each with hosts behind it; NAME-r1 is top left"
  public static let fields: [any FieldDeclaration] = [rows, columns, hosts] + RoutedNetwork.fields

  private static let rows = Field("rows", .integer(in: 1...10_000), "How many there are", required: true)
  private static let columns = Field("columns", .integer(in: 1...10_000), "Routers in each row", required: true)
  private static let hosts = Field("hosts", .integer(in: 0...10_000), "How many hosts are behind each; 1 unless set")

  public static func expand(_ node: inout NodeReader) -> Expansion {
    let rows = node.read(rows) ?? 1
    let columns = node.read(columns) ?? 1
    let hosts = node.read(hosts) ?? 1
    guard node.checkSize(rows * columns * (hosts + 2), at: Self.rows) else { return Expansion() }
    var network = RoutedNetwork()
    network.routers = (1...rows * columns).map {
      RoutedNetwork.Router(name: "r\($0)", lan: "s\($0)", hosts: hosts)
    }
    for router in 0..<rows * columns {
      if (router + 1) % columns > 0 { network.links.append((router, router + 1)) }
      if router + columns < rows * columns { network.links.append((router, router + columns)) }
    }
    return network.expand(&node)
  }
}

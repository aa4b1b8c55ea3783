import Configuration

/// `kind: access-point`: Wi-Fi cards are linked to it, and a wired network.
public enum AccessPoint: NodeKind {
  public static let word = "access-point"
  public static let summary =
    "A wireless access point: passes on frames of the cards linked to it, but of nobody behind them"
  public static let fields: [any FieldDeclaration] = HandedField.ofDevice("access-point")

  public static func expand(_ node: inout NodeReader) -> Expansion {
    Expansion(machine: node.name, node.machine(ofOne: "access-point", fields, showsAs: word))
  }
}

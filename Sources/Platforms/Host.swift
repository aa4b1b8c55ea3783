import Configuration

/// `kind: host`: a computer with an IP stack.
public enum Host: NodeKind {
  public static let word = "host"
  public static let summary = "A computer: one IP stack with its interfaces and services"
  public static let fields: [any FieldDeclaration] = HandedField.ofStack + [Bonds.field, Tunnels.field]

  public static func expand(_ node: inout NodeReader) -> Expansion {
    let (bonds, tunnels) = (Bonds(&node), Tunnels(&node))
    return Expansion(machine: node.name, StackWriter(node, bonds: bonds, tunnels: tunnels).machine(showsAs: word))
  }
}

import Configuration

/// `kind: router`: a stack that passes on what is for others.
public enum Router: NodeKind {
  public static let word = "router"
  public static let summary = "A router: forwards between its interfaces"
  public static let fields: [any FieldDeclaration] = HandedField.ofStack + [Bonds.field, Tunnels.field]

  public static func expand(_ node: inout NodeReader) -> Expansion {
    let (bonds, tunnels) = (Bonds(&node), Tunnels(&node))
    var stack = StackWriter(node, bonds: bonds, tunnels: tunnels)
    stack.suggest("forwards", true)
    return Expansion(machine: node.name, stack.machine(showsAs: word))
  }
}

/// `kind: firewall`: a router with rules.
public enum Firewall: NodeKind {
  public static let word = "firewall"
  public static let summary = "A router that lets pass what its rules allow"
  public static let fields: [any FieldDeclaration] = HandedField.ofStack + [Bonds.field, Tunnels.field]

  public static func expand(_ node: inout NodeReader) -> Expansion {
    let (bonds, tunnels) = (Bonds(&node), Tunnels(&node))
    var stack = StackWriter(node, bonds: bonds, tunnels: tunnels)
    stack.suggest("forwards", true)
    // A firewall about which nothing is said lets nothing through.
    stack.suggest("filter", ["policy": "drop"])
    return Expansion(machine: node.name, stack.machine(showsAs: word))
  }
}

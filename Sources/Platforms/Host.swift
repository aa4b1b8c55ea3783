import Configuration

/// `kind: host`: a computer with an IP stack.
public enum Host: NodeKind {
  public static let word = "host"
  public static let summary = "A computer: one IP stack with its interfaces and services"
  public static let fields = HandedField.ofStack

  public static func expand(_ node: inout NodeReader) -> Expansion {
    Expansion(machine: node.name, StackWriter(node).machine(showsAs: word))
  }
}

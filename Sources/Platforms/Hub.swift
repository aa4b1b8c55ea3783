import Configuration

/// `kind: hub`: every frame to every port.
public enum Hub: NodeKind {
  public static let word = "hub"
  public static let summary = "A hub: repeats every frame to all other ports; a link adds a port"
  public static let fields = HandedField.ofDevice("hub")

  public static func expand(_ node: inout NodeReader) -> Expansion {
    Expansion(machine: node.name, node.machine(ofOne: "hub", fields, showsAs: word))
  }
}

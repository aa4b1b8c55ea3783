import Configuration

/// `kind: switch`: a box that is one learning bridge.
public enum Switch: NodeKind {
  public static let word = "switch"
  public static let summary = "A switch: learns where stations are; a link adds a port"
  public static let fields: [any FieldDeclaration] = HandedField.ofDevice("bridge") + [Bonds.field]

  public static func expand(_ node: inout NodeReader) -> Expansion {
    Expansion(
      machine: node.name, node.bridgeMachine(HandedField.ofDevice("bridge"), showsAs: word))
  }
}

/// `kind: bridge`: the same under the name that IEEE 802.1 gives it.
public enum Bridge: NodeKind {
  public static let word = "bridge"
  public static let summary = "A learning bridge; a link adds a port"
  public static let fields: [any FieldDeclaration] = HandedField.ofDevice("bridge") + [Bonds.field]

  public static func expand(_ node: inout NodeReader) -> Expansion {
    Expansion(
      machine: node.name, node.bridgeMachine(HandedField.ofDevice("bridge"), showsAs: word))
  }
}

extension NodeReader {
  /// A machine that is one device with what the user said about it.
  func machine(ofOne kind: String, _ handed: [any FieldDeclaration], showsAs word: String) -> Value {
    var device = Mapping([("kind", .string(kind))])
    for field in handed {
      guard let entry = value.map?.entry(field.name) else { continue }
      device.set(field.name, to: entry.value, keyLocation: entry.keyLocation)
    }
    return ["kind": "machine", "shows-as": .string(word), "devices": .map([(kind, .map(device))])]
  }
}

import Configuration
import Topology

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
  mutating func machine(ofOne kind: String, _ handed: [any FieldDeclaration], showsAs word: String) -> Value {
    var device = Mapping([("kind", .string(kind))])
    for field in handed {
      guard let entry = value.map?.entry(field.name) else { continue }
      let written = field.name == "ports" ? portsWrittenOut(entry.value) : entry.value
      device.set(field.name, to: written, keyLocation: entry.keyLocation)
    }
    return ["kind": "machine", "shows-as": .string(word), "devices": .map([(kind, .map(device))])]
  }

  /// Ports by name, with a range such as `eth[1-24]` as all that it stands for; what is said of one by its own name goes
  /// before that.
  private mutating func portsWrittenOut(_ ports: Value) -> Value {
    guard let entries = ports.map?.entries, entries.contains(where: { NamePattern.isPattern($0.key) }) else {
      return ports
    }
    var written = Mapping()
    let own = Set(entries.map(\.key))  // looked up, never iterated
    for entry in entries {
      guard NamePattern.isPattern(entry.key) else {
        written.set(entry.key, to: entry.value, keyLocation: entry.keyLocation)
        continue
      }
      for name in NamePattern(entry.key, at: entry.keyLocation, &diagnostics)?.names ?? [] where !own.contains(name) {
        if written.entry(name) != nil {
          diagnostics.report("the port '\(name)' is in two ranges", .duplicateName, at: entry.keyLocation)
        }
        written.set(name, to: entry.value, keyLocation: entry.keyLocation)
      }
    }
    return .map(written, at: ports.location)
  }
}

import Configuration
import Packets

/// `kind: nat`: a router behind whose outside address everything inside is hidden.
public enum NAT: NodeKind {
  public static let word = "nat"
  public static let summary = "A router that hides what leaves by one interface behind its own address"
  public static let fields: [any FieldDeclaration] =
    HandedField.ofStack(except: "masquerade") + [inside, outside]

  private static let inside = Field(
    "inside", .string, "The interface of those who are hidden; for the reader only")
  private static let outside = Field(
    "outside", .string,
    "The interface behind whose address they are hidden; the one toward the gateway unless set")

  public static func expand(_ node: inout NodeReader) -> Expansion {
    var stack = StackWriter(node, defaultInterfaces: ["outside", "inside"])
    stack.suggest("forwards", true)
    if let name = node.read(inside) { _ = node.check(name, of: stack, at: node.fields.location(of: inside)) }
    let written = node.read(outside)
    if let written, !node.check(written, of: stack, at: node.fields.location(of: outside)) {
      return Expansion(machine: node.name, stack.machine(showsAs: word))
    }
    if let name = written ?? stack.outsideInterface { stack.set("masquerade", [.string(name)]) }
    return Expansion(machine: node.name, stack.machine(showsAs: word))
  }
}

extension StackWriter {
  /// The interface the rest of the world is behind: that of the default gateway, or else the first.
  var outsideInterface: String? {
    let gateway = firstAddress(in: "gateway")?.text.flatMap { IPv4Address($0) }
    return gateway.flatMap { interface(toward: $0) } ?? interfaces.keys.first
  }
}

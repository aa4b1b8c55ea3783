import Configuration
import Packets

/// `kind: internet`: everything beyond the provider, as one stack that owns many addresses.
///
/// It has no default route, so what it has no route for, such as private addresses, it answers with net-unreachable.
public enum Internet: NodeKind {
  public static let word = "internet"
  public static let summary =
    "All the world beyond a provider: owns the addresses of its names, answers ping, DNS and HTTP"
  public static let fields: [any FieldDeclaration] =
    HandedField.ofStack(except: "gateway", "dns", "masquerade") + [names]

  private static let names = Field(
    "names", .map(of: .string), "Domain names, each with its address or another name")

  public static func expand(_ node: inout NodeReader) -> Expansion {
    var stack = StackWriter(node)
    stack.suggest("forwards", true)
    var owned = stack["owns"].map { $0.list ?? [$0] } ?? []
    var seen = Set(owned.compactMap(\.text))
    for entry in node.value["names"]?.map?.entries ?? [] {
      guard let text = entry.value.text, IPv4Address(text) != nil, seen.insert(text).inserted else {
        continue
      }
      // An address of an interface is its own already.
      guard !stack.ownsOnInterface(text) else { continue }
      owned.append(entry.value)
    }
    if !owned.isEmpty { stack.set("owns", .list(owned)) }
    if node.read(names) != nil, let value = node.value["names"] {
      // All the world's names are here: one that is not does not exist.
      stack.serve("dns-server", [("names", value), ("authority", ".")])
    }
    stack.serve(["kind": "http-server"])
    return Expansion(machine: node.name, stack.machine(showsAs: word))
  }
}

extension StackWriter {
  fileprivate func ownsOnInterface(_ text: String) -> Bool {
    interfaces.keys.contains { address(of: $0).map { "\($0.address)" } == text }
  }
}

import Configuration
import Topology

/// Every kind of node there is.
public let nodeKinds: [any NodeKind.Type] = [
  Host.self, Switch.self, Bridge.self, Hub.self, Router.self, HomeRouter.self, Internet.self, DHCPServer.self,
  DNSServer.self, NAT.self, Firewall.self, VMware.self, Machine.self, Star.self, Tree.self, Ring.self, Grid.self,
  LeafSpine.self, RouterTree.self,
]

/// From the words of products and people to the plain language.
public enum Platforms {
  /// All nodes of a scenario in the plain language.
  public struct Expanded: Sendable {
    /// In the order of the nodes; guests follow their machine.
    public var machines: [(name: String, value: Value)] = []
    /// The scenario's own links, then those that node kinds brought.
    public var links: [Value] = []
    /// Nodes that were written but could not be expanded.
    public var unreadable: Set<String> = []

    public init() {}
  }

  /// Expands every node; mistakes are reported, and a node that has one too many is left out.
  public static func expand(
    nodes: Mapping, links: [Value], _ diagnostics: inout Diagnostics
  ) -> Expanded {
    var result = Expanded()
    result.links = links
    let linked = linkedInterfaces(links)
    var places: [String: SourceLocation] = [:]
    for entry in nodes.entries where !entry.key.hasPrefix("x-") {
      guard let expansion = expand(entry, linked[entry.key] ?? [], &diagnostics) else {
        result.unreadable.insert(entry.key)
        continue
      }
      result.links += expansion.links
      for (place, machine) in expansion.machines.enumerated() {
        // The node itself comes first. It may have the name of an earlier one's guest: all names are one family.
        let location = place == 0 ? entry.keyLocation : machine.value.location
        if let first = places[machine.name] {
          diagnostics.report(
            "there are two machines '\(machine.name)'", .duplicateName, at: location,
            notes: [Diagnostic.Note("the other one is here", at: first.isNone ? nil : first)])
        } else {
          places[machine.name] = location
          result.machines.append(machine)
        }
      }
    }
    return result
  }

  /// What a node may be, as a map of fields for each kind.
  public static var nodeSchema: SchemaNode {
    .named("node", .anyOf(nodeKinds.map { PlainMachine.schema(of: $0.word, $0.summary, $0.fields) }))
  }

  private static func expand(
    _ entry: Mapping.Entry, _ linked: [String], _ diagnostics: inout Diagnostics
  ) -> Expansion? {
    guard NameRule.check(entry.key, of: "a node", at: entry.keyLocation, &diagnostics),
      let kind = kind(of: entry, &diagnostics)
    else { return nil }
    let fields = Fields(
      entry.value, declared: [kindField] + kind.fields, of: "node '\(entry.key)'", &diagnostics)
    var reader = NodeReader(
      name: entry.key, value: entry.value, linkedInterfaces: linked, fields: fields, diagnostics: diagnostics)
    var expansion = kind.expand(&reader)
    diagnostics = reader.diagnostics
    for place in expansion.machines.indices {
      expansion.machines[place].value = expansion.machines[place].value.located(at: entry.value.location)
    }
    expansion.links = expansion.links.map { $0.located(at: entry.value.location) }
    return expansion
  }

  private static let kindField = Field("kind", .string, "What it is")

  private static func kind(of entry: Mapping.Entry, _ diagnostics: inout Diagnostics) -> (any NodeKind.Type)? {
    let words = nodeKinds.map { $0.word }
    guard entry.value.map != nil else {
      diagnostics.report(.expected("a map of fields for node '\(entry.key)'", found: entry.value))
      return nil
    }
    guard let written = entry.value["kind"], !written.isNull else {
      diagnostics.report(
        "node '\(entry.key)' has no 'kind'", .missingField, at: entry.keyLocation,
        notes: ["the kinds are \(words.joined(separator: ", "))"])
      return nil
    }
    guard let word = written.text else {
      diagnostics.report(.expected("a kind of node", found: written))
      return nil
    }
    if let kind = nodeKinds.first(where: { $0.word == word }) { return kind }
    diagnostics.report(
      "there is no node of kind '\(word)'", .unknownKind, at: written.location,
      notes: Diagnostic.Note.suggestion(for: word, among: words, called: "kinds"))
    return nil
  }

  /// By node, looked up and never iterated.
  private static func linkedInterfaces(_ links: [Value]) -> [String: [String]] {
    var result: [String: [String]] = [:]
    for link in links {
      for end in link.list ?? link["endpoints"]?.list ?? [] {
        guard let text = end.text else { continue }
        let name = EndpointName(text)
        guard name.device == nil, let interface = name.port, !interface.isEmpty else { continue }
        guard !result[name.first, default: []].contains(interface) else { continue }
        result[name.first, default: []].append(interface)
      }
    }
    return result
  }
}

/// Showing what came out.
extension Platforms.Expanded {
  /// A scenario in the plain language that plays as the one it was expanded from.
  ///
  /// `rest` is what the scenario has besides: steps and expectations, untouched.
  public func plainScenario(name: String?, title: String?, rest: [(String, Value)] = []) -> Value {
    var entries: [(String, Value)] = []
    if let name { entries.append(("name", .string(name))) }
    if let title { entries.append(("title", .string(title))) }
    entries.append(("nodes", .map(machines.map { ($0.name, $0.value) })))
    entries.append(("links", .list(links)))
    return .map(entries + rest)
  }
}

import Configuration
import Topology

/// Every kind of node there is.
public let nodeKinds: [any NodeKind.Type] = [
  Host.self, Switch.self, Bridge.self, Hub.self, Router.self, HomeRouter.self, Internet.self, DHCPServer.self,
  DNSServer.self, NAT.self, Firewall.self, AccessPoint.self, VMware.self, Libvirt.self, Nova.self, Docker.self,
  VirtualBox.self, Machine.self, Star.self, Tree.self, Ring.self, Grid.self, LeafSpine.self, RouterTree.self,
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
    /// The counted nodes, whose plain names stand for all their instances.
    public var roster = Roster()
    var changes: [any ChangeTranslator] = []

    public init() {}
  }

  /// Expands every node; mistakes are reported, and a node that has one too many is left out.
  ///
  /// - Parameters:
  ///   - sections: What the scenario says in `Platforms.sections`.
  ///   - files: Reads the files that nodes and sections name.
  public static func expand(
    nodes: Mapping, links: [Value], sections: Mapping = Mapping(), files: inout TextFiles,
    _ diagnostics: inout Diagnostics
  ) -> Expanded {
    var result = Expanded()
    let series = series(of: nodes, &result, &diagnostics)
    result.links = result.roster.links(links, &diagnostics)
    let linked = linkedInterfaces(result.links)
    let installed = installations(of: series, linked, sections, &files, &result.changes, &diagnostics)
    var places: [String: SourceLocation] = [:]
    for series in series {
      let errors = diagnostics.errorCount
      for number in series.names.indices {
        // What is wrong with one of them is wrong with all, and told once.
        let name = series.names[number]
        guard diagnostics.errorCount == errors,
          let expansion = installed[name]
            ?? expand(series.instance(number), linked[name] ?? Linked(), &files, &diagnostics)
        else {
          result.unreadable.insert(name)
          continue
        }
        add(expansion, of: series, number, &result, &places, &diagnostics)
      }
    }
    return result
  }

  private static func series(
    of nodes: Mapping, _ result: inout Expanded, _ diagnostics: inout Diagnostics
  ) -> [NodeSeries] {
    var all: [NodeSeries] = []
    var count = 0
    for entry in nodes.entries where !entry.key.hasPrefix("x-") {
      guard let series = NodeSeries(entry, &diagnostics) else {
        result.unreadable.insert(entry.key)
        continue
      }
      guard count + series.names.count <= NamePattern.mostNames else {
        diagnostics.report(
          "with '\(entry.key)' there are more than \(NamePattern.mostNames) nodes", .outOfRange, at: entry.keyLocation)
        result.unreadable.formUnion(series.names + [entry.key])
        continue
      }
      count += series.names.count
      if series.isCounted { result.roster.add(entry.key, count: series.names.count) }
      if series.hasRoom(&diagnostics) { all.append(series) } else { result.unreadable.formUnion(series.names) }
    }
    return all
  }

  private static func add(
    _ expansion: Expansion, of series: NodeSeries, _ number: Int, _ result: inout Expanded,
    _ places: inout [String: SourceLocation], _ diagnostics: inout Diagnostics
  ) {
    var isRepeated = false
    for (place, machine) in expansion.machines.enumerated() {
      // The node itself comes first. It may have the name of an earlier one's guest: all names are one family.
      let location = place == 0 ? series.entry.keyLocation : machine.value.location
      guard let first = places[machine.name] else {
        places[machine.name] = location
        result.machines.append(machine)
        continue
      }
      guard place > 0, number > 0, first == location else {
        diagnostics.report(
          "there are two machines '\(machine.name)'", .duplicateName, at: location,
          notes: [Diagnostic.Note("the other one is here", at: first.isNone ? nil : first)])
        continue
      }
      isRepeated = true
      diagnostics.report(
        "each of the \(series.names.count) '\(series.entry.key)' would have a machine '\(machine.name)'",
        .duplicateName, at: location,
        notes: ["every name is one machine's; write the nodes that have guests one by one"])
    }
    if !isRepeated { result.links += expansion.links }
  }

  /// What a node may be, as a map of fields for each kind.
  public static var nodeSchema: SchemaNode {
    .named(
      "node", .anyOf(nodeKinds.map { PlainMachine.schema(of: $0.word, $0.summary, [NodeSeries.count] + $0.fields) }))
  }

  private static func expand(
    _ entry: Mapping.Entry, _ linked: Linked, _ files: inout TextFiles, _ diagnostics: inout Diagnostics
  ) -> Expansion? {
    guard NameRule.check(entry.key, of: "a node", at: entry.keyLocation, &diagnostics),
      let kind = kind(of: entry, &diagnostics)
    else { return nil }
    var reader = reader(of: entry, as: kind, linked, files, &diagnostics)
    let expansion = kind.expand(&reader)
    files = reader.files
    diagnostics = reader.diagnostics
    return expansion.located(at: entry.value.location)
  }

  /// The node with its fields; ones that the kind does not have are reported.
  static func reader(
    of entry: Mapping.Entry, as kind: any NodeKind.Type, _ linked: Linked, _ files: TextFiles,
    _ diagnostics: inout Diagnostics
  ) -> NodeReader {
    let fields = Fields(
      entry.value, declared: [kindField, NodeSeries.count] + kind.fields, of: "node '\(entry.key)'", &diagnostics)
    var reader = NodeReader(
      name: entry.key, value: entry.value, linkedInterfaces: linked.interfaces, fields: fields, files: files,
      diagnostics: diagnostics)
    reader.linkMTUs = linked.mtus
    return reader
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

  /// What links say of a node.
  struct Linked {
    /// In the order of the links.
    var interfaces: [String] = []
    var mtus: [String: Value] = [:]  // looked up, never iterated
  }

  /// By node, looked up and never iterated.
  private static func linkedInterfaces(_ links: [Value]) -> [String: Linked] {
    var result: [String: Linked] = [:]
    var seen: Set<EndpointName> = []  // looked up, never iterated
    for link in links {
      for end in link.list ?? link["endpoints"]?.list ?? [] {
        guard let text = end.text else { continue }
        let name = EndpointName(text)
        guard name.device == nil, let interface = name.port, !interface.isEmpty else { continue }
        guard seen.insert(name).inserted else { continue }
        result[name.first, default: Linked()].interfaces.append(interface)
        if let mtu = link["mtu"] { result[name.first]?.mtus[interface] = mtu }
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

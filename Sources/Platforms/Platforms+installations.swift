import Configuration
import Topology

extension Platforms {
  /// What node kinds are told at the top of a scenario.
  public static let sections: [PlatformSection] = nodeKinds.compactMap { ($0 as? any InstallationKind.Type)?.section }

  /// What those kinds let steps change.
  public static let changes: [any FieldDeclaration] =
    nodeKinds.flatMap { ($0 as? any InstallationKind.Type)?.changes ?? [] }

  /// Expansions of nodes that are written down together, by node; a node that cannot be read has none.
  static func installations(
    of all: [NodeSeries], _ linked: [String: Linked], _ sections: Mapping, _ files: inout TextFiles,
    _ changes: inout [any ChangeTranslator], _ diagnostics: inout Diagnostics
  ) -> [String: Expansion] {
    var result: [String: Expansion] = [:]  // looked up, never iterated
    for case let kind as any InstallationKind.Type in nodeKinds {
      var nodes: [NodeReader] = []
      for series in all {
        let errors = diagnostics.errorCount
        for number in series.names.indices where diagnostics.errorCount == errors {
          let entry = series.instance(number)
          guard entry.value["kind"]?.text == kind.word,
            NameRule.check(entry.key, of: "a node", at: entry.keyLocation, &diagnostics)
          else { continue }
          nodes.append(reader(of: entry, as: kind, linked[entry.key] ?? Linked(), TextFiles(), &diagnostics))
        }
      }
      let written = sections[kind.section.name].flatMap { $0.isNull ? nil : $0 }
      guard !nodes.isEmpty || written != nil else { continue }
      let section = Fields(
        written ?? .map([]), declared: kind.section.fields, of: "'\(kind.section.name)'", &diagnostics)
      var installation = InstallationReader(nodes: nodes, section: section, files: files, diagnostics: diagnostics)
      let expansions = kind.expand(&installation)
      files = installation.files
      diagnostics = installation.diagnostics
      if let translator = installation.changes { changes.append(translator) }
      precondition(expansions.count == nodes.count, "an installation has an expansion for each of its nodes")
      for (node, expansion) in zip(nodes, expansions) {
        result[node.name] = expansion.located(at: node.value.location)
      }
    }
    return result
  }
}

extension Platforms.Expanded {
  /// Steps whose `set` speaks of a product's guests, in the plain language.
  public func plain(steps: Value, _ diagnostics: inout Diagnostics) -> Value {
    guard !changes.isEmpty, let list = steps.list else { return steps }
    var translators = changes
    let plain = list.map { step -> Value in
      guard var fields = step.map, let change = fields["set"] else { return step }
      for place in translators.indices {
        guard let plain = translators[place].plain(change, &diagnostics) else { continue }
        fields.set("set", to: plain)
        return Value.map(fields).located(at: step.location)
      }
      return step
    }
    return Value.list(plain).located(at: steps.location)
  }
}

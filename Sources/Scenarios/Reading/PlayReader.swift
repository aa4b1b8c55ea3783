import Configuration
import Platforms
import Topology

/// Reads one variant, after its changes have been made and its variables replaced.
struct PlayReader {
  let variant: String
  /// The scenario's name and title; the variant may have its own title.
  let name: String
  let title: String
  let document: Value

  private static let declared: [any FieldDeclaration] =
    [
      Scenario.name, Scenario.title, Scenario.nodes, Scenario.links, Scenario.steps, Scenario.expect,
      Scenario.limits, Scenario.start,
    ] + Platforms.sections

  /// Nil when there are mistakes, which have been reported.
  func read(_ files: inout TextFiles, _ diagnostics: inout Diagnostics) -> Play? {
    let errors = diagnostics.errorCount
    let fields = Fields(document, declared: Self.declared, of: "the scenario", &diagnostics)
    let title = fields.read(Scenario.title, &diagnostics) ?? title
    let expanded = Platforms.expand(
      nodes: nodes(fields, &diagnostics), links: links(fields, &diagnostics), sections: sections(fields),
      files: &files, &diagnostics)
    var topology = TopologyReader.read(
      expanded.machines, links: expanded.links, unreadable: expanded.unreadable, &diagnostics)
    let isWhole = diagnostics.errorCount == errors
    let written = fields.value(of: Scenario.nodes) ?? .null
    let places = Places(
      topology, document: .list([written] + expanded.machines.map(\.value)), roster: expanded.roster.forSteps,
      unreadable: expanded.unreadable, isWhole: isWhole)
    let plain = fields.value(of: Scenario.steps).map { expanded.plain(steps: $0, &diagnostics) }
    let steps = StepsReader(places: places).read(
      plain, expect: fields.value(of: Scenario.expect), &topology.origins, &diagnostics)
    let limits = fields.read(Scenario.limits, &diagnostics)
    let start = fields.read(Scenario.start, &diagnostics)
    guard diagnostics.errorCount == errors else { return nil }
    return Play(
      variant: variant, title: title, topology: topology,
      expanded: expanded.plainScenario(
        name: name, title: title.isEmpty ? nil : title, rest: rest(fields, steps: plain, expanded.roster.forSteps)),
      steps: steps, limits: limits ?? PlayLimits(), start: start ?? .cold)
  }

  private func nodes(_ fields: Fields, _ diagnostics: inout Diagnostics) -> Mapping {
    guard let written = fields.value(of: Scenario.nodes) else { return Mapping() }
    guard let nodes = written.map else {
      diagnostics.report(.expected("a map of nodes by name", found: written))
      return Mapping()
    }
    if nodes.isEmpty {
      diagnostics.report("'nodes' is empty", .missingField, at: written.location)
    }
    return nodes
  }

  private func links(_ fields: Fields, _ diagnostics: inout Diagnostics) -> [Value] {
    guard let written = fields.value(of: Scenario.links) else { return [] }
    guard let links = written.list else {
      diagnostics.report(.expected("a list of links", found: written))
      return []
    }
    return links
  }

  /// What platforms are told, by the names of their sections.
  private func sections(_ fields: Fields) -> Mapping {
    Mapping(Platforms.sections.compactMap { section in fields.value(of: section).map { (section.name, $0) } })
  }

  /// What stands beside nodes and links, in words that need no counted nodes.
  private func rest(_ fields: Fields, steps: Value?, _ roster: Roster) -> [(String, Value)] {
    func kept(_ field: any FieldDeclaration) -> [(String, Value)] {
      fields.value(of: field).map { [(field.name, $0)] } ?? []
    }
    let plain = steps.map { [(Scenario.steps.name, roster.plain($0))] } ?? []
    return kept(Scenario.limits) + kept(Scenario.start) + plain + kept(Scenario.expect)
  }
}

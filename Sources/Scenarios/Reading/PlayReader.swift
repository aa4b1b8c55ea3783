import Configuration
import Platforms
import Topology

/// Reads one variant, after its changes have been made and its variables replaced.
struct PlayReader {
  let variant: String
  /// The scenario's; the variant may have its own.
  let title: String
  let document: Value
  let name: String

  func read(_ diagnostics: inout Diagnostics) -> Play? {
    let fields = Fields(
      document,
      declared: [
        Scenario.name, Scenario.title, Scenario.nodes, Scenario.links, Scenario.steps, Scenario.expect,
      ] + Platforms.sections, of: "the scenario", &diagnostics)
    let errors = diagnostics.errorCount
    let expanded = Platforms.expand(document, &diagnostics)
    let topology = TopologyReader.read(
      expanded.machines, links: expanded.links, unreadable: expanded.unreadable, &diagnostics)
    let places = Places(topology, document: document, isWhole: diagnostics.errorCount == errors)
    var reader = StepsReader(places: places)
    let steps = reader.read(
      fields.value(of: Scenario.steps), expect: fields.value(of: Scenario.expect), &diagnostics)
    guard diagnostics.errorCount == errors else { return nil }
    let plain = plainDocument(expanded)
    return Play(
      variant: variant, title: fields.read(Scenario.title, &diagnostics) ?? title, topology: topology,
      expanded: plain, steps: steps)
  }

  /// The document with its nodes and links written down in the plain language.
  private func plainDocument(_ expanded: Expansion) -> Value {
    var result = Mapping()
    result.set(Scenario.name.name, to: .string(name))
    for entry in document.map?.entries ?? [] {
      switch entry.key {
      case Scenario.name.name: break
      case Scenario.nodes.name: result.set(entry.key, to: .map(expanded.machines))
      case Scenario.links.name: break
      case Scenario.title.name, Scenario.steps.name, Scenario.expect.name:
        setLinks(expanded, &result)
        result.set(entry.key, to: entry.value)
      default: if entry.key.hasPrefix("x-") { result.set(entry.key, to: entry.value) }
      }
    }
    setLinks(expanded, &result)
    return .map(result)
  }

  /// Behind the nodes.
  private func setLinks(_ expanded: Expansion, _ result: inout Mapping) {
    guard result[Scenario.nodes.name] != nil, result[Scenario.links.name] == nil, !expanded.links.isEmpty else {
      return
    }
    result.set(Scenario.links.name, to: .list(expanded.links))
  }
}

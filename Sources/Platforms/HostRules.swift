import Configuration

/// Rules that a product installs in a host's stack, beside those that its owner wrote.
///
/// Products put their jumps before what is there already, so theirs come first at each place.
struct HostRules: Sendable {
  /// Of the filter, by hook or chain, in the order in which packets meet them.
  private var hooks = Mapping()
  private var chains = Mapping()
  /// Of the translation, by chain.
  private var translation = Mapping()

  var isEmpty: Bool { hooks.isEmpty && chains.isEmpty && translation.isEmpty }

  mutating func add(_ rule: Value, at hook: String) { HostRules.add([rule], to: hook, of: &hooks) }
  mutating func add(_ rules: [Value], to chain: String) { HostRules.add(rules, to: chain, of: &chains) }
  mutating func translate(_ rules: [Value], at chain: String) { HostRules.add(rules, to: chain, of: &translation) }

  private static func add(_ rules: [Value], to place: String, of table: inout Mapping) {
    table.set(place, to: .list((table[place]?.list ?? []) + rules))
  }

  /// Puts them before the owner's, whose policies stay. What is no map the stack is to refuse where it stands.
  func install(in stack: inout StackWriter, _ node: inout NodeReader) {
    if let filter = HostRules.joined(hooks, before: stack["filter"]) {
      stack.set("filter", withChains(filter, &node))
    }
    if let nat = HostRules.joined(translation, before: stack["nat"]) { stack.set("nat", nat) }
  }

  private func withChains(_ filter: Value, _ node: inout NodeReader) -> Value {
    guard !chains.isEmpty, var fields = filter.map else { return filter }
    let written = fields["chains"]?.map ?? Mapping()
    var all = chains
    for entry in written.entries {
      if chains[entry.key] != nil {
        node.diagnostics.report(
          "'\(entry.key)' is a chain of the product's own", .duplicateName, at: entry.keyLocation,
          notes: ["its rules come first; give yours another name"])
      }
      all.set(entry.key, to: entry.value, keyLocation: entry.keyLocation)
    }
    fields.set("chains", to: .map(all))
    return .map(fields, at: filter.location)
  }

  private static func joined(_ rules: Mapping, before written: Value?) -> Value? {
    guard !rules.isEmpty else { return written }
    guard var fields = written == nil ? Mapping() : written?.map else { return written }
    for entry in rules.entries {
      let own = fields[entry.key].map { $0.list ?? [$0] } ?? []
      let keyLocation = fields.entry(entry.key)?.keyLocation ?? .none
      fields.set(entry.key, to: .list((entry.value.list ?? []) + own), keyLocation: keyLocation)
    }
    return .map(fields, at: written?.location ?? .none)
  }
}

import Configuration
import Packets
import Protocols
import Simulation

/// The rules of a packet filter as they are written.
enum FilterReader {
  private static let hooks = PacketFilter.Hook.allCases.map { hook in
    Field(hook.rawValue, RuleReader.rules, "Rules for packets \(hook.words), one after another")
  }
  private static let chains = Field(
    "chains", .map(of: RuleReader.rules), "More chains of rules by name, which other rules `jump` to")
  private static let policy = Field("policy", PolicyReader.shape, "What becomes of packets that no rule decided about")

  /// Taken as it is written; `read` understands it.
  static let shape = written("filter", PacketFilter.Hook.allCases)
  /// A bridge takes nothing in and sends nothing of its own.
  static let bridgedShape = written("bridge-filter", bridgedHooks)
  private static let bridgedHooks: [PacketFilter.Hook] = [.prerouting, .forward, .postrouting]

  private static func written(_ name: String, _ hooks: [PacketFilter.Hook]) -> Shape<Value> {
    Shape<Value>(expecting: "a map of rules", schema: .named(name, .object(fields(at: hooks)))) { value, _ in value }
  }

  private static func fields(at hooks: [PacketFilter.Hook]) -> [any FieldDeclaration] {
    var fields: [any FieldDeclaration] = [policy, chains]
    for field in self.hooks where hooks.contains(where: { $0.rawValue == field.name }) { fields.append(field) }
    return fields
  }

  static func read(_ value: Value, of interfaces: [Interface], _ reader: inout DeviceReader) -> PacketFilter {
    let matches = MatchReader(interfaces: interfaces.map(\.name))
    return read(value, at: PacketFilter.Hook.allCases, matches, &reader)
  }

  static func read(_ value: Value, ofBridgeWith ports: [String], _ reader: inout DeviceReader) -> PacketFilter {
    read(value, at: bridgedHooks, MatchReader(interfaces: [reader.device], bridgePorts: ports), &reader)
  }

  private static func read(
    _ value: Value, at hooks: [PacketFilter.Hook], _ matches: MatchReader, _ reader: inout DeviceReader
  ) -> PacketFilter {
    let fields = Fields(
      value, declared: self.fields(at: hooks), of: "the filter of '\(reader.machine)'", &reader.diagnostics)
    let written = fields.read(chains, &reader.diagnostics) ?? []
    let rules = RuleReader(matches: matches, chains: written.map(\.key))
    let userChains = written.map { rules.read($0.value, in: "chain \($0.key)", &reader) }
    let policies = PolicyReader(fields.value(of: policy), at: hooks, &reader)
    let base = hooks.map { hook in
      let field = Self.hooks.first { $0.name == hook.rawValue }
      let written = field.flatMap { fields.read($0, &reader.diagnostics) } ?? []
      return ChainOfRules(
        hook: hook, name: hook.rawValue, rules: rules.read(written, in: hook.rawValue, at: hook, &reader))
    }
    let users = zip(written, userChains).map { ChainOfRules(hook: nil, name: $0.0.key, rules: $0.1) }
    guard ChainCheck(base: base, users: users).passes(&reader) else { return PacketFilter() }
    return PacketFilter(
      base.compactMap { chain in
        chain.hook.map {
          PacketFilter.BaseChain($0, chain.rules.map(\.rule), policy: policies.verdicts[$0] ?? .accept)
        }
      }, userChains: userChains.map { $0.map(\.rule) }, names: written.map(\.key))
  }
}

/// A rule, with where it stands.
struct LocatedRule {
  var rule: PacketFilter.Rule
  var location: SourceLocation
}

/// A chain as it was read; a user's has no hook.
struct ChainOfRules {
  var hook: PacketFilter.Hook?
  var name: String
  var rules: [LocatedRule]
}

extension PacketFilter.Hook {
  /// Which packets it sees.
  fileprivate var words: String {
    switch self {
    case .prerouting: "as they come in, before anything else is done with them"
    case .input: "that are for the machine itself"
    case .forward: "that only pass through"
    case .output: "that the machine itself sends"
    case .postrouting: "as they leave, after everything else"
    }
  }
}

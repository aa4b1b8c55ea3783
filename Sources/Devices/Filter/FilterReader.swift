import Configuration
import Packets
import Protocols
import Simulation

/// The rules of a packet filter as they are written.
enum FilterReader {
  private static let action = Field(
    "action", .oneOf([("accept", PacketFilter.Rule.Action.accept), ("drop", .drop), ("reject", .reject)]),
    "accept, drop in silence, or reject with ICMP 3/3", required: true)
  private static let policy = Field(
    "policy", .oneOf([("accept", PacketFilter.Rule.Action.accept), ("drop", .drop), ("reject", .reject)]),
    "What becomes of forwarded packets that no rule matches")
  private static let ruleFields: [any FieldDeclaration] = [action] + MatchReader.fields
  private static let hooks = PacketFilter.Hook.allCases.map {
    Field(
      $0.rawValue,
      .list(of: Shape<Value>(expecting: "a rule", schema: .object(ruleFields)) { value, _ in value }),
      "Rules for packets at this place, the first match decides")
  }

  /// Taken as it is written; `read` understands it.
  static let shape = Shape<Value>(
    expecting: "a map of rules", schema: .named("filter", .object([policy] + hooks))
  ) { value, _ in value }

  static func read(_ value: Value, of interfaces: [Interface], _ reader: inout DeviceReader) -> PacketFilter {
    let fields = Fields(
      value, declared: [policy] + hooks, of: "the filter of '\(reader.machine)'", &reader.diagnostics)
    let matches = MatchReader(interfaces: interfaces.map(\.name))
    var rules: [PacketFilter.Rule] = []
    for (hook, field) in zip(PacketFilter.Hook.allCases, hooks) {
      for rule in fields.read(field, &reader.diagnostics) ?? [] {
        if let rule = readRule(rule, at: hook, matches, &reader) { rules.append(rule) }
      }
    }
    let action = fields.read(policy, &reader.diagnostics) ?? .accept
    let origin = reader.origin("forward policy \(action)", at: fields.location(of: policy))
    return PacketFilter(rules: rules, forwardPolicy: action, policyOrigin: origin)
  }

  private static func readRule(
    _ value: Value, at hook: PacketFilter.Hook, _ matches: MatchReader, _ reader: inout DeviceReader
  ) -> PacketFilter.Rule? {
    let fields = Fields(
      value, declared: ruleFields, of: "a rule of '\(reader.machine)'", &reader.diagnostics)
    let match = matches.read(fields, &reader)
    guard let verdict = fields.read(action, &reader.diagnostics) else { return nil }
    let origin = reader.origin("\(hook) rule: \(verdict)", at: value.location)
    if match.states != nil, hook == .output {
      reader.diagnostics.report(
        "what a machine sends itself is not matched by state", .unknownField, at: value.location,
        notes: ["write the rule under 'forward' or 'input'"])
    }
    return PacketFilter.Rule(hook: hook, match, action: verdict, origin: origin)
  }
}

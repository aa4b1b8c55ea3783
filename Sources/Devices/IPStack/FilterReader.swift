import Configuration
import Packets
import Protocols
import Simulation

/// The rules of a packet filter as they are written.
enum FilterReader {
  private static let action = Field(
    "action", .oneOf([("accept", PacketFilter.Rule.Action.accept), ("drop", .drop), ("reject", .reject)]),
    "accept, drop in silence, or reject with ICMP 3/3", required: true)
  private static let from = Field("in", .string, "The interface it comes in by")
  private static let to = Field("out", .string, "The interface it leaves by")
  private static let source = Field("source", .ipv4Prefix, "Where it comes from")
  private static let destination = Field("destination", .ipv4Prefix, "Where it goes")
  private static let transport = Field(
    "protocol", .oneOf([("icmp", IPProtocol.icmp), ("tcp", .tcp), ("udp", .udp)]), "Its protocol")
  private static let port = Field("port", .integer(in: 1...65535), "The destination port")
  private static let state = Field(
    "state",
    .oneOrMany(
      of: .oneOf([
        ("new", ConnectionTracking.State.new), ("established", .established), ("related", .related),
        ("invalid", .invalid),
      ])),
    "How it stands to a connection: new, established, related (an error about one), invalid")
  private static let policy = Field(
    "policy", .oneOf([("accept", PacketFilter.Rule.Action.accept), ("drop", .drop), ("reject", .reject)]),
    "What becomes of forwarded packets that no rule matches")
  private static let ruleFields: [any FieldDeclaration] = [
    action, from, to, source, destination, transport, port, state,
  ]
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
    var rules: [PacketFilter.Rule] = []
    for (hook, field) in zip(PacketFilter.Hook.allCases, hooks) {
      for rule in fields.read(field, &reader.diagnostics) ?? [] {
        if let rule = readRule(rule, at: hook, interfaces.map(\.name), &reader) { rules.append(rule) }
      }
    }
    let action = fields.read(policy, &reader.diagnostics) ?? .accept
    let origin = reader.origin("forward policy \(action)", at: fields.location(of: policy))
    return PacketFilter(rules: rules, forwardPolicy: action, policyOrigin: origin)
  }

  private static func readRule(
    _ value: Value, at hook: PacketFilter.Hook, _ interfaces: [String], _ reader: inout DeviceReader
  ) -> PacketFilter.Rule? {
    let fields = Fields(
      value, declared: ruleFields, of: "a rule of '\(reader.machine)'", &reader.diagnostics)
    let ends = [from, to].map { readInterface($0, fields, interfaces, &reader) }
    guard let verdict = fields.read(action, &reader.diagnostics) else { return nil }
    let origin = reader.origin("\(hook) rule: \(verdict)", at: value.location)
    var rule = PacketFilter.Rule(hook: hook, action: verdict, origin: origin)
    (rule.from, rule.to) = (ends[0], ends[1])
    rule.source = fields.read(source, &reader.diagnostics)
    rule.destination = fields.read(destination, &reader.diagnostics)
    rule.transport = fields.read(transport, &reader.diagnostics)
    rule.destinationPort = fields.read(port, &reader.diagnostics).map { UInt16($0) }
    rule.states = fields.read(state, &reader.diagnostics).map(Set.init)
    if rule.states != nil, hook == .output {
      reader.diagnostics.report(
        "what a machine sends itself is not matched by state", .unknownField, at: fields.location(of: state),
        notes: ["write the rule under 'forward' or 'input'"])
    }
    return rule
  }

  private static func readInterface(
    _ field: Field<String>, _ fields: Fields, _ interfaces: [String], _ reader: inout DeviceReader
  ) -> PortNumber? {
    guard let name = fields.read(field, &reader.diagnostics) else { return nil }
    if let place = interfaces.firstIndex(of: name) { return PortNumber(place) }
    // A rule for an interface that is not there would never match, and nobody would see why.
    reader.diagnostics.report(
      "'\(reader.machine)' has no interface '\(name)'", .unknownInterface, at: fields.location(of: field),
      notes: Diagnostic.Note.suggestion(for: name, among: interfaces, called: "interfaces"))
    return nil
  }
}

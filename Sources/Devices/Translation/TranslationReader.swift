import Configuration
import Packets
import Protocols
import Simulation

/// `nat:` of a stack, and its short form `masquerade:`, as they are written.
struct TranslationReader {
  /// What was read: the rules, and the addresses that are the machine's own because of them.
  struct Result {
    var rules: [TranslationRule] = []
    var behavior: EndpointMappings.Behavior?
    var owned: [IPv4Address] = []
  }

  private static let chains = TranslationRule.Chain.allCases.map { chain in
    Field(
      chain.rawValue,
      .list(
        of: Shape<Value>(
          expecting: "a rule", schema: .named("nat-rule", .object(TranslationRuleReader.schemaFields))
        ) { value, _ in value }),
      TranslationReader.summary(of: chain))
  }
  private static let oneToOne = Field(
    "one-to-one", .map(of: .ipv4Address),
    "Outside addresses, each with the inside one it stands for in both directions; they are the machine's own"
  )
  private static let mapping = Field(
    "mapping", .cases(of: EndpointMappings.Dependence.self),
    "Not as Linux: for which far ends an inside end keeps its port (RFC 4787); endpoint-independent unless set"
  )
  private static let filtering = Field(
    "filtering", .cases(of: EndpointMappings.Dependence.self),
    "Not as Linux: who may come in by a mapping (RFC 4787); everybody, endpoint-independent, unless set"
  )
  private static let preservation = Field(
    "port-preservation", .boolean,
    "With 'mapping' or 'filtering': whether a free port stays what it is; true unless set")
  private static let hairpinning = Field(
    "hairpinning", .boolean,
    "With 'mapping' or 'filtering': whether those inside reach each other by their outside ends; true unless set"
  )
  private static let timeout = Field(
    "timeout", .duration,
    "With 'mapping' or 'filtering': how long UDP may be silent; 5 minutes unless set")
  private static let behaviorFields: [any FieldDeclaration] = [
    mapping, filtering, preservation, hairpinning, timeout,
  ]
  private static let declared: [any FieldDeclaration] = chains + [oneToOne] + behaviorFields

  /// Taken as it is written; `read` understands it.
  static let shape = Shape<Value>(
    expecting: "a map of rules by chain", schema: .named("nat", .object(declared))
  ) { value, _ in value }

  private static func summary(of chain: TranslationRule.Chain) -> String {
    switch chain {
    case .prerouting:
      "What comes in, before it is routed: dnat, redirect, netmap, accept; the first match decides"
    case .output: "The machine's own packets: dnat, redirect, netmap, accept"
    case .input: "What is for the machine: snat, netmap, accept"
    case .postrouting: "What leaves: masquerade, snat, netmap, accept"
    }
  }

  let interfaces: [Interface]

  func read(_ value: Value, _ reader: inout DeviceReader) -> Result {
    let fields = Fields(
      value, declared: Self.declared, of: "the translation of '\(reader.machine)'",
      &reader.diagnostics)
    var result = Result()
    readPairs(fields, &result, &reader)
    let rules = TranslationRuleReader(matches: MatchReader(interfaces: interfaces.map(\.name)))
    for (chain, field) in zip(TranslationRule.Chain.allCases, Self.chains) {
      for rule in fields.read(field, &reader.diagnostics) ?? [] {
        if let rule = rules.read(rule, in: chain, &reader) { result.rules.append(rule) }
      }
    }
    result.behavior = readBehavior(fields, &reader)
    return result
  }

  /// The short form.
  func readMasquerades(_ names: [Located<String>], _ reader: inout DeviceReader)
    -> [TranslationRule]
  {
    names.compactMap { name in
      let origin = reader.origin("masquerade out of \(name.value)", at: name.location)
      if let place = interfaces.firstIndex(where: { $0.name == name.value }) {
        return .masquerade(leavingBy: PortNumber(place), origin: origin)
      }
      reader.diagnostics.report(
        "'\(reader.machine)' has no interface '\(name.value)'", .unknownInterface,
        at: name.location,
        notes: Diagnostic.Note.suggestion(
          for: name.value, among: interfaces.map(\.name), called: "interfaces"))
      return nil
    }
  }

  /// Both halves of each pair, before all other rules, as OpenStack writes a floating address down.
  private func readPairs(_ fields: Fields, _ result: inout Result, _ reader: inout DeviceReader) {
    for entry in fields.read(Self.oneToOne, &reader.diagnostics) ?? [] {
      guard let outside = IPv4Address(entry.key) else {
        reader.diagnostics.report(
          "expected an IPv4 address such as 203.0.113.10, found '\(entry.key)'", .malformedText,
          at: entry.keyLocation)
        continue
      }
      let origin = reader.origin("one-to-one \(outside) = \(entry.value)", at: entry.keyLocation)
      var (inward, outward) = (PacketMatch(), PacketMatch())
      inward.destination = .is(IPv4Prefix(host: outside))
      outward.source = .is(IPv4Prefix(host: entry.value))
      let place = interfaces.firstIndex { $0.addresses.contains { $0.prefix.contains(outside) } }
      outward.to = place.map { .is(PortNumber($0)) }
      let inside = TranslationRule.Action.destination(ConnectionTracking.Target(entry.value))
      result.rules += [
        TranslationRule(.prerouting, inward, inside, origin: origin),
        TranslationRule(.output, inward, inside, origin: origin),
        TranslationRule(
          .postrouting, outward, .source(ConnectionTracking.Target(outside)), origin: origin),
      ]
      if !interfaces.contains(where: { $0.addresses.contains { $0.address == outside } }) {
        result.owned.append(outside)
      }
    }
  }

  private func readBehavior(_ fields: Fields, _ reader: inout DeviceReader) -> EndpointMappings
    .Behavior?
  {
    guard fields.has(Self.mapping) || fields.has(Self.filtering) else {
      for field in Self.behaviorFields where fields.has(field) {
        reader.diagnostics.report(
          "Linux has no '\(field.name)'", .missingField, at: fields.keyLocation(of: field),
          notes: ["add 'mapping' or 'filtering' for a translator that is not Linux"])
      }
      return nil
    }
    var behavior = EndpointMappings.Behavior()
    behavior.mapping = fields.read(Self.mapping, default: behavior.mapping, &reader.diagnostics)
    behavior.filtering = fields.read(
      Self.filtering, default: behavior.filtering, &reader.diagnostics)
    behavior.preservesPorts = fields.read(Self.preservation, default: true, &reader.diagnostics)
    behavior.hairpins = fields.read(Self.hairpinning, default: true, &reader.diagnostics)
    behavior.timeout = fields.read(Self.timeout, default: behavior.timeout, &reader.diagnostics)
    return behavior
  }
}

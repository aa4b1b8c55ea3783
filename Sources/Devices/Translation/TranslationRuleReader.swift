import Configuration
import Packets
import Protocols
import Simulation

/// One rule of translation as it is written: what it looks at, and exactly one thing to do.
struct TranslationRuleReader {
  let matches: MatchReader

  private typealias Action = TranslationRule.Action

  private static let accept = Field(
    "accept", .oneOf([("true", Action.accept)]),
    "Leaves alone what matches; later rules are not asked")
  private static let masquerade = Field(
    "masquerade",
    .either(
      .oneOf([("true", Action.masquerade(ports: nil))]),
      .object("a map such as { ports: 1024-65535 }", [ports]) { fields, diagnostics in
        .masquerade(ports: fields.read(ports, &diagnostics))
      }), "The source becomes the address of the interface it leaves by")
  private static let ports = Field(
    "ports", .portRange,
    "The ports that TCP and UDP may leave with; the own one where it is free unless set")
  private static let snat = Field(
    "snat", Shape.translationTarget.map { Action.source($0) },
    "The source becomes an address or one of a range, behind a colon the ports that TCP and UDP may leave with"
  )
  private static let dnat = Field(
    "dnat", Shape.translationTarget.map { Action.destination($0) },
    "The destination becomes an address or one of a range, behind a colon the port of TCP and UDP")
  private static let redirect = Field(
    "redirect",
    .either(
      .oneOf([("true", Action.redirect(ports: nil))]), Shape.portRange.map { .redirect(ports: $0) }),
    "The destination becomes this machine: `true` for the same port, or another port")
  private static let netmap = Field(
    "netmap", Shape.ipv4Prefix.map { Action.network($0) },
    "The network's part of the address (of the source where it leaves, of the destination where it comes in) is replaced"
  )
  private static let persistent = Field(
    "persistent", .boolean,
    "With several addresses: whether a client gets the same one whatever its server is")

  private static let translated = Field(
    "destination-translated", .boolean,
    "At postrouting: whether a rule of dnat, redirect or netmap has sent the connection elsewhere than it was for")

  private static let actions: [Field<Action>] = [accept, masquerade, snat, dnat, redirect, netmap]
  /// What a rule of translation can look at: it is asked about the first packet of a connection, above the link.
  private static let unknown = ["physdev-in", "physdev-out", "mac", "mark", "state"]
  private static let declared: [any FieldDeclaration] = actions + [persistent, translated] + MatchReader.fields
  static let schemaFields: [any FieldDeclaration] = declared.filter { !unknown.contains($0.name) }

  func read(
    _ value: Value, in chain: TranslationRule.Chain, _ reader: inout DeviceReader
  ) -> TranslationRule? {
    let fields = Fields(
      value, declared: Self.declared, of: "a rule of '\(reader.machine)'", &reader.diagnostics)
    guard fields.isMap else { return nil }
    var match = matches.read(fields, &reader)
    match.hasTranslatedDestination = fields.read(Self.translated, &reader.diagnostics)
    for field in MatchReader.fields + [Self.translated]
    where fields.has(field) && !chain.sees(field.name, except: Self.unknown) {
      reader.diagnostics.report(
        "a rule of '\(chain.rawValue)' cannot look at '\(field.name)'", .misplacedTranslation,
        at: fields.keyLocation(of: field))
    }
    let written = Self.actions.filter { fields.has($0) }
    guard let field = written.first else {
      let known = Self.actions.filter { chain.allows($0.name) }.map(\.name).joined(separator: ", ")
      reader.diagnostics.report(
        "the rule does nothing", .missingField, at: value.location, notes: ["add one of \(known)"])
      return nil
    }
    guard written.count == 1 else {
      reader.diagnostics.report(
        "a rule does one thing, not '\(field.name)' and '\(written[1].name)'", .eitherOr,
        at: fields.keyLocation(of: written[1]))
      return nil
    }
    guard chain.allows(field.name) else {
      let others = TranslationRule.Chain.allCases.filter { $0.allows(field.name) }.map {
        "'\($0.rawValue)'"
      }
      reader.diagnostics.report(
        "'\(field.name)' has no place in '\(chain.rawValue)'", .misplacedTranslation,
        at: fields.keyLocation(of: field),
        notes: ["it belongs to \(others.joined(separator: " or "))"])
      return nil
    }
    guard var action = fields.read(field, &reader.diagnostics) else { return nil }
    if fields.read(Self.persistent, default: false, &reader.diagnostics) { action.persist() }
    return TranslationRule(
      chain, match, action, origin: origin(of: action, chain, match, value, &reader))
  }

  private func origin(
    of action: TranslationRule.Action, _ chain: TranslationRule.Chain, _ match: PacketMatch,
    _ value: Value,
    _ reader: inout DeviceReader
  ) -> Origin {
    var label = action.words
    if case .masquerade = action, let out = match.to, !out.isNegated, out.value != .loopback {
      label += " out of \(matches.interfaces[Int(out.value.index)])"
    } else {
      label = "\(chain.rawValue) rule: \(label)"
    }
    return reader.origin(label, at: value.location)
  }
}

extension TranslationRule.Chain {
  fileprivate func allows(_ action: String) -> Bool {
    switch self {
    case .prerouting, .output: ["accept", "dnat", "redirect", "netmap"].contains(action)
    case .input: ["accept", "snat", "netmap"].contains(action)
    case .postrouting: ["accept", "masquerade", "snat", "netmap"].contains(action)
    }
  }

  /// Where it leaves is not known before it is routed; where it came in is not asked when it leaves.
  fileprivate func sees(_ part: String, except unknown: [String]) -> Bool {
    if unknown.contains(part) { return false }
    switch self {
    case .prerouting, .input: return part != "out" && part != "destination-translated"
    case .output: return part != "in" && part != "destination-translated"
    case .postrouting: return part != "in"
    }
  }
}

extension TranslationRule.Action {
  fileprivate mutating func persist() {
    switch self {
    case .source(var target):
      target.isPersistent = true
      self = .source(target)
    case .destination(var target):
      target.isPersistent = true
      self = .destination(target)
    case .accept, .masquerade, .redirect, .network: break
    }
  }

  /// What it does, in the words it is written with.
  fileprivate var words: String {
    switch self {
    case .accept: "accept"
    case .masquerade: "masquerade"
    case .source(let target): "snat to \(target.words)"
    case .destination(let target): "dnat to \(target.words)"
    case .redirect(let ports): "redirect" + (ports.map { " to \($0.portWords)" } ?? "")
    case .network(let prefix): "netmap to \(prefix)"
    }
  }
}

extension ConnectionTracking.Target {
  fileprivate var words: String {
    let addresses = first == last ? "\(first)" : "\(first)-\(last)"
    return addresses + (ports.map { ":\($0.portWords)" } ?? "")
  }
}

extension ClosedRange<UInt16> {
  fileprivate var portWords: String { count == 1 ? "\(lowerBound)" : "\(lowerBound)-\(upperBound)" }
}

extension Shape where Output == ConnectionTracking.Target {
  /// `10.0.0.2`, `10.0.0.2:80`, `203.0.113.5-203.0.113.9`, with ports or port ranges behind a colon.
  fileprivate static var translationTarget: Shape {
    Shape(
      expecting: "an address, a range of addresses, or such with a port, as 10.0.0.2:80",
      pattern: #"^\d{1,3}(\.\d{1,3}){3}(-\d{1,3}(\.\d{1,3}){3})?(:\d{1,5}(-\d{1,5})?)?$"#,
      parse: { text in
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false).map {
          IPv4Address(String($0))
        }
        guard parts.count <= 2, ends.count <= 2, let first = ends[0],
          let last = ends[ends.count - 1], first <= last
        else { return nil }
        guard parts.count == 2 else { return ConnectionTracking.Target(first, last) }
        let ports = parts[1].split(separator: "-", omittingEmptySubsequences: false).map {
          PlainNumber.whole($0)
        }
        guard ports.count <= 2, let low = ports[0], let high = ports[ports.count - 1], low <= high,
          high <= 65535, low > 0
        else { return nil }
        return ConnectionTracking.Target(first, last, ports: UInt16(low)...UInt16(high))
      })
  }
}

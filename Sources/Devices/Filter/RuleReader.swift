import Configuration
import Packets
import Protocols
import Simulation

/// One rule as it is written: what it looks at, and what it does.
struct RuleReader {
  let matches: MatchReader
  /// The names of the chains a rule can jump to.
  let chains: [String]

  private enum Word { case accept, drop, reject, `return` }

  private static let action = Field(
    "action", .oneOf([("accept", Word.accept), ("drop", .drop), ("reject", .reject), ("return", .return)]),
    "accept; drop in silence; reject with an answer; return behind the jump that led here")
  private static let jump = Field(
    "jump", .string, "The chain whose rules come next; its end leads back behind this rule")
  /// The words of iptables, and of ICMP their codes (RFC 792, RFC 1122, RFC 1812).
  private static let rejection = Field(
    "reject-with",
    .oneOf([
      ("icmp-port-unreachable", PacketFilter.Rejection.unreachable(.port)),
      ("icmp-net-unreachable", .unreachable(.network)), ("icmp-host-unreachable", .unreachable(.host)),
      ("icmp-proto-unreachable", .unreachable(.protocol)), ("icmp-net-prohibited", .unreachable(.networkProhibited)),
      ("icmp-host-prohibited", .unreachable(.hostProhibited)),
      ("icmp-admin-prohibited", .unreachable(.administrativelyProhibited)), ("tcp-reset", .reset),
    ]), "What the sender of a rejected packet is told; icmp-port-unreachable unless set")
  private static let log = Field("log", .string, "Writes down that the packet came by, with these words, and goes on")
  private static let setMark = Field(
    "set-mark", .markPattern, "Writes on the packet, for later rules of this machine to read as `mark`")
  private static let segmentLimit = Field(
    "set-mss",
    Shape<PacketFilter.SegmentLimit>.either(
      .oneOf([("path", .path)]), Shape<Int>.integer(in: 36...65495).map { .bytes(UInt16($0)) }),
    "Lowers the segment size a TCP connection is opened with: to what fits the path both ways, or to so many bytes")
  private static let deeds: [any FieldDeclaration] = [action, jump, rejection, log, setMark, segmentLimit]
  private static let declared = deeds + MatchReader.fields

  /// Taken as they are written; `read` understands them.
  static let rules = Shape<[Value]>.list(
    of: Shape<Value>(expecting: "a rule", schema: .named("filter-rule", .object(declared))) { value, _ in value })

  /// - Parameter hook: Nil for a chain that rules jump to.
  func read(
    _ values: [Value], in chain: String, at hook: PacketFilter.Hook? = nil, _ reader: inout DeviceReader
  ) -> [LocatedRule] {
    values.compactMap { value in
      readRule(value, in: chain, at: hook, &reader).map { LocatedRule(rule: $0, location: value.location) }
    }
  }

  private func readRule(
    _ value: Value, in chain: String, at hook: PacketFilter.Hook?, _ reader: inout DeviceReader
  ) -> PacketFilter.Rule? {
    let fields = Fields(
      value, declared: Self.declared, of: "a rule of '\(reader.machine)'", &reader.diagnostics)
    guard fields.isMap else { return nil }
    let match = matches.read(fields, at: hook, &reader)
    let prefix = fields.read(Self.log, &reader.diagnostics)
    let mark = fields.read(Self.setMark, &reader.diagnostics)
    let limit = fields.read(Self.segmentLimit, &reader.diagnostics)
    if limit != nil { check(limitFor: match, at: hook, fields, &reader) }
    let action = readAction(fields, match, &reader)
    if !Self.deeds.contains(where: { fields.has($0) }) {
      reader.diagnostics.report(
        "a rule of '\(reader.machine)' has no 'action'", .missingField, at: value.location,
        notes: ["a rule has an 'action', a 'jump', a 'log', a 'set-mark' or a 'set-mss'"])
      return nil
    }
    var words: [String] = []
    if let prefix { words.append("log \"\(prefix)\"") }
    if let mark { words.append("set mark \(mark.value)") }
    switch limit {
    case .path: words.append("set MSS to the path's")
    case .bytes(let bytes): words.append("set MSS to \(bytes)")
    case nil: break
    }
    if let action { words.append(self.words(action)) }
    var rule = PacketFilter.Rule(match, action: action, origin: .none)
    rule.origin = reader.origin("\(chain) rule: \(words.joined(separator: ", "))", at: value.location, in: chain)
    rule.logs = prefix != nil
    rule.mark = mark
    rule.segmentLimit = limit
    return rule
  }

  private func check(
    limitFor match: PacketMatch, at hook: PacketFilter.Hook?, _ fields: Fields, _ reader: inout DeviceReader
  ) {
    let place = fields.location(of: Self.segmentLimit)
    if match.transport != .is(.tcp) {
      reader.diagnostics.report(
        "only TCP has a segment size", .impossibleRule, at: place, notes: ["add 'protocol: tcp' to the rule"])
    }
    let isEarly = hook == .prerouting || hook == .input
    if matches.bridgePorts != nil || isEarly {
      reader.diagnostics.report(
        "segment sizes are lowered where packets leave an IP stack", .impossibleRule, at: place,
        notes: ["write the rule at 'forward', 'output' or 'postrouting' of a stack"])
    }
  }

  private func readAction(
    _ fields: Fields, _ match: PacketMatch, _ reader: inout DeviceReader
  ) -> PacketFilter.Rule.Action? {
    let rejection = fields.read(Self.rejection, &reader.diagnostics)
    let word = fields.read(Self.action, &reader.diagnostics) ?? (rejection == nil ? nil : .reject)
    if rejection != nil, word != .reject {
      reader.diagnostics.report(
        "'reject-with' belongs to 'action: reject'", .eitherOr, at: fields.keyLocation(of: Self.rejection))
    }
    if rejection == .reset, match.transport != .is(.tcp) {
      reader.diagnostics.report(
        "only TCP can be reset", .impossibleRule, at: fields.location(of: Self.rejection),
        notes: ["add 'protocol: tcp' to the rule"])
    }
    if fields.has(Self.jump) {
      if fields.has(Self.action) {
        reader.diagnostics.report(
          "a rule jumps or decides, not both", .eitherOr, at: fields.keyLocation(of: Self.jump))
      }
      return readJump(fields, &reader).map { .jump($0) }
    }
    return word.map { word -> PacketFilter.Rule.Action in
      switch word {
      case .accept: .accept
      case .drop: .drop
      case .reject: .reject(rejection ?? .unreachable(.port))
      case .return: .return
      }
    }
  }

  private func readJump(_ fields: Fields, _ reader: inout DeviceReader) -> Int? {
    guard let name = fields.read(Self.jump, &reader.diagnostics) else { return nil }
    if let number = chains.firstIndex(of: name) { return number }
    reader.diagnostics.report(
      "the filter of '\(reader.machine)' has no chain '\(name)'", .unknownChain, at: fields.location(of: Self.jump),
      notes: Diagnostic.Note.suggestion(for: name, among: chains, called: "chains"))
    return nil
  }

  private func words(_ action: PacketFilter.Rule.Action) -> String {
    switch action {
    case .accept: "accept"
    case .drop: "drop"
    // As it was before there was a choice.
    case .reject(.unreachable(.port)): "reject"
    case .reject(.unreachable(let code)): "reject with ICMP 3/\(code.rawValue)"
    case .reject(.reset): "reject with a TCP reset"
    case .return: "return"
    case .jump(let number): "jump to \(chains[number])"
    }
  }
}

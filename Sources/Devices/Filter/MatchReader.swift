import Configuration
import Packets
import Protocols
import Simulation

/// What a rule looks at, as it is written: the same fields wherever there are rules.
struct MatchReader {
  /// The interfaces by their numbers.
  var interfaces: [String]
  /// Of a bridge, its ports by their numbers; nil is a stack.
  var bridgePorts: [String]?

  private static let from = Field("in", .negatable(.string), "The interface it comes in by; `lo` is the machine itself")
  private static let to = Field("out", .negatable(.string), "The interface it leaves by; `lo` is the machine itself")
  private static let bridgedFrom = Field("physdev-in", .negatable(.string), "The port of the bridge it comes in by")
  private static let bridgedTo = Field("physdev-out", .negatable(.string), "The port of the bridge it leaves by")
  private static let hardware = Field(
    "mac", .negatable(.macAddress), "Who put it on the last wire: the source address of the frame")
  private static let source = Field("source", .negatable(.ipv4Prefix), "Where it comes from")
  private static let destination = Field("destination", .negatable(.ipv4Prefix), "Where it goes")
  private static let transport = Field(
    "protocol", .negatable(.oneOf([("icmp", IPProtocol.icmp), ("tcp", .tcp), ("udp", .udp)])), "Its protocol")
  private static let port = Field("port", .negatable(.portSet), "The destination port: 22, 1000-2000, or a list")
  private static let sourcePort = Field("source-port", .negatable(.portSet), "The source port, in the same way")
  private static let icmp = Field("icmp", .negatable(.icmpPattern), "The ICMP message it is")
  private static let state = Field(
    "state", .negatable(.connectionStates),
    "How it stands to a connection: new, established, related (an error about one), invalid")
  private static let mark = Field(
    "mark", .negatable(.markPattern), "What an earlier rule wrote on it: 1, or 0x10/0xf0 to look at some bits only")

  static let fields: [any FieldDeclaration] = [
    from, to, bridgedFrom, bridgedTo, hardware, source, destination, transport, port, sourcePort, icmp, state, mark,
  ]

  /// What is wrong has been reported, and is then not looked at.
  ///
  /// - Parameter hook: Where packets are looked at; nil where that may be anywhere.
  func read(_ fields: Fields, at hook: PacketFilter.Hook? = nil, _ reader: inout DeviceReader) -> PacketMatch {
    if let hook { reportUnknown(fields, at: hook, &reader) }
    var match = PacketMatch()
    match.from = port(Self.from, fields, among: interfaces, &reader)
    match.to = port(Self.to, fields, among: interfaces, &reader)
    match.bridgedFrom = port(Self.bridgedFrom, fields, among: bridgePorts ?? [], &reader)
    match.bridgedTo = port(Self.bridgedTo, fields, among: bridgePorts ?? [], &reader)
    match.hardware = fields.read(Self.hardware, &reader.diagnostics)
    match.source = fields.read(Self.source, &reader.diagnostics)
    match.destination = fields.read(Self.destination, &reader.diagnostics)
    match.transport = fields.read(Self.transport, &reader.diagnostics)
    match.destinationPorts = fields.read(Self.port, &reader.diagnostics)
    match.sourcePorts = fields.read(Self.sourcePort, &reader.diagnostics)
    match.icmp = fields.read(Self.icmp, &reader.diagnostics)
    match.states = fields.read(Self.state, &reader.diagnostics)
    match.mark = fields.read(Self.mark, &reader.diagnostics)
    return match
  }

  /// What is not known at a place would never match there, and nobody would see why.
  private func reportUnknown(_ fields: Fields, at hook: PacketFilter.Hook, _ reader: inout DeviceReader) {
    var unknown: [(any FieldDeclaration, String)] = []
    if !hook.knowsIncoming {
      unknown += [(Self.from, "by which interface a packet came in"), (Self.hardware, "who sent the frame")]
    }
    if !hook.knowsOutgoing { unknown += [(Self.to, "by which interface a packet leaves")] }
    if hook == .prerouting { unknown += [(Self.bridgedTo, "by which port a frame leaves")] }
    for (field, what) in unknown where fields.has(field) {
      reader.diagnostics.report(
        "at \(hook) it is not known \(what)", .impossibleRule, at: fields.keyLocation(of: field),
        notes: ["write the rule under another hook, or leave '\(field.name)' out"])
    }
  }

  private func port(
    _ field: Field<Condition<String>>, _ fields: Fields, among names: [String], _ reader: inout DeviceReader
  ) -> Condition<PortNumber>? {
    guard let name = fields.read(field, &reader.diagnostics) else { return nil }
    if let place = names.firstIndex(of: name.value) {
      return Condition(PortNumber(place), isNegated: name.isNegated)
    }
    if name.value == "lo", bridgePorts == nil, names == interfaces {
      return Condition(.loopback, isNegated: name.isNegated)
    }
    // A rule for an interface that is not there would never match, and nobody would see why.
    reader.diagnostics.report(
      "'\(reader.machine)' has no interface '\(name.value)'", .unknownInterface, at: fields.location(of: field),
      notes: Diagnostic.Note.suggestion(for: name.value, among: names, called: "interfaces"))
    return nil
  }
}

extension PortNumber {
  /// What packets that never leave the machine go out and come in by.
  static let loopback = PortNumber(Int(UInt16.max) - 1)
}

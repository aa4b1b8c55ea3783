import Packets
import Protocols
import Simulation

/// The columns of `iptables -L -n -v`, with which line of the file says so.
enum RuleColumns {
  static let all = [
    StateColumn("packets", .number("PKTS")), StateColumn("bytes", .number("BYTES")),
    StateColumn("target", .headed("TARGET")), StateColumn("protocol", .headed("PROT")),
    StateColumn("in", .headed("IN")), StateColumn("out", .headed("OUT")),
    StateColumn("source", .headed("SOURCE"), fold: .second),
    StateColumn("destination", .headed("DESTINATION")), StateColumn("match", .headed(""), fold: .first),
    StateColumn("line", .headed("LINE"), fold: .first),
  ]

  static func row(
    _ counter: PacketFilter.Counter, _ target: String, _ match: PacketMatch, _ origin: Origin, _ view: StateView
  ) -> [StateCell?] {
    [
      .number(counter.packets), .number(counter.bytes), .text(target),
      .text(match.transport.map { words($0) { TrackingTable.word(of: $0) } } ?? "all"),
      .text(match.from.map { words($0, view.name) } ?? "*"), .text(match.to.map { words($0, view.name) } ?? "*"),
      .text(match.source.map { words($0, network) } ?? "0.0.0.0/0"),
      .text(match.destination.map { words($0, network) } ?? "0.0.0.0/0"), rest(of: match, view).map { .text($0) },
      view.written(origin),
    ]
  }

  /// A policy: of what no rule decided about.
  static func policy(_ counter: PacketFilter.Counter, _ word: String, _ origin: Origin, _ view: StateView)
    -> [StateCell?]
  {
    [
      .number(counter.packets), .number(counter.bytes), .text("policy \(word)"), nil, nil, nil, nil, nil, nil,
      view.written(origin),
    ]
  }

  private static func words<Value>(_ condition: Condition<Value>, _ word: (Value) -> String) -> String {
    (condition.isNegated ? "!" : "") + word(condition.value)
  }

  /// A single address stands without its length.
  private static func network(_ prefix: IPv4Prefix) -> String {
    prefix.length == 32 ? "\(prefix.network)" : "\(prefix)"
  }

  /// What iptables says behind the columns.
  private static func rest(of match: PacketMatch, _ view: StateView) -> String? {
    var parts: [String] = []
    func add<Value>(_ condition: Condition<Value>?, _ name: String, _ word: (Value) -> String) {
      if let condition { parts.append("\(name):\(words(condition, word))") }
    }
    add(match.bridgedFrom, "physdev-in", view.name)
    add(match.bridgedTo, "physdev-out", view.name)
    add(match.hardware, "MAC") { "\($0)" }
    add(match.sourcePorts, "spt", ranges)
    add(match.destinationPorts, "dpt", ranges)
    add(match.icmp, "icmptype") { "\($0.type)" + ($0.code.map { " code \($0)" } ?? "") }
    add(match.states, "ctstate", states)
    add(match.mark, "mark", mark)
    if let isTranslated = match.hasTranslatedDestination { parts.append("ctstate:\(isTranslated ? "" : "!")DNAT") }
    return parts.isEmpty ? nil : parts.joined(separator: " ")
  }

  private static func ranges(_ ranges: [ClosedRange<UInt16>]) -> String {
    ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
  }

  private static func states(_ states: Set<ConnectionTracking.State>) -> String {
    ConnectionTracking.State.allCases.filter(states.contains).map { "\($0)".uppercased() }.joined(separator: ",")
  }

  static func mark(_ pattern: MarkPattern) -> String {
    let value = "0x" + String(pattern.value, radix: 16)
    return pattern.mask == .max ? value : value + "/0x" + String(pattern.mask, radix: 16)
  }
}

import Packets
import Protocols
import Simulation

/// The rules of one hook, arranged so that a packet is not compared with each of them.
///
/// Rules that look at the same parts of a packet share a hash table (tuple space search: Srinivasan, Suri, Varghese, 1999),
/// so a packet costs one probe for each combination of parts that the rules use, not one for each rule.
struct RuleTable: Sendable {
  struct Verdict: Sendable {
    var action: PacketFilter.Rule.Action
    var origin: Origin
  }

  /// What rules can look at, packed in two words; also which bits of that a rule looks at.
  struct Header: Hashable, FlatKey {
    /// Source, and the destination below it.
    var addresses: UInt64
    /// From, to, destination port (16 bits each), protocol (8), whether there is a port (1), state (3).
    var rest: UInt64

    /// No header has all bits of `rest` set.
    static let vacant = Header(addresses: .max, rest: .max)

    var mixed: UInt64 { (addresses &* 0x9e37_79b9_7f4a_7c15) ^ (rest &* 0xc2b2_ae3d_27d4_eb4f) }

    @inline(__always)
    func masked(by mask: Header) -> Header {
      Header(addresses: addresses & mask.addresses, rest: rest & mask.rest)
    }
  }

  /// Rules that look at the same bits.
  private struct Group: Sendable {
    let mask: Header
    /// The first rule of each value of those bits.
    var rules = FlatTable<Header, UInt32>()
    /// The first of them all.
    var first: UInt32
  }

  private var groups: [Group] = []
  private var verdicts: [Verdict] = []

  init() {}

  init(_ rules: [PacketFilter.Rule]) {
    verdicts = rules.map { Verdict(action: $0.action, origin: $0.origin) }
    var places: [Header: Int] = [:]  // looked up, never iterated
    for (number, rule) in rules.enumerated() {
      let mask = rule.mask
      let place = places[mask] ?? groups.count
      if place == groups.count {
        groups.append(Group(mask: mask, first: UInt32(number)))
        places[mask] = place
      }
      for value in rule.values where groups[place].rules[value] == nil {
        groups[place].rules[value] = UInt32(number)
      }
    }
  }

  var isEmpty: Bool {
    @inline(__always) get { groups.isEmpty }
  }

  /// Groups stand in the order of their first rules, so the search ends where none can come before what was found.
  func firstMatch(_ header: Header) -> Verdict? {
    var best = UInt32.max
    for group in groups {
      if group.first >= best { break }
      if let rule = group.rules[header.masked(by: group.mask)], rule < best { best = rule }
    }
    return best == .max ? nil : verdicts[Int(best)]
  }
}

extension RuleTable.Header {
  init(_ packet: IPv4Packet, from: PortNumber, to: PortNumber, _ state: ConnectionTracking.State?) {
    addresses = RuleTable.Header.pack(packet.source, packet.destination)
    let port = packet.payload.destinationPort
    rest = RuleTable.Header.pack(
      from: from.index, to: to.index, port: port ?? 0, transport: packet.payload.transport.rawValue,
      hasPort: port != nil, state: RuleTable.Header.number(of: state))
  }

  static func pack(_ source: IPv4Address, _ destination: IPv4Address) -> UInt64 {
    UInt64(source.rawValue) << 32 | UInt64(destination.rawValue)
  }

  static func pack(
    from: UInt16, to: UInt16, port: UInt16, transport: UInt8, hasPort: Bool, state: UInt8
  ) -> UInt64 {
    let ends = UInt64(from) << 48 | UInt64(to) << 32
    return ends | UInt64(port) << 16 | UInt64(transport) << 8 | (hasPort ? 0x80 : 0) | UInt64(state)
  }

  /// 0 where no connections are tracked.
  static func number(of state: ConnectionTracking.State?) -> UInt8 { state.map { $0.rawValue + 1 } ?? 0 }
}

extension PacketFilter.Rule {
  fileprivate var mask: RuleTable.Header {
    func all(_ isSaid: Bool) -> UInt16 { isSaid ? .max : 0 }
    return RuleTable.Header(
      addresses: RuleTable.Header.pack(source?.netmask ?? .any, destination?.netmask ?? .any),
      rest: RuleTable.Header.pack(
        from: all(from != nil), to: all(to != nil), port: all(destinationPort != nil),
        transport: UInt8(truncatingIfNeeded: all(transport != nil)), hasPort: destinationPort != nil,
        state: states == nil ? 0 : 7))
  }

  /// What the bits of the mask must be: one value, or one for each state.
  fileprivate var values: [RuleTable.Header] {
    let wanted = states.map { $0.map { RuleTable.Header.number(of: $0) }.sorted() } ?? [0]
    return wanted.map { state in
      RuleTable.Header(
        addresses: RuleTable.Header.pack(source?.network ?? .any, destination?.network ?? .any),
        rest: RuleTable.Header.pack(
          from: from?.index ?? 0, to: to?.index ?? 0, port: destinationPort ?? 0,
          transport: transport?.rawValue ?? 0, hasPort: destinationPort != nil, state: state))
    }
  }
}

extension IPv4Payload {
  var transport: IPProtocol {
    switch self {
    case .icmp: .icmp
    case .udp: .udp
    case .tcp: .tcp
    case .other(let transport, _): transport
    }
  }

  var destinationPort: UInt16? {
    switch self {
    case .udp(let datagram): datagram.destinationPort
    case .tcp(let segment): segment.destinationPort
    case .icmp, .other: nil
    }
  }
}

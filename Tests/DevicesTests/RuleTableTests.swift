import Devices
import Packets
import Protocols
import Simulation
import Testing

/// Rules are arranged by what they look at; the first that matches must be found as if they were asked one after another.
@Suite("Rule table") struct RuleTableTests {
  @Test("finds the first rule that matches, from any rule on", arguments: 1...120 as ClosedRange<UInt64>)
  func againstReference(seed: UInt64) {
    var draw = RuleDraw(seed: seed)
    let rules = (0..<draw.number(below: seed % 2 == 0 ? 12 : 300)).map { _ in draw.match() }
    let table = RuleTable(rules)
    var matched = 0
    for _ in 0..<300 {
      let packet = draw.packet()
      let start = draw.number(below: UInt64(rules.count + 1))
      let expected = rules.indices.first { $0 >= start && packet.isMatched(by: rules[$0]) }
      if expected != nil { matched += 1 }
      #expect(table.firstMatch(packet.header, from: start) == expected, "\(packet) from \(start)")
    }
    #expect(rules.count < 5 || matched > 0)
  }

  @Test(
    "a range of ports holds its ends and what is between, and nothing beside",
    arguments: [0...0, 65535...65535, 0...65535, 1...65534, 1000...2000, 1024...65535, 80...81, 81...82]
      as [ClosedRange<UInt16>])
  func ranges(range: ClosedRange<UInt16>) {
    var match = PacketMatch()
    match.destinationPorts = .is([range])
    var source = PacketMatch()
    source.sourcePorts = .is([range])
    let tables = (RuleTable([match]), RuleTable([source]))
    let beside = [range.lowerBound &- 1, range.lowerBound &+ 1, range.upperBound &- 1, range.upperBound &+ 1]
    for port in beside + [range.lowerBound, range.upperBound, 0, 32768, .max] {
      let wanted = range.contains(port) ? 0 : nil
      #expect(tables.0.firstMatch(DrawnPacket(.udp(UDPDatagram(from: 9, to: port))).header) == wanted)
      #expect(tables.1.firstMatch(DrawnPacket(.udp(UDPDatagram(from: port, to: 9))).header) == wanted)
    }
  }

  @Test("what has no ports, no sender or no connection meets no rule about those, negated or not")
  func absentParts() {
    let packet = DrawnPacket(.other(IPProtocol(rawValue: 47), .empty))
    for isNegated in [false, true] {
      var ports = PacketMatch()
      ports.destinationPorts = Condition([7...7], isNegated: isNegated)
      var icmp = PacketMatch()
      icmp.icmp = Condition(ICMPPattern(type: 0), isNegated: isNegated)
      var states = PacketMatch()
      states.states = Condition([.new], isNegated: isNegated)
      var hardware = PacketMatch()
      hardware.hardware = Condition(MACAddress(rawValue: 0x0200_0000_0001), isNegated: isNegated)
      #expect(RuleTable([ports, icmp, states, hardware]).firstMatch(packet.header) == nil)
    }
  }
}

extension UDPDatagram {
  init(from source: UInt16, to destination: UInt16) {
    self.init(sourcePort: source, destinationPort: destination, content: .empty)
  }
}

/// A packet as rules see it, and what rules say of it, asked in the plainest way.
struct DrawnPacket {
  var packet: IPv4Packet
  var from = PortNumber.none
  var to = PortNumber.none
  var bridgedFrom = PortNumber.none
  var bridgedTo = PortNumber.none
  var hardware = MACAddress.zero
  var state: ConnectionTracking.State?
  var mark: UInt32 = 0

  init(_ payload: IPv4Payload) { packet = IPv4Packet(source: .any, destination: .any, payload: payload) }

  var header: RuleHeader {
    RuleHeader(
      packet, from: from, to: to, state: state, hardware: hardware, bridgedFrom: bridgedFrom, bridgedTo: bridgedTo,
      mark: mark)
  }

  private var ports: (source: UInt16, destination: UInt16)? {
    switch packet.payload {
    case .udp(let datagram): (datagram.sourcePort, datagram.destinationPort)
    case .tcp(let segment): (segment.sourcePort, segment.destinationPort)
    case .icmp, .other: nil
    }
  }

  private var message: (type: UInt8, code: UInt8)? {
    guard case .icmp(let message) = packet.payload else { return nil }
    switch message.kind {
    case .echoRequest: return (8, 0)
    case .echoReply: return (0, 0)
    case .unreachable(let code, _): return (3, code.rawValue)
    default: return nil
    }
  }

  func isMatched(by match: PacketMatch) -> Bool {
    func says<Value>(_ condition: Condition<Value>?, _ fits: (Value) -> Bool?) -> Bool {
      guard let condition else { return true }
      guard let isSo = fits(condition.value) else { return false }
      return condition.isNegated ? !isSo : isSo
    }
    guard says(match.from, { $0 == from }), says(match.to, { $0 == to }) else { return false }
    guard says(match.bridgedFrom, { $0 == bridgedFrom }), says(match.bridgedTo, { $0 == bridgedTo }) else {
      return false
    }
    guard says(match.source, { $0.contains(packet.source) }) else { return false }
    guard says(match.destination, { $0.contains(packet.destination) }) else { return false }
    guard says(match.transport, { $0 == packet.payload.number }) else { return false }
    guard says(match.sourcePorts, { wanted in ports.map { port in wanted.contains { $0.contains(port.source) } } })
    else { return false }
    guard
      says(
        match.destinationPorts, { wanted in ports.map { port in wanted.contains { $0.contains(port.destination) } } })
    else { return false }
    guard
      says(
        match.icmp,
        { wanted in message.map { $0.type == wanted.type && (wanted.code == nil || wanted.code == $0.code) } })
    else { return false }
    guard says(match.states, { wanted in state.map { wanted.contains($0) } }) else { return false }
    guard says(match.hardware, { wanted in hardware == .zero ? nil : wanted == hardware }) else { return false }
    return says(match.mark, { mark & $0.mask == $0.value })
  }
}

/// Draws from few values, so that rules shadow each other and packets meet them.
struct RuleDraw {
  var random: RandomSource

  init(seed: UInt64) { random = RandomSource(seed: seed) }

  mutating func number(below bound: UInt64) -> Int { Int(random.below(bound)) }
  mutating func address() -> IPv4Address { IPv4Address(10, UInt8(number(below: 2)), 0, UInt8(number(below: 4))) }
  mutating func interface() -> PortNumber { PortNumber(number(below: 3)) }
  mutating func hardware() -> MACAddress { MACAddress(rawValue: 0x0200_0000_0000 | UInt64(number(below: 3))) }
  mutating func port() -> UInt16 { [0, 1, 2, 3, 4, 7, 8, 1000, 1023, 1024, 32768, 65535][number(below: 12)] }
  mutating func state() -> ConnectionTracking.State { ConnectionTracking.State.allCases[number(below: 4)] }
  mutating func kind() -> ICMPMessage.Kind {
    [
      .echoRequest(identifier: 1, sequence: 1), .echoReply(identifier: 1, sequence: 1), .unreachable(.port, mtu: 0),
      .unreachable(.host, mtu: 0),
    ][number(below: 4)]
  }

  mutating func packet() -> DrawnPacket {
    let payload: IPv4Payload =
      switch number(below: 4) {
      case 0:
        .tcp(TCPSegment(sourcePort: port(), destinationPort: port(), sequence: 0, flags: .syn, window: 1))
      case 1: .icmp(ICMPMessage(kind(), content: .empty))
      case 2: .other([IPProtocol(rawValue: 47), .udp, .icmp][number(below: 3)], .empty)
      default: .udp(UDPDatagram(from: port(), to: port()))
      }
    var drawn = DrawnPacket(payload)
    (drawn.packet.source, drawn.packet.destination) = (address(), address())
    if random.happens(0.8) { drawn.from = interface() }
    if random.happens(0.8) { drawn.to = interface() }
    if random.happens(0.5) { (drawn.bridgedFrom, drawn.bridgedTo) = (interface(), interface()) }
    if random.happens(0.7) { drawn.hardware = hardware() }
    if random.happens(0.7) { drawn.state = state() }
    drawn.mark = UInt32(number(below: 4))
    return drawn
  }

  mutating func match() -> PacketMatch {
    var match = PacketMatch()
    match.from = maybe(0.15) { $0.interface() }
    match.to = maybe(0.15) { $0.interface() }
    match.bridgedFrom = maybe(0.1) { $0.interface() }
    match.bridgedTo = maybe(0.1) { $0.interface() }
    match.hardware = maybe(0.1) { $0.hardware() }
    match.source = maybe(0.3) { $0.prefix() }
    match.destination = maybe(0.3) { $0.prefix() }
    match.transport = maybe(0.2) { [.udp, .tcp, .icmp][$0.number(below: 3)] }
    match.sourcePorts = maybe(0.15) { $0.ports() }
    match.destinationPorts = maybe(0.25) { $0.ports() }
    match.icmp = maybe(0.1) { ICMPPattern(type: [8, 0, 3][$0.number(below: 3)], code: [nil, 3][$0.number(below: 2)]) }
    match.states = maybe(0.2) { draw in Set((0..<draw.number(below: 4)).map { _ in draw.state() }) }
    match.mark = maybe(0.1) {
      MarkPattern(value: UInt32($0.number(below: 4)), mask: [.max, 1, 2][$0.number(below: 3)])
    }
    return match
  }

  private mutating func maybe<Value>(_ chance: Double, _ value: (inout RuleDraw) -> Value) -> Condition<Value>? {
    guard random.happens(chance) else { return nil }
    let isNegated = random.happens(0.25)
    return Condition(value(&self), isNegated: isNegated)
  }

  private mutating func prefix() -> IPv4Prefix {
    IPv4Prefix(holding: address(), length: [0, 8, 16, 30, 31, 32][number(below: 6)]) ?? .all
  }

  private mutating func ports() -> [ClosedRange<UInt16>] {
    (0..<number(below: 20) / 6).map { _ in
      let (a, b) = (port(), random.happens(0.5) ? port() : 0)
      return b == 0 ? a...a : min(a, b)...max(a, b)
    }
  }
}

import Devices
import Packets
import Protocols
import Simulation
import Testing

/// Rules are arranged by what they look at; the first that matches must decide as if they were asked one after another.
@Suite("Rule table") struct RuleTableTests {
  /// A filter that cannot be wrong: it asks each rule.
  private struct Reference {
    var rules: [PacketFilter.Rule]

    func firstMatch(
      _ packet: IPv4Packet, _ from: PortNumber, _ to: PortNumber, _ hook: PacketFilter.Hook,
      _ state: ConnectionTracking.State?
    ) -> PacketFilter.Rule? {
      rules.first { rule in
        rule.hook == hook && (rule.from ?? from) == from && (rule.to ?? to) == to
          && (rule.source?.contains(packet.source) ?? true) && (rule.destination?.contains(packet.destination) ?? true)
          && (rule.transport ?? packet.transport) == packet.transport
          && (rule.destinationPort == nil || rule.destinationPort == packet.destinationPort)
          && (rule.states.map { states in state.map { states.contains($0) } ?? false } ?? true)
      }
    }
  }

  /// Draws from few values, so that rules shadow each other and packets meet them.
  private struct Draw {
    var random: RandomSource

    mutating func number(below bound: UInt64) -> Int { Int(random.below(bound)) }
    mutating func address() -> IPv4Address { IPv4Address(10, UInt8(number(below: 2)), 0, UInt8(number(below: 4))) }
    mutating func port() -> PortNumber { PortNumber(number(below: 3)) }
    mutating func state() -> ConnectionTracking.State {
      [.new, .established, .related, .invalid][number(below: 4)]
    }
    mutating func prefix() -> IPv4Prefix? {
      IPv4Prefix(holding: address(), length: [0, 8, 16, 30, 31, 32][number(below: 6)])
    }

    mutating func rule(_ number: Int) -> PacketFilter.Rule {
      let action: PacketFilter.Rule.Action = [.accept, .drop, .reject][self.number(below: 3)]
      let hook = PacketFilter.Hook.allCases[self.number(below: 3)]
      var rule = PacketFilter.Rule(hook: hook, action: action, origin: Origin(index: number))
      if random.happens(0.3) { rule.from = port() }
      if random.happens(0.3) { rule.to = port() }
      if random.happens(0.5) { rule.source = prefix() }
      if random.happens(0.5) { rule.destination = prefix() }
      if random.happens(0.3) { rule.transport = [.udp, .tcp, .icmp][self.number(below: 3)] }
      if random.happens(0.3) { rule.destinationPort = UInt16(self.number(below: 3)) }
      if random.happens(0.2) { rule.states = Set((0..<self.number(below: 4)).map { _ in state() }) }
      return rule
    }

    mutating func packet() -> IPv4Packet {
      let port = UInt16(number(below: 3))
      let payload: IPv4Payload =
        switch number(below: 4) {
        case 0: .tcp(TCPSegment(sourcePort: 1, destinationPort: port, sequence: 0, flags: .syn, window: 1))
        case 1: .icmp(ICMPMessage(.echoRequest(identifier: port, sequence: 0), content: .empty))
        case 2: .other(IPProtocol(rawValue: 47), .empty)
        default: .udp(UDPDatagram(sourcePort: 1, destinationPort: port, content: .empty))
        }
      return IPv4Packet(source: address(), destination: address(), payload: payload)
    }
  }

  @Test("gives the verdict of the first rule that matches", arguments: 1...50 as ClosedRange<UInt64>)
  func againstReference(seed: UInt64) {
    var draw = Draw(random: RandomSource(seed: seed))
    let rules = (0..<draw.number(below: seed % 2 == 0 ? 12 : 300)).map { draw.rule($0) }
    let reference = Reference(rules: rules)
    let filter = PacketFilter(rules: rules, forwardPolicy: .drop, policyOrigin: Origin(index: 9999))
    var matched = 0
    for _ in 0..<400 {
      let (packet, from, to) = (draw.packet(), draw.port(), draw.port())
      let hook = PacketFilter.Hook.allCases[draw.number(below: 3)]
      let state = draw.random.happens(0.5) ? draw.state() : nil
      let rule = reference.firstMatch(packet, from, to, hook, state)
      let verdict = filter.verdict(for: packet, from: from, to: to, hook: hook, state: state)
      if rule != nil { matched += 1 }
      let unmatched = hook == .forward ? "drop 9999" : "accept"
      #expect(words(verdict) == (rule.map(words) ?? unmatched), "\(packet) \(from) \(to) \(hook)")
    }
    #expect(rules.count < 5 || matched > 0)
  }

  /// What is accepted does not tell by which rule.
  private func words(_ rule: PacketFilter.Rule) -> String {
    rule.action == .accept ? "accept" : "\(rule.action) \(rule.origin.index)"
  }

  private func words(_ verdict: PacketFilter.Verdict) -> String {
    switch verdict {
    case .accept: "accept"
    case .drop(let origin): "drop \(origin.index)"
    case .reject(_, let origin): "reject \(origin.index)"
    }
  }
}

extension IPv4Packet {
  fileprivate var transport: IPProtocol {
    switch payload {
    case .icmp: .icmp
    case .udp: .udp
    case .tcp: .tcp
    case .other(let transport, _): transport
    }
  }

  fileprivate var destinationPort: UInt16? {
    switch payload {
    case .udp(let datagram): datagram.destinationPort
    case .tcp(let segment): segment.destinationPort
    case .icmp, .other: nil
    }
  }
}

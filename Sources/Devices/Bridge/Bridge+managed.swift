import Packets
import Protocols
import Simulation

/// Forwarding where more than addresses decide (IEEE 802.1Q-2018, 8.6): ports that spanning tree keeps from forwarding are
/// passed over; then the frame's VLAN is found, and from then on only ports that carry it exist.
extension Bridge {
  @inline(never)
  mutating func receiveManaged(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {
    if tree != nil, frame.destination == Bridge.bridgeGroup { return receiveUnit(frame, on: port, &outbox) }
    guard !Bridge.staysOnLink(frame.destination) else { return outbox.drop(because: .reservedGroupAddress) }
    if !portStates.isEmpty, !portStates[Int(port.index)].learns { return outbox.drop(because: .portBlocked) }
    if let own = handsOver, !frame.destination.isGroup, frame.tag == nil, case .ipv4 = frame.payload {
      return port == own ? takeBack(frame, on: port, &outbox) : handOver(frame, from: port, to: own, &outbox)
    }
    guard passesPrerouting(frame, on: port, &outbox) else { return }
    guard !vlanPorts.isEmpty else { return pass(frame, in: nil, from: port, &outbox) }
    let ingress = vlanPorts[Int(port.index)]
    switch ingress.vlans.ingress(of: frame.tag) {
    case .vlan(let vlan): pass(frame, in: vlan, from: port, &outbox)
    case .untaggedRefused: outbox.drop(because: .untagged, origin: ingress.origin)
    case .notCarried: outbox.drop(because: .vlanNotCarried, origin: ingress.origin)
    case .reserved: outbox.drop(because: .malformed)
    }
  }

  private mutating func pass(
    _ frame: EthernetFrame, in vlan: VLANID?, from port: PortNumber, _ outbox: inout Outbox
  ) {
    learn(frame.source, vlan: vlan, on: port, &outbox)
    guard forwards(port) else { return outbox.drop(because: .portBlocked) }
    send(frame, in: vlan, from: port, &outbox)
  }

  /// - Parameter giver: The stack's port where it gave the frame back: it does not get it twice.
  private mutating func send(
    _ frame: EthernetFrame, in vlan: VLANID?, from port: PortNumber, givenBackBy giver: PortNumber = .none,
    _ outbox: inout Outbox
  ) {
    guard !frame.destination.isGroup,
      let egress = database.port(of: frame.destination, vlan: vlan, at: outbox.now)
    else { return flood(frame, in: vlan, except: port, giver, &outbox) }
    guard egress != port || hairpins.contains(port) else { return outbox.drop(because: .sameSegment) }
    guard forwards(egress) else { return outbox.drop(because: .portBlocked) }
    guard !separates(port, egress) else { return outbox.drop(because: .isolatedPort) }
    let verdict = verdict(on: frame, from: port, to: egress, &outbox)
    guard verdict == .accept else { return refuse(frame, on: port, by: verdict, &outbox) }
    let origin = origin(of: egress)
    outbox.note(.forwarded(egress), origin: origin)
    outbox.forward(tagged(frame, for: vlan, on: egress), on: egress, origin: origin)
  }

  /// The machine's rules come before the way out is chosen, since they may change who it is for.
  private mutating func handOver(
    _ frame: EthernetFrame, from port: PortNumber, to own: PortNumber, _ outbox: inout Outbox
  ) {
    guard passesPrerouting(frame, on: port, &outbox) else { return }
    learn(frame.source, vlan: nil, on: port, &outbox)
    guard forwards(port), forwards(own) else { return outbox.drop(because: .portBlocked) }
    outbox.note(.forwarded(own))
    outbox.forward(frame, on: own)
  }

  /// What the stack gives back is still on its way from the port by which it came, and its source says which; all else is
  /// the machine's own.
  private mutating func takeBack(_ frame: EthernetFrame, on own: PortNumber, _ outbox: inout Outbox) {
    guard let port = database.port(of: frame.source, vlan: nil, at: outbox.now), port != own else {
      return pass(frame, in: nil, from: own, &outbox)
    }
    send(frame, in: nil, from: port, givenBackBy: own, &outbox)
  }

  private mutating func flood(
    _ frame: EthernetFrame, in vlan: VLANID?, except port: PortNumber, _ giver: PortNumber, _ outbox: inout Outbox
  ) {
    // No port has the number that stands for none.
    let exception = hairpins.contains(port) ? PortNumber.none : port
    let refusals = filters.isEmpty ? [] : refusals(of: frame, in: vlan, from: port, except: exception, &outbox)
    let hasLeft = outbox.flood(except: exception, origin: origin(of: port)) { egress in
      guard egress != giver, carries(vlan, egress), forwards(egress), !separates(port, egress),
        !refusals.contains(where: { $0.port == egress })
      else {
        return nil
      }
      return (tagged(frame, for: vlan, on: egress), origin(of: egress))
    }
    guard !hasLeft else {
      for refusal in refusals { outbox.note(.withheld, on: refusal.port, origin: refusal.verdict.refuser ?? .none) }
      return
    }
    if let refusal = refusals.last { return refuse(frame, on: port, by: refusal.verdict, &outbox) }
    let others = (0..<outbox.portCount).map(PortNumber.init).filter { egress in
      egress != port && egress != giver && carries(vlan, egress) && outbox.isPlugged(egress)
    }
    if !others.isEmpty, others.allSatisfy({ separates(port, $0) }) { return outbox.drop(because: .isolatedPort) }
    let isBlocked = others.contains { egress in !portStates.isEmpty && portStates[Int(egress.index)] != .disabled }
    let absent: DropReason = vlan == nil ? .noLink : .vlanEndsHere
    outbox.drop(
      because: others.isEmpty ? absent : isBlocked ? .portBlocked : .noPortUp, origin: origin(of: port))
  }

  /// The ports by which rules let no copy leave. What is sent to many is answered for nobody.
  private mutating func refusals(
    of frame: EthernetFrame, in vlan: VLANID?, from port: PortNumber, except exception: PortNumber,
    _ outbox: inout Outbox
  ) -> [(port: PortNumber, verdict: PacketFilter.Verdict)] {
    var refusals: [(port: PortNumber, verdict: PacketFilter.Verdict)] = []
    for place in 0..<outbox.portCount {
      let egress = PortNumber(place)
      guard egress != exception, carries(vlan, egress), forwards(egress), !separates(port, egress),
        outbox.isConnected(egress)
      else { continue }
      let verdict = verdict(on: frame, from: port, to: egress, &outbox)
      if verdict != .accept { refusals.append((egress, verdict)) }
    }
    return refusals
  }

  private func carries(_ vlan: VLANID?, _ port: PortNumber) -> Bool {
    vlan.map { vlanPorts[Int(port.index)].vlans.carries($0) } ?? true
  }

  /// Linux, `br_skb_isolated`.
  private func separates(_ port: PortNumber, _ egress: PortNumber) -> Bool {
    !isolated.isEmpty && isolated.contains(port) && isolated.contains(egress)
  }

  private func forwards(_ port: PortNumber) -> Bool {
    portStates.isEmpty || portStates[Int(port.index)] == .forwarding
  }

  private func origin(of port: PortNumber) -> Origin { vlanPorts.isEmpty ? .none : vlanPorts[Int(port.index)].origin }

  /// The frame as it leaves by a port.
  private func tagged(_ frame: EthernetFrame, for vlan: VLANID?, on port: PortNumber) -> EthernetFrame {
    guard let vlan else { return frame }
    var copy = frame
    copy.tag = vlanPorts[Int(port.index)].vlans.egressTag(of: vlan, arrivedWith: frame.tag)
    return copy
  }
}

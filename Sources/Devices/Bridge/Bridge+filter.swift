import Packets
import Protocols
import Simulation

/// The rules of a bridge, which see its IPv4 packets as if they were routed (Linux, `br_netfilter`).
struct BridgeFilter: Sendable {
  var filter: PacketFilter
  /// One, or none where no rule asks for connections.
  var tracking: [ConnectionTracking] = []
  /// The port toward the machine's own stack: what goes by it is not bridged.
  var ownPort: PortNumber?
  /// How the packet being handled stands to its connection.
  var current: ConnectionTracking.Tracked?

  init(_ filter: PacketFilter, ownPort: PortNumber?) {
    self.filter = filter
    self.ownPort = ownPort
    if filter.tracksConnections { tracking = [ConnectionTracking()] }
  }

  /// A connection whose first packet goes nowhere has never begun.
  mutating func forgetConnection() {
    guard let current, current.isFirst, let entry = current.entry else { return }
    tracking[0].discard(entry)
  }

  mutating func forgetAllConnections() {
    if !tracking.isEmpty { tracking = [ConnectionTracking()] }
  }
}

extension Bridge {
  /// PREROUTING; false when the frame has met its end here.
  ///
  /// ARP and everything else that is not IPv4 passes, and so does what has a VLAN tag (Linux,
  /// `bridge-nf-filter-vlan-tagged` 0).
  mutating func passesPrerouting(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) -> Bool {
    guard !filters.isEmpty, frame.tag == nil, case .ipv4(let packet) = frame.payload, port != filters[0].ownPort
    else { return true }
    filters[0].filter.mark = 0
    if !filters[0].tracking.isEmpty {
      filters[0].current = filters[0].tracking[0].track(packet, quoted: outbox.quote(in: packet), now: outbox.now)
    }
    guard let origin = judge(packet, of: frame, at: .prerouting, from: port, to: .none, &outbox).refuser else {
      return true
    }
    filters[0].forgetConnection()
    outbox.drop(because: .filtered, origin: origin)
    return false
  }

  /// FORWARD and POSTROUTING, for each port by which the frame is to leave.
  mutating func verdict(
    on frame: EthernetFrame, from port: PortNumber, to egress: PortNumber, _ outbox: inout Outbox
  ) -> PacketFilter.Verdict {
    guard !filters.isEmpty, frame.tag == nil, case .ipv4(let packet) = frame.payload, port != filters[0].ownPort,
      egress != filters[0].ownPort
    else { return .accept }
    let verdict = judge(packet, of: frame, at: .forward, from: port, to: egress, &outbox)
    guard verdict == .accept else { return verdict }
    return judge(packet, of: frame, at: .postrouting, from: port, to: egress, &outbox)
  }

  /// The frame goes nowhere, because of a rule.
  mutating func refuse(
    _ frame: EthernetFrame, on port: PortNumber, by verdict: PacketFilter.Verdict, _ outbox: inout Outbox
  ) {
    filters[0].forgetConnection()
    outbox.drop(because: .filtered, origin: verdict.refuser ?? .none)
    if case .reject(let rejection, _) = verdict { answer(frame, on: port, with: rejection, &outbox) }
  }

  private mutating func judge(
    _ packet: IPv4Packet, of frame: EthernetFrame, at hook: PacketFilter.Hook, from: PortNumber, to: PortNumber,
    _ outbox: inout Outbox
  ) -> PacketFilter.Verdict {
    // To the rules the interface is the bridge itself, which is number 0.
    var header = RuleHeader(
      packet, from: hook.knowsIncoming ? 0 : .none, to: hook.knowsOutgoing ? 0 : .none,
      state: filters[0].tracking.isEmpty ? nil : filters[0].current?.state, hardware: frame.source,
      bridgedFrom: from, bridgedTo: to, mark: filters[0].filter.mark)
    let verdict = filters[0].filter.verdict(for: &header, length: packet.length, at: hook) { origin in
      outbox.note(.logged, origin: origin)
    }
    filters[0].filter.mark = UInt32(truncatingIfNeeded: header.mark)
    return verdict
  }

  /// A bridge has no address of its own: it answers in the name of whom the packet was for, out of the port by which
  /// that came (Linux, `nf_send_unreach_bridge`, `nf_send_reset_bridge`).
  private func answer(
    _ frame: EthernetFrame, on port: PortNumber, with rejection: PacketFilter.Rejection, _ outbox: inout Outbox
  ) {
    guard case .ipv4(let packet) = frame.payload, !frame.destination.isGroup, packet.fragmentOffset == 0 else {
      return
    }
    var answer = IPv4Packet(source: packet.destination, destination: packet.source, payload: packet.payload)
    switch rejection {
    case .reset:
      guard case .tcp(let segment) = packet.payload, let reset = TCPConnection.reset(answering: segment) else {
        return
      }
      answer.payload = .tcp(reset)
      answer.fragmentation = IPv4Packet.dontFragmentFlag
    case .unreachable(let code):
      guard outbox.quote(in: packet) == nil else { return }
      let length = UInt16(min(packet.length, NetworkLayer.quotedBytes))
      let quote = outbox.messages.insert(.quote(Quote(packet, length: length)))
      let kind = ICMPMessage.Kind.unreachable(code, mtu: 0)
      outbox.note(.refused(kind))
      answer.payload = .icmp(ICMPMessage(kind, content: .message(quote, length: length)))
    }
    outbox.originate(
      EthernetFrame(destination: frame.source, source: frame.destination, payload: .ipv4(answer)), on: port,
      for: .answers)
  }
}

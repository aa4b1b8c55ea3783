import Packets
import Protocols
import Simulation

/// The rules of the stack, in netfilter's places.
extension NetworkLayer {
  /// The filter with what it has counted; nil where everything passes.
  public var filter: PacketFilter? { filters.first }

  /// What the rules of a place say of a packet.
  @inline(__always)
  mutating func judge(
    _ packet: IPv4Packet, at hook: PacketFilter.Hook, from: PortNumber = .none, to: PortNumber = .none,
    hardware: MACAddress = .zero, _ outbox: inout Outbox
  ) -> PacketFilter.Verdict {
    filters.isEmpty || !filters[0].isActive(at: hook) ? .accept : ask(packet, at: hook, from, to, hardware, &outbox)
  }

  @inline(never)
  private mutating func ask(
    _ packet: IPv4Packet, at hook: PacketFilter.Hook, _ from: PortNumber, _ to: PortNumber, _ hardware: MACAddress,
    _ outbox: inout Outbox
  ) -> PacketFilter.Verdict {
    var header = RuleHeader(
      packet, from: from, to: to, state: trackedState, hardware: hardware, mark: filters[0].mark)
    let verdict = filters[0].verdict(for: &header, length: packet.length, at: hook) { origin in
      outbox.note(.logged, on: to == .none || to == .loopback ? nil : to, origin: origin)
    }
    let mark = UInt32(truncatingIfNeeded: header.mark)
    if filters[0].mark != mark { filters[0].mark = mark }
    return verdict
  }

  /// Answers for a packet that a rule rejects. The machine's own routes lead the answer to the sender, whoever that is;
  /// a reset comes as from the one the packet was for (Linux: `nf_send_unreach`, `nf_send_reset`).
  ///
  /// - Parameter source: Of an ICMP error; nil for the address toward the sender.
  mutating func reject(
    _ packet: IPv4Packet, with rejection: PacketFilter.Rejection, from source: IPv4Address? = nil,
    for purpose: Purpose, _ outbox: inout Outbox
  ) {
    switch rejection {
    case .unreachable(let code):
      sendError(.unreachable(code, mtu: 0), about: packet, from: source, for: purpose, &outbox)
    case .reset:
      guard case .tcp(let segment) = packet.payload, !isGroup(packet.destination),
        let reset = TCPConnection.reset(answering: segment)
      else { return }
      _ = send(.tcp(reset), to: packet.source, from: packet.destination, for: purpose, &outbox)
    }
  }

  /// What is known of the packet being handled, beside itself: its mark, a limit for its segments and its connection.
  struct Handling {
    var mark: UInt32 = 0
    var limited: (limit: PacketFilter.SegmentLimit, origin: Origin)?
    var tracked: ConnectionTracking.Tracked?
  }

  /// Of the packet being handled.
  var handling: Handling {
    @inline(__always) get {
      Handling(
        mark: filters.isEmpty ? 0 : filters[0].mark, limited: filters.isEmpty ? nil : filters[0].limited,
        tracked: translators.isEmpty ? nil : translators[0].current)
    }
  }

  /// Turns to another packet; what was known of the one before must be given back with `resume`.
  ///
  /// A packet of the machine's own may be made while another one is being handled, such as a redirect.
  mutating func turn(to next: Handling) -> Handling {
    let outer = handling
    resume(next)
    return outer
  }

  mutating func resume(_ handling: Handling) {
    if !filters.isEmpty {
      filters[0].mark = handling.mark
      filters[0].limited = handling.limited
    }
    if !translators.isEmpty { translators[0].current = handling.tracked }
  }
}

import Packets
import Protocols
import Simulation

/// Packets that only pass through (RFC 1812, 5.2).
extension NetworkLayer {
  /// `arrived` is the packet before its destination was translated: an error must quote what its sender knows.
  mutating func forward(
    _ packet: IPv4Packet, arrived: IPv4Packet, of frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox
  ) {
    guard forwards else { return outbox.drop(because: .notForwarding) }
    // As measured on Linux, a missing route is told even when the time to live has run out.
    guard let route = routes.lookup(packet.destination, now: outbox.now) else {
      return refuse(arrived, with: .unreachable(.network, mtu: 0), because: .noRoute, &outbox)
    }
    guard route.kind == .unicast else { return refuse(arrived, by: route, &outbox) }
    guard packet.timeToLive > 1 else {
      return refuse(arrived, with: .timeExceeded(code: 0), because: .timeToLiveExceeded, &outbox)
    }
    let nextHop = route.nextHop ?? packet.destination
    outbox.note(
      .routed(destination: packet.destination, prefix: route.prefix, nextHop: nextHop), on: route.port,
      origin: route.origin)
    if !filters.isEmpty {
      guard passesForward(packet, arrived: arrived, of: frame, from: port, to: route.port, &outbox) else { return }
    }
    if route.port == port { redirect(arrived, to: nextHop, on: port, wasTranslated: arrived != packet, &outbox) }

    var packet = packet
    packet.timeToLive -= 1
    let mtu = outbox.mtu(of: route.port)
    let isTooLong = packet.length > mtu
    // RFC 1191, section 4: what must not be split is answered with the size that would fit.
    if isTooLong, packet.dontFragment {
      return refuse(
        arrived, with: .unreachable(.fragmentationNeeded, mtu: UInt16(mtu)), because: .fragmentationNeeded, &outbox)
    }
    if let origin = judge(packet, at: .postrouting, to: route.port, &outbox).refuser {
      forgetConnection()
      return outbox.drop(because: .filtered, origin: origin)
    }
    guard translateOutbound(&packet, on: route.port, &outbox) else { return outbox.drop(because: .portsExhausted) }
    guard !isTooLong else {
      return emitParts(
        of: packet, fitting: mtu, on: route.port, nextHop: nextHop, .forwarded, origin: route.origin, &outbox)
    }
    emit(packet, on: route.port, nextHop: nextHop, .forwarded, origin: route.origin, &outbox)
  }

  /// Linux decrements the time to live before these rules, which is seen in what an error quotes.
  @inline(never)
  private mutating func passesForward(
    _ packet: IPv4Packet, arrived: IPv4Packet, of frame: EthernetFrame, from port: PortNumber, to egress: PortNumber,
    _ outbox: inout Outbox
  ) -> Bool {
    switch judge(packet, at: .forward, from: port, to: egress, hardware: frame.source, &outbox) {
    case .accept: return true
    case .drop(let origin):
      forgetConnection()
      outbox.drop(because: .filtered, origin: origin)
    case .reject(let rejection, let origin):
      forgetConnection()
      outbox.drop(because: .filtered, origin: origin)
      var quoted = arrived
      quoted.timeToLive -= 1
      reject(quoted, with: rejection, for: .answers, &outbox)
    }
    return false
  }

  private mutating func refuse(
    _ packet: IPv4Packet, with kind: ICMPMessage.Kind, because reason: DropReason, origin: Origin = .none,
    _ outbox: inout Outbox
  ) {
    forgetConnection()
    outbox.drop(because: reason, origin: origin)
    sendError(kind, about: packet, for: .answers, &outbox)
  }

  private mutating func refuse(_ packet: IPv4Packet, by route: Route, _ outbox: inout Outbox) {
    switch route.kind {
    case .unreachable:
      refuse(
        packet, with: .unreachable(.host, mtu: 0), because: .unreachableRoute, origin: route.origin, &outbox)
    case .prohibit:
      refuse(
        packet, with: .unreachable(.administrativelyProhibited, mtu: 0), because: .unreachableRoute,
        origin: route.origin, &outbox)
    case .blackhole, .unicast: outbox.drop(because: .unreachableRoute, origin: route.origin)
    }
  }

  /// RFC 1812, 5.2.7.2: the sender could have used the next hop itself. Flows that are translated cause none.
  private mutating func redirect(
    _ packet: IPv4Packet, to nextHop: IPv4Address, on port: PortNumber, wasTranslated: Bool,
    _ outbox: inout Outbox
  ) {
    let isNeighbor = interfaces[Int(port.index)].addresses.contains {
      $0.prefix.contains(packet.source) && $0.prefix.contains(nextHop)
    }
    guard isNeighbor, !wasTranslated else { return }
    sendError(
      .redirect(code: 1, gateway: nextHop), about: packet, for: Purpose(.serves), &outbox)
  }
}

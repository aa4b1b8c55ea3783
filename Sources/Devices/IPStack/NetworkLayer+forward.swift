import Packets
import Protocols
import Simulation

/// Packets that only pass through (RFC 1812, 5.2).
extension NetworkLayer {
  /// `arrived` is the packet before its destination was translated: an error must quote what its sender knows.
  mutating func forward(
    _ packet: IPv4Packet, arrived: IPv4Packet, of frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox
  ) {
    guard forwards, let route = routes.lookup(packet.destination, now: outbox.now), route.kind == .unicast,
      packet.timeToLive > 1
    else {
      return refuse(arrived, to: packet.destination, &outbox)
    }
    let nextHop = route.nextHop ?? packet.destination
    outbox.note(
      .routed(destination: packet.destination, prefix: route.prefix, nextHop: nextHop), on: route.port,
      origin: route.origin)
    let mtu = outbox.mtu(of: route.port)
    let isTooLong = packet.length > mtu
    // RFC 1191, section 4: what must not be split is answered with the size that would fit.
    if isTooLong, packet.dontFragment {
      return refuse(
        arrived, with: .unreachable(.fragmentationNeeded, mtu: UInt16(mtu)), because: .fragmentationNeeded, &outbox)
    }
    // Linux, `ip_forward`: what is said from here on quotes a packet that has paid for the hop.
    var packet = packet
    packet.timeToLive -= 1
    if route.port == port { redirect(packet, arrived: arrived, to: nextHop, on: port, &outbox) }
    if !filters.isEmpty {
      guard mayPass(packet, arrived: arrived, of: frame, from: port, to: route.port, &outbox) else { return }
      if filters[0].limited != nil { limitSegments(of: &packet, leavingBy: route.port, &outbox) }
    }
    if let reason = translateOutbound(&packet, leavingBy: route.port, toward: nextHop, &outbox) {
      forgetConnection()
      return outbox.drop(because: reason)
    }
    guard !isTooLong else {
      return emitParts(
        of: packet, fitting: mtu, on: route.port, nextHop: nextHop, .forwarded, origin: route.origin, &outbox)
    }
    emit(packet, on: route.port, nextHop: nextHop, .forwarded, origin: route.origin, &outbox)
  }

  /// Finds out why a packet cannot be sent on; as measured on Linux, a missing route is told even when the time to live
  /// has run out. It is asked for few packets, and is apart so that what is done for all of them stays together.
  @inline(never)
  private mutating func refuse(_ packet: IPv4Packet, to destination: IPv4Address, _ outbox: inout Outbox) {
    guard forwards else {
      forgetConnection()
      return outbox.drop(because: .notForwarding)
    }
    guard let route = routes.lookup(destination, now: outbox.now) else {
      return refuse(packet, asUnrouted: .unreachable(.network, mtu: 0), because: .noRoute, &outbox)
    }
    guard route.kind == .unicast else { return refuse(packet, by: route, &outbox) }
    refuse(packet, with: .timeExceeded(code: 0), because: .timeToLiveExceeded, &outbox)
  }

  /// FORWARD, and POSTROUTING. `arrived` has not paid for the hop yet.
  @inline(never)
  mutating func mayPass(
    _ packet: IPv4Packet, arrived: IPv4Packet, of frame: EthernetFrame, from port: PortNumber, to egress: PortNumber,
    _ outbox: inout Outbox
  ) -> Bool {
    var verdict = judge(packet, at: .forward, from: port, to: egress, hardware: frame.source, &outbox)
    if verdict == .accept { verdict = judge(packet, at: .postrouting, to: egress, &outbox) }
    guard let origin = verdict.refuser else { return true }
    forgetConnection()
    outbox.drop(because: .filtered, origin: origin)
    if case .reject(let rejection, _) = verdict { reject(arrived.pastRouter, with: rejection, for: .answers, &outbox) }
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
        packet, asUnrouted: .unreachable(.host, mtu: 0), because: .unreachableRoute, origin: route.origin, &outbox)
    case .prohibit:
      refuse(
        packet, asUnrouted: .unreachable(.administrativelyProhibited, mtu: 0), because: .unreachableRoute,
        origin: route.origin, &outbox)
    case .blackhole, .unicast:
      forgetConnection()
      outbox.drop(because: .unreachableRoute, origin: route.origin)
    }
  }

  /// Routing rations what it says by itself, before the limits of all errors come.
  private mutating func refuse(
    _ packet: IPv4Packet, asUnrouted kind: ICMPMessage.Kind, because reason: DropReason, origin: Origin = .none,
    _ outbox: inout Outbox
  ) {
    forgetConnection()
    outbox.drop(because: reason, origin: origin)
    guard mayBeTold(packet) else { return }
    if withLimiter({ $0.allowsRouteError(to: packet.source, now: outbox.now) }) {
      sendError(kind, about: packet, for: .answers, &outbox)
    } else {
      outbox.note(.rationed(kind))
    }
  }

  /// RFC 1812, 5.2.7.2: the sender, who is on this link, could have used the next hop itself.
  ///
  /// As measured on Linux, flows that are translated cause none, nor does the first packet of one that is tracked, though
  /// both count.
  @inline(never)
  private mutating func redirect(
    _ packet: IPv4Packet, arrived: IPv4Packet, to nextHop: IPv4Address, on port: PortNumber, _ outbox: inout Outbox
  ) {
    guard sendsRedirects,
      interfaces[Int(port.index)].addresses.contains(where: { $0.prefix.contains(packet.source) }),
      mayBeTold(arrived.pastRouter), withLimiter({ $0.allowsRedirect(to: packet.source, now: outbox.now) })
    else { return }
    if !translators.isEmpty, let tracked = translators[0].current,
      tracked.isFirst || tracked.isTranslated
    {
      return
    }
    sendError(.redirect(code: 1, gateway: nextHop), about: arrived.pastRouter, for: Purpose(.serves), &outbox)
  }
}

extension IPv4Packet {
  /// With one less to live.
  fileprivate var pastRouter: IPv4Packet {
    var packet = self
    packet.timeToLive -= 1
    return packet
  }
}

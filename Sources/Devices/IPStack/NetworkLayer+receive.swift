import Packets
import Protocols
import Simulation

/// Frames in.
extension NetworkLayer {
  mutating func receive(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {
    let place = Int(port.index)
    if interfaces[place].kind == .sockets { return receiveFromProgram(frame, on: port, &outbox) }
    guard frame.destination == interfaces[place].hardwareAddress || frame.destination.isGroup else {
      return receiveBridged(frame, on: port, &outbox)
    }
    guard frame.tag == nil else { return outbox.drop(because: .unknownVLAN) }
    switch frame.payload {
    case .arp(let packet): receive(packet, of: frame, on: port, &outbox)
    case .ipv4(let packet): receive(packet, of: frame, on: port, &outbox)
    case .other: outbox.drop(because: .unknownProtocol)
    }
  }

  private mutating func receive(
    _ packet: IPv4Packet, of frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox
  ) {
    // A DHCP client listens below IP: the offer comes to an address it does not have yet.
    if deliverToLeaseClient(packet, of: frame, on: port, &outbox) { return }
    guard mayCome(packet, on: port, &outbox), let arrived = whole(packet, of: frame, &outbox) else { return }
    var packet = arrived
    if !translators.isEmpty || !filters.isEmpty {
      guard passesPrerouting(&packet, of: frame, on: port, &outbox) else { return }
      if packet.destination != arrived.destination, interfaces[Int(port.index)].isBridged,
        staysInBridge(packet, arrived: arrived, of: frame, on: port, &outbox)
      {
        return
      }
    }
    accept(packet, arrived: arrived, of: frame, on: port, &outbox)
  }

  /// Whether there can be such a packet at all; false when the frame has met its end here.
  @inline(__always)
  mutating func mayCome(_ packet: IPv4Packet, on port: PortNumber, _ outbox: inout Outbox) -> Bool {
    var reason: DropReason?
    if isMartian(packet.source, to: packet.destination) {
      reason = .martianSource
    } else if packet.destination.isThisNetwork || packet.destination.isLoopback {
      // Linux, `ip_route_input_slow`.
      reason = .martianDestination
    } else if reversePath != .off, !hasWayBack(packet, on: port, &outbox) {
      reason = .reversePath
    } else if interfaces[Int(port.index)].addresses.isEmpty, !isOwn(packet.destination),
      !packet.destination.isLimitedBroadcast
    {
      reason = .noAddress
    }
    if let reason { outbox.drop(because: reason) }
    return reason == nil
  }

  /// Linux, `nf_defrag_ipv4`: what is to be translated or tracked is put together first. Nil while parts are missing.
  @inline(__always)
  mutating func whole(_ packet: IPv4Packet, of frame: EthernetFrame, _ outbox: inout Outbox) -> IPv4Packet? {
    packet.isFragment && !translators.isEmpty ? reassemble(packet, of: frame, &outbox) : packet
  }

  /// What has passed PREROUTING is for the machine, or is sent on.
  @inline(__always)
  mutating func accept(
    _ packet: IPv4Packet, arrived: IPv4Packet, of frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox
  ) {
    if isForUs(packet.destination, on: port) {
      return deliver(packet, of: frame, on: port, &outbox)
    }
    guard !packet.destination.isMulticast else { return outbox.drop(because: .notForUs) }
    guard !frame.destination.isGroup else { return outbox.drop(because: .notForUs) }
    forward(packet, arrived: arrived, of: frame, on: port, &outbox)
  }

  /// Linux: connections are found first, then come the rules, then destinations are translated.
  @inline(never)
  mutating func passesPrerouting(
    _ packet: inout IPv4Packet, of frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox
  ) -> Bool {
    if !translators.isEmpty { translators[0].current = track(packet, &outbox) }
    if !filters.isEmpty {
      if filters[0].mark != 0 { filters[0].mark = 0 }
      if filters[0].limited != nil { filters[0].limited = nil }
    }
    if let origin = judge(packet, at: .prerouting, from: port, hardware: frame.source, &outbox).refuser {
      forgetConnection()
      outbox.drop(because: .filtered, origin: origin)
      return false
    }
    return translateInbound(&packet, on: port, &outbox)
  }

  /// A broadcast to another network of the machine ends here as well, unless such are sent on (RFC 2644, 2; Linux,
  /// `bc_forwarding`). The table of all networks is asked first, since nearly no packet is a broadcast.
  @inline(__always)
  private func isForUs(_ address: IPv4Address, on port: PortNumber) -> Bool {
    if isOwn(address) { return true }
    guard isGroup(address), !address.isMulticast else { return false }
    return !(forwards && forwardsBroadcasts) || interfaces[Int(port.index)].isBroadcast(address)
  }

  /// Who has no address yet is let through, as Linux does.
  private mutating func hasWayBack(_ packet: IPv4Packet, on port: PortNumber, _ outbox: inout Outbox) -> Bool {
    packet.source.isAny
      || reversePath.accepts(comingBy: port, back: routes.lookup(packet.source, now: outbox.now))
  }

  /// Sources that cannot be true: RFC 1812, 5.3.7, and as measured on Linux also the router's own address, but not 240/4.
  @inline(__always)
  func isMartian(_ source: IPv4Address, to destination: IPv4Address) -> Bool {
    // Who has no address yet speaks to everybody (RFC 951, 3).
    if source.isThisNetwork { return !destination.isLimitedBroadcast }
    return source.isLoopback || source.isMulticast || source.isLimitedBroadcast || isOwn(source)
  }
}

/// Frames out.
extension NetworkLayer {
  /// How a packet stands to the frame being received.
  enum Passage {
    /// It is that very packet.
    case forwarded
    /// It is the stack's own.
    case own(Purpose)
  }

  /// Sends a packet out of `port` to `nextHop`, now or when that has been resolved.
  mutating func emit(
    _ packet: IPv4Packet, on port: PortNumber, nextHop: IPv4Address, _ passage: Passage, origin: Origin = .none,
    bridged: BridgedStations? = nil, _ outbox: inout Outbox
  ) {
    var frame = EthernetFrame(
      destination: .zero, source: bridged?.source ?? interfaces[Int(port.index)].hardwareAddress,
      payload: .ipv4(packet))
    if let station = bridged?.destination {
      frame.destination = station
      return put(frame, on: port, passage, origin: origin, &outbox)
    }
    if let group = groupAddress(of: nextHop, on: port) {
      frame.destination = group
      return put(frame, on: port, passage, origin: origin, &outbox)
    }
    switch neighbors.use(nextHop, on: port, now: outbox.now) {
    case .resolved(let hardware, let verify):
      frame.destination = hardware
      put(frame, on: port, passage, origin: origin, &outbox)
      if let verify { setNeighborTimer(nextHop, on: port, after: verify, &outbox) }
    case .refused:
      outbox.discard(keep(frame, awaiting: nextHop, passage, &outbox), because: .neighborTableFull)
    case .unresolved(let mustAsk):
      let held = keep(frame, awaiting: nextHop, passage, &outbox)
      if let pushedOut = neighbors.enqueue(held, for: nextHop, on: port) {
        outbox.discard(pushedOut, because: .neighborQueueFull)
      }
      if mustAsk { ask(for: nextHop, on: port, toSend: packet, because: held.id, &outbox) }
    }
  }

  @inline(__always)
  private func groupAddress(of nextHop: IPv4Address, on port: PortNumber) -> MACAddress? {
    if interfaces[Int(port.index)].kind == .sockets { return .zero }
    guard isGroup(nextHop) else { return nil }
    if interfaces[Int(port.index)].isBroadcast(nextHop) { return .broadcast }
    // RFC 1112, 6.4: the low 23 bits behind 01:00:5e.
    return nextHop.isMulticast
      ? MACAddress(rawValue: 0x0100_5e00_0000 | UInt64(nextHop.rawValue & 0x7f_ffff)) : nil
  }

  @inline(__always)
  func put(
    _ frame: EthernetFrame, on port: PortNumber, _ passage: Passage, origin: Origin, _ outbox: inout Outbox
  ) {
    switch passage {
    case .forwarded: outbox.forward(frame, on: port, origin: origin)
    case .own(let purpose): outbox.originate(frame, on: port, for: purpose, origin: origin)
    }
  }

  @inline(__always)
  private func keep(
    _ frame: EthernetFrame, awaiting address: IPv4Address, _ passage: Passage, _ outbox: inout Outbox
  ) -> HeldFrame {
    switch passage {
    case .forwarded: outbox.hold(frame, awaiting: address)
    case .own(let purpose): outbox.holdOwn(frame, awaiting: address, for: purpose)
    }
  }
}

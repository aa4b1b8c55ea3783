import Packets
import Protocols
import Simulation

/// Address resolution (RFC 826) as Linux does it.
extension NetworkLayer {
  mutating func receive(_ packet: ARPPacket, on port: PortNumber, _ outbox: inout Outbox) {
    let isGratuitous = packet.senderAddress == packet.targetAddress
    // `arp_ignore` 0: any own address is answered for on any interface.
    let isForUs = isOwn(packet.targetAddress) && !isGratuitous
    switch packet.operation {
    case .request where isForUs:
      learn(packet, .request, on: port, &outbox)
      outbox.absorb(by: .arp)
      answer(packet, on: port, &outbox)
    case .reply where isForUs:
      learn(packet, .reply, on: port, &outbox)
      outbox.absorb(by: .arp)
      for asker in askers where asker.port == port && asker.address == packet.senderAddress {
        events.append((asker.slot, .arpReply(packet)))
      }
    case .request, .reply:
      learn(packet, isGratuitous ? .gratuitous : .overheard, on: port, &outbox)
      if isGratuitous { outbox.absorb(by: .arp) } else { outbox.drop(because: .notForUs) }
    default: outbox.drop(because: .malformed)
    }
  }

  private mutating func learn(
    _ packet: ARPPacket, _ kind: NeighborCache.Evidence, on port: PortNumber, _ outbox: inout Outbox
  ) {
    guard !packet.senderAddress.isAny, !packet.senderHardware.isGroup else { return }
    let learned = neighbors.learn(
      packet.senderAddress, at: packet.senderHardware, on: port, from: kind, now: outbox.now,
      random: &outbox.random)
    if learned.hasChanged { outbox.note(.resolved(packet.senderAddress, packet.senderHardware), on: port) }
    for var held in learned.released {
      held.frame.destination = packet.senderHardware
      outbox.release(held, on: port)
    }
    if let verify = learned.verify { setNeighborTimer(packet.senderAddress, on: port, after: verify, &outbox) }
  }

  private func answer(_ request: ARPPacket, on port: PortNumber, _ outbox: inout Outbox) {
    let own = self[port].hardwareAddress
    let reply = ARPPacket(
      operation: .reply, senderHardware: own, senderAddress: request.targetAddress,
      targetHardware: request.senderHardware, targetAddress: request.senderAddress)
    let frame = EthernetFrame(destination: request.senderHardware, source: own, payload: .arp(reply))
    outbox.originate(frame, on: port, for: Purpose(.serves), origin: self[port].origin)
  }

  /// Asks everybody (or, to verify, only `station`) for `address`.
  mutating func ask(
    for address: IPv4Address, on port: PortNumber, station: MACAddress = .broadcast, because cause: FrameID,
    _ outbox: inout Outbox
  ) {
    sendQuestion(address, on: port, station, for: Purpose(.serves, cause: cause), &outbox)
    setNeighborTimer(address, on: port, after: NeighborCache.questionInterval, &outbox)
  }

  fileprivate func sendQuestion(
    _ address: IPv4Address, on port: PortNumber, _ station: MACAddress, for purpose: Purpose,
    _ outbox: inout Outbox
  ) {
    let interface = self[port]
    let question = ARPPacket(
      operation: .request, senderHardware: interface.hardwareAddress,
      senderAddress: interface.address(toward: address) ?? .any, targetHardware: .zero, targetAddress: address)
    let frame = EthernetFrame(
      destination: station, source: interface.hardwareAddress, payload: .arp(question))
    outbox.originate(frame, on: port, for: purpose, origin: interface.origin)
  }

  @inline(__always)
  func setNeighborTimer(
    _ address: IPv4Address, on port: PortNumber, after delay: TimeSpan, _ outbox: inout Outbox
  ) {
    _ = outbox.setTimer(StackTimer.neighbor + port.index, address.rawValue, after: delay)
  }

  mutating func neighborTimerFired(_ address: IPv4Address, on port: PortNumber, _ outbox: inout Outbox) {
    switch neighbors.tick(address, on: port, now: outbox.now) {
    case .nothing: break
    case .askBroadcast: ask(for: address, on: port, because: .none, &outbox)
    case .askUnicast(let station, _): ask(for: address, on: port, station: station, because: .none, &outbox)
    case .failed(let waiting):
      outbox.note(.unresolved(address), on: port)
      for held in waiting { giveUp(held, on: port, &outbox) }
    }
  }

  /// Nobody answers for the next hop: own senders learn EHOSTUNREACH, others get ICMP 3/1 (RFC 1122, 2.3.2.2).
  private mutating func giveUp(_ held: HeldFrame, on port: PortNumber, _ outbox: inout Outbox) {
    outbox.discard(held, because: .noNeighbor)
    guard case .ipv4(let packet) = held.frame.payload else { return }
    sendError(
      .unreachable(.host, mtu: 0), about: packet, for: Purpose(.answers, cause: held.id), &outbox)
  }
}

/// What programs call.
extension ProgramHost {
  /// Asks everybody who has `address`, out of the interface by which it would be spoken to; every answer comes as an event
  /// until the program says `stopAsking`. What comes back is why nothing could be asked.
  public mutating func ask(
    for address: IPv4Address, for purpose: Purpose, _ outbox: inout Outbox
  ) -> FailureReason? {
    guard let route = network.routes.lookup(address, now: outbox.now), route.kind == .unicast,
      network[route.port].kind == .ethernet
    else { return .noRoute }
    guard !network[route.port].addresses.isEmpty else { return .noAddress }
    if !network.askers.contains(where: { $0.slot == slot }) {
      network.askers.append(NetworkLayer.Asker(address: address, port: route.port, slot: slot))
    }
    network.sendQuestion(address, on: route.port, .broadcast, for: purpose, &outbox)
    return nil
  }

  public mutating func stopAsking() { network.askers.removeAll { $0.slot == slot } }
}

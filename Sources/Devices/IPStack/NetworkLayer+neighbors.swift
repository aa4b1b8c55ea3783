import Packets
import Protocols
import Simulation

/// Address resolution (RFC 826) as Linux does it.
extension NetworkLayer {
  mutating func receive(_ packet: ARPPacket, of frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {
    if !addressWatches.isEmpty { noticeConflict(packet, on: port) }
    guard packet.operation == .request || packet.operation == .reply else { return outbox.drop(because: .malformed) }
    guard !packet.targetAddress.isMulticast, !packet.targetAddress.isLoopback else {
      return outbox.drop(because: .notForUs)
    }
    // Most of what is heard is about others: who asks is looked at only where there is an answer.
    if packet.operation == .request, !packet.isGratuitous {
      if answers(for: packet.targetAddress, on: port), mayBeAnswered(packet, on: port, &outbox) {
        guard learn(packet, .request, on: port, &outbox) else { return outbox.drop(because: .neighborTableFull) }
        outbox.absorb(by: .arp)
        return answer(packet, on: port, for: .serves, &outbox)
      }
      if standsIn(for: packet, on: port, &outbox), mayBeAnswered(packet, on: port, &outbox) {
        learn(packet, .request, on: port, &outbox)
        return answerForOther(packet, of: frame, on: port, &outbox)
      }
    }
    learn(packet, evidence(in: packet, of: frame), on: port, &outbox)
    let isForUs = packet.isGratuitous || packet.operation == .reply && !frame.destination.isGroup
    if isForUs { outbox.absorb(by: .arp) } else { outbox.drop(because: .notForUs) }
    if isForUs, !askers.isEmpty { tellAskers(packet, on: port) }
  }

  private mutating func tellAskers(_ packet: ARPPacket, on port: PortNumber) {
    guard packet.operation == .reply else { return }
    for asker in askers where asker.port == port && asker.address == packet.senderAddress {
      events.append((asker.slot, .arpReply(packet)))
    }
  }

  @inline(__always)
  private func evidence(in packet: ARPPacket, of frame: EthernetFrame) -> NeighborCache.Evidence {
    if packet.isGratuitous { return .gratuitous }
    return packet.operation == .reply && !frame.destination.isGroup ? .reply : .overheard
  }

  /// False where the table has no room for it.
  @discardableResult
  private mutating func learn(
    _ packet: ARPPacket, _ kind: NeighborCache.Evidence, on port: PortNumber, _ outbox: inout Outbox
  ) -> Bool {
    guard !packet.senderAddress.isAny, !packet.senderHardware.isGroup else { return true }
    let learned = neighbors.learn(
      packet.senderAddress, at: packet.senderHardware, on: port, from: kind, now: outbox.now,
      random: &outbox.random)
    if learned.hasChanged { outbox.note(.resolved(packet.senderAddress, packet.senderHardware), on: port) }
    for var held in learned.released {
      held.frame.destination = packet.senderHardware
      outbox.release(held, on: port)
    }
    if let verify = learned.verify { setNeighborTimer(packet.senderAddress, on: port, after: verify, &outbox) }
    return !learned.isRefused
  }

  /// Asks everybody (or, to verify, only `station`) for `address`.
  ///
  /// - Parameter packet: What waits for the answer: where its source is the machine's own, that one asks
  ///   (Linux, `arp_announce` 0), even if it is another interface's.
  mutating func ask(
    for address: IPv4Address, on port: PortNumber, station: MACAddress = .broadcast, toSend packet: IPv4Packet?,
    because cause: FrameID, _ outbox: inout Outbox
  ) {
    var source = interfaces[Int(port.index)].address(toward: address)
    if let packet, isOwn(packet.source) { source = packet.source }
    sendQuestion(address, from: source, on: port, to: station, for: Purpose(.serves, cause: cause), &outbox)
    setNeighborTimer(address, on: port, after: NeighborCache.untilNextQuestion(outbox.now), &outbox)
  }

  fileprivate mutating func sendQuestion(
    _ address: IPv4Address, from source: IPv4Address?, on port: PortNumber, to station: MACAddress = .broadcast,
    for purpose: Purpose, _ outbox: inout Outbox
  ) {
    let question = ARPPacket(
      operation: .request, senderHardware: interfaces[Int(port.index)].hardwareAddress, senderAddress: source ?? .any,
      targetHardware: .zero, targetAddress: address)
    send(question, to: station, on: port, for: purpose, &outbox)
  }

  private mutating func send(
    _ packet: ARPPacket, to station: MACAddress, on port: PortNumber, for purpose: Purpose, _ outbox: inout Outbox
  ) {
    let interface = interfaces[Int(port.index)]
    let frame = EthernetFrame(destination: station, source: interface.hardwareAddress, payload: .arp(packet))
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
    case .askBroadcast(_, let held): ask(for: address, on: port, toSend: held?.packet, because: .none, &outbox)
    case .askUnicast(let station, _):
      ask(for: address, on: port, station: station, toSend: nil, because: .none, &outbox)
    case .failed(let waiting):
      outbox.note(.unresolved(address), on: port)
      for held in waiting { giveUp(held, on: port, &outbox) }
    }
  }

  /// Nobody answers for the next hop: own senders learn EHOSTUNREACH, others get ICMP 3/1 (RFC 1122, 2.3.2.2).
  private mutating func giveUp(_ held: HeldFrame, on port: PortNumber, _ outbox: inout Outbox) {
    outbox.discard(held, because: .noNeighbor)
    guard let packet = held.packet else { return }
    sendError(
      .unreachable(.host, mtu: 0), about: packet, for: Purpose(.answers, cause: held.id), &outbox)
  }
}

/// Answering.
extension NetworkLayer {
  /// Who cannot be is not answered, nor who would not be answered by this interface. Who has no address yet is: it asks
  /// whether one is free (RFC 5227, 2.1.1).
  private mutating func mayBeAnswered(_ question: ARPPacket, on port: PortNumber, _ outbox: inout Outbox) -> Bool {
    let asker = question.senderAddress
    if asker.isAny { return true }
    guard !isMartian(asker, to: question.targetAddress) else { return false }
    return reversePath == .off || reversePath.accepts(comingBy: port, back: routes.lookup(asker, now: outbox.now))
  }

  @inline(__always)
  private func answers(for address: IPv4Address, on port: PortNumber) -> Bool {
    guard isOwn(address) else { return false }
    return resolution.answersEverywhere
      || interfaces[Int(port.index)].addresses.contains { $0.address == address }
  }

  /// Whether the machine says of somebody else's address that it is its own, because it would send on what comes for it
  /// (RFC 1027).
  private mutating func standsIn(for question: ARPPacket, on port: PortNumber, _ outbox: inout Outbox) -> Bool {
    guard forwards, interfaces[Int(port.index)].answersForOthers, !question.senderAddress.isAny,
      !isOwn(question.targetAddress), !isGroup(question.targetAddress),
      let route = routes.lookup(question.targetAddress, now: outbox.now)
    else { return false }
    return route.kind == .unicast && route.port != port
  }

  private mutating func answer(
    _ question: ARPPacket, on port: PortNumber, for purpose: Purpose, _ outbox: inout Outbox
  ) {
    let reply = ARPPacket(
      operation: .reply, senderHardware: interfaces[Int(port.index)].hardwareAddress,
      senderAddress: question.targetAddress, targetHardware: question.senderHardware,
      targetAddress: question.senderAddress)
    send(reply, to: question.senderHardware, on: port, for: purpose, &outbox)
  }

  private mutating func answerForOther(
    _ question: ARPPacket, of frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox
  ) {
    guard frame.destination.isGroup else {
      outbox.absorb(by: .arp)
      return answer(question, on: port, for: .serves, &outbox)
    }
    guard resolution.heldBack.count <= AddressResolution.proxyLimit else { return outbox.drop(because: .queueFull) }
    outbox.absorb(by: .arp)
    let delay = TimeSpan(nanoseconds: outbox.random.below(AddressResolution.proxyDelay.nanoseconds))
    let timer = outbox.setTimer(StackTimer.proxyAnswer, after: delay)
    resolution.heldBack[timer.generation] = .init(question: question, port: port, cause: outbox.arrival)
  }

  mutating func proxyTimerFired(_ timer: TimerToken, _ outbox: inout Outbox) {
    guard let held = resolution.heldBack.removeValue(forKey: timer.generation) else { return }
    answer(held.question, on: held.port, for: Purpose(.serves, cause: held.cause), &outbox)
  }

  /// Tells everybody on the link which addresses the interface has.
  mutating func announceAddresses(on port: PortNumber, _ outbox: inout Outbox) {
    let interface = interfaces[Int(port.index)]
    guard resolution.announces, interface.isUp, interface.kind == .ethernet else { return }
    for own in interface.addresses {
      let packet = ARPPacket(
        operation: .request, senderHardware: interface.hardwareAddress, senderAddress: own.address,
        targetHardware: .zero, targetAddress: own.address)
      send(packet, to: .broadcast, on: port, for: .serves, &outbox)
    }
  }
}

extension HeldFrame {
  fileprivate var packet: IPv4Packet? { if case .ipv4(let packet) = frame.payload { packet } else { nil } }
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
    let source = network[route.port].address(toward: address)
    network.sendQuestion(address, from: source, on: route.port, for: purpose, &outbox)
    return nil
  }

  public mutating func stopAsking() { network.askers.removeAll { $0.slot == slot } }
}

import Packets
import Protocols
import Simulation

/// Packets of the stack's own.
extension NetworkLayer {
  /// Sends a packet of the machine's own.
  ///
  /// - Parameters:
  ///   - source: The address it leaves with; nil lets the route decide (RFC 1122, 3.3.4.3).
  ///   - timeToLive: 64 unless set (RFC 1700 and Linux, `ip_default_ttl`).
  ///   - typeOfService: 0 unless set (RFC 1122, 3.2.1.6).
  ///   - splitting: What its protocol asks for unless set.
  /// - Returns: why it could not even be sent, as the system call would say at once; nil when it is on its way.
  mutating func send(
    _ payload: IPv4Payload, to destination: IPv4Address, from source: IPv4Address? = nil, timeToLive: UInt8 = 64,
    typeOfService: UInt8 = 0, splitting: Splitting? = nil, for purpose: Purpose, _ outbox: inout Outbox
  ) -> FailureReason? {
    // RFC 1122, 3.2.1.3: who was asked as one of many answers as himself.
    let source = source.flatMap { isGroup($0) ? nil : $0 }
    if isLocal(destination) {
      let packet = IPv4Packet(
        source: source ?? (destination.isLoopback ? .loopback : destination), destination: destination,
        identification: nextIdentification(),
        timeToLive: timeToLive, typeOfService: typeOfService, payload: payload)
      return loop(packet, .own(purpose), &outbox)
    }
    guard let route = routes.lookup(destination, now: outbox.now) else { return .noRoute }
    switch route.kind {
    case .unicast: break
    case .prohibit: return .prohibited
    case .unreachable, .blackhole: return .hostUnreachable
    }
    // What is for many goes to them directly; the route only says by which interface.
    let nextHop = isGroup(destination) ? destination : route.nextHop ?? destination
    guard let local = source ?? route.source ?? interfaces[Int(route.port.index)].address(toward: nextHop) else {
      return .noAddress
    }
    var packet = IPv4Packet(
      source: local, destination: destination, identification: nextIdentification(), timeToLive: timeToLive,
      typeOfService: typeOfService, payload: payload)
    let mtu = self.mtu(toward: destination, over: route.port, &outbox)
    guard mark(&packet, splitting ?? payload.splitting, mtu: mtu, &outbox) else { return .fragmentationNeeded }
    return output(packet, over: route, nextHop: nextHop, mtu: mtu, .own(purpose), &outbox)
  }

  /// The last steps of a packet that is the machine's own or a program's: translation, filter, link.
  private mutating func output(
    _ packet: IPv4Packet, over route: Route, nextHop: IPv4Address, mtu: Int, _ passage: Passage,
    _ outbox: inout Outbox
  ) -> FailureReason? {
    outbox.note(
      .routed(destination: packet.destination, prefix: route.prefix, nextHop: nextHop), on: route.port,
      origin: route.origin)
    guard !translators.isEmpty || !filters.isEmpty else {
      leave(packet, over: route, nextHop: nextHop, mtu: mtu, passage, &outbox)
      return nil
    }
    // The packet may be about another one that is still being handled.
    let outer = turn(to: Handling())
    defer { resume(outer) }
    var translated = packet
    if !translators.isEmpty { translateOwn(&translated, leavingBy: route.port, &outbox) }
    guard translated.destination == packet.destination else {
      return reroute(translated, passage, &outbox)
    }
    return pass(translated, over: route, nextHop: nextHop, mtu: mtu, passage, &outbox)
  }

  /// Sends a packet to the machine itself, unless its destination is translated to somebody else.
  private mutating func loop(
    _ packet: IPv4Packet, _ passage: Passage, _ outbox: inout Outbox
  ) -> FailureReason? {
    guard !translators.isEmpty || !filters.isEmpty else {
      deliverLater(packet, passage, &outbox)
      return nil
    }
    let outer = turn(to: Handling())
    defer { resume(outer) }
    var packet = packet
    if !translators.isEmpty { translateOwn(&packet, leavingBy: .loopback, &outbox) }
    return reroute(packet, passage, &outbox)
  }

  /// Routes a packet whose destination was translated (Linux, `ip_route_me_harder`).
  private mutating func reroute(
    _ packet: IPv4Packet, _ passage: Passage, _ outbox: inout Outbox
  ) -> FailureReason? {
    if isLocal(packet.destination) {
      var packet = packet
      if let refusal = passesOutput(&packet, by: .loopback, toward: packet.destination, &outbox) {
        return withhold(refusal, on: .none, passage, &outbox)
      }
      deliverLater(packet, passage, &outbox)
      return nil
    }
    guard let route = routes.lookup(packet.destination, now: outbox.now), route.kind == .unicast
    else {
      forgetConnection()
      if case .forwarded = passage { outbox.drop(because: .noRoute) }
      return .noRoute
    }
    let nextHop = route.nextHop ?? packet.destination
    outbox.note(
      .routed(destination: packet.destination, prefix: route.prefix, nextHop: nextHop),
      on: route.port,
      origin: route.origin)
    let mtu = self.mtu(toward: packet.destination, over: route.port, &outbox)
    return pass(packet, over: route, nextHop: nextHop, mtu: mtu, passage, &outbox)
  }

  /// Keeps a packet for the machine itself until what it handles now is done.
  private mutating func deliverLater(
    _ packet: IPv4Packet, _ passage: Passage, _ outbox: inout Outbox
  ) {
    switch passage {
    case .own(let purpose):
      looped.append(LoopedPacket(packet: packet, purpose: purpose, handling: handling))
    case .forwarded:
      outbox.absorb(by: .proxy)
      looped.append(LoopedPacket(packet: packet, purpose: .continues, handling: handling))
    }
  }

  /// Lets a packet leave, if the rules do.
  private mutating func pass(
    _ packet: IPv4Packet, over route: Route, nextHop: IPv4Address, mtu: Int, _ passage: Passage,
    _ outbox: inout Outbox
  ) -> FailureReason? {
    var packet = packet
    if let refusal = passesOutput(&packet, by: route.port, toward: nextHop, &outbox) {
      return withhold(refusal, on: route.port, passage, &outbox)
    }
    leave(packet, over: route, nextHop: nextHop, mtu: mtu, passage, &outbox)
    return nil
  }

  private mutating func leave(
    _ packet: IPv4Packet, over route: Route, nextHop: IPv4Address, mtu: Int, _ passage: Passage,
    _ outbox: inout Outbox
  ) {
    guard packet.length <= mtu else {
      return emitParts(
        of: packet, fitting: mtu, on: route.port, nextHop: nextHop, passage, origin: route.origin, &outbox)
    }
    emit(packet, on: route.port, nextHop: nextHop, passage, origin: route.origin, &outbox)
  }

  /// Why a packet of the machine's own does not leave.
  private struct Refusal {
    var reason = DropReason.filtered
    var origin = Origin.none
    /// What who sends is told at once; nil where he is told nothing.
    var failure: FailureReason?
  }

  /// The rules of OUTPUT and POSTROUTING, and the translation that comes last; nil when it may leave.
  private mutating func passesOutput(
    _ packet: inout IPv4Packet, by port: PortNumber, toward nextHop: IPv4Address, _ outbox: inout Outbox
  ) -> Refusal? {
    var verdict = judge(packet, at: .output, to: port, &outbox)
    if verdict == .accept { verdict = judge(packet, at: .postrouting, to: port, &outbox) }
    if let origin = verdict.refuser {
      forgetConnection()
      return Refusal(origin: origin, failure: failure(of: packet, refusedBy: verdict))
    }
    if port != .loopback, !filters.isEmpty, filters[0].limited != nil {
      limitSegments(of: &packet, leavingBy: port, &outbox)
    }
    // What stays in the machine is asked no rules of translation there.
    let egress = port == .loopback ? PortNumber.none : port
    guard let reason = translateOutbound(&packet, leavingBy: egress, toward: nextHop, &outbox) else { return nil }
    forgetConnection()
    return Refusal(reason: reason, failure: .prohibited)
  }

  /// Who sends is told at once that he must not (EPERM), but TCP takes no notice and tries again (Linux, `tcp_connect`);
  /// it hears of a rejection, as that comes back to it.
  private func failure(of packet: IPv4Packet, refusedBy verdict: PacketFilter.Verdict) -> FailureReason? {
    let isTCP = if case .tcp = packet.payload { true } else { false }
    switch verdict {
    case .accept: return nil
    case .drop: return isTCP ? nil : .prohibited
    case .reject(.reset, _): return .refused
    case .reject(.unreachable(let code), _):
      return isTCP ? ICMPMessage.Kind.unreachable(code, mtu: 0).failure : .prohibited
    }
  }

  /// A program's packet is a frame, which ends here; the machine's own was none yet.
  private mutating func withhold(
    _ refusal: Refusal, on port: PortNumber, _ passage: Passage, _ outbox: inout Outbox
  ) -> FailureReason? {
    if case .forwarded = passage {
      outbox.drop(because: refusal.reason, origin: refusal.origin)
    } else if refusal.reason == .filtered {
      outbox.note(.withheld, on: port, origin: refusal.origin)
    }
    return refusal.failure
  }

  /// A packet that a program beside the stack sends through its socket.
  ///
  /// The stack fills the source in, as `connect` does, and remembers the port for the way back.
  mutating func receiveFromProgram(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {
    guard case .ipv4(var packet) = frame.payload else { return outbox.drop(because: .unknownProtocol) }
    if isLocal(packet.destination) {
      if packet.source.isAny { packet.source = packet.destination }
      bindSocket(ofSent: packet, to: port)
      _ = loop(packet, .forwarded, &outbox)
      return
    }
    guard let route = routes.lookup(packet.destination, now: outbox.now), route.kind == .unicast else {
      outbox.drop(because: .noRoute)
      packet.source = interfaces.lazy.compactMap { $0.addresses.first }.first?.address ?? .any
      bindSocket(ofSent: packet, to: port)
      report(.unreachable(.network, mtu: 0), about: packet, from: packet.source, &outbox)
      return
    }
    let nextHop = route.nextHop ?? packet.destination
    guard let local = route.source ?? interfaces[Int(route.port.index)].address(toward: nextHop) else {
      return outbox.drop(because: .noAddress)
    }
    if packet.source.isAny { packet.source = local }
    packet.identification = nextIdentification()
    bindSocket(ofSent: packet, to: port)
    let mtu = self.mtu(toward: packet.destination, over: route.port, &outbox)
    let splitting = packet.dontFragment ? .nobody : packet.payload.splitting
    guard mark(&packet, splitting, mtu: mtu, &outbox) else {
      outbox.drop(because: .fragmentationNeeded)
      report(.unreachable(.fragmentationNeeded, mtu: UInt16(mtu)), about: packet, from: packet.source, &outbox)
      return
    }
    _ = output(packet, over: route, nextHop: nextHop, mtu: mtu, .forwarded, &outbox)
  }

  private mutating func bindSocket(ofSent packet: IPv4Packet, to port: PortNumber) {
    guard !packet.payload.isOfTunnel, let key = SocketTable.localKey(ofSent: packet).0, !sockets.isTaken(key) else {
      return
    }
    sockets.bind(key, to: .program(port))
  }
}

/// What programs call.
extension ProgramHost {
  /// Takes a port of UDP or TCP, or an echo identifier, on all interfaces or on one; false when somebody else has it.
  public mutating func bind(_ transport: IPProtocol, _ port: UInt16, on interface: PortNumber = .none) -> Bool {
    let key = SocketTable.Key(transport: transport, port: port, interface: interface)
    guard !network.sockets.isTaken(key) else { return false }
    network.sockets.bind(key, to: .application(slot))
    return true
  }

  /// Takes a port at one own address only.
  public mutating func bind(_ transport: IPProtocol, _ port: UInt16, at address: IPv4Address) {
    network.sockets.bind(SocketTable.Key(transport: transport, port: port), at: address, to: slot)
  }

  /// Takes any free port; nil when all are in use.
  public mutating func bindAny(_ transport: IPProtocol, _ outbox: inout Outbox) -> UInt16? {
    guard let port = network.sockets.freePort(transport, random: &outbox.random) else { return nil }
    network.sockets.bind(SocketTable.Key(transport: transport, port: port), to: .application(slot))
    return port
  }

  public mutating func unbind(_ transport: IPProtocol, _ port: UInt16) {
    network.sockets.unbind(SocketTable.Key(transport: transport, port: port))
  }

  /// Sends a datagram; what comes back is why it could not even leave.
  public mutating func sendDatagram(
    _ content: Content, from port: UInt16, source: IPv4Address? = nil, to target: Endpoint, timeToLive: UInt8 = 64,
    for purpose: Purpose, _ outbox: inout Outbox
  ) -> FailureReason? {
    let datagram = UDPDatagram(sourcePort: port, destinationPort: target.port, content: content)
    return network.send(
      .udp(datagram), to: target.address, from: source, timeToLive: timeToLive, for: purpose, &outbox)
  }

  /// Sends a message as one datagram.
  public mutating func send(
    _ message: Message, from port: UInt16, source: IPv4Address? = nil, to target: Endpoint, for purpose: Purpose,
    _ outbox: inout Outbox
  ) -> FailureReason? {
    let content = outbox.content(of: message)
    let failure = sendDatagram(content, from: port, source: source, to: target, for: purpose, &outbox)
    if failure != nil, let stored = content.message { outbox.messages.discardUnused(stored) }
    return failure
  }

  public mutating func sendEcho(
    identifier: UInt16, sequence: UInt16, size: UInt16, timeToLive: UInt8 = 64, dontFragment: Bool = false,
    to target: IPv4Address, for purpose: Purpose, _ outbox: inout Outbox
  ) -> FailureReason? {
    let kind = ICMPMessage.Kind.echoRequest(identifier: identifier, sequence: sequence)
    let message = ICMPMessage(kind, content: .pattern(length: size, seed: UInt32(sequence)))
    return network.send(
      .icmp(message), to: target, timeToLive: timeToLive, splitting: dontFragment ? .nobody : .sender, for: purpose,
      &outbox)
  }

  /// Sends a datagram out of one interface without asking the routes or ARP, as DHCP must (RFC 2131, 4.1).
  public mutating func sendBelowRoutes(
    _ message: Message, from source: Endpoint, to target: Endpoint, hardware: MACAddress, on port: PortNumber,
    timeToLive: UInt8, for purpose: Purpose, _ outbox: inout Outbox
  ) {
    let datagram = UDPDatagram(
      sourcePort: source.port, destinationPort: target.port, content: outbox.content(of: message))
    let packet = IPv4Packet(
      source: source.address, destination: target.address, identification: network.nextIdentification(),
      timeToLive: timeToLive, payload: .udp(datagram))
    let frame = EthernetFrame(
      destination: hardware, source: network[port].hardwareAddress, payload: .ipv4(packet))
    outbox.originate(frame, on: port, for: purpose)
  }
}

extension Outbox {
  /// The message that a packet carries, if it carries one.
  @inline(__always)
  func message(in content: Content) -> Message? { content.message.flatMap { messages[$0] } }

  /// Stores a message and gives what a packet carries of it.
  public mutating func content(of message: Message) -> Content {
    let length = message.length(in: messages)
    return .message(messages.insert(message), length: UInt16(length))
  }
}

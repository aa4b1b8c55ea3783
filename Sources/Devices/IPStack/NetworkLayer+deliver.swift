import Packets
import Protocols
import Simulation

/// Packets that are for this machine.
extension NetworkLayer {
  /// What is known of a packet beside itself when it is delivered.
  struct Arrival {
    var port: PortNumber
    var sourceHardware: MACAddress
    /// Whether its frame went to many, so that nobody says anything against it.
    var wasForMany = false
    /// Nil for a packet that never left the machine: it is no frame, so no frame has to meet its fate.
    var looped: Purpose?
  }

  mutating func deliver(
    _ packet: IPv4Packet, of frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox
  ) {
    let arrival = Arrival(
      port: port, sourceHardware: frame.source, wasForMany: frame.destination.isGroup, looped: nil)
    guard packet.isFragment else { return deliver(packet, arrival, &outbox) }
    if let whole = reassemble(packet, of: frame, &outbox) { deliver(whole, arrival, &outbox) }
  }

  /// Delivers what the machine sent to itself.
  mutating func deliverLooped(_ outbox: inout Outbox) {
    guard !looped.isEmpty else { return }
    while !looped.isEmpty {
      let next = looped.removeFirst()
      outbox.noteLooped(next.packet)
      resume(next.handling)
      if let origin = judge(next.packet, at: .prerouting, from: .loopback, &outbox).refuser {
        forgetConnection()
        outbox.note(.withheld, on: PortNumber.none, origin: origin)
        continue
      }
      deliver(
        next.packet, Arrival(port: .none, sourceHardware: .zero, looped: next.purpose), &outbox)
    }
  }

  private mutating func deliver(_ packet: IPv4Packet, _ arrival: Arrival, _ outbox: inout Outbox) {
    if !filters.isEmpty {
      guard passesInput(packet, arrival, &outbox) else { return }
    }
    // What the machine sent to itself has been translated as it left.
    var packet = packet
    if arrival.looped == nil, !translators.isEmpty { translateLocal(&packet, on: arrival.port, &outbox) }
    if let key = SocketTable.localKey(ofReceived: packet),
      case .program(let port) = sockets.owner(of: key, on: arrival.port)
    {
      return handOver(packet, to: port, arrival, &outbox)
    }
    switch packet.payload {
    case .icmp(let message): deliver(message, in: packet, arrival, &outbox)
    case .udp(let datagram): deliver(datagram, in: packet, arrival, &outbox)
    case .tcp(let segment): deliver(segment, in: packet, arrival, &outbox)
    case .other:
      die(arrival, because: .unknownProtocol, &outbox)
      refuse(packet, arrival, with: .protocol, &outbox)
    }
  }

  /// Tells who sent a packet that nobody here takes it: the address it went to says so.
  private mutating func refuse(
    _ packet: IPv4Packet, _ arrival: Arrival, with code: UnreachableCode, _ outbox: inout Outbox
  ) {
    guard !arrival.wasForMany else { return }
    sendError(.unreachable(code, mtu: 0), about: packet, from: packet.destination, for: .answers, &outbox)
  }

  @inline(never)
  private mutating func passesInput(_ packet: IPv4Packet, _ arrival: Arrival, _ outbox: inout Outbox) -> Bool {
    let port = arrival.looped == nil ? arrival.port : .loopback
    let verdict = judge(packet, at: .input, from: port, hardware: arrival.sourceHardware, &outbox)
    guard let origin = verdict.refuser else { return true }
    forgetConnection()
    if arrival.looped == nil {
      outbox.drop(because: .filtered, origin: origin)
    } else {
      outbox.note(.withheld, on: PortNumber.none, origin: origin)
    }
    if case .reject(let rejection, _) = verdict, !arrival.wasForMany {
      reject(
        packet, with: rejection, from: packet.destination, for: arrival.looped.map(answering) ?? .answers, &outbox)
    }
    return false
  }

  /// A frame dies; a packet that was never a frame has nothing to account for.
  @inline(__always)
  func die(
    _ arrival: Arrival, because reason: DropReason, origin: Origin = .none, _ outbox: inout Outbox
  ) {
    if arrival.looped == nil { outbox.drop(because: reason, origin: origin) }
  }

  @inline(__always)
  func take(_ arrival: Arrival, by absorber: Absorber, _ outbox: inout Outbox) {
    if arrival.looped == nil { outbox.absorb(by: absorber) }
  }

  private mutating func handOver(
    _ packet: IPv4Packet, to port: PortNumber, _ arrival: Arrival, _ outbox: inout Outbox
  ) {
    let passage: Passage = arrival.looped.map { .own($0) } ?? .forwarded
    emit(packet, on: port, nextHop: packet.destination, passage, &outbox)
  }

  private mutating func deliver(
    _ message: ICMPMessage, in packet: IPv4Packet, _ arrival: Arrival, _ outbox: inout Outbox
  ) {
    switch message.kind {
    case .echoRequest(let identifier, let sequence):
      // Linux, `icmp_echo_ignore_broadcasts` 1.
      guard isLocal(packet.destination) else { return die(arrival, because: .notForUs, &outbox) }
      take(arrival, by: .icmp, &outbox)
      let reply = ICMPMessage(
        .echoReply(identifier: identifier, sequence: sequence), content: message.content)
      _ = send(
        .icmp(reply), to: packet.source, from: packet.destination, for: arrival.looped.map(answering) ?? .answers,
        &outbox)
    case .echoReply(let identifier, let sequence):
      guard let slot = program(.icmp, identifier, on: arrival.port) else {
        return die(arrival, because: .unexpected, &outbox)
      }
      take(arrival, by: .icmp, &outbox)
      let reply = EchoReply(
        source: packet.source, identifier: identifier, sequence: sequence, timeToLive: packet.timeToLive)
      events.append((slot, .echoReply(reply)))
    case .redirect(let code, let gateway):
      take(arrival, by: .icmp, &outbox)
      if code <= 3, let quoted = outbox.quote(in: message) {
        obeyRedirect(about: quoted, to: gateway, from: packet.source, on: arrival.port, &outbox)
      }
    default:
      guard let quoted = outbox.quote(in: message) else { return die(arrival, because: .unexpected, &outbox) }
      learnPath(message.kind, about: quoted, &outbox)
      guard report(message.kind, about: quoted, from: packet.source, &outbox) else {
        return die(arrival, because: .unexpected, &outbox)
      }
      take(arrival, by: .icmp, &outbox)
    }
  }

  /// Takes another gateway, but only once its hardware address is known: until then ARP asks for it, and the next redirect
  /// is the one that is obeyed (Linux, `__ip_do_redirect`).
  private mutating func obeyRedirect(
    about sent: IPv4Packet, to gateway: IPv4Address, from sender: IPv4Address, on port: PortNumber,
    _ outbox: inout Outbox
  ) {
    guard obeysRedirects, isOwn(sent.source), !isLocal(gateway), !isGroup(gateway),
      routes.allowsRedirect(of: sent.destination, to: gateway, from: sender, on: port, now: outbox.now)
    else { return }
    if neighbors.knows(gateway, on: port) {
      routes.redirect(sent.destination, to: gateway, from: sender, on: port, now: outbox.now)
    } else if case .unresolved(mustAsk: true) = neighbors.use(gateway, on: port, now: outbox.now) {
      ask(for: gateway, on: port, toSend: nil, because: outbox.arrival, &outbox)
    }
  }

  /// The purpose of an answer to a packet that never left the machine.
  private func answering(_ purpose: Purpose) -> Purpose { Purpose(.answers, cause: purpose.cause) }

  @inline(__always)
  func program(_ transport: IPProtocol, _ port: UInt16, on arrival: PortNumber) -> Int? {
    let key = SocketTable.Key(transport: transport, port: port)
    guard case .application(let slot) = sockets.owner(of: key, on: arrival) else { return nil }
    return slot
  }

  @inline(__always)
  private func receiver(of datagram: UDPDatagram, in packet: IPv4Packet, _ arrival: Arrival) -> Int? {
    if let slot = program(.udp, datagram.destinationPort, on: arrival.port) { return slot }
    guard sockets.hasAddressSockets else { return nil }
    return sockets.program(
      SocketTable.Key(transport: .udp, port: datagram.destinationPort), at: packet.destination)
  }

  private mutating func deliver(
    _ datagram: UDPDatagram, in packet: IPv4Packet, _ arrival: Arrival, _ outbox: inout Outbox
  ) {
    guard let slot = receiver(of: datagram, in: packet, arrival) else {
      die(arrival, because: .noSocket, &outbox)
      return refuse(packet, arrival, with: .port, &outbox)
    }
    let received = Datagram(
      source: Endpoint(packet.source, datagram.sourcePort),
      destination: Endpoint(packet.destination, datagram.destinationPort), port: arrival.port,
      sourceHardware: arrival.sourceHardware, timeToLive: packet.timeToLive, content: datagram.content)
    take(arrival, by: outbox.absorber(of: datagram.content), &outbox)
    events.append((slot, .datagram(received)))
  }

  /// The way past IP for a DHCP client, whose answers come to an address it does not have yet (RFC 2131, 4.1).
  mutating func deliverToLeaseClient(
    _ packet: IPv4Packet, of frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox
  ) -> Bool {
    guard case .udp(let datagram) = packet.payload, datagram.destinationPort == DHCPPort.client, !packet.isFragment,
      let slot = sockets.leaseClient(on: port)
    else { return false }
    let received = Datagram(
      source: Endpoint(packet.source, datagram.sourcePort),
      destination: Endpoint(packet.destination, datagram.destinationPort), port: port,
      sourceHardware: frame.source, timeToLive: packet.timeToLive, content: datagram.content)
    guard case .dhcp(let message) = outbox.message(in: datagram.content),
      message.clientHardware == self[port].hardwareAddress
    else {
      outbox.drop(because: .notForUs)
      return true
    }
    outbox.absorb(by: .dhcp)
    events.append((slot, .datagram(received)))
    return true
  }
}

/// RFC 2131, 4.1.
enum DHCPPort {
  static let server: UInt16 = 67
  static let client: UInt16 = 68
}

extension Outbox {
  /// Who takes a datagram in, by what it carries.
  @inline(__always)
  func absorber(of content: Content) -> Absorber {
    guard content.message != nil else { return .udp }
    switch message(in: content) {
    case .dhcp: return .dhcp
    case .dns: return .dns
    default: return .udp
    }
  }

  /// The packet an ICMP error speaks of.
  @inline(__always)
  func quote(in message: ICMPMessage) -> IPv4Packet? {
    guard let id = message.content.message, case .quote(let quote) = messages[id] else { return nil }
    return quote.packet
  }
}

import Packets
import Protocols
import Simulation

/// Datagrams and echoes: one socket for each flow.
extension NATProxy {
  mutating func send(_ datagram: UDPDatagram, in packet: IPv4Packet, _ outbox: inout Outbox) {
    let remote = Endpoint(packet.destination, datagram.destinationPort)
    var outside = remote
    if packet.destination == configuration.address.address, let nameserver = configuration.nameserver {
      outside.address = nameserver
    }
    let flow = MappingTable.Flow(
      transport: .udp, guest: Endpoint(packet.source, datagram.sourcePort), remote: remote)
    guard let port = forwardedPort(of: flow.guest, &outbox) ?? open(flow, to: outside, &outbox) else {
      return outbox.drop(because: .portsExhausted)
    }
    var datagram = datagram
    datagram.sourcePort = port
    sendToHost(.udp(datagram), to: outside.address, .forwarded, &outbox)
  }

  mutating func send(_ message: ICMPMessage, in packet: IPv4Packet, _ outbox: inout Outbox) {
    // Only questions open a socket: an answer of a guest that was not asked through it belongs to none.
    guard case .echoRequest(let identifier, let sequence) = message.kind else {
      return outbox.drop(because: .unexpected)
    }
    let remote = Endpoint(packet.destination, 0)
    let flow = MappingTable.Flow(transport: .icmp, guest: Endpoint(packet.source, identifier), remote: remote)
    guard let port = open(flow, to: remote, &outbox) else { return outbox.drop(because: .portsExhausted) }
    let request = ICMPMessage(.echoRequest(identifier: port, sequence: sequence), content: message.content)
    sendToHost(.icmp(request), to: packet.destination, .forwarded, &outbox)
  }

  /// What a guest sends from a port that is forwarded leaves by the socket of the forward: whoever asked there is
  /// answered from there.
  private func forwardedPort(of guest: Endpoint, _ outbox: inout Outbox) -> UInt16? {
    guard let forward = configuration.forwards.first(where: { $0.transport == .udp && $0.guest == guest }) else {
      return nil
    }
    outbox.note(
      .proxied(Translation(.source, before: guest, after: Endpoint(.any, forward.port), isReverse: true)),
      origin: forward.origin)
    return forward.port
  }

  private mutating func open(
    _ flow: MappingTable.Flow, to outside: Endpoint, _ outbox: inout Outbox
  ) -> UInt16? {
    let port = mappings.port(
      of: flow, outside: outside, now: outbox.now, timeout: configuration.mappingTimeout, random: &outbox.random)
    guard let port else { return nil }
    outbox.note(
      .proxied(Translation(.source, before: flow.guest, after: Endpoint(.any, port))),
      origin: configuration.origin)
    return port
  }

  mutating func returnDatagram(_ datagram: UDPDatagram, in packet: IPv4Packet, _ outbox: inout Outbox) {
    let port = datagram.destinationPort
    if let mapping = find(.udp, port, &outbox) {
      noteReturn(mapping, port, packet, &outbox)
      var answer = datagram
      answer.sourcePort = mapping.flow.remote.port
      answer.destinationPort = mapping.flow.guest.port
      return sendToGuest(
        .udp(answer), to: mapping.flow.guest.address, from: mapping.flow.remote.address, .forwarded, &outbox)
    }
    guard let forward = forward(.udp, port) else { return refuse(packet, &outbox) }
    let outside = Endpoint(packet.source, datagram.sourcePort)
    outbox.note(
      .proxied(Translation(.destination, before: Endpoint(packet.destination, port), after: forward.guest)),
      origin: forward.origin)
    var request = datagram
    request.destinationPort = forward.guest.port
    sendToGuest(.udp(request), to: forward.guest.address, from: outside.address, .forwarded, &outbox)
  }

  /// The socket has been closed since, and the host says so as of any closed port.
  private mutating func refuse(_ packet: IPv4Packet, _ outbox: inout Outbox) {
    outbox.drop(because: .staleMapping)
    let kind = ICMPMessage.Kind.unreachable(.port, mtu: 0)
    outbox.note(.refused(kind))
    let length = UInt16(min(packet.length, NetworkLayer.quotedBytes))
    let quote = outbox.messages.insert(.quote(Quote(packet, length: length)))
    let error = ICMPMessage(kind, content: .message(quote, length: length))
    sendToHost(.icmp(error), to: packet.source, .own(.answers), &outbox)
  }

  mutating func returnMessage(_ message: ICMPMessage, in packet: IPv4Packet, _ outbox: inout Outbox) {
    switch message.kind {
    case .echoReply(let identifier, let sequence):
      guard let mapping = find(.icmp, identifier, &outbox) else { return outbox.drop(because: .staleMapping) }
      noteReturn(mapping, identifier, packet, &outbox)
      let reply = ICMPMessage(
        .echoReply(identifier: mapping.flow.guest.port, sequence: sequence), content: message.content)
      sendToGuest(
        .icmp(reply), to: mapping.flow.guest.address, from: mapping.flow.remote.address, .forwarded, &outbox)
    default:
      guard let quoted = outbox.quote(in: message) else { return outbox.drop(because: .unexpected) }
      returnError(message.kind, about: quoted, &outbox)
    }
  }

  /// A system call failed: the guest learns it in ICMP from the proxy, about the packet that the guest sent.
  private mutating func returnError(
    _ kind: ICMPMessage.Kind, about quoted: IPv4Packet, _ outbox: inout Outbox
  ) {
    if case .tcp(let segment) = quoted.payload {
      return failOuter(port: segment.sourcePort, kind, &outbox)
    }
    var inner = quoted
    var flow: MappingTable.Flow?
    switch quoted.payload {
    case .udp(var datagram):
      flow = find(.udp, datagram.sourcePort, &outbox)?.flow
      datagram.sourcePort = flow?.guest.port ?? 0
      inner.payload = .udp(datagram)
    case .icmp(var message):
      guard case .echoRequest(let identifier, let sequence) = message.kind else { break }
      flow = find(.icmp, identifier, &outbox)?.flow
      message.kind = .echoRequest(identifier: flow?.guest.port ?? 0, sequence: sequence)
      inner.payload = .icmp(message)
    case .tcp, .other: break
    }
    guard let flow else { return outbox.drop(because: .staleMapping) }
    inner.source = flow.guest.address
    inner.destination = flow.remote.address
    let length = UInt16(min(inner.length, NetworkLayer.quotedBytes))
    let quote = outbox.messages.insert(.quote(Quote(inner, length: length)))
    let error = ICMPMessage(kind, content: .message(quote, length: length))
    sendToGuest(
      .icmp(error), to: flow.guest.address, from: configuration.address.address, .forwarded, &outbox)
  }

  private mutating func find(
    _ transport: IPProtocol, _ port: UInt16, _ outbox: inout Outbox
  ) -> MappingTable.Mapping? {
    mappings.mapping(transport, port: port, now: outbox.now, timeout: configuration.mappingTimeout)
  }

  private func noteReturn(
    _ mapping: MappingTable.Mapping, _ port: UInt16, _ packet: IPv4Packet, _ outbox: inout Outbox
  ) {
    outbox.note(
      .proxied(
        Translation(
          .destination, before: Endpoint(packet.destination, port), after: mapping.flow.guest, isReverse: true)),
      origin: configuration.origin)
  }

  func forward(_ transport: IPProtocol, _ port: UInt16) -> Forward? {
    configuration.forwards.first { $0.transport == transport && $0.port == port }
  }
}

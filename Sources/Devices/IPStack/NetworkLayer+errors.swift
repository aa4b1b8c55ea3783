import Packets
import Protocols
import Simulation

/// ICMP errors, made and understood (RFC 1122, 3.2.2).
extension NetworkLayer {
  /// Linux quotes as much as fits into 576 bytes (RFC 1812, 4.3.2.3).
  static let quotedBytes = 548

  /// RFC 1812, 4.3.2.5: internetwork control.
  private static let errorPrecedence: UInt8 = 0xc0

  /// Tells the sender of `packet` what became of it, if that sender may be told and has not been told too much.
  ///
  /// - Parameter source: Nil for the address toward the sender; what was for the machine itself is answered for by the
  ///   address it went to (RFC 1122, 3.2.2).
  mutating func sendError(
    _ kind: ICMPMessage.Kind, about packet: IPv4Packet, from source: IPv4Address? = nil, for purpose: Purpose,
    _ outbox: inout Outbox
  ) {
    guard mayBeTold(packet) else { return }
    guard isAllowed(kind, about: packet, &outbox) else {
      return outbox.note(.rationed(kind), about: purpose.cause)
    }
    outbox.note(.refused(kind), about: purpose.cause)
    // What is neither a program's nor a connection's own was translated: the error finds its way behind the translation.
    if isLocal(packet.source), report(kind, about: packet, from: packet.source, for: purpose, &outbox) { return }
    let length = UInt16(min(packet.length, NetworkLayer.quotedBytes))
    let quote = outbox.messages.insert(.quote(Quote(packet, length: length)))
    let message = ICMPMessage(kind, content: .message(quote, length: length))
    let failure = send(
      .icmp(message), to: packet.source, from: source,
      typeOfService: NetworkLayer.errorPrecedence | packet.typeOfService & 0x1e, for: purpose, &outbox)
    if failure != nil { outbox.messages.discardUnused(quote) }
  }

  private mutating func isAllowed(
    _ kind: ICMPMessage.Kind, about packet: IPv4Packet, _ outbox: inout Outbox
  ) -> Bool {
    let isLocalSender = isLocal(packet.source)
    // What the machine says to itself is not rationed.
    if isLocalSender, isLocal(packet.destination) { return true }
    return withLimiter {
      $0.allows(kind, to: isLocalSender ? nil : packet.source, now: outbox.now, random: &outbox.random)
    }
  }

  mutating func withLimiter<Result>(_ ask: (inout ErrorRateLimiter) -> Result) -> Result {
    if limiters.isEmpty { limiters.append(ErrorRateLimiter()) }
    return ask(&limiters[0])
  }

  /// RFC 1122, 3.2.2: never about an ICMP error, a broadcast or multicast, a later fragment, or a source that is nobody or
  /// many. What ICMP message is of a type nobody knows may be an error (Linux, `icmp_send`).
  func mayBeTold(_ packet: IPv4Packet) -> Bool {
    if case .icmp(let message) = packet.payload, message.kind.isError || message.kind.type > 18 { return false }
    return !isGroup(packet.destination) && packet.fragmentOffset == 0 && !packet.source.isThisNetwork
      && !isGroup(packet.source) && (!packet.source.isLoopback || packet.destination.isLoopback)
  }

  /// Hands an error to whoever sent the packet it is about: a program, a connection, or a program behind a socket port.
  ///
  /// - Returns: whether somebody waited for it.
  @discardableResult
  mutating func report(
    _ kind: ICMPMessage.Kind, about packet: IPv4Packet, from reporter: IPv4Address, for purpose: Purpose = .answers,
    _ outbox: inout Outbox
  ) -> Bool {
    guard let reason = kind.failure else { return false }
    let (key, remote) = SocketTable.localKey(ofSent: packet)
    if case .tcp(let segment) = packet.payload,
      failConnection(
        ConnectionTable.Key(
          localAddress: packet.source, localPort: segment.sourcePort,
          remote: Endpoint(packet.destination, segment.destinationPort)),
        because: reason, &outbox)
    {
      return true
    }
    guard let key, let owner = sockets.owner(of: key, on: .none) else { return false }
    switch owner {
    case .application(let slot):
      events.append((slot, .failure(reason, about: remote, from: reporter, localPort: key.port)))
    case .program(let port): returnError(kind, about: packet, on: port, for: purpose, &outbox)
    }
    return true
  }

  /// An error for a program with its own sockets, as its system call would return it.
  private mutating func returnError(
    _ kind: ICMPMessage.Kind, about packet: IPv4Packet, on port: PortNumber, for purpose: Purpose,
    _ outbox: inout Outbox
  ) {
    let length = UInt16(min(packet.length, NetworkLayer.quotedBytes))
    let quote = outbox.messages.insert(.quote(Quote(packet, length: length)))
    let error = IPv4Packet(
      source: packet.source, destination: packet.source, identification: nextIdentification(),
      payload: .icmp(ICMPMessage(kind, content: .message(quote, length: length))))
    emit(error, on: port, nextHop: packet.source, .own(purpose), &outbox)
  }
}

extension ICMPMessage.Kind {
  /// What a sender makes of it; nil for what is no failure.
  var failure: FailureReason? {
    switch self {
    case .unreachable(let code, _):
      switch code {
      case .network, .networkUnknown, .networkForService: .networkUnreachable
      case .host, .hostUnknown, .hostIsolated, .hostForService, .sourceRouteFailed: .hostUnreachable
      case .protocol: .protocolUnreachable
      case .port: .portUnreachable
      case .fragmentationNeeded: .fragmentationNeeded
      case .networkProhibited: .networkProhibited
      case .hostProhibited: .hostProhibited
      default: .adminProhibited
      }
    case .timeExceeded: .timeExceeded
    case .redirect, .echoRequest, .echoReply, .other: nil
    }
  }
}

import Packets
import Protocols
import Simulation

/// Packets in parts (RFC 791, 3.2), and how long they may be (RFC 1191).
extension NetworkLayer {
  /// Who may split a packet of the machine's own.
  enum Splitting {
    /// Nobody: it carries "don't fragment" and fails where it does not fit.
    case nobody
    /// The sender, where it knows that the packet does not fit; then, and only then, routers as well (Linux,
    /// `IP_PMTUDISC_WANT`).
    case sender
    /// Everybody: Linux's own ICMP.
    case everybody
  }

  /// The longest packet that gets through to `destination`, as far as that is known here.
  mutating func mtu(toward destination: IPv4Address, over port: PortNumber, _ outbox: inout Outbox) -> Int {
    let link = outbox.mtu(of: port)
    return min(link, paths.entry(for: destination, now: outbox.now)?.mtu ?? link)
  }

  /// Marks a packet with whether it may be split on the way; false when it cannot even leave.
  @inline(__always)
  mutating func mark(_ packet: inout IPv4Packet, _ splitting: Splitting, mtu: Int, _ outbox: inout Outbox) -> Bool {
    let fits = packet.length <= mtu
    switch splitting {
    case .nobody: packet.fragmentation = IPv4Packet.dontFragmentFlag
    case .everybody: return true
    case .sender:
      guard fits, paths.entry(for: packet.destination, now: outbox.now)?.mayBeSplit != true else { return true }
      packet.fragmentation = IPv4Packet.dontFragmentFlag
    }
    return fits
  }

  /// Sends a packet in as many parts as it takes.
  mutating func emitParts(
    of packet: IPv4Packet, fitting mtu: Int, on port: PortNumber, nextHop: IPv4Address, _ passage: Passage,
    origin: Origin, bridged: BridgedStations? = nil, _ outbox: inout Outbox
  ) {
    guard let parts = packet.fragments(fitting: mtu) else {
      if case .forwarded = passage { outbox.drop(because: .tooBig, origin: origin) }
      return
    }
    var passage = passage
    for part in parts {
      emit(part, on: port, nextHop: nextHop, passage, origin: origin, bridged: bridged, &outbox)
      // The frame being received has met its fate with its first part; it is the cause of the others.
      if case .forwarded = passage { passage = .own(.continues) }
    }
  }

  /// Takes a fragment in.
  ///
  /// - Returns: the whole datagram, if this was the last fragment that was missing.
  mutating func reassemble(_ packet: IPv4Packet, of frame: EthernetFrame, _ outbox: inout Outbox) -> IPv4Packet? {
    if reassemblies.isEmpty { reassemblies.append(Reassembly()) }
    switch reassemblies[0].receive(packet) {
    case .completes(let whole, let waited):
      for held in waited { outbox.take(held, by: .reassembly) }
      return whole
    case .waits(let isFirst):
      let place = reassemblies[0].keep(packet, as: outbox.hold(frame, awaiting: .any))
      if isFirst {
        let timer = outbox.setTimer(StackTimer.reassembly, place, after: Reassembly.patience)
        reassemblies[0].setTimer(timer, of: place)
      }
    case .dies(let reason, let others):
      for held in others { outbox.discard(held, because: reason) }
      outbox.drop(because: reason)
    }
    return nil
  }

  /// The rest of a datagram has not come: its sender is told, but only by who has its beginning, and only by the one it
  /// was for (RFC 792, time exceeded; Linux keeps quiet where it only put together to translate).
  mutating func reassemblyTimerFired(_ token: TimerToken, _ outbox: inout Outbox) {
    guard !reassemblies.isEmpty else { return }
    let waited = reassemblies[0].expire(token)
    for held in waited { outbox.discard(held, because: .reassemblyTimedOut) }
    guard let first = waited.first, case .ipv4(let packet) = first.frame.payload, packet.fragmentOffset == 0,
      isOwn(packet.destination)
    else { return }
    sendError(
      .timeExceeded(code: 1), about: packet, from: packet.destination, for: Purpose(.answers, cause: first.id), &outbox)
  }

  /// A router tells how long packets may be on the way that `sent` took.
  mutating func learnPath(_ kind: ICMPMessage.Kind, about sent: IPv4Packet, _ outbox: inout Outbox) {
    guard case .unreachable(.fragmentationNeeded, let mtu) = kind, isOwn(sent.source) else { return }
    paths.learn(mtu, toward: sent.destination, now: outbox.now)
    if case .tcp(let segment) = sent.payload {
      shortenSegments(
        ConnectionTable.Key(
          localAddress: sent.source, localPort: segment.sourcePort,
          remote: Endpoint(sent.destination, segment.destinationPort)), &outbox)
    }
  }
}

extension IPv4Payload {
  /// What Linux's sockets ask for unless told otherwise; its own ICMP asks for nothing.
  var splitting: NetworkLayer.Splitting {
    switch self {
    case .tcp: .nobody
    case .udp: .sender
    case .icmp(let message):
      if case .echoRequest = message.kind { .sender } else { .everybody }
    case .other: .everybody
    }
  }
}

import Packets
import Protocols
import Simulation

/// Segments in and out (RFC 9293).
extension NetworkLayer {
  mutating func deliver(
    _ segment: TCPSegment, in packet: IPv4Packet, _ arrival: Arrival, _ outbox: inout Outbox
  ) {
    // RFC 1122, 4.2.3.10: a segment to everybody is for nobody.
    guard !isGroup(packet.destination) else { return die(arrival, because: .notForUs, &outbox) }
    let key = ConnectionTable.Key(
      localAddress: packet.destination, localPort: segment.destinationPort,
      remote: Endpoint(packet.source, segment.sourcePort))
    if let place = connections.place(of: key) {
      take(arrival, by: .tcp, &outbox)
      return advance(place, &outbox, timeToLive: packet.timeToLive) {
        $0.receive(segment, now: $1)
      }
    }
    guard let slot = program(.tcp, segment.destinationPort, on: arrival.port),
      segment.flags.intersection([.syn, .ack, .rst]) == .syn
    else { return reject(segment, in: packet, arrival, &outbox) }
    take(arrival, by: .tcp, &outbox)
    accept(segment, key, for: slot, &outbox)
  }

  /// RFC 9293, 3.10.7.1: what is for no connection is answered with a reset, unless it is one.
  private mutating func reject(
    _ segment: TCPSegment, in packet: IPv4Packet, _ arrival: Arrival, _ outbox: inout Outbox
  ) {
    die(arrival, because: segment.flags.contains(.syn) ? .noSocket : .noConnection, &outbox)
    guard let reset = TCPConnection.reset(answering: segment) else { return }
    let purpose = arrival.looped.map { Purpose(.answers, cause: $0.cause) } ?? .answers
    _ = send(.tcp(reset), to: packet.source, from: packet.destination, for: purpose, &outbox)
  }

  private mutating func accept(
    _ segment: TCPSegment, _ key: ConnectionTable.Key, for slot: Int, _ outbox: inout Outbox
  ) {
    let connection = TCPConnection(
      local: key.localPort, remote: key.remote.port, initialSequence: UInt32(truncatingIfNeeded: outbox.random.next()))
    let place = connections.insert(
      ConnectionTable.Entry(key: key, connection: connection, slot: slot, opening: nil))
    let local = Endpoint(key.localAddress, key.localPort)
    events.append((slot, .connection(place, .accepted(local: local, remote: key.remote))))
    advance(place, &outbox) { $0.receive(segment, now: $1) }
  }

  mutating func connectionTimerFired(_ token: TimerToken, _ outbox: inout Outbox) {
    let place = Int(token.subject)
    guard connections[place]?.timer == token else { return }
    connections[place]?.timer = nil
    advance(place, &outbox) { $0.timerFired(now: $1) }
  }

  /// An ICMP error or a missing route ends a connection that is not open yet; an open one ignores it (RFC 1122, 4.2.3.9).
  mutating func failConnection(
    _ key: ConnectionTable.Key, because reason: FailureReason, _ outbox: inout Outbox
  ) -> Bool {
    guard let place = connections.place(of: key), let entry = connections[place] else { return false }
    guard entry.connection.isOpening else { return true }
    events.append((entry.slot, .connection(place, .failed(reason == .portUnreachable ? .refused : reason))))
    forget(place, &outbox)
    return true
  }

  /// Lets a connection do something, and carries out what it says.
  private mutating func advance(
    _ place: Int, _ outbox: inout Outbox, timeToLive: UInt8 = 0,
    _ step: (inout TCPConnection, Instant) -> [TCPConnection.Action]
  ) {
    guard var entry = connections[place] else { return }
    let actions = step(&entry.connection, outbox.now)
    connections[place] = entry
    for action in actions { carryOut(action, of: place, timeToLive: timeToLive, &outbox) }
  }

  private mutating func carryOut(
    _ action: TCPConnection.Action, of place: Int, timeToLive: UInt8, _ outbox: inout Outbox
  ) {
    guard let entry = connections[place] else { return }
    func tell(_ event: ConnectionEvent) { events.append((entry.slot, .connection(place, event))) }
    switch action {
    case .transmit(let segment): transmit(segment, of: entry, place, &outbox)
    case .setTimer(let delay):
      connections[place]?.timer = outbox.setTimer(StackTimer.connection, UInt32(place), after: delay)
    case .cancelTimer: connections[place]?.timer = nil
    case .connected: tell(.connected(timeToLive: timeToLive))
    case .received(let content): tell(.received(content))
    case .peerClosed: tell(.peerClosed)
    case .closed:
      tell(.closed)
    case .released: forget(place, &outbox)
    case .failed(let reason):
      tell(.failed(reason))
      forget(place, &outbox)
    }
  }

  private mutating func transmit(
    _ segment: TCPSegment, of entry: ConnectionTable.Entry, _ place: Int, _ outbox: inout Outbox
  ) {
    let isOpening = segment.flags.contains(.syn)
    let purpose: Purpose =
      isOpening && !segment.flags.contains(.ack)
      ? entry.opening ?? .serves : isOpening || segment.flags.contains(.rst) ? .answers : .serves
    let failure = send(
      .tcp(segment), to: entry.key.remote.address, from: entry.key.localAddress, for: purpose, &outbox)
    guard let failure else { return }
    guard entry.connection.isOpening else {
      if failure == .fragmentationNeeded { shortenSegments(entry.key, &outbox) }
      return
    }
    events.append((entry.slot, .connection(place, .failed(failure == .portUnreachable ? .refused : failure))))
    forget(place, &outbox)
  }

  /// Has an open connection send no longer segments than get through.
  mutating func shortenSegments(_ key: ConnectionTable.Key, _ outbox: inout Outbox) {
    guard let place = connections.place(of: key), let route = routes.lookup(key.remote.address, now: outbox.now),
      connections[place]?.connection.isOpening == false
    else { return }
    let mtu = self.mtu(toward: key.remote.address, over: route.port, &outbox)
    advance(place, &outbox) { $0.limitSegments(to: UInt16(clamping: mtu - TCPConnection.headersLength), now: $1) }
  }

  private mutating func forget(_ place: Int, _ outbox: inout Outbox) {
    for message in connections[place]?.kept ?? [] { outbox.messages.release(message) }
    connections.remove(place)
  }
}

/// What programs call.
extension ProgramHost {
  /// Waits for connections on a port; false when somebody else has it.
  public mutating func listen(on port: UInt16) -> Bool { bind(.tcp, port) }

  /// Begins a connection; what becomes of it comes as events.
  public mutating func connect(
    to remote: Endpoint, for purpose: Purpose, _ outbox: inout Outbox
  ) -> Result<Int, FailureReason> {
    let local: IPv4Address
    // Linux, `tcp_v4_connect`: nobody can be connected to everybody.
    guard !network.isGroup(remote.address) else { return .failure(.noRoute) }
    if network.isLocal(remote.address) {
      local = remote.address.isLoopback ? .loopback : remote.address
    } else {
      guard let route = network.routes.lookup(remote.address, now: outbox.now) else { return .failure(.noRoute) }
      let nextHop = route.nextHop ?? remote.address
      guard let address = route.source ?? network[route.port].address(toward: nextHop) else {
        return .failure(.noAddress)
      }
      local = address
    }
    guard let port = network.sockets.freePort(.tcp, random: &outbox.random) else { return .failure(.noAnswer) }
    let key = ConnectionTable.Key(localAddress: local, localPort: port, remote: remote)
    let connection = TCPConnection(
      local: port, remote: remote.port, initialSequence: UInt32(truncatingIfNeeded: outbox.random.next()))
    let place = network.connections.insert(
      ConnectionTable.Entry(key: key, connection: connection, slot: slot, opening: purpose))
    network.open(place, &outbox)
    return .success(place)
  }

  public mutating func send(_ content: Content, on connection: Int, _ outbox: inout Outbox) {
    network.transmit(content, on: connection, &outbox)
  }

  public mutating func send(_ message: Message, on connection: Int, _ outbox: inout Outbox) {
    network.transmit(outbox.content(of: message), on: connection, &outbox)
  }

  /// Ends the sending half of a connection in order.
  public mutating func close(_ connection: Int, _ outbox: inout Outbox) { network.close(connection, &outbox) }
}

extension NetworkLayer {
  fileprivate mutating func open(_ place: Int, _ outbox: inout Outbox) {
    advance(place, &outbox) { $0.open(now: $1) }
  }

  fileprivate mutating func transmit(_ content: Content, on place: Int, _ outbox: inout Outbox) {
    if let message = content.message, connections[place] != nil {
      outbox.messages.retain(message)
      connections[place]?.kept.append(message)
    }
    advance(place, &outbox) { $0.send(content, now: $1) }
  }

  fileprivate mutating func close(_ place: Int, _ outbox: inout Outbox) {
    advance(place, &outbox) { $0.close(now: $1) }
  }
}

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
      let blocks = segment.selectiveBlockCount > 0 ? segment.selectiveBlocks(outbox.messages) : SelectiveBlocks()
      return advance(place, &outbox, timeToLive: packet.timeToLive) {
        $0.receive(segment, blocks, now: $1)
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
    let connection = makeConnection(key, tcp, &outbox)
    let place = connections.insert(ConnectionTable.Entry(key: key, connection: connection, slot: slot))
    let local = Endpoint(key.localAddress, key.localPort)
    events.append((slot, .connection(place, .accepted(local: local, remote: key.remote))))
    advance(place, &outbox) { $0.receive(segment, now: $1) }
  }

  /// A connection that takes segments as long as its interface has room for, and sends none longer than is known to get
  /// through (RFC 9293, 3.7.1).
  fileprivate mutating func makeConnection(
    _ key: ConnectionTable.Key, _ settings: TCPConnection.Settings, _ outbox: inout Outbox
  ) -> TCPConnection {
    var size = TCPConnection.defaultMaximumSegmentSize
    var limit = UInt16.max
    if !isLocal(key.remote.address), let route = routes.lookup(key.remote.address, now: outbox.now) {
      func room(_ mtu: Int) -> UInt16 { UInt16(clamping: max(1, mtu - TCPConnection.headersLength)) }
      size = room(outbox.mtu(of: route.port))
      limit = room(mtu(toward: key.remote.address, over: route.port, &outbox))
    }
    var connection = TCPConnection(
      local: key.localPort, remote: key.remote.port, initialSequence: UInt32(truncatingIfNeeded: outbox.random.next()),
      maximumSegmentSize: size, settings: settings)
    if limit < size { connection.startBelow(limit) }
    return connection
  }

  mutating func connectionTimerFired(_ token: TimerToken, _ outbox: inout Outbox) {
    let place = Int(token.subject)
    guard connections.isLive(place), connections.entries[place].timer.goesOff(token) else { return }
    advance(place, &outbox) { $0.timerFired(now: $1) }
  }

  /// An ICMP error or a missing route ends a connection that is not open yet; an open one ignores it (RFC 1122, 4.2.3.9).
  mutating func failConnection(
    _ key: ConnectionTable.Key, because reason: FailureReason, _ outbox: inout Outbox
  ) -> Bool {
    guard let place = connections.place(of: key) else { return false }
    guard connections.entries[place].connection.isOpening else { return true }
    fail(place, because: reason == .portUnreachable ? .refused : reason, &outbox)
    return true
  }

  private mutating func fail(_ place: Int, because reason: FailureReason, _ outbox: inout Outbox) {
    let (slot, progress) = (connections.entries[place].slot, connections.entries[place].connection.progress)
    events.append((slot, .connection(place, .failed(reason, progress))))
    forget(place, &outbox)
  }

  /// Lets a connection do something, and carries out what it says.
  @inline(__always)
  private mutating func advance(
    _ place: Int, _ outbox: inout Outbox, timeToLive: UInt8 = 0,
    _ step: (inout TCPConnection, Instant) -> Void
  ) {
    guard connections.isLive(place) else { return }
    // The array is used again and again. While actions are carried out another connection may take its turn, or this
    // one again; that finds none and makes one.
    var actions: [TCPConnection.Action] = []
    swap(&actions, &spareActions)
    step(&connections.entries[place].connection, outbox.now)
    connections.entries[place].connection.takeActions(&actions)
    for action in actions { carryOut(action, of: place, timeToLive: timeToLive, &outbox) }
    actions.removeAll(keepingCapacity: true)
    swap(&actions, &spareActions)
    serveTimer(of: place, &outbox)
  }

  @inline(__always)
  private mutating func serveTimer(of place: Int, _ outbox: inout Outbox) {
    guard connections.isLive(place) else { return }
    let deadline = connections.entries[place].connection.deadline
    connections.entries[place].timer.serve(deadline, StackTimer.connection, UInt32(place), &outbox)
  }

  private mutating func carryOut(
    _ action: TCPConnection.Action, of place: Int, timeToLive: UInt8, _ outbox: inout Outbox
  ) {
    guard connections.isLive(place) else { return }
    let slot = connections.entries[place].slot
    func tell(_ event: ConnectionEvent) { events.append((slot, .connection(place, event))) }
    switch action {
    case .transmit(let segment): transmit(segment, of: place, &outbox)
    case .transmitSelective(var segment, let blocks):
      let message = outbox.messages.insert(.selective(blocks))
      segment.selectiveBlockCount = UInt8(blocks.count)
      segment.content = .message(message, length: 0)
      transmit(segment, of: place, &outbox)
      outbox.messages.discardUnused(message)
    case .connected: tell(.connected(timeToLive: timeToLive))
    case .received(let content): tell(.received(content))
    case .peerClosed: tell(.peerClosed)
    case .closed: tell(.closed(connections.entries[place].connection.progress))
    case .released: forget(place, &outbox)
    case .failed(let reason): fail(place, because: reason, &outbox)
    }
  }

  @inline(__always)
  private mutating func transmit(_ segment: TCPSegment, of place: Int, _ outbox: inout Outbox) {
    let key = connections.entries[place].key
    let purpose = purpose(of: segment, place)
    connections.entries[place].sent &+= 1
    let failure = send(.tcp(segment), to: key.remote.address, from: key.localAddress, for: purpose, &outbox)
    if let failure { react(to: failure, of: place, key, &outbox) }
  }

  /// What opens and resets is a packet of its own in the eyes of who reads what happened; the rest serves.
  @inline(__always)
  private func purpose(of segment: TCPSegment, _ place: Int) -> Purpose {
    guard segment.flags.isDisjoint(with: [.syn, .rst]) else {
      return segment.flags.intersection([.syn, .ack]) == .syn
        ? connections.entries[place].opening ?? .serves : .answers
    }
    // How a connection ends is told again.
    let isOneOfMany = connections.entries[place].sent >= Segments.toldOneByOne && !segment.flags.contains(.fin)
    return Purpose(.serves, isFolded: isOneOfMany)
  }

  private mutating func react(
    to failure: FailureReason, of place: Int, _ key: ConnectionTable.Key, _ outbox: inout Outbox
  ) {
    guard connections.isLive(place), connections.entries[place].connection.isOpening else {
      if failure == .fragmentationNeeded { shortenSegments(key, &outbox) }
      return
    }
    fail(place, because: failure == .portUnreachable ? .refused : failure, &outbox)
  }

  /// Has an open connection send no longer segments than get through.
  mutating func shortenSegments(_ key: ConnectionTable.Key, _ outbox: inout Outbox) {
    guard let place = connections.place(of: key), let route = routes.lookup(key.remote.address, now: outbox.now),
      !connections.entries[place].connection.isOpening
    else { return }
    let mtu = self.mtu(toward: key.remote.address, over: route.port, &outbox)
    advance(place, &outbox) { $0.limitSegments(to: UInt16(clamping: mtu - TCPConnection.headersLength), now: $1) }
  }

  private mutating func forget(_ place: Int, _ outbox: inout Outbox) {
    for message in connections.entries[place].kept { outbox.messages.release(message) }
    connections.remove(place)
  }
}

/// The segments of a connection in the journal.
enum Segments {
  /// So many that each end sends first are told one by one; the others are alike.
  static let toldOneByOne: UInt32 = 20
}

/// What programs call.
extension ProgramHost {
  /// Waits for connections on a port; false when somebody else has it.
  public mutating func listen(on port: UInt16) -> Bool { bind(.tcp, port) }

  /// Begins a connection; what becomes of it comes as events.
  ///
  /// - Parameter control: What the stack does unless set.
  public mutating func connect(
    to remote: Endpoint, for purpose: Purpose, with control: CongestionControl? = nil, _ outbox: inout Outbox
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
    var settings = network.tcp
    if let control { settings.congestionControl = control }
    let connection = network.makeConnection(key, settings, &outbox)
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

  /// Sends a stream of so many bytes that nobody looks at.
  public mutating func sendStream(seed: UInt32, length: UInt64, on connection: Int, _ outbox: inout Outbox) {
    network.sendStream(seed: seed, length: length, on: connection, &outbox)
  }

  /// Ends the sending half of a connection behind what has been sent; the rest of what was to be sent is forgotten.
  public mutating func stop(_ connection: Int, _ outbox: inout Outbox) { network.stop(connection, &outbox) }

  /// Ends the sending half of a connection in order.
  public mutating func close(_ connection: Int, _ outbox: inout Outbox) { network.close(connection, &outbox) }
}

extension NetworkLayer {
  fileprivate mutating func open(_ place: Int, _ outbox: inout Outbox) {
    advance(place, &outbox) { $0.open(now: $1) }
  }

  fileprivate mutating func transmit(_ content: Content, on place: Int, _ outbox: inout Outbox) {
    if let message = content.message, connections.isLive(place) {
      outbox.messages.retain(message)
      connections.entries[place].kept.append(message)
    }
    advance(place, &outbox) { $0.send(content, now: $1) }
  }

  fileprivate mutating func sendStream(seed: UInt32, length: UInt64, on place: Int, _ outbox: inout Outbox) {
    advance(place, &outbox) { $0.sendStream(seed: seed, length: length, now: $1) }
  }

  fileprivate mutating func stop(_ place: Int, _ outbox: inout Outbox) {
    advance(place, &outbox) {
      $0.discardUnsent()
      $0.close(now: $1)
    }
  }

  mutating func close(_ place: Int, _ outbox: inout Outbox) {
    advance(place, &outbox) { $0.close(now: $1) }
  }
}

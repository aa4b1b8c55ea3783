import Packets
import Protocols
import Simulation

/// Connections: what the guest opens ends here, and another one is opened in its place.
extension NATProxy {
  mutating func receiveFromGuest(_ segment: TCPSegment, in packet: IPv4Packet, _ outbox: inout Outbox) {
    let guest = Endpoint(packet.source, segment.sourcePort)
    let remote = Endpoint(packet.destination, segment.destinationPort)
    if let place = pairs.place(inner: PairTable.InnerKey(guest: guest, remote: remote)) {
      outbox.absorb(by: .proxy)
      return advance(.inner, of: place, with: segment, &outbox)
    }
    guard segment.flags.intersection([.syn, .ack, .rst]) == .syn else {
      outbox.drop(because: .noConnection)
      guard let reset = TCPConnection.reset(answering: segment) else { return }
      return sendToGuest(.tcp(reset), to: guest.address, from: remote.address, .own(.answers), &outbox)
    }
    guard let port = pairs.freePort(random: &outbox.random) else { return outbox.drop(because: .portsExhausted) }
    outbox.absorb(by: .proxy)
    outbox.note(
      .proxied(Translation(.source, before: guest, after: Endpoint(.any, port))), origin: configuration.origin)
    let place = pairs.insert(
      ConnectionPair(
        guest: guest, remote: remote, outside: remote, outerPort: port,
        inner: connection(remote.port, guest.port, &outbox), outer: connection(port, remote.port, &outbox),
        opened: .inner, opening: segment))
    advance(.outer, of: place, &outbox) { $0.open(now: $1) }
  }

  mutating func receiveFromHost(_ segment: TCPSegment, in packet: IPv4Packet, _ outbox: inout Outbox) {
    let outside = Endpoint(packet.source, segment.sourcePort)
    let port = segment.destinationPort
    if let place = pairs.place(outer: PairTable.OuterKey(port: port, outside: outside)) {
      outbox.absorb(by: .proxy)
      return advance(.outer, of: place, with: segment, &outbox)
    }
    guard let forward = forward(.tcp, port), segment.flags.intersection([.syn, .ack, .rst]) == .syn else {
      outbox.drop(because: .noConnection)
      guard let reset = TCPConnection.reset(answering: segment) else { return }
      return sendToHost(.tcp(reset), to: outside.address, from: packet.destination, .own(.answers), &outbox)
    }
    guard let ownPort = pairs.freePort(random: &outbox.random) else { return outbox.drop(because: .portsExhausted) }
    outbox.absorb(by: .proxy)
    outbox.note(
      .proxied(Translation(.destination, before: Endpoint(packet.destination, port), after: forward.guest)),
      origin: forward.origin)
    // The guest sees the proxy itself, because that is whose connection it is.
    let place = pairs.insert(
      ConnectionPair(
        guest: forward.guest, remote: Endpoint(configuration.address.address, ownPort), outside: outside,
        outerAddress: packet.destination, outerPort: port,
        inner: connection(ownPort, forward.guest.port, &outbox), outer: connection(port, outside.port, &outbox),
        opened: .outer, opening: segment))
    advance(.inner, of: place, &outbox) { $0.open(now: $1) }
  }

  /// The host says that a connection could not be opened.
  mutating func failOuter(port: UInt16, _ kind: ICMPMessage.Kind, _ outbox: inout Outbox) {
    guard let place = pairs.place(ofPort: port), let pair = pairs[place], !pair.isAccepted else {
      return outbox.drop(because: .noConnection)
    }
    outbox.absorb(by: .proxy)
    refuse(place, &outbox)
  }

  mutating func connectionTimerFired(_ token: TimerToken, _ outbox: inout Outbox) {
    let place = Int(token.subject)
    let half: ConnectionPair.Half = token.kind == Timer.inner ? .inner : .outer
    guard pairs[place]?.goesOff(token, half) == true else { return }
    advance(half, of: place, &outbox) { $0.timerFired(now: $1) }
  }

  private func connection(_ local: UInt16, _ remote: UInt16, _ outbox: inout Outbox) -> TCPConnection {
    TCPConnection(
      local: local, remote: remote, initialSequence: UInt32(truncatingIfNeeded: outbox.random.next()))
  }
}

/// Carrying out what the halves say.
extension NATProxy {
  private mutating func advance(
    _ half: ConnectionPair.Half, of place: Int, with segment: TCPSegment, _ outbox: inout Outbox
  ) {
    // While the other half is still opening, a repeated SYN has nobody to answer it yet.
    guard let pair = pairs[place], pair.isAccepted || pair.opened != half else { return }
    let blocks = segment.selectiveBlocks(outbox.messages)
    advance(half, of: place, &outbox) { $0.receive(segment, blocks, now: $1) }
  }

  private mutating func advance(
    _ half: ConnectionPair.Half, of place: Int, _ outbox: inout Outbox,
    _ step: (inout TCPConnection, Instant) -> Void
  ) {
    var actions: [TCPConnection.Action] = []
    pairs[place]?.advance(half, outbox.now, step, &actions)
    for action in actions { carryOut(action, of: half, place, &outbox) }
    pairs[place]?.serveTimer(of: half, place, &outbox)
  }

  private mutating func carryOut(
    _ action: TCPConnection.Action, of half: ConnectionPair.Half, _ place: Int, _ outbox: inout Outbox
  ) {
    guard let pair = pairs[place] else { return }
    switch action {
    case .transmit(let segment): transmit(segment, by: half, of: pair, place, &outbox)
    case .transmitSelective(var segment, let blocks):
      let message = outbox.messages.insert(.selective(blocks))
      segment.selectiveBlockCount = UInt8(blocks.count)
      segment.content = .message(message, length: 0)
      transmit(segment, by: half, of: pair, place, &outbox)
      outbox.messages.discardUnused(message)
    case .connected: if half != pair.opened { accept(place, &outbox) }
    case .received(let content): pass(content, on: half.other, of: place, &outbox)
    case .peerClosed: advance(half.other, of: place, &outbox) { $0.close(now: $1) }
    case .closed: break
    case .released: finish(half, of: place, &outbox)
    case .failed: fail(half, of: place, &outbox)
    }
  }

  private mutating func pass(
    _ content: Content, on half: ConnectionPair.Half, of place: Int, _ outbox: inout Outbox
  ) {
    if let message = content.message {
      outbox.messages.retain(message)
      pairs[place]?.kept.append(message)
    }
    advance(half, of: place, &outbox) { $0.send(content, now: $1) }
  }

  private mutating func forget(_ place: Int, _ outbox: inout Outbox) {
    for message in pairs[place]?.kept ?? [] { outbox.messages.release(message) }
    pairs.remove(place)
  }

  /// The far half is open: now the one who asked for it is answered.
  private mutating func accept(_ place: Int, _ outbox: inout Outbox) {
    guard let pair = pairs[place] else { return }
    pairs[place]?.isAccepted = true
    noteAnswer(to: pair, &outbox)
    advance(pair.opened, of: place, &outbox) { $0.receive(pair.opening, now: $1) }
  }

  private mutating func fail(_ half: ConnectionPair.Half, of place: Int, _ outbox: inout Outbox) {
    guard let pair = pairs[place] else { return }
    guard pair.isAccepted else { return refuse(place, &outbox) }
    finish(half, of: place, &outbox)
    advance(half.other, of: place, &outbox) { $0.abort(now: $1) }
  }

  /// The far half cannot be opened: the one who asked for it gets a reset, as from a closed port.
  private mutating func refuse(_ place: Int, _ outbox: inout Outbox) {
    guard let pair = pairs[place] else { return }
    noteAnswer(to: pair, &outbox)
    if let reset = TCPConnection.reset(answering: pair.opening) {
      transmit(reset, by: pair.opened, of: pair, place, &outbox)
    }
    forget(place, &outbox)
  }

  private func noteAnswer(to pair: ConnectionPair, _ outbox: inout Outbox) {
    guard pair.opened == .inner else { return }
    let own = Endpoint(pair.outerAddress, pair.outerPort)
    outbox.note(
      .proxied(Translation(.destination, before: own, after: pair.guest, isReverse: true)),
      origin: configuration.origin)
  }

  private mutating func finish(_ half: ConnectionPair.Half, of place: Int, _ outbox: inout Outbox) {
    pairs[place]?.setOver(half)
    if let pair = pairs[place], pair.innerIsOver, pair.outerIsOver { forget(place, &outbox) }
  }

  /// What opens a connection, or refuses to, goes on as the same request or answer; everything later belongs to one half.
  private mutating func transmit(
    _ segment: TCPSegment, by half: ConnectionPair.Half, of pair: ConnectionPair, _ place: Int,
    _ outbox: inout Outbox
  ) {
    let opens = segment.flags.contains(.syn) || segment.flags.contains(.rst)
    let sent = pairs[place]?.countSent(by: half) ?? 0
    let isOneOfMany = sent > Segments.toldOneByOne && !segment.flags.contains(.fin)
    let passage = NetworkLayer.Passage.own(opens ? .continues : Purpose(.serves, isFolded: isOneOfMany))
    switch half {
    case .inner: sendToGuest(.tcp(segment), to: pair.guest.address, from: pair.remote.address, passage, &outbox)
    case .outer: sendToHost(.tcp(segment), to: pair.outside.address, from: pair.outerAddress, passage, &outbox)
    }
  }
}

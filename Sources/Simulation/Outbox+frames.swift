import Packets

/// Sending, keeping and losing frames.
extension Outbox {
  /// Sends the frame being received onward as the same packet, perhaps rewritten; may be said once for each copy.
  public mutating func forward(_ frame: EthernetFrame, on port: PortNumber, origin: Origin = .none) {
    settle(.forwarded)
    _ = send(frame, on: port, for: .continues, origin: origin)
  }

  /// Sends a packet of the device's own. Its cause is the frame being received unless another is named.
  @discardableResult
  public mutating func originate(
    _ frame: EthernetFrame, on port: PortNumber, for purpose: Purpose, origin: Origin = .none
  ) -> FrameID {
    send(frame, on: port, for: purpose, origin: origin)
  }

  /// Keeps the frame being received until it can go on, because of `address`.
  public mutating func hold(_ frame: EthernetFrame, awaiting address: IPv4Address) -> HeldFrame {
    settle(.held)
    return keep(frame, for: .continues, address)
  }

  /// Keeps a packet of the device's own until it can go, because of `address`.
  public mutating func holdOwn(
    _ frame: EthernetFrame, awaiting address: IPv4Address, for purpose: Purpose
  ) -> HeldFrame {
    keep(frame, for: purpose, address)
  }

  /// Sends a kept frame on, perhaps with its addresses filled in.
  public mutating func release(_ held: HeldFrame, on port: PortNumber, origin: Origin = .none) {
    _ = send(held.frame, on: port, for: Purpose(.continues, cause: held.id), origin: origin)
    unkeep(held)
  }

  /// A kept frame ends where it waited, as it should: what it carried is a part of the frame being received.
  public mutating func take(_ held: HeldFrame, by absorber: Absorber) {
    record(.absorbed(absorber), port: .none, frame: held.id)
    unkeep(held)
  }

  /// Gives a kept frame up.
  public mutating func discard(_ held: HeldFrame, because reason: DropReason, origin: Origin = .none) {
    record(.dropped(reason), port: .none, frame: held.id, origin: origin)
    unkeep(held)
  }

  /// The frame being received ends here, as it should.
  public mutating func absorb(by absorber: Absorber, origin: Origin = .none) {
    settle(.absorbed)
    if absorber.isProgram { journal.counters.delivered += 1 }
    record(.absorbed(absorber), port: port, frame: arrival, origin: origin)
  }

  /// The frame being received dies here.
  public mutating func drop(because reason: DropReason, origin: Origin = .none) {
    settle(.dropped)
    record(.dropped(reason), port: port, frame: arrival, origin: origin)
  }

  private mutating func settle(_ fate: Fate) {
    // A packet that never left the machine ends as well, but no frame with it.
    guard arrival != .none else { return }
    if self.fate == .none {
      self.fate = fate
    } else if self.fate != fate || fate != .forwarded {
      journal.counters.withTwoFates += 1
    }
  }

  private mutating func keep(
    _ frame: EthernetFrame, for purpose: Purpose, _ address: IPv4Address
  ) -> HeldFrame {
    let id = nextFrame(for: purpose)
    retain(frame)
    if isRecording, !id.isFolded { retain(frame) }
    journal.counters.waiting += 1
    record(.held(frame, address), port: port, frame: id, for: purpose)
    return HeldFrame(frame: frame, id: id)
  }

  private mutating func unkeep(_ held: HeldFrame) {
    journal.counters.waiting -= 1
    releaseMessage(of: held.frame)
  }

  private mutating func send(
    _ frame: EthernetFrame, on port: PortNumber, for purpose: Purpose, origin: Origin
  ) -> FrameID {
    let id = nextFrame(for: purpose)
    journal.counters.sent += 1
    let message = frame.message
    if let message { borrow(message) }
    let direction = ports.direction(from: device, port)
    if isRecording { recordSending(frame, id, on: port, direction ?? .none, for: purpose, origin) }
    guard let direction else {
      lose(id, on: port, because: .noLink)
      return id
    }
    switch directions[Int(direction.index)].admit(frame, now: now, &backlogs) {
    case .dies(let reason): lose(id, on: port, because: reason)
    case .arrives(let arrival):
      guard directions[Int(direction.index)].impairment == .max else {
        impair(frame, id, arrival, on: port, direction, for: purpose, origin)
        break
      }
      if let message { messages.retain(message) }
      let flight = Flight(
        frame: frame, id: id, arrival: arrival, sequence: nextSequence(), message: message ?? .none)
      put(flight, on: direction)
    }
    return id
  }

  @inline(never)
  mutating func recordSending(
    _ frame: EthernetFrame, _ id: FrameID, on port: PortNumber, _ direction: DirectionID, for purpose: Purpose,
    _ origin: Origin
  ) {
    guard !id.isFolded else {
      if direction != .none { journal.folds.add(frame.length, on: direction) }
      return
    }
    retain(frame)
    record(.sent(frame, direction), port: port, frame: id, for: purpose, origin: origin)
  }

  @inline(__always)
  private mutating func put(_ flight: Flight, on direction: DirectionID) {
    journal.counters.inFlight += 1
    let place = flights.insert(flight)
    if directions[Int(direction.index)].append(place, &flights) {
      schedule(flight.arrival, flight.sequence, on: direction)
    }
  }

  @inline(__always)
  mutating func schedule(_ arrival: Instant, _ sequence: UInt64, on direction: DirectionID) {
    queue.push(ScheduledEvent(time: arrival, sequence: sequence, kind: .arrival(direction)))
  }

  @inline(never)
  mutating func lose(_ id: FrameID, on port: PortNumber, because reason: DropReason) {
    journal.counters.lostOnLinks += 1
    record(.dropped(reason), port: port, frame: id)
  }

  /// Takes everything off a wire.
  mutating func clear(_ direction: DirectionID) -> [Flight] {
    let impairment = directions[Int(direction.index)].impairment
    if impairment != .max { impaired[Int(impairment)].clear() }
    return directions[Int(direction.index)].clear(&flights, &backlogs)
  }

  /// Keeps the message until the device is done, so that a copy that dies at once takes it from no other, and one that is
  /// put into no packet in the end is given back.
  public mutating func borrow(_ message: MessageID) {
    messages.retain(message)
    borrowed.append(message)
  }

  mutating func retain(_ frame: EthernetFrame) {
    if let message = frame.message { messages.retain(message) }
  }

  mutating func releaseMessage(of frame: EthernetFrame) {
    if let message = frame.message { messages.release(message) }
  }
}

import Packets

/// What a step does to the network itself.
extension Simulator {
  /// Cuts or mends a link, both directions of it; frames on a wire that is cut are lost.
  public mutating func setLink(_ link: Int, isUp: Bool) {
    prepare()
    let directions = [DirectionID(index: 2 * link), DirectionID(index: 2 * link + 1)]
    if isUp { for direction in directions { setDirection(direction, isUp: true) } }
    guard outbox.directions[2 * link].isUp != isUp else { return }
    outbox.enter(.none)
    outbox.record(.linkChanged(UInt32(link), isUp: isUp), port: .none, frame: .none)
    for direction in directions { change(direction, to: isUp ? .up : .down) }
    for direction in directions {
      let end = outbox.directions[Int(direction.index)].source
      guard outbox.isUp[Int(end.device.index)] else { continue }
      outbox.enter(end.device, port: end.port)
      devices[Int(end.device.index)].linkChanged(on: end.port, isUp: isUp, &outbox)
      outbox.leave()
    }
  }

  /// Cuts or mends one direction of a link, which neither end can see, as when one of two fibres breaks and nothing tells
  /// the far end. A link that is down has no direction to cut.
  public mutating func setDirection(_ direction: DirectionID, isUp: Bool) {
    prepare()
    let state: LinkDirection.State = isUp ? .up : .mute
    let present = outbox.directions[Int(direction.index)].state
    guard present != .down, present != state else { return }
    outbox.enter(.none)
    outbox.record(.directionChanged(direction, isUp: isUp), port: .none, frame: .none)
    change(direction, to: state)
  }

  private mutating func change(_ direction: DirectionID, to state: LinkDirection.State) {
    let index = Int(direction.index)
    outbox.directions[index].state = state
    guard state != .up else { return }
    let source = outbox.directions[index].source
    outbox.enter(source.device)
    for flight in outbox.clear(direction) {
      outbox.journal.counters.inFlight -= 1
      outbox.lose(flight.id, on: source.port, because: .linkDown)
      outbox.releaseMessage(of: flight.frame)
    }
  }

  /// Has a link treat frames otherwise from now on; those under way arrive as they would have.
  ///
  /// - Parameter wire: What its two directions do; its ends are not looked at.
  public mutating func setLink(_ link: Int, to wire: Wire) {
    prepare()
    outbox.enter(.none)
    outbox.record(.linkSet(UInt32(link)), port: .none, frame: .none)
    outbox.change(DirectionID(index: 2 * link), to: wire.directions.0, wire.impairments.0)
    outbox.change(DirectionID(index: 2 * link + 1), to: wire.directions.1, wire.impairments.1)
  }

  /// Switches a device off or on.
  ///
  /// What it remembers it still knows afterwards, but timers that came while it was off are gone; it is told when it is on
  /// again.
  public mutating func setDevice(_ device: DeviceID, isUp: Bool) {
    prepare()
    guard outbox.isUp[Int(device.index)] != isUp else { return }
    outbox.isUp[Int(device.index)] = isUp
    outbox.enter(device)
    outbox.record(.deviceChanged(isUp: isUp), port: .none, frame: .none)
    guard isUp else { return }
    devices[Int(device.index)].powerOn(&outbox)
    outbox.leave()
  }

  /// Changes what a device is told by its configuration. One that is switched off is changed as well, and finds it so.
  public mutating func configure(_ device: DeviceID, _ change: any ConfigurationChange) {
    prepare()
    outbox.enter(device)
    devices[Int(device.index)].configure(change, &outbox)
    outbox.leave()
  }
}

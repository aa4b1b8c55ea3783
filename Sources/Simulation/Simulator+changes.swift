import Packets

/// What a step does to the network itself.
extension Simulator {
  /// Cuts or mends a link, both directions of it; frames on a wire that is cut are lost.
  public mutating func setLink(_ link: Int, isUp: Bool) {
    prepare()
    if isUp { for side in 0...1 { setDirection(DirectionID(index: 2 * link + side), isUp: true) } }
    guard outbox.cables[link].isCut == isUp else { return }
    outbox.enter(.none)
    outbox.record(.linkChanged(UInt32(link), isUp: isUp), port: .none, frame: .none)
    outbox.cables[link] = Cable(isCut: !isUp)
    if settle(link) { tellEnds(of: link) }
  }

  /// Cuts or mends one direction of a link, which neither end can see, as when one of two fibres breaks and nothing tells
  /// the far end. A link that is cut has no direction to cut.
  public mutating func setDirection(_ direction: DirectionID, isUp: Bool) {
    prepare()
    let link = direction.link
    var cable = outbox.cables[link]
    if direction.index & 1 == 0 { cable.isMute.0 = !isUp } else { cable.isMute.1 = !isUp }
    guard !cable.isCut, cable.isMute != outbox.cables[link].isMute else { return }
    outbox.enter(.none)
    outbox.record(.directionChanged(direction, isUp: isUp), port: .none, frame: .none)
    outbox.cables[link] = cable
    _ = settle(link)
  }

  /// Makes the directions of a link what its cable and the devices at its ends let them be.
  ///
  /// - Returns: whether its ends see a difference.
  private mutating func settle(_ link: Int) -> Bool {
    let first = outbox.directions[2 * link]
    let endsAreOn = outbox.isUp[Int(first.source.device.index)] && outbox.isUp[Int(first.target.device.index)]
    let states = outbox.cables[link].states(endsAreOn: endsAreOn)
    change(DirectionID(index: 2 * link), to: states.0)
    change(DirectionID(index: 2 * link + 1), to: states.1)
    return outbox.directions[2 * link].isUp != first.isUp
  }

  private mutating func change(_ direction: DirectionID, to state: LinkDirection.State) {
    let index = Int(direction.index)
    guard outbox.directions[index].state != state else { return }
    outbox.directions[index].state = state
    guard state != .up else { return }
    let source = outbox.directions[index].source
    outbox.enter(source.device)
    let isOff = !outbox.isUp[Int(source.device.index)]
    let reason: DropReason = state != .dark ? .linkDown : isOff ? .deviceDown : .noCarrier
    for flight in outbox.clear(direction) {
      outbox.journal.counters.inFlight -= 1
      outbox.lose(flight.id, on: source.port, because: reason)
      outbox.releaseMessage(of: flight.frame)
    }
  }

  /// Tells the devices at both ends that are on, but for those that are told otherwise, whether there is a link now.
  private mutating func tellEnds(of link: Int, but others: Set<DeviceID> = []) {
    let isUp = outbox.directions[2 * link].isUp
    for side in 0...1 {
      let end = outbox.directions[2 * link + side].source
      guard outbox.isUp[Int(end.device.index)], !others.contains(end.device) else { continue }
      outbox.enter(end.device, port: end.port)
      devices[Int(end.device.index)].linkChanged(on: end.port, isUp: isUp, &outbox)
      outbox.leave()
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

  /// Switches devices off or on, all at once.
  ///
  /// The links of a device that is off are down for who is at their other ends, and what was on them is lost. What the
  /// device remembers it still knows afterwards, but timers that came while it was off are gone; it is told when it is on
  /// again, and finds its links as they are then.
  public mutating func setDevices(_ chosen: [DeviceID], isUp: Bool) {
    prepare()
    let changed = chosen.filter { outbox.isUp[Int($0.index)] != isUp }
    for device in changed {
      outbox.isUp[Int(device.index)] = isUp
      outbox.enter(device)
      outbox.record(.deviceChanged(isUp: isUp), port: .none, frame: .none)
    }
    let links = Set(changed.flatMap { outbox.ports.directions(from: $0) }.filter { $0 != .none }.map(\.link)).sorted()
    let settled = links.filter { settle($0) }
    if isUp {
      for device in changed {
        outbox.enter(device)
        devices[Int(device.index)].powerOn(&outbox)
        outbox.leave()
      }
    }
    for link in settled { tellEnds(of: link, but: Set(changed)) }
  }

  /// Changes what a device is told by its configuration. One that is switched off is changed as well, and finds it so.
  public mutating func configure(_ device: DeviceID, _ change: any ConfigurationChange) {
    prepare()
    outbox.enter(device)
    devices[Int(device.index)].configure(change, &outbox)
    outbox.leave()
  }
}

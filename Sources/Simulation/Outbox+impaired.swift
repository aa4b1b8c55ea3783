import Packets

/// Sending over a link that does more to frames than to delay them and lose some.
extension Outbox {
  /// Has a direction treat frames so from now on; one without impairments stays plain.
  mutating func impair(_ direction: DirectionID, by impairments: LinkImpairments) {
    guard impairments != .none else { return }
    directions[Int(direction.index)].impairment = UInt32(impaired.count)
    impaired.append(ImpairedDirection(impairments))
  }

  /// Has a direction treat frames otherwise while the run goes on.
  ///
  /// What is under way arrives as it would have. A frame that the new delay brings there sooner waits for it, as with
  /// jitter, so that a change of delay alone reorders nothing.
  mutating func change(
    _ direction: DirectionID, to configuration: LinkConfiguration, _ impairments: LinkImpairments
  ) {
    let index = Int(direction.index)
    directions[index].configuration = configuration
    let last = directions[index].lastArrival(in: flights)
    if directions[index].impairment == .max {
      guard impairments != .none || last != nil else { return }
      directions[index].impairment = UInt32(impaired.count)
      impaired.append(ImpairedDirection(impairments))
    }
    impaired[Int(directions[index].impairment)].change(to: impairments, after: last ?? .start)
  }

  /// Lets a frame go that would arrive at `arrival`; never inlined, so that plain links do not carry it along.
  @inline(never)
  mutating func impair(
    _ frame: EthernetFrame, _ id: FrameID, _ arrival: Instant, on port: PortNumber, _ direction: DirectionID,
    for purpose: Purpose, _ origin: Origin
  ) {
    let index = Int(direction.index)
    let delay = directions[index].configuration.delay
    let departure = Instant(nanoseconds: arrival.nanoseconds - min(arrival.nanoseconds, delay.nanoseconds))
    let place = Int(directions[index].impairment)
    let passages = impaired[place].passages(from: departure, delay: delay, &directions[index].random)
    guard let first = passages.first else { return lose(id, on: port, because: .lost) }
    put(frame, id, first, on: direction)
    if let duplicate = passages.duplicate {
      put(frame, recordDuplicate(of: id, frame, on: port, direction, for: purpose, origin), duplicate, on: direction)
    }
  }

  /// A duplicate stands beside its original, not behind it: it has the same cause and says the same.
  private mutating func recordDuplicate(
    of original: FrameID, _ frame: EthernetFrame, on port: PortNumber, _ direction: DirectionID,
    for purpose: Purpose, _ origin: Origin
  ) -> FrameID {
    let id = original.isFolded ? original : nextFrame()
    journal.counters.sent += 1
    if isRecording {
      if !id.isFolded { record(.duplicated(original), port: port, frame: id) }
      recordSending(frame, id, on: port, direction, for: purpose, origin)
    }
    return id
  }

  private mutating func put(
    _ frame: EthernetFrame, _ id: FrameID, _ passage: ImpairedDirection.Passage, on direction: DirectionID
  ) {
    retain(frame)
    journal.counters.inFlight += 1
    let place = flights.insert(
      Flight(
        frame: frame, id: id, arrival: passage.arrival, sequence: nextSequence(), message: frame.message ?? .none,
        isDamaged: passage.isDamaged))
    if directions[Int(direction.index)].insert(place, &flights) {
      schedule(passage.arrival, flights[place].sequence, on: direction)
    }
  }
}

import Packets

/// One device on a workbench: what it does with frames, timers and commands, seen from outside and without a network.
///
/// Every port counts as connected by a wire without delay; frames the device puts on one leave the bench at once.
package struct DeviceBench<D: Device>: Sendable {
  package private(set) var device: D
  private var outbox: Outbox
  private var hasStarted = false

  private static var subject: DeviceID { DeviceID(index: 0) }

  package init(_ device: D, ports: Int, seed: UInt64 = 1) {
    self.device = device
    var table = PortTable()
    table.append(ports: ports)
    table.append(ports: ports)
    let chance = ["bench", "outside"].map { RandomSource(seed: seed, name: $0) }
    let directions = (0..<2 * ports).map { number in
      let ends = [number & 1, 1 - number & 1].map { LinkEnd(DeviceID(index: $0), PortNumber(number / 2)) }
      return LinkDirection(from: ends[0], to: ends[1], .inside, random: RandomSource(seed: seed, name: "\(number)"))
    }
    outbox = Outbox(ports: table, directions: Slab(directions), chance: chance, journal: Journal())
    for (number, direction) in directions.enumerated() {
      outbox.ports.connect(direction.source, to: DirectionID(index: number))
    }
  }

  package var now: Instant { outbox.now }
  package var records: [Record] { outbox.journal.records }
  package var counters: Counters { outbox.journal.counters }

  /// Messages of the frames on the bench; the bench itself lets none of them go.
  package var messages: MessageTable {
    get { outbox.messages }
    set { outbox.messages = newValue }
  }

  /// Starts the device; said by every other call where it has not been said.
  @discardableResult
  package mutating func start() -> [Deed] {
    guard !hasStarted else { return [] }
    hasStarted = true
    return deeds { device, outbox in
      outbox.enter(DeviceBench.subject)
      device.start(&outbox)
    }
  }

  /// Hands the device a frame.
  @discardableResult
  package mutating func receive(_ frame: EthernetFrame, on port: PortNumber) -> [Deed] {
    start()
    outbox.retain(frame)
    outbox.journal.counters.sent += 1
    outbox.journal.counters.arrived += 1
    return deeds { device, outbox in
      outbox.enter(DeviceBench.subject, port: port, arrival: outbox.nextFrame())
      device.receive(frame, on: port, &outbox)
    }
  }

  /// Has the device do something.
  @discardableResult
  package mutating func perform(_ command: any Command) -> (activity: ActivityID, deeds: [Deed]) {
    start()
    var activity = ActivityID.none
    let deeds = deeds { device, outbox in
      outbox.enter(DeviceBench.subject)
      activity = outbox.begin(step: 0)
      device.perform(command, for: activity, &outbox)
    }
    return (activity, deeds)
  }

  /// Lets time pass; timers up to the end of `span` fire, those at its end among them.
  @discardableResult
  package mutating func advance(by span: TimeSpan) -> [Deed] { advance(to: now + span) }

  /// Lets time pass until `instant`; timers at that very moment fire.
  @discardableResult
  package mutating func advance(to instant: Instant) -> [Deed] {
    var done = start()
    while let event = outbox.queue.pop(before: instant) {
      outbox.now = event.time
      guard case .timer(_, let token) = event.kind else { continue }
      done += deeds { device, outbox in
        outbox.enter(DeviceBench.subject)
        device.timerFired(token, &outbox)
      }
    }
    outbox.now = max(now, instant)
    return done
  }

  /// Pulls or plugs in the cable of `port`.
  @discardableResult
  package mutating func setLink(on port: PortNumber, isUp: Bool) -> [Deed] {
    start()
    outbox.makeUnique()
    for direction in 0...1 { outbox.directions[2 * Int(port.index) + direction].state = isUp ? .up : .down }
    return deeds { device, outbox in
      outbox.enter(DeviceBench.subject, port: port)
      device.linkChanged(on: port, isUp: isUp, &outbox)
    }
  }

  /// Switches the device on after it was off.
  @discardableResult
  package mutating func powerOn() -> [Deed] {
    start()
    return deeds { device, outbox in
      outbox.enter(DeviceBench.subject)
      device.powerOn(&outbox)
    }
  }

  private mutating func deeds(of play: (inout D, inout Outbox) -> Void) -> [Deed] {
    outbox.makeUnique()
    let before = outbox.journal.records.count
    let undecided = outbox.journal.counters.withoutFate
    play(&device, &outbox)
    outbox.leave()
    clearWires()
    let deeds = outbox.journal.records[before...].compactMap(Deed.init)
    return outbox.journal.counters.withoutFate > undecided ? deeds + [.undecided] : deeds
  }

  /// What the device sent arrives outside and is no more.
  private mutating func clearWires() {
    for index in stride(from: 0, to: outbox.directions.capacity, by: 2) {
      for flight in outbox.clear(DirectionID(index: index)) {
        outbox.journal.counters.inFlight -= 1
        outbox.journal.counters.arrived += 1
        outbox.journal.counters.absorbed += 1
        outbox.releaseMessage(of: flight.frame)
      }
    }
  }
}

/// What a device on the bench did, in order.
package enum Deed: Hashable, Sendable {
  case sent(EthernetFrame, PortNumber)
  case dropped(DropReason)
  case absorbed(Absorber)
  case held(IPv4Address)
  case noted(Event)
  case ended(Outcome)
  /// It returned from a frame without saying what became of it: a mistake in the device.
  case undecided

  init?(_ record: Record) {
    switch record.event {
    case .sent(let frame, _): self = .sent(frame, record.port)
    case .dropped(let reason): self = .dropped(reason)
    case .absorbed(let absorber): self = .absorbed(absorber)
    case .held(_, let address): self = .held(address)
    case .ended(_, let outcome): self = .ended(outcome)
    case .received, .began: return nil
    default: self = .noted(record.event)
    }
  }
}

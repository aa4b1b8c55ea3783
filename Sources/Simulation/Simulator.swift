import Packets

/// Plays devices and links in virtual time.
///
/// The devices stand beside the outbox, not in it, so that each is mutated in place while it talks.
public struct Simulator: Sendable {
  var devices: [any Device]
  var outbox: Outbox
  public var limits: Limits
  private var hasStarted = false

  /// What ends a run that would not end by itself.
  public struct Limits: Sendable {
    public var events: UInt64 = 50_000_000
    public var time = Instant.start + .seconds(7 * 24 * 3600)
    /// Bytes of journal and of frames under way, roughly; an array that grows may take twice that for a while.
    public var memory = 1 << 28

    public init() {}
  }

  /// Why `run` came back.
  public enum Stop: Hashable, Sendable {
    /// Nothing is left to happen.
    case idle
    /// The deadline came.
    case deadline
    /// Every activity has ended, but for those in the background.
    case finished
    case tooManyEvents, tooLate, tooMuchMemory
  }

  /// A device with what the simulator has to know of it.
  public struct Part: Sendable {
    public var device: any Device
    public var ports: Int
    /// Seeds the device's chance, so it should not change when others are added.
    public var name: String

    public init(_ device: any Device, ports: Int, name: String) {
      self.device = device
      self.ports = ports
      self.name = name
    }
  }

  public struct Wire: Sendable {
    public var ends: (LinkEnd, LinkEnd)
    /// From the first end, and from the second.
    public var directions: (LinkConfiguration, LinkConfiguration)
    public var impairments = (LinkImpairments.none, LinkImpairments.none)

    public init(_ a: LinkEnd, _ b: LinkEnd, _ configuration: LinkConfiguration) {
      ends = (a, b)
      directions = (configuration, configuration)
    }
  }

  public init(
    parts: [Part], wires: [Wire], seed: UInt64 = 1, detail: Journal.Detail = .full, limits: Limits = Limits()
  ) {
    devices = parts.map { $0.device }
    var ports = PortTable()
    for part in parts { ports.append(ports: part.ports) }
    let naming = Naming(parts, seed: seed)
    outbox = Outbox(
      ports: ports, directions: Simulator.directions(of: wires, naming), chance: naming.deviceStreams,
      journal: Journal(detail: detail))
    self.limits = limits
    for (number, wire) in wires.enumerated() {
      outbox.ports.connect(wire.ends.0, to: DirectionID(index: 2 * number))
      outbox.ports.connect(wire.ends.1, to: DirectionID(index: 2 * number + 1))
      outbox.impair(DirectionID(index: 2 * number), by: wire.impairments.0)
      outbox.impair(DirectionID(index: 2 * number + 1), by: wire.impairments.1)
    }
  }

  private static func directions(of wires: [Wire], _ naming: Naming) -> Slab<LinkDirection> {
    func direction(_ wire: Wire, _ isForward: Bool) -> LinkDirection {
      let (from, to) = isForward ? wire.ends : (wire.ends.1, wire.ends.0)
      return LinkDirection(
        from: from, to: to, isForward ? wire.directions.0 : wire.directions.1, random: naming.stream(from, to))
    }
    guard let first = wires.first else {
      let nowhere = LinkEnd(.none, .none)
      return Slab(
        repeating: LinkDirection(from: nowhere, to: nowhere, .inside, random: RandomSource(seed: 0)), count: 0)
    }
    let directions = Slab(repeating: direction(first, true), count: 2 * wires.count)
    for (number, wire) in wires.enumerated() {
      directions[2 * number] = direction(wire, true)
      directions[2 * number + 1] = direction(wire, false)
    }
    return directions
  }

  public var now: Instant { outbox.now }
  public var journal: Journal { outbox.journal }
  public var messages: MessageTable { outbox.messages }
  /// As it is at this moment, to be read.
  public func device(_ id: DeviceID) -> any Device { devices[Int(id.index)] }

  /// Whether that activity has not ended yet.
  public func isOpen(_ activity: ActivityID) -> Bool {
    outbox.openActivities.contains(activity) || outbox.backgroundActivities.contains(activity)
  }

  /// Waits from now on for activities that were begun in the background as for any other.
  public mutating func awaitBackground() {
    outbox.openActivities.formUnion(outbox.backgroundActivities)
    outbox.backgroundActivities = []
  }
}

/// Playing.
extension Simulator {
  /// Plays until nothing is left, `deadline` has come, or, if asked for, every activity has ended.
  ///
  /// What was to happen at the deadline itself has happened when it was set before this call. Virtual time stands at the
  /// deadline afterwards, even if nothing was left to happen.
  ///
  /// - Parameters:
  ///   - interval: How many events there are from one call of `report` to the next; it changes nothing that happens.
  ///   - report: Told how many events there were, and the virtual time.
  public mutating func run(
    until deadline: Instant? = nil, orFinished: Bool = false, every interval: UInt64 = .max,
    _ report: (_ events: UInt64, _ now: Instant) -> Void = { _, _ in }
  ) -> Stop {
    prepare()
    var reportDue = interval
    let end = max(min(deadline ?? .never, limits.time), outbox.now)
    let endSequence = (deadline ?? .never) <= end ? outbox.nextSequence() : UInt64.max
    while true {
      if orFinished, outbox.openActivities.isEmpty { return .finished }
      if let limit = limitReached { return limit }
      guard let event = outbox.queue.pop(before: end, endSequence) else { break }
      outbox.now = event.time
      outbox.journal.counters.events += 1
      reportDue &-= 1
      if reportDue == 0 {
        report(outbox.journal.counters.events, outbox.now)
        reportDue = interval
      }
      switch event.kind {
      case .arrival(let direction): deliver(along: direction, event.sequence)
      case .timer(let device, let token): fire(token, in: device)
      }
    }
    guard let deadline else { return outbox.queue.count == 0 ? .idle : .tooLate }
    outbox.now = end
    return deadline <= end ? .deadline : .tooLate
  }

  @inline(__always)
  private var limitReached: Stop? {
    let events = outbox.journal.counters.events
    // Ids have 32 bits; half of them are more than any one event can use.
    guard events < limits.events, outbox.lastFrame < UInt32.max / 2 else { return .tooManyEvents }
    // Memory is looked at now and then: in between, no event can take much.
    guard events & 63 == 0 else { return nil }
    return outbox.memoryInUse < limits.memory ? nil : .tooMuchMemory
  }

  /// Before anything is played: what is changed in place must be nobody else's, and devices must have started.
  mutating func prepare() {
    outbox.makeUnique()
    guard !hasStarted else { return }
    hasStarted = true
    for index in devices.indices {
      outbox.enter(DeviceID(index: index))
      devices[index].start(&outbox)
      outbox.leave()
    }
  }

  private mutating func deliver(along direction: DirectionID, _ sequence: UInt64) {
    let index = Int(direction.index)
    // A link that was cut has been emptied; the event of its old head finds nothing, or something sent later.
    let place = outbox.directions[index].first
    guard place != Flight.none else { return }
    let flight = outbox.flights[place]
    guard flight.sequence == sequence else { return }
    outbox.flights.remove(place)
    outbox.directions[index].removeFirst(next: flight.next)
    if flight.next != Flight.none {
      let next = outbox.flights[flight.next]
      outbox.schedule(next.arrival, next.sequence, on: direction)
    }
    outbox.journal.counters.inFlight -= 1
    outbox.journal.counters.arrived += 1
    receive(flight, at: outbox.directions[index].target)
    if flight.message != .none { outbox.messages.release(flight.message) }
  }

  @inline(__always)
  private mutating func receive(_ flight: Flight, at end: LinkEnd) {
    outbox.enter(end.device, port: end.port, arrival: flight.id)
    outbox.record(.received, port: end.port, frame: flight.id)
    let index = Int(end.device.index)
    if flight.isDamaged {
      // IEEE 802.3-2018, 4.2.4.1.2: a frame whose check sequence does not fit never reaches the client.
      outbox.drop(because: .corrupted)
    } else {
      devices[index].receive(flight.frame, on: end.port, &outbox)
    }
    outbox.leave()
  }

  private mutating func fire(_ token: TimerToken, in device: DeviceID) {
    guard outbox.isUp[Int(device.index)] else { return }
    outbox.enter(device)
    devices[Int(device.index)].timerFired(token, &outbox)
    outbox.leave()
  }
}

/// What a step begins.
extension Simulator {
  /// Begins an activity: the device carries out `command` and sooner or later ends it.
  ///
  /// - Parameter inBackground: `run` does not wait for it to finish.
  public mutating func begin(
    _ command: any Command, on device: DeviceID, step: UInt32, inBackground: Bool = false
  ) -> ActivityID {
    prepare()
    outbox.enter(device)
    let activity = outbox.begin(step: step, inBackground: inBackground)
    guard outbox.isUp[Int(device.index)] else {
      outbox.finish(activity, .failure(.switchedOff))
      return activity
    }
    devices[Int(device.index)].perform(command, for: activity, &outbox)
    outbox.leave()
    return activity
  }

  /// Ends an activity from outside, as when its step gives up.
  public mutating func abandon(_ activity: ActivityID, _ outcome: Outcome) {
    outbox.enter(.none)
    outbox.finish(activity, outcome)
  }

  /// Marks the beginning or the end of a step in the journal.
  public mutating func mark(_ event: Event) {
    prepare()
    outbox.unfold()
    outbox.enter(.none)
    outbox.record(event, port: .none, frame: .none)
  }

  /// Writes into the journal what of the last frames it keeps only as a sum.
  public mutating func completeJournal() { outbox.unfold() }
}

import Packets

/// All that a device may talk to: time, chance, its ports, its timers and the journal.
///
/// What a device says is carried out at once; nothing is buffered. While a frame is being received it is the `arrival`,
/// and what is sent then has it as its cause unless another is named.
public struct Outbox: Sendable {
  /// The time of the event being handled.
  public internal(set) var now = Instant.start
  /// The frame being received, or none when a timer or a command is handled.
  public internal(set) var arrival = FrameID.none
  /// Long messages of the frames of this run.
  ///
  /// What a device inserts it sends or holds before it returns; what it keeps for longer it retains itself.
  public var messages = MessageTable()
  public internal(set) var journal: Journal
  /// Whether records are kept. Where they are not, nothing is worked out for them.
  @usableFromInline let isRecording: Bool
  /// Whether of frames that are one of very many only a sum is kept.
  let isFolding: Bool

  @usableFromInline var device = DeviceID.none
  @usableFromInline var port = PortNumber.none
  var fate = Fate.none
  var queue = EventQueue()
  var directions: Slab<LinkDirection>
  var flights = FlightPool()
  var backlogs = Backlogs()
  var impaired: [ImpairedDirection] = []
  var ports: PortTable
  var chance: [RandomSource]
  var isUp: [Bool]
  var sequence: UInt64 = 0
  var generation: UInt32 = 0
  var lastFrame: UInt32 = 0
  var lastActivity: UInt32 = 0
  /// Activities begun and not yet finished.
  var openActivities: Set<ActivityID> = []
  /// Those that nobody waits for.
  var backgroundActivities: Set<ActivityID> = []

  /// Messages of what was sent during the event being handled.
  var borrowed: [MessageID] = []

  /// What has been done to each link; behind all that frames need.
  var cables: [Cable]

  /// What has become of the frame being received.
  enum Fate: Sendable { case none, forwarded, held, absorbed, dropped }

  init(ports: PortTable, directions: Slab<LinkDirection>, chance: [RandomSource], journal: Journal) {
    self.ports = ports
    self.directions = directions
    cables = Array(repeating: Cable(), count: directions.capacity / 2)
    self.chance = chance
    self.journal = journal
    isRecording = journal.keepsRecords
    isFolding = journal.detail == .folded
    isUp = Array(repeating: true, count: chance.count)
  }

  /// This device's own stream of chance.
  public var random: RandomSource {
    get { chance[Int(device.index)] }
    set { chance[Int(device.index)] = newValue }
  }

  /// How many ports this device has.
  public var portCount: Int { ports.count(of: device) }

  /// Whether a link is plugged into `port`, is whole, and leads to a device that is switched on.
  public func isConnected(_ port: PortNumber) -> Bool {
    guard let direction = ports.direction(from: device, port) else { return false }
    return directions[Int(direction.index)].isUp
  }

  /// Whether a link is plugged into `port`, up or down.
  public func isPlugged(_ port: PortNumber) -> Bool { ports.direction(from: device, port) != nil }

  /// The longest packet that goes out of `port`; 1500 where nothing is plugged in.
  ///
  /// It changes nothing: what is not mutating would be given a copy of the whole outbox, for every packet.
  public mutating func mtu(of port: PortNumber) -> Int {
    guard let direction = ports.direction(from: device, port) else { return 1500 }
    return Int(directions[Int(direction.index)].configuration.mtu)
  }

  /// Bits a second that go out of `port`; 0 is without limit, and what nothing is plugged into.
  public mutating func rate(of port: PortNumber) -> UInt64 {
    guard let direction = ports.direction(from: device, port) else { return 0 }
    return directions[Int(direction.index)].configuration.rate
  }

  /// Whether what goes out of `port` may be heard by several.
  public mutating func isShared(_ port: PortNumber) -> Bool {
    guard let direction = ports.direction(from: device, port) else { return false }
    return directions[Int(direction.index)].configuration.isShared
  }

  /// Must be said before anything is played, as the simulator may have been copied: see `Slab`.
  mutating func makeUnique() {
    directions.makeUnique()
    flights.makeUnique()
  }

  /// Turns to a device, before one of its methods is called.
  @inline(__always)
  mutating func enter(_ device: DeviceID, port: PortNumber = .none, arrival: FrameID = .none) {
    self.device = device
    self.port = port
    self.arrival = arrival
    fate = .none
  }

  /// Turns away from a device, after it returned.
  @inline(__always)
  mutating func leave() {
    if arrival != .none { countFate() }
    if !borrowed.isEmpty { giveBack() }
  }

  private mutating func giveBack() {
    while let message = borrowed.popLast() { messages.release(message) }
  }

  private mutating func countFate() {
    switch fate {
    case .forwarded: journal.counters.forwarded += 1
    case .held: journal.counters.held += 1
    case .absorbed: journal.counters.absorbed += 1
    case .dropped: journal.counters.dropped += 1
    case .none: journal.counters.withoutFate += 1
    }
  }

  mutating func nextSequence() -> UInt64 {
    sequence += 1
    return sequence
  }

  mutating func nextFrame() -> FrameID {
    lastFrame += 1
    return FrameID(rawValue: lastFrame)
  }

  /// The same, for a frame of which the journal may keep no more than a sum: as its sender says, or because it is the
  /// same packet as one that arrived so.
  @inline(__always)
  mutating func nextFrame(for purpose: Purpose) -> FrameID {
    guard isFolding else { return nextFrame() }
    let isSame = purpose.relation == .continues && (purpose.cause ?? arrival).isFolded
    return purpose.isFolded || isSame ? .folded : nextFrame()
  }

  /// About how many bytes this run takes: its journal, and what is pending, under way and waiting.
  var memoryInUse: Int {
    let frames = Int(journal.counters.inFlight + journal.counters.waiting)
    return journal.memoryInUse + queue.count * MemoryLayout<ScheduledEvent>.stride
      + frames * MemoryLayout<Flight>.stride + messages.count * Outbox.messageSize
  }

  /// About what a message takes: its slot and its arrays.
  private static let messageSize = 512

  /// Appends to the journal, if it keeps records.
  @inline(__always)
  mutating func record(
    _ event: @autoclosure () -> Event, port: PortNumber, frame: FrameID,
    for purpose: Purpose = Purpose(.continues, cause: .some(.none)),
    origin: Origin = .none
  ) {
    if isRecording { write(event(), port: port, frame: frame, for: purpose, origin: origin) }
  }

  @usableFromInline
  mutating func write(_ event: Event, port: PortNumber, frame: FrameID, for purpose: Purpose, origin: Origin) {
    guard !frame.isFolded else {
      if case .dropped(let reason) = event { journal.folds.addDrop(reason, at: device, port) }
      return
    }
    let cause = purpose.cause ?? arrival
    journal.append(
      Record(
        time: now, device: device, port: port, frame: frame, cause: cause.isFolded ? .none : cause,
        relation: purpose.relation, activity: purpose.activity, origin: origin, event: event))
  }

  /// Writes down how many frames were only counted since this was called last.
  mutating func unfold() {
    guard !journal.folds.isEmpty else { return }
    let folds = journal.folds
    journal.folds = Folds()
    for (index, sum) in folds.sums.enumerated() where sum.frames > 0 {
      let direction = DirectionID(index: index)
      let source = directions[index].source
      device = source.device
      record(.folded(direction, frames: sum.frames, bytes: sum.bytes), port: source.port, frame: .none)
    }
    for drop in folds.drops {
      device = drop.device
      record(.foldedDrops(drop.reason, frames: drop.frames), port: drop.port, frame: .none)
    }
  }
}

/// The directions that leave each port of each device, in one flat array.
struct PortTable: Sendable {
  private var first: [UInt32] = [0]
  private var egress: [DirectionID] = []

  /// Appends a device with that many ports, none of them connected.
  mutating func append(ports: Int) {
    egress.append(contentsOf: repeatElement(.none, count: ports))
    first.append(UInt32(egress.count))
  }

  func count(of device: DeviceID) -> Int {
    Int(first[Int(device.index) + 1] - first[Int(device.index)])
  }

  /// The directions that leave a device, one for each port; none where nothing is plugged in.
  func directions(from device: DeviceID) -> ArraySlice<DirectionID> {
    egress[Int(first[Int(device.index)])..<Int(first[Int(device.index) + 1])]
  }

  mutating func connect(_ end: LinkEnd, to direction: DirectionID) {
    precondition(egress[place(of: end.device, end.port)] == .none, "two links are plugged into one port")
    egress[place(of: end.device, end.port)] = direction
  }

  @inline(__always)
  func direction(from device: DeviceID, _ port: PortNumber) -> DirectionID? {
    let direction = egress[place(of: device, port)]
    return direction == .none ? nil : direction
  }

  @inline(__always)
  private func place(of device: DeviceID, _ port: PortNumber) -> Int {
    let place = Int(first[Int(device.index)]) + Int(port.index)
    precondition(place < Int(first[Int(device.index) + 1]), "a device has no port of that number")
    return place
  }
}

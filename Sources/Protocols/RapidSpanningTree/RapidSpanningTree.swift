import Packets
import Simulation

/// The rapid spanning tree protocol of one bridge (IEEE 802.1D-2004, clause 17).
///
/// The machines of the standard are its methods, and run until none of them has anything to do. Its timers are moments:
/// what the standard calls `fdWhile = 0` is that the moment has come. Like `SpanningTree` it has no ports and no clock.
public struct RapidSpanningTree: Sendable {
  public typealias Action = SpanningTree.Action

  /// What is said of a port.
  public struct PortSettings: Hashable, Sendable {
    public var cost: UInt32
    /// 0 to 240.
    public var priority: UInt8
    /// 17.13.1, AdminEdgePort: no bridge is expected there, so it forwards at once.
    public var isEdge = false
    /// 17.13.3, AutoEdge: it becomes one if no bridge is heard.
    public var findsEdge = true

    public init(cost: UInt32, priority: UInt8) {
      self.cost = cost
      self.priority = priority
    }
  }

  /// 17.7 and figure 17-12.
  public enum Role: Hashable, Sendable { case disabled, root, designated, alternate, backup }

  /// 17.19.10, infoIs: where what a port says of its segment comes from.
  enum Information: Sendable { case disabled, received, mine, aged }

  /// 17.6: what decides who is nearer to the root, from the first to the last.
  struct Vector: Hashable, Sendable, Comparable {
    var root: BridgeIdentifier
    var cost: UInt32
    var bridge: BridgeIdentifier
    var port: BridgePortIdentifier

    static func < (a: Vector, b: Vector) -> Bool {
      if a.root != b.root { return a.root < b.root }
      if a.cost != b.cost { return a.cost < b.cost }
      if a.bridge != b.bridge { return a.bridge < b.bridge }
      return a.port < b.port
    }

    /// Whether both come from the same port of the same bridge.
    func hasSameSender(as other: Vector) -> Bool {
      bridge.address == other.bridge.address && port.rawValue & 0xfff == other.port.rawValue & 0xfff
    }
  }

  struct Times: Hashable, Sendable {
    var messageAge = TimeSpan.zero
    var maxAge: TimeSpan
    var helloTime: TimeSpan
    var forwardDelay: TimeSpan
  }

  /// Of the topology change machine (17.31), what lasts.
  enum TopologyState: Sendable { case inactive, learning, active }

  /// The variables of 17.19, in the standard's words, and the moments at which the timers of 17.17 are over.
  struct Port: Sendable {
    let settings: PortSettings
    let identifier: BridgePortIdentifier
    var cost: UInt32
    var isPointToPoint = true
    var isEnabled = false
    var role = Role.disabled
    var selectedRole = Role.disabled
    var information = Information.disabled
    var priority: Vector
    var times: Times
    var designatedPriority: Vector
    var designatedTimes: Times
    var learns = false
    var forwards = false
    var agree = false
    var agreed = false
    var proposed = false
    var proposing = false
    var disputed = false
    var sync = false
    var synced = true
    var reRoot = false
    var reselect = false
    var selected = false
    var updatesInformation = false
    var hasNews = false
    var isEdge = false
    var sendsRapid = true
    var topology = TopologyState.inactive
    var heardChange = false
    var heardNotification = false
    var heardAcknowledgment = false
    var propagatesChange = false
    var acknowledges = false
    /// Units sent lately: one less each second (17.19.44, txCount).
    var sent = 0
    var sentEnd = Instant.never
    var edgeDelayEnd = Instant.start
    var forwardDelayEnd = Instant.start
    var helloEnd = Instant.never
    var migrationEnd = Instant.start
    var recentBackupEnd = Instant.start
    var informationEnd = Instant.start
    var recentRootEnd = Instant.start
    var changeEnd = Instant.start

    var state: PortState {
      guard isEnabled else { return .disabled }
      return forwards ? .forwarding : learns ? .learning : .discarding
    }
  }

  /// Table 17-1, Migrate Time.
  static let migrateTime = TimeSpan.seconds(3)
  /// Table 17-1, Transmit Hold Count: so many units may leave a port before it waits for a second to pass.
  static let transmitHoldCount = 6
  /// 17.21.23: so many hellos may be missed.
  static let missedHellos: UInt64 = 3

  let settings: SpanningTree.Settings
  var ports: [Port]
  private(set) var rootPriority: Vector
  var rootTimes: Times
  var actions: [Action] = []
  var now = Instant.start

  public init(_ settings: SpanningTree.Settings, ports: [PortSettings]) {
    self.settings = settings
    let times = Times(
      maxAge: settings.maxAge, helloTime: settings.helloTime, forwardDelay: settings.forwardDelay)
    rootTimes = times
    let none = BridgePortIdentifier(rawValue: 0)
    rootPriority = Vector(root: settings.bridge, cost: 0, bridge: settings.bridge, port: none)
    self.ports = ports.enumerated().map { place, port in
      let identifier = BridgePortIdentifier(
        rawValue: UInt16(port.priority & 0xf0) << 8 | UInt16(truncatingIfNeeded: place + 1) & 0xfff)
      let own = Vector(root: settings.bridge, cost: 0, bridge: settings.bridge, port: identifier)
      return Port(
        settings: port, identifier: identifier, cost: port.cost, priority: own, times: times, designatedPriority: own,
        designatedTimes: times)
    }
  }

  public mutating func setCost(of port: PortNumber, _ cost: UInt32) { ports[Int(port.index)].cost = cost }

  /// 6.4.3: only between two ports alone can one agree for all that hear it.
  public mutating func setShared(_ port: PortNumber) { ports[Int(port.index)].isPointToPoint = false }

  public func state(of port: PortNumber) -> PortState { ports[Int(port.index)].state }
  public func role(of port: PortNumber) -> Role { ports[Int(port.index)].role }
  /// Whether the other end of its link is taken for an end station.
  public func isEdge(_ port: PortNumber) -> Bool { ports[Int(port.index)].isEdge }
  public var isRoot: Bool { rootPriority.root == settings.bridge }
  public var rootIdentifier: BridgeIdentifier { rootPriority.root }

  mutating func setRoot(_ vector: Vector, _ times: Times) {
    rootPriority = vector
    rootTimes = times
  }

  public var nextDeadline: Instant {
    var next = Instant.never
    for port in ports where port.isEnabled {
      for end in [
        port.sentEnd, port.edgeDelayEnd, port.forwardDelayEnd, port.helloEnd, port.recentBackupEnd,
        port.informationEnd, port.recentRootEnd, port.changeEnd,
      ] where end > now && end < next { next = end }
    }
    return next
  }
}

/// What happens to it.
extension RapidSpanningTree {
  public mutating func start(_ connected: [PortNumber], at now: Instant) -> [Action] {
    self.now = now
    for port in connected { enable(Int(port.index)) }
    return settle()
  }

  public mutating func receive(
    _ unit: BridgeProtocolDataUnit, on port: PortNumber, at now: Instant
  ) -> [Action] {
    self.now = now
    let place = Int(port.index)
    guard ports[place].isEnabled else { return [] }
    hear(unit, on: place)
    return settle()
  }

  public mutating func linkChanged(on port: PortNumber, isUp: Bool, at now: Instant) -> [Action] {
    self.now = now
    let place = Int(port.index)
    guard ports[place].isEnabled != isUp else { return [] }
    if isUp { enable(place) } else { disable(place) }
    return settle()
  }

  public mutating func advance(to now: Instant) -> [Action] {
    self.now = now
    for place in ports.indices where ports[place].sentEnd <= now {
      ports[place].sent -= 1
      ports[place].sentEnd = ports[place].sent > 0 ? now + .seconds(1) : .never
    }
    return settle()
  }

  private mutating func enable(_ place: Int) {
    ports[place].isEnabled = true
    ports[place].information = .aged
    ports[place].reselect = true
    ports[place].selected = false
    ports[place].sendsRapid = true
    ports[place].isEdge = ports[place].settings.isEdge
    ports[place].migrationEnd = now + RapidSpanningTree.migrateTime
    ports[place].edgeDelayEnd = now + RapidSpanningTree.migrateTime
    ports[place].helloEnd = now + settings.helloTime
    ports[place].hasNews = true
    ports[place].sent = 0
    ports[place].sentEnd = .never
    actions.append(.change(PortNumber(place), .discarding))
  }

  /// 17.27, DISABLED.
  private mutating func disable(_ place: Int) {
    ports[place].isEnabled = false
    ports[place].information = .disabled
    ports[place].proposing = false
    ports[place].proposed = false
    ports[place].agree = false
    ports[place].agreed = false
    ports[place].disputed = false
    ports[place].informationEnd = now
    ports[place].reselect = true
    ports[place].selected = false
    ports[place].learns = false
    ports[place].forwards = false
    actions.append(.change(PortNumber(place), .disabled))
  }

  /// Runs the machines of all ports until they rest, and then says what there is to say.
  private mutating func settle() -> [Action] {
    var isBusy = true
    while isBusy {
      isBusy = false
      for place in ports.indices where advanceInformation(of: place) { isBusy = true }
      if ports.contains(where: { $0.reselect }) {
        selectRoles()
        isBusy = true
      }
      for place in ports.indices where advanceRole(of: place) { isBusy = true }
      for place in ports.indices where advanceTopology(of: place) { isBusy = true }
      for place in ports.indices where findEdge(place) { isBusy = true }
    }
    for place in ports.indices { transmit(on: place) }
    let done = actions
    actions = []
    return done
  }

  /// 17.25: who proposes and hears no bridge for the migrate time has none at the other end.
  private mutating func findEdge(_ place: Int) -> Bool {
    let port = ports[place]
    guard port.isEnabled, !port.isEdge, port.settings.findsEdge, port.sendsRapid, port.proposing,
      port.edgeDelayEnd <= now
    else { return false }
    ports[place].isEdge = true
    return true
  }
}

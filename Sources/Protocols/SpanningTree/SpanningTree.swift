import Packets
import Simulation

/// The spanning tree protocol of one bridge (IEEE 802.1D-1998, clause 8, as Linux's `br_stp` follows it).
///
/// It has no ports and no clock: what happens is told to it with the time, and it gives back what is to be done. Its timers
/// are moments it remembers; whoever owns it calls `advance` at `nextDeadline`.
public struct SpanningTree: Sendable {
  public struct Settings: Hashable, Sendable {
    public var bridge: BridgeIdentifier
    /// IEEE 802.1D-2004, table 17-1; Linux has the same.
    public var helloTime = TimeSpan.seconds(2)
    public var maxAge = TimeSpan.seconds(20)
    public var forwardDelay = TimeSpan.seconds(15)

    /// Whether 802.1w is spoken.
    public var isRapid = false

    public init(bridge: BridgeIdentifier) { self.bridge = bridge }

    /// IEEE 802.1D-2004, table 17-2.
    public static let defaultPriority: UInt16 = 32768
  }

  /// What is to be done.
  public enum Action: Hashable, Sendable {
    case send(BridgeProtocolDataUnit, PortNumber)
    case change(PortNumber, PortState)
    /// Stations are to be forgotten after this time from now on.
    case age(TimeSpan)
    /// What was learned on the port may be wrong.
    case flush(PortNumber)
  }

  struct Port: Sendable {
    let identifier: BridgePortIdentifier
    var pathCost: UInt32
    var state = PortState.disabled
    // The best that was heard or is said on the segment (8.5.5).
    var designatedRoot: BridgeIdentifier
    var designatedCost: UInt32 = 0
    var designatedBridge: BridgeIdentifier
    var designatedPort: BridgePortIdentifier
    var acknowledges = false
    var isConfigurationPending = false
    /// When it was heard, and how long before that the root said it.
    var heard = Instant.start
    var heardAge = TimeSpan.zero
    var messageAgeEnd = Instant.never
    var forwardDelayEnd = Instant.never
    var holdEnd = Instant.never
  }

  /// What the root says of times; its own where the bridge is the root (8.5.3).
  struct Times: Sendable {
    var helloTime: TimeSpan
    var maxAge: TimeSpan
    var forwardDelay: TimeSpan
  }

  /// IEEE 802.1D-1998, table 8-3: at most one configuration in a second leaves a port.
  static let holdTime = TimeSpan.seconds(1)
  /// IEEE 802.1D-1998, 8.10.2: what a bridge adds to the age of what it passes on.
  static let messageAgeIncrement = TimeSpan.seconds(1)

  let settings: Settings
  var ports: [Port] = []
  var root: BridgeIdentifier
  var rootPathCost: UInt32 = 0
  var rootPort: Int?
  var times: Times
  var isTopologyChange = false
  var isTopologyChangeDetected = false
  var helloEnd = Instant.never
  var notificationEnd = Instant.never
  var topologyChangeEnd = Instant.never
  private let normalAgeing: TimeSpan
  private var isAgeingFast = false
  var actions: [Action] = []
  var now = Instant.start

  /// - Parameter ports: The cost of each port's way to the root (8.5.5.3), and its priority: 0 to 240.
  public init(_ settings: Settings, ports: [(cost: UInt32, priority: UInt8)], ageingTime: TimeSpan) {
    self.settings = settings
    root = settings.bridge
    times = Times(
      helloTime: settings.helloTime, maxAge: settings.maxAge, forwardDelay: settings.forwardDelay)
    normalAgeing = ageingTime
    self.ports = ports.enumerated().map { place, port in
      let identifier = BridgePortIdentifier(
        rawValue: UInt16(port.priority & 0xf0) << 8 | UInt16(truncatingIfNeeded: place + 1) & 0xfff)
      return Port(
        identifier: identifier, pathCost: port.cost, designatedRoot: settings.bridge,
        designatedBridge: settings.bridge, designatedPort: identifier)
    }
  }

  /// Said before `start`, where the cost is known only then.
  public mutating func setCost(of port: PortNumber, _ cost: UInt32) { ports[Int(port.index)].pathCost = cost }

  public func state(of port: PortNumber) -> PortState { ports[Int(port.index)].state }
  public var isRoot: Bool { root == settings.bridge }
  public var rootIdentifier: BridgeIdentifier { root }

  /// When `advance` has something to do.
  public var nextDeadline: Instant {
    ports.reduce(min(helloEnd, notificationEnd, topologyChangeEnd)) {
      min($0, $1.messageAgeEnd, $1.forwardDelayEnd, $1.holdEnd)
    }
  }
}

/// What happens to it.
extension SpanningTree {
  /// The bridge is switched on, with links on these ports.
  public mutating func start(_ connected: [PortNumber], at now: Instant) -> [Action] {
    self.now = now
    helloEnd = now + times.helloTime
    for port in connected { enable(Int(port.index)) }
    selectStates()
    generateConfigurations()
    return finish()
  }

  public mutating func receive(
    _ unit: BridgeProtocolDataUnit, on port: PortNumber, at now: Instant
  ) -> [Action] {
    self.now = now
    let place = Int(port.index)
    guard ports[place].state != .disabled else { return [] }
    switch unit {
    // Linux, `br_stp_rcv`: a type that is not known is not looked at.
    case .rapid: return []
    case .configuration(let configuration): receive(configuration, on: place)
    case .topologyChange:
      guard isDesignated(place) else { break }
      detectTopologyChange()
      ports[place].acknowledges = true
      transmitConfiguration(on: place)
    }
    return finish()
  }

  public mutating func linkChanged(on port: PortNumber, isUp: Bool, at now: Instant) -> [Action] {
    self.now = now
    let place = Int(port.index)
    guard (ports[place].state != .disabled) != isUp else { return [] }
    if isUp {
      enable(place)
      selectStates()
    } else {
      disable(place)
    }
    return finish()
  }

  /// Lets everything happen whose time has come.
  public mutating func advance(to now: Instant) -> [Action] {
    self.now = now
    for place in ports.indices { advance(place) }
    if helloEnd <= now {
      helloEnd = now + times.helloTime
      if isRoot { generateConfigurations() }
    }
    if notificationEnd <= now {
      notificationEnd = .never
      if !isRoot { notify() }
    }
    if topologyChangeEnd <= now {
      topologyChangeEnd = .never
      isTopologyChangeDetected = false
      isTopologyChange = false
    }
    return finish()
  }

  private mutating func advance(_ place: Int) {
    if ports[place].holdEnd <= now {
      ports[place].holdEnd = .never
      if ports[place].isConfigurationPending { transmitConfiguration(on: place) }
    }
    if ports[place].messageAgeEnd <= now { forgetDesignated(on: place) }
    if ports[place].forwardDelayEnd <= now { endForwardDelay(on: place) }
  }

  /// Gives the actions away, and with them how fast stations are to age (8.3.5).
  private mutating func finish() -> [Action] {
    if isTopologyChange != isAgeingFast {
      isAgeingFast = isTopologyChange
      actions.append(.age(isAgeingFast ? min(times.forwardDelay, normalAgeing) : normalAgeing))
    }
    let done = actions
    actions = []
    return done
  }
}

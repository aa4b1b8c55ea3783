import Packets
import Simulation
import Topology

/// What a play left behind; every report is made from it.
public struct Playback: Sendable {
  public var topology: Topology
  public var journal: Journal
  /// The long messages that the journal's frames refer to.
  public var messages: MessageTable
  /// The limit that ended the play before its last step, if one did.
  public var limit: Simulator.Stop?
  /// How many steps were played to their end.
  public var stepsPlayed: Int
  /// Virtual time at the end.
  public var duration: Instant

  public init(
    topology: Topology, journal: Journal, messages: MessageTable, limit: Simulator.Stop? = nil,
    stepsPlayed: Int,
    duration: Instant
  ) {
    self.topology = topology
    self.journal = journal
    self.messages = messages
    self.limit = limit
    self.stepsPlayed = stepsPlayed
    self.duration = duration
  }

  public var counters: Counters { journal.counters }

  /// What is wrong if frames were lost without a trace or met two fates; nil when every frame is accounted for.
  public var imbalance: String? {
    let counters = counters
    guard !counters.isBalanced else { return nil }
    return """
      frames are not conserved: \(counters.sent) sent, \(counters.arrived) arrived, \(counters.lostOnLinks) lost on \
      links, \(counters.inFlight) under way; of those that arrived \(counters.forwarded) forwarded, \
      \(counters.absorbed) absorbed, \(counters.dropped) dropped, \(counters.held) held, \(counters.withoutFate) \
      without a fate, \(counters.withTwoFates) with two
      """
  }
}

/// What ended it.
extension Playback {
  /// What limit was reached, with the circle of links if that was why; nil where it came to its end.
  public var reachedLimit: ReachedLimit? {
    guard let stop = limit, stop.isLimit else { return nil }
    guard stop != .tooLate, let loop = loopAtEnd else { return ReachedLimit(stop: stop) }
    let cables = loop.links.map { number in
      let ends = topology.links[number].ends
      return "\(end(ends.0)) -- \(end(ends.1))"
    }
    return ReachedLimit(stop: stop, circle: loop.devices.map { shortName($0) }, cables: cables)
  }

  /// The same in English, as the end of "the play was ended because …".
  public var limitWords: String? { reachedLimit?.description }

  /// The circle that was whole when the play ended.
  private var loopAtEnd: LinkLoop? {
    let faults = Faults(after: journal.records)
    return topology.loop(withoutLinks: faults.cut, devices: faults.off)
  }

  private func shortName(_ device: DeviceID) -> String {
    let machine = topology.machine(of: device)
    return machine.devices.count == 1 ? machine.name : topology.name(of: device)
  }

  private func end(_ end: LinkEnd) -> String { "\(shortName(end.device)):\(topology.portName(end))" }
}

/// Which limit ended a play, and of what loop it was.
public struct ReachedLimit: Hashable, Sendable {
  public var stop: Simulator.Stop
  /// Devices and cables that frames went round in; empty where there is no such circle.
  public var circle: [String] = []
  public var cables: [String] = []

  public init(stop: Simulator.Stop, circle: [String] = [], cables: [String] = []) {
    (self.stop, self.circle, self.cables) = (stop, circle, cables)
  }

  /// So many cables of a circle are told.
  public static let mostCables = 8
}

extension ReachedLimit: CustomStringConvertible {
  public var description: String {
    guard !circle.isEmpty else { return stop == .tooLate ? what : "\(what); \(Self.advice)" }
    let rest = cables.count > Self.mostCables ? ", and \(cables.count - Self.mostCables) more" : ""
    return "\(what); " + Enumeration.some(of: circle)
      + (circle.count == 1 ? " is linked to itself" : " are linked in a circle")
      + " (\(cables.prefix(Self.mostCables).joined(separator: ", "))\(rest)), where frames go round and multiply "
      + "without end; take a link away or write 'spanning-tree: rstp'"
  }

  private var what: String {
    switch stop {
    case .tooMuchMemory: "it took more memory than allowed"
    case .tooLate: "it took more virtual time than allowed"
    default: "it took more events than allowed"
    }
  }

  /// What nearly always was the matter.
  private static let advice = "where switches or hubs are linked in a circle, frames go round and multiply without end"
}

extension Simulator.Stop {
  /// Whether a limit ended the play.
  public var isLimit: Bool {
    switch self {
    case .idle, .deadline, .finished: false
    case .tooManyEvents, .tooLate, .tooMuchMemory: true
    }
  }
}

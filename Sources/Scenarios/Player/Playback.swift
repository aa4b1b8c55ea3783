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
  /// What limit was reached, as the end of "the play was ended because …", with the circle of links if that was why.
  public var limitWords: String? {
    guard let words = limit?.limitWords, limit != .tooLate, let loop = loopAtEnd else { return limit?.limitWords }
    let names = loop.devices.map { shortName($0) }
    let cables = loop.links.prefix(Self.mostLinks).map { number in
      let ends = topology.links[number].ends
      return "\(end(ends.0)) -- \(end(ends.1))"
    }
    let rest = loop.links.count > Self.mostLinks ? ", and \(loop.links.count - Self.mostLinks) more" : ""
    return words.split(separator: ";")[0] + "; " + Enumeration.some(of: names)
      + (names.count == 1 ? " is linked to itself" : " are linked in a circle")
      + " (\(cables.joined(separator: ", "))\(rest)), where frames go round and multiply without end; "
      + "take a link away or write 'spanning-tree: rstp'"
  }

  /// So many links of a circle are told.
  private static let mostLinks = 8

  /// The circle that was whole when the play ended.
  private var loopAtEnd: LinkLoop? {
    var cut: Set<Int> = []
    var off: Set<DeviceID> = []
    for record in journal.records {
      switch record.event {
      case .linkChanged(let link, let isUp): if isUp { cut.remove(Int(link)) } else { cut.insert(Int(link)) }
      case .deviceChanged(let isUp): if isUp { off.remove(record.device) } else { off.insert(record.device) }
      default: break
      }
    }
    return topology.loop(withoutLinks: cut, devices: off)
  }

  private func shortName(_ device: DeviceID) -> String {
    let machine = topology.machine(of: device)
    return machine.devices.count == 1 ? machine.name : topology.name(of: device)
  }

  private func end(_ end: LinkEnd) -> String { "\(shortName(end.device)):\(topology.portName(end))" }
}

extension Simulator.Stop {
  /// What the limit was, as the end of "the play was ended because …"; nil where it was none.
  public var limitWords: String? {
    switch self {
    case .idle, .deadline, .finished: nil
    case .tooManyEvents: "it took more events than allowed; \(Self.advice)"
    case .tooLate: "it took more virtual time than allowed"
    case .tooMuchMemory: "it took more memory than allowed; \(Self.advice)"
    }
  }

  /// What nearly always was the matter.
  private static let advice = "where switches or hubs are linked in a circle, frames go round and multiply without end"
}

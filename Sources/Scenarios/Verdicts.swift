import Configuration
import Packets
import Simulation
import Topology

/// What became of one variant.
public struct VariantVerdict: Sendable {
  public var variant: String
  public var steps: [StepVerdict]
  /// What ended the play before its last step, as text.
  public var limit: String?
  /// What is wrong if frames were not conserved.
  public var imbalance: String?

  public init(variant: String, steps: [StepVerdict], limit: String?, imbalance: String?) {
    self.variant = variant
    self.steps = steps
    self.limit = limit
    self.imbalance = imbalance
  }

  /// Whether everything that was expected came true, and everything was played.
  public var holds: Bool {
    limit == nil && imbalance == nil && steps.allSatisfy { $0.result != .failed && $0.result != .unplayed }
  }
}

/// What became of one step.
public struct StepVerdict: Sendable {
  public enum Result: String, Sendable, CaseIterable {
    case held, failed
    /// Nothing was expected of it.
    case unjudged
    /// The play ended before it.
    case unplayed
  }

  public var id: String
  /// `ping vm1 → peer`.
  public var words: String
  public var title: String?
  /// What kind of thing was done.
  public var family: StepFamily
  public var result: Result
  public var activities: [ActivityVerdict]
  public var findings: [Finding]

  public init(
    id: String, words: String, title: String?, family: StepFamily, result: Result,
    activities: [ActivityVerdict], findings: [Finding]
  ) {
    self.id = id
    self.words = words
    self.title = title
    self.family = family
    self.result = result
    self.activities = activities
    self.findings = findings
  }
}

/// What one expectation came to.
public struct Finding: Hashable, Sendable {
  public var word: String
  public var wish: Phrase
  public var fact: Phrase
  public var holds: Bool
  public var location: SourceLocation

  public init(word: String, wanted: Phrase, got: Phrase, holds: Bool, location: SourceLocation) {
    self.word = word
    wish = wanted
    fact = got
    self.holds = holds
    self.location = location
  }

  /// What was expected and what was found, in the language of machines and of tests.
  public var wanted: String { "\(wish)" }
  public var got: String { "\(fact)" }
}

/// What one activity came to, in names and numbers.
public struct ActivityVerdict: Hashable, Sendable {
  /// The machine that began it.
  public var machine: String
  /// What tells it from the others of its step, where the machine does not.
  public var flow: String?
  public var outcome: Outcome
  /// Who made it fail.
  public var by: String?
  /// Empty when nothing was sent.
  public var request: [Waypoint]
  public var reply: [Waypoint]
  public var requestEnd: Journey.End?
  public var replyEnd: Journey.End?
  /// The source address the receiver saw.
  public var seenAs: IPv4Address?
  /// The time to live with which the request and the reply arrived.
  public var requestTimeToLive: UInt8?
  public var replyTimeToLive: UInt8?
  /// Routers the request passed.
  public var hops: Int?
  /// What became of all its packets; nil where it sent only one.
  public var tally: Tally?
  /// The machines that answered a question on the link, or each packet of a trace (nil for silence), in order.
  public var answeredBy: [String?]?

  /// A device on the way, with the ports by which the packet came and went.
  public struct Waypoint: Hashable, Sendable {
    public var machine: String
    public var device: String
    public var ingress: String?
    public var egress: String?

    public init(machine: String, device: String, ingress: String?, egress: String?) {
      self.machine = machine
      self.device = device
      self.ingress = ingress
      self.egress = egress
    }
  }

  /// - Parameter flow: All of it, also where the evidence speaks of a part.
  init(_ flow: ActivityFlow, named name: String?, _ family: StepFamily, _ evidence: Evidence) {
    self.init(evidence.activity, named: name, in: evidence.topology)
    switch family {
    case .query:
      answeredBy = flow.tally.responders.map { evidence.name(of: $0) }
      // Of a question to all, nobody in particular keeps silent.
      if outcome.failure == .noAnswer { by = nil }
    case .trace: answeredBy = evidence.trace.map { hop in hop.device.map { evidence.name(of: $0) } }
    case .stream: tally = flow.tally
    case .exchange: tally = flow.tally.sent > 1 ? flow.tally : nil
    case .connection, .lease, .lookup, .change: break
    }
  }

  public init(_ flow: ActivityFlow, named name: String? = nil, in topology: Topology) {
    machine = topology.machine(of: flow.device).name
    self.flow = name
    outcome = flow.outcome
    by = flow.culprit.map { topology.name(of: $0) }
    request = flow.request.map { Waypoint.all(of: $0, in: topology) } ?? []
    reply = flow.reply.map { Waypoint.all(of: $0, in: topology) } ?? []
    requestEnd = flow.request?.end
    replyEnd = flow.reply?.end
    if let journey = flow.request, journey.hasReachedItsEnd { seenAs = journey.arrivedPacket?.source }
    requestTimeToLive = flow.request?.arrivedPacket?.timeToLive
    replyTimeToLive = flow.reply?.arrivedPacket?.timeToLive
    hops = flow.request.map { Passage($0, in: topology).routers }
  }
}

extension ActivityVerdict.Waypoint {
  static func all(of journey: Journey, in topology: Topology) -> [Self] {
    var result: [Self] = []
    func add(_ device: DeviceID, ingress: String?, egress: String?) {
      guard device != .none else { return }
      result.append(
        Self(
          machine: topology.machine(of: device).name, device: topology.devices[Int(device.index)].name,
          ingress: ingress, egress: egress))
    }
    var ingress: String?
    for hop in journey.hops {
      add(hop.from.device, ingress: ingress, egress: topology.portName(hop.from))
      ingress = hop.from == hop.to ? nil : topology.portName(hop.to)
    }
    // What a link kept ended with its sender, which stands there already.
    if journey.hops.isEmpty || journey.hasArrived { add(journey.lastDevice, ingress: ingress, egress: nil) }
    return result
  }
}

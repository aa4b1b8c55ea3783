import Packets
import Simulation
import Topology

/// What the journal says about one step: its activities, and the ways of their request and reply.
public struct Flow: Sendable {
  public var step: Int
  public var began: Instant
  public var ended: Instant
  public var activities: [ActivityFlow]

  public init(step: Int, began: Instant, ended: Instant, activities: [ActivityFlow]) {
    self.step = step
    self.began = began
    self.ended = ended
    self.activities = activities
  }
}

/// One activity of a step: a ping has one, a lease for three clients three.
public struct ActivityFlow: Sendable {
  public var activity: ActivityID
  /// Where it was begun.
  public var device: DeviceID
  public var outcome: Outcome
  /// When the sender had its outcome, or gave up; nil where it never did.
  public var ended: Instant?
  /// Nil when no packet was ever made, as with no route.
  public var request: Journey?
  /// The answer, or the error that came instead.
  public var reply: Journey?
  /// The rule of its own device that kept a packet of it from leaving.
  public var refusal: Record?
  /// What the same activity asked afterwards: a DHCP client's REQUEST for what it was offered.
  public var later: [Exchange]
  /// What became of all its first packets.
  public var tally: Tally

  /// A packet and its answer.
  public struct Exchange: Sendable {
    public var request: Journey
    public var reply: Journey?

    public init(request: Journey, reply: Journey?) {
      self.request = request
      self.reply = reply
    }
  }

  public init(
    activity: ActivityID, device: DeviceID, outcome: Outcome, ended: Instant? = nil, request: Journey?,
    reply: Journey?,
    refusal: Record? = nil, later: [Exchange] = [], tally: Tally = Tally(ended: nil)
  ) {
    self.activity = activity
    self.device = device
    self.outcome = outcome
    self.ended = ended
    self.request = request
    self.reply = reply
    self.refusal = refusal
    self.later = later
    self.tally = tally
  }

  /// The last packet with its answer as what the activity is about: of packets that each come one router further, the one
  /// that came furthest.
  var furthest: ActivityFlow {
    guard let last = later.last else { return self }
    return ActivityFlow(
      activity: activity, device: device, outcome: outcome, ended: ended, request: last.request,
      reply: last.reply, tally: tally)
  }

  /// All of it in order.
  public var journeys: [Journey] {
    ([request, reply] + later.flatMap { [$0.request, $0.reply] }).compactMap { $0 }
  }
}

/// The life of one packet from its sender to its end, across translation: the one way that led there, without the copies
/// that flooding made and without the ARP it caused.
///
/// Where a link lost it, or it is still on one, the last hop leads to a device it never reached; `lastDevice` is then the
/// one that sent it.
public struct Journey: Sendable {
  public var hops: [Hop]
  public var end: End
  /// When it ended; nil while it is under way.
  public var ended: Instant?
  /// Where it ended: the last device that had it.
  public var lastDevice: DeviceID
  /// Where it came in, at its last device; for what never left its sender, where it was to leave.
  public var lastPort: PortNumber
  /// What the last device decided about it before it took it in or dropped it.
  public var lastDecisions: [Record]
  /// What the last device made of a packet that a program beside it sent to that very machine: it has a source.
  public var looped: IPv4Packet?
  /// The ICMP error that the last device would have sent, had it not sent too many.
  public var withheld: ICMPMessage.Kind?

  public init(hops: [Hop], end: End, lastDevice: DeviceID, lastPort: PortNumber, lastDecisions: [Record] = []) {
    self.hops = hops
    self.end = end
    self.lastDevice = lastDevice
    self.lastPort = lastPort
    self.lastDecisions = lastDecisions
  }

  public enum End: Hashable, Sendable {
    case absorbed(Absorber)
    case dropped(DropReason, Origin)
    /// Still waiting or under way when the step ended.
    case underWay
  }
}

/// One crossing of a link.
public struct Hop: Sendable {
  /// The frame as it was put on the link.
  public var frame: EthernetFrame
  public var id: FrameID
  public var from: LinkEnd
  /// The other end; the same as `from` where nothing is plugged in.
  public var to: LinkEnd
  public var direction: DirectionID
  public var sent: Instant
  /// What the sending device decided about it before it sent it: routed, translated, learned …, in order. That it had to
  /// wait, usually for ARP, is among them as `.held`.
  public var decisions: [Record]
  /// What decided that it was sent so.
  public var origin: Origin

  public init(
    frame: EthernetFrame, id: FrameID, from: LinkEnd, to: LinkEnd, direction: DirectionID, sent: Instant,
    decisions: [Record], origin: Origin = .none
  ) {
    self.frame = frame
    self.id = id
    self.from = from
    self.to = to
    self.direction = direction
    self.sent = sent
    self.decisions = decisions
    self.origin = origin
  }
}

import Configuration
import Devices
import Packets
import Scenarios
import Simulation
import Topology

/// The walk of one packet and of its answer: at each device, the table or rule that decided, and for a packet that got
/// nowhere the nearest thing that would let it through.
///
/// It is made of the journal of a play in which the packet was really sent.
public struct PacketTrace: Sendable {
  /// From who sent it to where it ended.
  public struct Leg: Sendable {
    public var title: String
    /// `10.0.0.1:40001 → 10.0.0.2:22, TCP SYN`, as it left.
    public var summary: String
    /// The same in tcpdump's words.
    public var packet: String
    public var stations: [Station]
  }

  /// A device that had the packet.
  public struct Station: Sendable {
    public var device: String
    /// Names of the ports it came in and went out by; nil where it did not, and for a port without a name.
    public var ingress: String?
    public var egress: String?
    public var decisions: [Decision]
    /// The packet as it went on, where another address or port is on it.
    public var rewritten: String?
    public var end: End?
  }

  /// What one table or rule had to say.
  public struct Decision: Sendable, Hashable {
    /// `route`, `nat`, `fdb` …
    public var table: String
    public var words: String
    public var origin: Place?
  }

  /// A piece of configuration, and where it was written.
  public struct Place: Sendable, Hashable {
    public var label: String
    public var file: String?
    public var line: Int?

    /// `gateway 192.168.1.1, vmware.yaml:33`.
    public var words: String { file.map { "\(label), \($0):\(line ?? 0)" } ?? label }
  }

  /// What became of the packet at the last device.
  public enum End: Sendable {
    case taken(by: String)
    case dropped(reason: String, because: String, by: Place?)
    case underWay
  }

  public let variant: String
  /// Those of the language that it is told in.
  public let words: any TraceWording
  /// `ping vm1 → peer`.
  public let probe: String
  /// When it was sent.
  public let sent: Instant
  /// `1.5 ms`.
  public var moment: String { sent == .start ? "0 s" : (sent - .start).words }
  /// The steps that were over or under way by then, in order.
  public let steps: [String]
  /// What the sender learned.
  public let outcome: String
  /// Whether it was delivered, and answered where an answer was due.
  public let isThrough: Bool
  public let failure: FailureReason?
  public let legs: [Leg]
  /// Why it did not get through, and what would let it; nil where it did.
  public let remedy: Remedy?

  /// Where a packet was stopped, why, and the nearest thing that would let it pass.
  public struct Remedy: Sendable, Hashable {
    public var place: String
    public var reason: String
    public var words: String
  }

  /// Whether something stopped it that the outcome does not tell.
  public let isStopped: Bool

  /// Nil where the play ended before the probe was sent.
  public init?(of run: VariantRun) {
    guard let number = run.play.steps.indices.last, run.play.steps[number].id == Play.probeID,
      let flow = run.flow(of: number), let activity = flow.activities.first
    else { return nil }
    let words = run.names.words
    self.words = words
    variant = run.variant
    probe = run.play.steps[number].verb.words
    sent = flow.began
    steps = run.play.steps.dropLast().map(\.id)
    let shown = run.lookups[activity] ?? activity
    let isDelivered = run.play.steps[number].verb is UDPStep && activity.request?.isTakenByProgram ?? false
    isThrough = activity.outcome.succeeded || isDelivered && activity.reply == nil
    failure = activity.outcome.failure
    outcome = isThrough && failure != nil ? words.deliveredUnanswered : words.outcome(activity.outcome)
    let walk = Walk(run, step: number)
    let isLookup = run.lookups[activity] != nil
    legs =
      [
        shown.request.map { walk.leg(isLookup ? .nameQuestion : .request, $0) },
        shown.reply.map { walk.leg($0.isError ? .error : .reply, $0) },
      ].compactMap { $0 }
    let remedy = isThrough ? nil : Remedies(run, step: number).remedy(for: shown)
    self.remedy = remedy
    isStopped = remedy.map { remedy in remedy.reason != activity.outcome.failure.map { words.meaning($0) } } ?? false
  }
}

extension Journey {
  /// Whether a program took it in, or what stands for one.
  fileprivate var isTakenByProgram: Bool {
    guard case .absorbed(let absorber) = end else { return false }
    switch absorber {
    case .udp, .dns, .dhcp, .test: return true
    default: return false
    }
  }

  /// Whether it tells of another packet that got nowhere.
  var isError: Bool {
    guard case .icmp(let message)? = hops.first?.frame.packet?.payload else { return false }
    switch message.kind {
    case .unreachable, .timeExceeded: return true
    default: return false
    }
  }
}

import Packets
import Simulation

extension ConnectionTracking {
  /// How long an entry outlives its last packet.
  public struct Timeouts: Hashable, Sendable {
    /// Nothing came back, or the exchange is younger than `streamAge`.
    public var udpNew = TimeSpan.seconds(30)
    public var udpStream = TimeSpan.seconds(120)
    /// A two-way exchange that lasts longer is a stream.
    public var streamAge = TimeSpan.seconds(2)
    public var icmp = TimeSpan.seconds(30)
    public var other = TimeSpan.seconds(600)
    public var synSent = TimeSpan.seconds(120)
    public var synReceived = TimeSpan.seconds(60)
    public var established = TimeSpan.seconds(432_000)
    public var finWait = TimeSpan.seconds(120)
    public var closeWait = TimeSpan.seconds(60)
    public var lastAck = TimeSpan.seconds(30)
    public var timeWait = TimeSpan.seconds(120)
    public var close = TimeSpan.seconds(10)

    /// The defaults of Linux's `nf_conntrack_*_timeout*`.
    public static let linux = Timeouts()

    public init() {}

    /// RFC 4787, REQ-5 for UDP, RFC 5508, REQ-2 for ICMP; RFC 5382, REQ-5: two hours and four minutes for an open
    /// connection, four minutes while it opens or closes.
    init(of behavior: EndpointMappings.Behavior) {
      (udpNew, udpStream) = (behavior.timeout, behavior.timeout)
      icmp = .seconds(60)
      established = .seconds(7440)
      let opening = TimeSpan.seconds(240)
      (synSent, synReceived, finWait, closeWait) = (opening, opening, opening, opening)
      (lastAck, timeWait, close) = (opening, opening, opening)
    }

    /// For an entry whose packet is being seen now.
    @inline(__always)
    func span(of flow: Tuple.Flow, _ tcp: TCPState, isStream: Bool) -> TimeSpan {
      if flow == .udp { return isStream ? udpStream : udpNew }
      if flow.isEcho { return icmp }
      guard flow == .tcp else { return other }
      switch tcp {
      case .none: return other
      case .synSent, .synCrossed: return synSent
      case .synReceived: return synReceived
      case .established: return established
      case .finWait: return finWait
      case .closeWait: return closeWait
      case .lastAck: return lastAck
      case .timeWait: return timeWait
      case .close: return close
      }
    }
  }

  /// How far a TCP connection has come, as somebody in the middle sees it.
  enum TCPState: UInt8, Hashable, Sendable, BitwiseCopyable {
    case none, synSent, synCrossed, synReceived, established, finWait, closeWait, lastAck, timeWait, close

    enum Step: Equatable {
      case to(TCPState)
      /// It may pass, and proves nothing.
      case ignored
      case invalid
      /// The old connection is over and this begins the next one.
      case anew
    }

    func next(_ flags: TCPSegment.Flags, _ direction: Direction) -> Step {
      guard !flags.isSuperset(of: [.syn, .fin]), !flags.isSuperset(of: [.syn, .rst]) else { return .invalid }
      if flags.contains(.rst) { return self == .none ? .invalid : .to(.close) }
      if flags.contains(.syn) {
        return flags.contains(.ack) ? afterSynAck(direction) : afterSyn(direction)
      }
      guard flags.contains(.ack) else { return .invalid }
      return flags.contains(.fin) ? afterFin : afterAck(direction)
    }

    private func afterSyn(_ direction: Direction) -> Step {
      switch (self, direction) {
      case (.none, .original), (.synSent, .original): .to(.synSent)
      case (.synSent, .reply), (.synCrossed, _): .to(.synCrossed)
      case (.timeWait, _), (.close, .original): .anew
      case (_, .original): .ignored
      case (_, .reply): .invalid
      }
    }

    private func afterSynAck(_ direction: Direction) -> Step {
      switch (self, direction) {
      case (.none, _), (.close, .original): .invalid
      case (.synSent, .reply), (.synCrossed, _), (.synReceived, .original): .to(.synReceived)
      case (_, .reply): .ignored
      case (_, .original): .invalid
      }
    }

    private var afterFin: Step {
      switch self {
      case .none, .synSent, .synCrossed: .invalid
      case .synReceived, .established: .to(.finWait)
      case .finWait, .closeWait, .lastAck: .to(.lastAck)
      case .timeWait, .close: .to(self)
      }
    }

    /// An acknowledgment in the middle of an unknown connection makes an entry (`nf_conntrack_tcp_loose`).
    private func afterAck(_ direction: Direction) -> Step {
      switch (self, direction) {
      case (.none, _): .to(.established)
      case (.synSent, .original), (.synCrossed, .original): .invalid
      case (.synSent, .reply), (.synCrossed, .reply): .ignored
      case (.synReceived, .reply): .to(.synReceived)
      case (.synReceived, .original), (.established, _): .to(.established)
      case (.finWait, _), (.closeWait, _): .to(.closeWait)
      case (.lastAck, _), (.timeWait, _): .to(.timeWait)
      case (.close, _): .to(.close)
      }
    }
  }
}

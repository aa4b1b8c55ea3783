import Packets
import Simulation

extension ConnectionTracking {
  /// One connection as a report shows it.
  public struct Connection: Hashable, Sendable {
    public var original: Tuple
    public var reply: Tuple
    /// Until it is forgotten, if nothing more comes.
    public var timeout: TimeSpan
    /// How far TCP has come, in conntrack's words; nil for everything else.
    public var state: String?
    public var hasReply: Bool
    /// Whether it outlives a full table (Linux, `IPS_ASSURED`).
    public var isAssured: Bool
    /// The rules by which its two ends became what they are.
    public var sourceOrigin: Origin
    public var destinationOrigin: Origin
  }

  /// All connections known at that moment, the oldest first.
  public func connections(at now: Instant) -> [Connection] {
    living(at: now).map { entry in
      Connection(
        original: entry.original, reply: entry.reply, timeout: entry.expires - now,
        state: entry.original.flow == .tcp ? entry.tcp.word : nil, hasReply: entry.hasReply,
        isAssured: entry.isAssured(at: now, streamAge: timeouts.streamAge), sourceOrigin: entry.sourceOrigin,
        destinationOrigin: entry.destinationOrigin)
    }
  }
}

extension ConnectionTracking.Entry {
  /// TCP that was open in both directions, and UDP that has become a stream.
  fileprivate func isAssured(at now: Instant, streamAge: TimeSpan) -> Bool {
    guard original.flow == .tcp else { return original.flow == .udp && hasReply && now - began > streamAge }
    switch tcp {
    case .none, .synSent, .synCrossed, .synReceived: return false
    case .established, .finWait, .closeWait, .lastAck, .timeWait, .close: return hasReply
    }
  }
}

extension ConnectionTracking.TCPState {
  /// As conntrack prints it.
  fileprivate var word: String {
    switch self {
    case .none: "NONE"
    case .synSent: "SYN_SENT"
    case .synCrossed: "SYN_SENT2"
    case .synReceived: "SYN_RECV"
    case .established: "ESTABLISHED"
    case .finWait: "FIN_WAIT"
    case .closeWait: "CLOSE_WAIT"
    case .lastAck: "LAST_ACK"
    case .timeWait: "TIME_WAIT"
    case .close: "CLOSE"
    }
  }
}

extension ConnectionTracking.Tuple.Flow {
  public var transport: IPProtocol {
    IPProtocol(rawValue: UInt8(truncatingIfNeeded: isEcho ? UInt16(IPProtocol.icmp.rawValue) : rawValue))
  }

  /// The ICMP type; nil for everything that is no echo.
  public var icmpType: UInt8? {
    switch self {
    case .echoRequest: 8
    case .echoReply: 0
    default: nil
    }
  }
}

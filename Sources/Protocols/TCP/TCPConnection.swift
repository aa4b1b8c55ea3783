import DequeModule
import Packets
import Simulation

/// One end of a transmission control connection (RFC 9293), with nothing around it: no address, no clock and no queue.
///
/// Whoever owns it calls it with what happens, takes what it wants done by `takeActions` after each call, and calls
/// `timerFired` when `deadline` has come. The first segment of a passive open is simply received. What is sent and
/// received are stretches of streams, never bytes.
public struct TCPConnection: Sendable {
  public enum State: UInt8, Hashable, Sendable, BitwiseCopyable {
    /// Not begun, or over.
    case closed
    case synSent, synReceived, established
    case finWait1, finWait2, closing, timeWait
    case closeWait, lastAck
  }

  public enum Action: Hashable, Sendable, BitwiseCopyable {
    case transmit(TCPSegment)
    /// The same, with what came beyond the acknowledgment among its options.
    case transmitSelective(TCPSegment, SelectiveBlocks)
    case connected
    /// What the peer sent in one piece, or as much of it as came before something else.
    case received(Content)
    /// The peer will send no more.
    case peerClosed
    /// Both directions ended in order.
    case closed
    /// Nothing is left to wait for: the connection can be forgotten.
    case released
    /// It ended otherwise, and can be forgotten.
    case failed(FailureReason)
  }

  /// What fits into an Ethernet frame behind 20 bytes each of IP and TCP header.
  public static let defaultMaximumSegmentSize: UInt16 = 1460
  /// IP and TCP, without options.
  public static let headersLength = 40
  /// RFC 9293, 3.7.1: what a peer takes that does not say.
  public static let assumedMaximumSegmentSize: UInt16 = 536
  /// What Linux offers while it opens a connection, where the segment size is 1460.
  public static let openingWindow: UInt16 = 64240
  /// Linux's TIME_WAIT; also how long FIN-WAIT-2 waits for the peer (`tcp_fin_timeout`).
  public static let timeWaitLength = TimeSpan.seconds(60)

  public let local: UInt16
  public let remote: UInt16
  public let maximumSegmentSize: UInt16
  public internal(set) var state = State.closed
  /// What became of the data that was to be sent.
  public internal(set) var progress = Progress()
  let settings: Settings

  // The sending half: SND.UNA, SND.NXT, SND.WND, SND.WL1 and SND.WL2 of RFC 9293, 3.3.1.
  var unacknowledged: UInt32
  var sendNext: UInt32
  var sendWindow: UInt32 = 0
  var windowSequence: UInt32 = 0
  var windowAcknowledgment: UInt32 = 0
  /// By how many bits the peer shifts its window (RFC 7323, 2.2).
  var sendShift: UInt8 = 0
  var peerSegmentSize = TCPConnection.assumedMaximumSegmentSize
  /// What the way to the peer takes, where that is less than what the peer takes.
  var segmentLimit = UInt16.max
  /// What was sent and takes up sequence space, in its order.
  var flight = Deque<Sent>()
  var unsent = Deque<StreamRange>()
  var window: CongestionWindow
  var recovery = Recovery()
  var timing = RetransmissionTiming()
  /// When what was not acknowledged is sent again, when the peer's closed window is asked about, or when the wait for
  /// the peer's end is over.
  var due: Instant?
  var isActive = false
  var isClosing = false
  /// Both ends shift their windows.
  var isScaled = false
  /// Both ends understand selective acknowledgments.
  var isSelective = false
  /// The window, and nothing else, kept the last segment back.
  var isHeldByWindow = false

  // The receiving half: RCV.NXT, and up to where that has been acknowledged.
  var receiveNext: UInt32 = 0
  var acknowledgedNext: UInt32 = 0
  var receiveShift: UInt8 = 0
  var incoming = ReceivedStream()
  /// When what came is acknowledged, if nothing is sent before.
  var acknowledgmentDue: Instant?
  /// So many data segments more are acknowledged as they come (Linux, `TCP_MAX_QUICKACKS`).
  var quickAcknowledgments = 16

  var actions: [Action] = []

  public init(
    local: UInt16, remote: UInt16, initialSequence: UInt32,
    maximumSegmentSize: UInt16 = TCPConnection.defaultMaximumSegmentSize, settings: Settings = Settings()
  ) {
    self.local = local
    self.remote = remote
    self.maximumSegmentSize = maximumSegmentSize
    self.settings = settings
    unacknowledged = initialSequence
    sendNext = initialSequence
    window = CongestionWindow(settings.congestionControl, segmentSize: UInt32(maximumSegmentSize))
  }

  /// Whether the handshake is under way.
  public var isOpening: Bool { state == .synSent || state == .synReceived }

  /// When `timerFired` is to be called; nil where there is nothing to wait for.
  public var deadline: Instant? {
    @inline(__always) get {
      guard let due else { return acknowledgmentDue }
      return acknowledgmentDue.map { min(due, $0) } ?? due
    }
  }

  /// Gives what is to be done, in this order, and keeps the array it is given, which must be empty.
  public mutating func takeActions(_ emptied: inout [Action]) {
    precondition(emptied.isEmpty, "actions were taken before the last were carried out")
    swap(&actions, &emptied)
  }

  /// How far the sending of data has come.
  public struct Progress: Hashable, Sendable, BitwiseCopyable {
    /// Bytes of data that the peer has acknowledged.
    public var bytes: UInt64 = 0
    /// When the first byte was sent, and when the last so far was acknowledged.
    public var began: Instant?
    public var ended = Instant.start
    /// Segments sent again.
    public var repeats: UInt32 = 0

    public init() {}

    public var duration: TimeSpan { began.map { ended - $0 } ?? .zero }
  }
}

// MARK: What the program asks for

extension TCPConnection {
  /// Begins an active open.
  public mutating func open(now: Instant) {
    guard state == .closed else { return }
    isActive = true
    state = .synSent
    emit(.syn, now: now)
  }

  /// Sends data, as soon as the connection is open and the windows have room; nothing after `close`.
  public mutating func send(_ content: Content, now: Instant) {
    guard content.length > 0 else { return }
    send(StreamRange(content), now)
  }

  /// Sends a stream of the pattern with that seed.
  public mutating func sendStream(seed: UInt32, length: UInt64, now: Instant) {
    guard length > 0 else { return }
    send(StreamRange(seed: seed, length: length), now)
  }

  private mutating func send(_ range: StreamRange, _ now: Instant) {
    guard !isClosing, state != .closed else { return }
    unsent.append(range)
    push(now)
  }

  /// Forgets what was to be sent and has not been.
  public mutating func discardUnsent() { unsent.removeAll() }

  /// Ends the sending direction, once what was to be sent is sent.
  public mutating func close(now: Instant) {
    guard !isClosing, state != .closed else { return }
    isClosing = true
    if state == .synSent {
      finish([.closed, .released])
    } else {
      push(now)
    }
  }

  /// Ends the connection at once, and tells the peer by a reset where it knows of the connection (RFC 9293, 3.10.5).
  public mutating func abort(now: Instant) {
    switch state {
    case .synReceived, .established, .finWait1, .finWait2, .closeWait:
      transmit(segment([.rst, .ack], sendNext))
      finish([.released])
    case .synSent, .closing, .lastAck, .timeWait: finish([.released])
    case .closed: break
    }
  }

  /// Does what is due; called too early it does nothing.
  public mutating func timerFired(now: Instant) {
    if let acknowledgmentDue, acknowledgmentDue <= now { acknowledge() }
    guard let due, due <= now else { return }
    self.due = nil
    switch state {
    case .timeWait: finish([.released])
    case .finWait2: finish([.closed, .released])
    case .closed: break
    default: flight.isEmpty ? probe(now) : timeOut(now)
    }
  }
}

// MARK: What all parts use

extension TCPConnection {
  /// The connection is over.
  mutating func finish(_ last: [Action]) {
    state = .closed
    flight.removeAll()
    unsent.removeAll()
    due = nil
    acknowledgmentDue = nil
    actions += last
  }

  /// The most data a segment carries.
  var segmentSize: UInt16 {
    @inline(__always) get { min(peerSegmentSize, maximumSegmentSize, segmentLimit) }
  }

  var reading: CongestionWindow.Reading {
    CongestionWindow.Reading(
      size: window.size, segmentSize: UInt32(segmentSize), flight: sendNext &- unacknowledged,
      roundTrip: timing.smoothed ?? .zero)
  }

  func segment(_ flags: TCPSegment.Flags, _ sequence: UInt32, _ content: Content = .empty) -> TCPSegment {
    var segment = TCPSegment(
      sourcePort: local, destinationPort: remote, sequence: sequence,
      acknowledgment: flags.contains(.ack) ? receiveNext : 0, flags: flags,
      window: advertisedWindow(isOpening: flags.contains(.syn)), content: content)
    if flags.contains(.syn) {
      segment.maximumSegmentSize = maximumSegmentSize
      // RFC 7323, 2.2 and RFC 2018, 2: who answers says so only if the other end has.
      if state == .synSent || isScaled { segment.windowScale = settings.windowShift }
      segment.permitsSelectiveAcknowledgment = state == .synSent ? settings.isSelective : isSelective
    }
    return segment
  }

  /// RFC 7323, 2.2: the window of a segment that opens is never shifted.
  private func advertisedWindow(isOpening: Bool) -> UInt16 {
    if isOpening { return UInt16(min(UInt32(TCPConnection.openingWindow), settings.receiveBuffer)) }
    return UInt16(clamping: settings.receiveBuffer >> UInt32(receiveShift))
  }

  @inline(__always)
  mutating func transmit(_ segment: TCPSegment) { actions.append(.transmit(segment)) }

  /// Says what has come, and what has come beyond it.
  mutating func acknowledge() {
    noteAcknowledged()
    let answer = segment(.ack, sendNext)
    guard isSelective, let blocks = incoming.blocks else { return transmit(answer) }
    actions.append(.transmitSelective(answer, blocks))
  }

  /// Whatever is sent acknowledges what came.
  @inline(__always)
  mutating func noteAcknowledged() {
    acknowledgedNext = receiveNext
    acknowledgmentDue = nil
  }

  /// The answer to a segment that belongs to no connection (RFC 9293, 3.10.7.1); nil where it is itself a reset.
  public static func reset(answering segment: TCPSegment) -> TCPSegment? {
    guard !segment.flags.contains(.rst) else { return nil }
    let hasAck = segment.flags.contains(.ack)
    return TCPSegment(
      sourcePort: segment.destinationPort, destinationPort: segment.sourcePort,
      sequence: hasAck ? segment.acknowledgment : 0,
      acknowledgment: hasAck ? 0 : segment.sequence &+ segment.sequenceLength,
      flags: hasAck ? .rst : [.rst, .ack], window: 0)
  }
}

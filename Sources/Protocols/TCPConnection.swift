import Packets
import Simulation

/// One end of a transmission control connection (RFC 9293): handshake, short exchanges and an orderly end.
///
/// Whoever owns it carries out the actions in order, and has one timer for it. The first segment of a passive open is
/// simply received. What is out of order is not kept, so the sender sends it again.
public struct TCPConnection: Sendable {
  public enum State: UInt8, Hashable, Sendable, BitwiseCopyable {
    /// Not begun, or over.
    case closed
    case synSent, synReceived, established
    case finWait1, finWait2, closing, timeWait
    case closeWait, lastAck
  }

  public enum Action: Hashable, Sendable {
    case transmit(TCPSegment)
    /// Replaces the timer.
    case setTimer(TimeSpan)
    case cancelTimer
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

  /// A segment that was sent and takes up sequence space.
  struct Sent: Sendable {
    var sequence: UInt32
    var flags: TCPSegment.Flags
    var content: Content
    var time: Instant
    var isRepeated = false

    var end: UInt32 {
      sequence &+ UInt32(content.length) &+ (flags.isDisjoint(with: [.syn, .fin]) ? 0 : 1)
    }
  }

  /// What fits into an Ethernet frame behind 20 bytes each of IP and TCP header.
  public static let defaultMaximumSegmentSize: UInt16 = 1460
  /// IP and TCP, without options.
  public static let headersLength = 40
  /// RFC 9293, 3.7.1: what a peer takes that does not say.
  public static let assumedMaximumSegmentSize: UInt16 = 536
  /// What Linux offers where the segment size is 1460.
  public static let receiveWindow: UInt16 = 64240
  /// Segments in flight: the initial window of RFC 6928, 2.
  public static let segmentsInFlight = 10
  /// Linux's TIME_WAIT; also how long FIN-WAIT-2 waits for the peer (`tcp_fin_timeout`).
  public static let timeWaitLength = TimeSpan.seconds(60)

  public let local: UInt16
  public let remote: UInt16
  public let maximumSegmentSize: UInt16
  public private(set) var state = State.closed

  let profile: Profile
  var isActive = false
  var peerSegmentSize = TCPConnection.assumedMaximumSegmentSize
  /// What the way to the peer takes, where that is less than what the peer takes.
  var segmentLimit = UInt16.max
  /// SND.UNA, SND.NXT, SND.WND and RCV.NXT of RFC 9293, 3.3.1.
  var unacknowledged: UInt32
  var sendNext: UInt32
  var sendWindow: UInt32 = 0
  var receiveNext: UInt32 = 0
  var flight: [Sent] = []
  var unsent: [Content] = []
  var isClosing = false
  var isRecovering = false
  var timing = RetransmissionTiming()
  /// What has come of a message that is not complete.
  var partial: Content?
  var actions: [Action] = []

  public init(
    local: UInt16, remote: UInt16, initialSequence: UInt32,
    maximumSegmentSize: UInt16 = TCPConnection.defaultMaximumSegmentSize, profile: Profile = .linux
  ) {
    self.local = local
    self.remote = remote
    self.maximumSegmentSize = maximumSegmentSize
    self.profile = profile
    unacknowledged = initialSequence
    sendNext = initialSequence
  }

  /// Whether the handshake is under way.
  public var isOpening: Bool { state == .synSent || state == .synReceived }
}

// MARK: What the program asks for

extension TCPConnection {
  /// Begins an active open.
  public mutating func open(now: Instant) -> [Action] {
    guard state == .closed else { return [] }
    isActive = true
    enter(.synSent)
    emit(.syn, now: now)
    return taken()
  }

  /// Sends data, as soon as the connection is open and the window has room; nothing after `close`.
  public mutating func send(_ content: Content, now: Instant) -> [Action] {
    guard !isClosing, state != .closed, content.length > 0 else { return [] }
    unsent.append(content)
    push(now)
    return taken()
  }

  /// Ends the sending direction, once what was to be sent is sent.
  public mutating func close(now: Instant) -> [Action] {
    guard !isClosing, state != .closed else { return [] }
    isClosing = true
    if state == .synSent {
      finish([.cancelTimer, .closed, .released])
    } else {
      push(now)
    }
    return taken()
  }

  public mutating func timerFired(now: Instant) -> [Action] {
    switch state {
    case .timeWait: finish([.released])
    case .finWait2: finish([.closed, .released])
    case .closed: break
    default: repeatFirst(now)
    }
    return taken()
  }
}

// MARK: What all parts use

extension TCPConnection {
  mutating func taken() -> [Action] {
    defer { actions = [] }
    return actions
  }

  mutating func enter(_ next: State) { state = next }

  /// The connection is over.
  mutating func finish(_ last: [Action]) {
    enter(.closed)
    flight = []
    unsent = []
    actions += last
  }

  /// Sends what the window has room for, and FIN behind the last of it.
  mutating func push(_ now: Instant) {
    guard state == .established || state == .closeWait else { return }
    while let next = unsent.first {
      let size = min(next.length, peerSegmentSize, maximumSegmentSize, segmentLimit)
      let room = min(sendWindow, UInt32(TCPConnection.segmentsInFlight) * UInt32(maximumSegmentSize))
      guard sendNext &- unacknowledged + UInt32(size) <= room else { return }
      var piece = next
      piece.length = size
      emit(size == next.length ? [.ack, .psh] : .ack, piece, now: now)
      unsent[0].offset += size
      unsent[0].length -= size
      if unsent[0].length == 0 { unsent.removeFirst() }
    }
    guard isClosing else { return }
    emit([.fin, .ack], now: now)
    enter(state == .established ? .finWait1 : .lastAck)
  }

  /// Sends a segment that takes up sequence space, and sees to it that it arrives.
  mutating func emit(_ flags: TCPSegment.Flags, _ content: Content = .empty, now: Instant) {
    let sent = Sent(sequence: sendNext, flags: flags, content: content, time: now)
    sendNext = sent.end
    flight.append(sent)
    transmit(sent)
    if flight.count == 1 { actions.append(.setTimer(timing.timeout)) }
  }

  func segment(_ flags: TCPSegment.Flags, _ sequence: UInt32, _ content: Content = .empty) -> TCPSegment {
    var segment = TCPSegment(
      sourcePort: local, destinationPort: remote, sequence: sequence,
      acknowledgment: flags.contains(.ack) ? receiveNext : 0, flags: flags,
      window: TCPConnection.receiveWindow,
      content: content)
    if flags.contains(.syn) { segment.maximumSegmentSize = maximumSegmentSize }
    return segment
  }

  mutating func transmit(_ sent: Sent) {
    actions.append(.transmit(segment(sent.flags, sent.sequence, sent.content)))
  }

  mutating func acknowledge() { actions.append(.transmit(segment(.ack, sendNext))) }

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

import DequeModule

/// What a sender believes of its segments on the way: how much is in the network, what has arrived and what is lost
/// (RFC 6675's scoreboard, and the bookkeeping of proportional rate reduction, RFC 6937).
///
/// The segments themselves stand in the connection's flight. Nothing here is searched for each acknowledgment: every
/// segment is looked at once when it arrives and once when it is lost.
struct Recovery: Sendable {
  enum Phase: Sendable, BitwiseCopyable {
    /// Nothing is known to be lost.
    case open
    /// Acknowledgments tell of a loss that is being mended.
    case fast
    /// The timer has told: everything that was in flight counts as lost.
    case timeout
  }

  /// A segment that was sent again, and how far everything had been sent by then.
  struct Resent: Sendable, BitwiseCopyable {
    var sequence: UInt32
    var mark: UInt32
  }

  /// RFC 6675, 2, DupThresh.
  static let duplicateThreshold = 3

  var phase = Phase.open
  /// Bytes that are believed to be in the network (RFC 6675, 4, pipe).
  var pipe: UInt32 = 0
  /// What the peer has beyond its acknowledgment.
  var selected = SequenceRanges()
  /// The recovery is over when this is acknowledged (RFC 6675, 4, RecoveryPoint).
  var point: UInt32 = 0
  /// Everything before it was judged, lost or not.
  var judgedTo: UInt32?
  /// Segments lost and not sent again.
  var lostCount = 0
  /// None of those stands before it.
  var resendFrom: UInt32 = 0
  /// In the order they were sent.
  var resent = Deque<Resent>()
  /// Acknowledgments since the last that acknowledged something new.
  var duplicates = 0
  /// Without selective acknowledgments, the bytes for which duplicates stood.
  private var credited: UInt32 = 0

  // RFC 6937, 3.1: prr_delivered, prr_out and RecoverFS.
  private var delivered: UInt64 = 0
  private var sentOut: UInt64 = 0
  private var flightAtStart: UInt64 = 1

  mutating func add(_ length: UInt32) {
    pipe += length
    if phase == .fast { sentOut += UInt64(length) }
  }

  private static func isInNetwork(_ marks: TCPConnection.Marks) -> Bool {
    !marks.contains(.selected) && (!marks.contains(.lost) || marks.contains(.resent))
  }

  /// Takes a segment out of the account.
  @inline(__always)
  mutating func remove(_ sent: TCPConnection.Sent) {
    if Recovery.isInNetwork(sent.marks) {
      pipe -= min(pipe, sent.length)
    } else if !sent.marks.contains(.selected) {
      lostCount -= 1
    }
  }

  /// Puts one into it.
  mutating func put(_ sent: TCPConnection.Sent) {
    if Recovery.isInNetwork(sent.marks) {
      pipe += sent.length
    } else if !sent.marks.contains(.selected) {
      lostCount += 1
    }
  }

  /// Everything before `sequence` has arrived.
  mutating func advance(to sequence: UInt32) {
    selected.removeAll(before: sequence)
    // Kept for long, it would lie ahead again.
    if let judgedTo, judgedTo.precedes(sequence) { self.judgedTo = nil }
    while let first = resent.first, first.sequence.precedes(sequence) { resent.removeFirst() }
  }

  /// A duplicate says that another segment has left the network (Linux, `tcp_add_reno_sack`; RFC 6582, 3.2, step 3).
  ///
  /// - Returns: the bytes it stands for.
  mutating func credit(_ length: UInt32, of inFlight: UInt32) -> UInt32 {
    guard credited + 2 * length <= inFlight else { return 0 }
    credited += length
    pipe -= min(pipe, length)
    return length
  }

  /// What was credited is now acknowledged: beyond the first segment, which had been missing.
  ///
  /// - Returns: the bytes that counted before.
  mutating func settleCredit(_ acknowledged: UInt32, segmentSize: UInt32) -> UInt32 {
    guard credited > 0 else { return 0 }
    let settled = min(credited, acknowledged > segmentSize ? acknowledged - segmentSize : 0)
    credited -= settled
    pipe += settled
    return settled
  }

  /// The highest place of which enough is known to have arrived behind it (RFC 6675, 4, IsLost).
  func lossEdge(segmentSize: UInt32) -> UInt32? {
    var bytes: UInt32 = 0
    for (count, range) in selected.ranges.reversed().enumerated() {
      bytes += range.length
      if count + 1 >= Recovery.duplicateThreshold || bytes > UInt32(Recovery.duplicateThreshold - 1) * segmentSize {
        return range.start
      }
    }
    return nil
  }

  mutating func beginFast(at point: UInt32, flight: UInt32) {
    phase = .fast
    self.point = point
    delivered = 0
    sentOut = 0
    flightAtStart = UInt64(max(flight, 1))
  }

  /// Forgets what was thought, since the timer knows better.
  mutating func beginTimeout(at point: UInt32) {
    phase = .timeout
    self.point = point
    judgedTo = point
    pipe = 0
    lostCount = 0
    duplicates = 0
    credited = 0
    resent.removeAll(keepingCapacity: true)
  }

  mutating func end() {
    phase = .open
    duplicates = 0
  }

  /// Nothing is in flight any more.
  mutating func reset() {
    pipe = 0
    credited = 0
    lostCount = 0
  }

  /// How much may be in the network now, so that the window comes down to the threshold evenly (RFC 6937, 3.1).
  mutating func reduced(
    to threshold: UInt32, _ newlyDelivered: UInt32, isProgress: Bool, isUrgent: Bool, segmentSize: UInt32
  ) -> UInt32 {
    delivered += UInt64(newlyDelivered)
    var allowance: UInt64
    if pipe > threshold {
      let due = (delivered * UInt64(threshold) + flightAtStart - 1) / flightAtStart
      allowance = due > sentOut ? due - sentOut : 0
    } else {
      let behind = delivered > sentOut ? delivered - sentOut : 0
      let limit = max(behind, UInt64(newlyDelivered)) + (isProgress ? UInt64(segmentSize) : 0)
      allowance = min(UInt64(threshold - pipe), limit)
    }
    // What is missing first is sent again at once.
    if isUrgent { allowance = max(allowance, UInt64(segmentSize)) }
    return pipe + UInt32(allowance)
  }
}

import DequeModule
import Packets
import Simulation

/// What the peer's acknowledgments say.
extension TCPConnection {
  /// - Returns: whether to go on with the segment.
  mutating func receiveAcknowledgment(
    _ segment: TCPSegment, _ blocks: SelectiveBlocks, _ now: Instant
  ) -> Bool {
    let advance = segment.acknowledgment &- unacknowledged
    let inFlight = sendNext &- unacknowledged
    if state == .synReceived {
      guard advance > 0, advance <= inFlight else {
        refuse(segment)
        return false
      }
      state = .established
      actions.append(.connected)
    } else if advance > inFlight {
      // RFC 9293, 3.10.7.4: of what was not sent yet it is questioned; one from before says nothing.
      guard advance < 1 << 31 else { return true }
      acknowledge()
      return false
    }
    let hasNewWindow = updateWindow(segment)
    var delivered: UInt32 = 0
    if isSelective, blocks.count > 0 { delivered = select(blocks) }
    let isDuplicate =
      advance == 0 && inFlight > 0 && segment.content.length == 0 && segment.flags.isDisjoint(with: [.syn, .fin])
      && (isSelective ? delivered > 0 : !hasNewWindow)
    if advance > 0 {
      delivered += advanceFlight(to: segment.acknowledgment, now)
    } else if isDuplicate, !isSelective, recovery.phase != .timeout {
      // After a timeout, duplicates may be about what has been sent again for nothing.
      delivered = recovery.credit(UInt32(segmentSize), of: inFlight)
    }
    recover(advance: advance, delivered: delivered, isDuplicate: isDuplicate, now)
    return advanceClosing(now)
  }

  /// RFC 9293, 3.10.7.4: only from a segment that is not older than the last that set it.
  private mutating func updateWindow(_ segment: TCPSegment) -> Bool {
    guard
      windowSequence.precedes(segment.sequence)
        || windowSequence == segment.sequence && !segment.acknowledgment.precedes(windowAcknowledgment)
    else { return false }
    // RFC 7323, 2.2: the window of a segment that opens is as it stands.
    let window = UInt32(segment.window) << UInt32(segment.flags.contains(.syn) ? 0 : sendShift)
    windowSequence = segment.sequence
    windowAcknowledgment = segment.acknowledgment
    guard window != sendWindow else { return false }
    // A window that opens ends the asking.
    if flight.isEmpty, !unsent.isEmpty, window > 0, sendWindow == 0 {
      due = nil
      timing.progressed()
    }
    sendWindow = window
    return true
  }

  /// Takes what the peer has out of the flight.
  ///
  /// - Returns: the bytes that were not known to have arrived.
  private mutating func advanceFlight(to acknowledgment: UInt32, _ now: Instant) -> UInt32 {
    var delivered: UInt32 = 0
    var sample: TimeSpan?
    while let first = flight.first, !acknowledgment.precedes(first.end) {
      if !first.marks.contains(.selected) { delivered += first.length }
      if sample == nil, first.marks.isDisjoint(with: [.repeated, .selected]) { sample = now - first.time }
      recovery.remove(first)
      progress.bytes += UInt64(first.content.length)
      if first.content.length > 0 { progress.ended = now }
      flight.removeFirst()
    }
    if let first = flight.first, first.sequence.precedes(acknowledgment) {
      delivered += trimFirst(first, to: acknowledgment, now)
    }
    unacknowledged = acknowledgment
    delivered -= recovery.settleCredit(delivered, segmentSize: UInt32(segmentSize))
    recovery.advance(to: acknowledgment)
    if let sample { timing.measured(sample) }
    timing.progressed()
    due = flight.isEmpty ? nil : now + timing.timeout
    return delivered
  }

  /// The peer has a part of a segment only, as after it was sent again in smaller ones.
  private mutating func trimFirst(_ first: Sent, to acknowledgment: UInt32, _ now: Instant) -> UInt32 {
    let known = acknowledgment &- first.sequence
    var rest = first
    recovery.remove(first)
    rest.sequence = acknowledgment
    rest.content = first.content.dropFirst(known)
    recovery.put(rest)
    flight[0] = rest
    progress.bytes += UInt64(known)
    progress.ended = now
    return first.marks.contains(.selected) ? 0 : known
  }

  /// Marks what the peer has beyond its acknowledgment (RFC 6675, 4, Update).
  ///
  /// - Returns: the bytes of it that were not known.
  private mutating func select(_ blocks: SelectiveBlocks) -> UInt32 {
    var delivered: UInt32 = 0
    for place in 0..<blocks.count {
      let block = blocks[place]
      // RFC 2018, 3: a block that cannot be true says nothing; one below the acknowledgment is about a duplicate.
      guard block.start.precedes(block.end), !block.start.precedes(unacknowledged), !sendNext.precedes(block.end)
      else { continue }
      var rest = SequenceRange(start: block.start, end: block.end)
      guard recovery.selected.firstGap(in: rest) != nil else { continue }
      while !rest.isEmpty, let gap = recovery.selected.firstGap(in: rest) {
        delivered += markSelected(gap)
        rest.start = gap.end
      }
      recovery.selected.insert(SequenceRange(start: block.start, end: block.end))
    }
    return delivered
  }

  private mutating func markSelected(_ range: SequenceRange) -> UInt32 {
    var place = self.place(from: range.start)
    while place < flight.count, !range.end.precedes(flight[place].end) {
      recovery.remove(flight[place])
      flight[place].marks.insert(.selected)
      place += 1
    }
    return range.length
  }

  /// The first segment of the flight that begins at `sequence` or behind it.
  func place(from sequence: UInt32) -> Int {
    var low = 0
    var high = flight.count
    while low < high {
      let middle = (low + high) / 2
      if flight[middle].sequence.precedes(sequence) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// What an acknowledgment of our FIN means; false when that was the end.
  private mutating func advanceClosing(_ now: Instant) -> Bool {
    guard unacknowledged == sendNext else { return true }
    switch state {
    case .finWait1:
      state = .finWait2
      due = now + TCPConnection.timeWaitLength
    case .closing: beginTimeWait(now)
    case .lastAck:
      finish([.closed, .released])
      return false
    default: break
    }
    return true
  }

  mutating func beginTimeWait(_ now: Instant) {
    state = .timeWait
    due = now + TCPConnection.timeWaitLength
    actions.append(.closed)
  }
}

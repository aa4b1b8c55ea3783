import DequeModule
import Packets
import Simulation

/// Segments that arrive, in the order of RFC 9293, 3.10.7.
extension TCPConnection {
  /// - Parameter blocks: What the segment says of what its sender has beyond the acknowledgment.
  public mutating func receive(
    _ segment: TCPSegment, _ blocks: SelectiveBlocks = SelectiveBlocks(), now: Instant
  ) {
    switch state {
    case .closed: receiveFirst(segment, now)
    case .synSent: receiveInSynSent(segment, now)
    default: receiveSynchronized(segment, blocks, now)
    }
  }

  /// 3.10.7.2: a passive open.
  private mutating func receiveFirst(_ segment: TCPSegment, _ now: Instant) {
    guard segment.flags.intersection([.syn, .ack, .rst]) == .syn, sendNext == unacknowledged, flight.isEmpty
    else {
      return refuse(segment)
    }
    synchronize(with: segment)
    state = .synReceived
    emit([.syn, .ack], now: now)
  }

  /// 3.10.7.3.
  private mutating func receiveInSynSent(_ segment: TCPSegment, _ now: Instant) {
    let hasAck = segment.flags.contains(.ack)
    if hasAck, segment.acknowledgment != sendNext { return refuse(segment) }
    if segment.flags.contains(.rst) {
      if hasAck { finish([.failed(.refused)]) }
      return
    }
    guard segment.flags.contains(.syn) else { return }
    synchronize(with: segment)
    guard hasAck else {
      // Both ends opened at once (3.5, figure 7): the same SYN again, now with an acknowledgment.
      state = .synReceived
      flight[0].flags = [.syn, .ack]
      return transmit(flight[0])
    }
    state = .established
    _ = receiveAcknowledgment(segment, SelectiveBlocks(), now)
    acknowledge()
    actions.append(.connected)
    push(now)
  }

  /// Takes over what the peer says of itself when it opens.
  private mutating func synchronize(with segment: TCPSegment) {
    receiveNext = segment.sequence &+ 1
    acknowledgedNext = receiveNext
    sendWindow = UInt32(segment.window)
    windowSequence = segment.sequence
    windowAcknowledgment = segment.flags.contains(.ack) ? segment.acknowledgment : unacknowledged
    if segment.maximumSegmentSize > 0 { peerSegmentSize = segment.maximumSegmentSize }
    isSelective = settings.isSelective && segment.permitsSelectiveAcknowledgment
    isScaled = segment.windowScale != TCPSegment.noWindowScale
    if isScaled {
      // RFC 7323, 2.3.
      sendShift = min(segment.windowScale, 14)
      receiveShift = settings.windowShift
    }
    window = CongestionWindow(settings.congestionControl, segmentSize: UInt32(segmentSize))
  }

  mutating func refuse(_ segment: TCPSegment) {
    if let reset = TCPConnection.reset(answering: segment) { transmit(reset) }
  }

  /// 3.10.7.4.
  private mutating func receiveSynchronized(_ segment: TCPSegment, _ blocks: SelectiveBlocks, _ now: Instant) {
    guard isAcceptable(segment) else {
      guard !segment.flags.contains(.rst) else { return }
      acknowledge()
      if state == .timeWait { due = now + TCPConnection.timeWaitLength }
      return
    }
    if segment.flags.contains(.rst) { return receiveReset(segment) }
    guard !segment.flags.contains(.syn) else { return acknowledge() }
    guard segment.flags.contains(.ack), receiveAcknowledgment(segment, blocks, now) else { return }
    receiveData(segment, now)
    push(now)
  }

  /// Whether some of the segment is in the window (3.4, table 6).
  @inline(__always)
  private func isAcceptable(_ segment: TCPSegment) -> Bool {
    let window = settings.receiveBuffer
    let first = segment.sequence &- receiveNext
    guard segment.sequenceLength > 0 else { return first < window }
    return first < window || first &+ segment.sequenceLength &- 1 < window
  }

  /// A reset counts only at the very next byte; elsewhere in the window it is questioned (RFC 5961, 3.2).
  private mutating func receiveReset(_ segment: TCPSegment) {
    guard segment.sequence == receiveNext else { return acknowledge() }
    switch state {
    case .synReceived: finish([.failed(isActive ? .refused : .reset)])
    case .closing, .lastAck: finish([.closed, .released])
    case .timeWait: finish([.released])
    default: finish([.failed(.reset)])
    }
  }

  private mutating func receiveData(_ segment: TCPSegment, _ now: Instant) {
    let hasFin = segment.flags.contains(.fin)
    guard segment.content.length > 0 || hasFin else { return }
    guard state == .established || state == .finWait1 || state == .finWait2 else {
      // The peer sends its end again: our acknowledgment was lost (3.10.7.4, eighth).
      if hasFin { acknowledge() }
      return
    }
    let known = receiveNext &- segment.sequence
    let isEarly = segment.sequence != receiveNext && known > 1 << 31
    if hasFin { incoming.end = segment.sequence &+ UInt32(segment.content.length) }
    let isLast = !segment.flags.isDisjoint(with: [.psh, .fin])
    if isEarly {
      if segment.content.length > 0 {
        incoming.keep(segment.content, at: segment.sequence, isLast: isLast)
      }
      // RFC 5681, 4.2: a gap is told at once.
      return acknowledge()
    }
    guard known < UInt32(segment.content.length) || hasFin && known == UInt32(segment.content.length) else {
      return acknowledge()
    }
    if known < UInt32(segment.content.length) {
      take(segment.content.dropFirst(known), isLast: isLast)
    }
    let filled = fillGap()
    guard !receiveEnd(now) else { return }
    // RFC 5681, 4.2: so is that one was filled, or a part of it.
    if filled || !incoming.isEmpty {
      acknowledge()
    } else {
      acknowledgeSoon(now)
    }
  }

  /// Data comes in its turn.
  private mutating func take(_ content: Content, isLast: Bool) {
    receiveNext &+= UInt32(content.length)
    assemble(content, isLast: isLast)
  }

  /// What had come before its turn follows; true when there was some.
  private mutating func fillGap() -> Bool {
    guard !incoming.isEmpty else { return false }
    var hasFilled = false
    while let (next, isLast) = incoming.takeNext(at: receiveNext) {
      var range = next
      while range.length > 0 {
        let count = UInt16(min(range.length, UInt64(UInt16.max)))
        take(range.prefix(count), isLast: isLast && UInt64(count) == range.length)
        range.removeFirst(count)
      }
      hasFilled = true
    }
    incoming.advance(to: receiveNext)
    return hasFilled
  }

  /// RFC 1122, 4.2.3.2: at least every second full segment is acknowledged; at the beginning every one, so that the
  /// peer's window grows (Linux, `tcp_incr_quickack`).
  @inline(__always)
  private mutating func acknowledgeSoon(_ now: Instant) {
    if quickAcknowledgments > 0 {
      quickAcknowledgments -= 1
      return acknowledge()
    }
    if receiveNext &- acknowledgedNext > UInt32(segmentSize) { return acknowledge() }
    if acknowledgmentDue == nil { acknowledgmentDue = now + TCPConnection.acknowledgmentDelay }
  }

  /// Joins the pieces of what the peer sent at once; PSH marks the last.
  @inline(__always)
  private mutating func assemble(_ piece: Content, isLast: Bool) {
    if let started = incoming.partial {
      if started.isFollowed(by: piece), UInt32(started.length) + UInt32(piece.length) <= UInt32(UInt16.max) {
        incoming.partial = Content(
          kind: started.kind, offset: started.offset, length: started.length + piece.length,
          reference: started.reference)
      } else {
        actions.append(.received(started))
        incoming.partial = piece
      }
    } else {
      incoming.partial = piece
    }
    if isLast { deliverPartial() }
  }

  private mutating func deliverPartial() {
    guard let whole = incoming.partial else { return }
    actions.append(.received(whole))
    incoming.partial = nil
  }

  /// The peer's end, where everything before it has come.
  ///
  /// - Returns: whether it has come to its turn.
  private mutating func receiveEnd(_ now: Instant) -> Bool {
    guard incoming.end == receiveNext else { return false }
    incoming.end = nil
    receiveNext &+= 1
    acknowledge()
    deliverPartial()
    actions.append(.peerClosed)
    switch state {
    case .established: state = .closeWait
    case .finWait1: state = .closing
    case .finWait2: beginTimeWait(now)
    default: break
    }
    return true
  }
}

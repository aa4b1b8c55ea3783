import Packets
import Simulation

/// Segments that arrive, in the order of RFC 9293, 3.10.7.
extension TCPConnection {
  public mutating func receive(_ segment: TCPSegment, now: Instant) -> [Action] {
    switch state {
    case .closed: receiveFirst(segment, now)
    case .synSent: receiveInSynSent(segment, now)
    default: receiveSynchronized(segment, now)
    }
    return taken()
  }

  /// 3.10.7.2: a passive open.
  private mutating func receiveFirst(_ segment: TCPSegment, _ now: Instant) {
    guard segment.flags.intersection([.syn, .ack, .rst]) == .syn, sendNext == unacknowledged, flight.isEmpty
    else {
      return refuse(segment)
    }
    synchronize(with: segment)
    enter(.synReceived)
    emit([.syn, .ack], now: now)
  }

  /// 3.10.7.3.
  private mutating func receiveInSynSent(_ segment: TCPSegment, _ now: Instant) {
    let hasAck = segment.flags.contains(.ack)
    if hasAck, segment.acknowledgment != sendNext { return refuse(segment) }
    if segment.flags.contains(.rst) {
      if hasAck { finish([.cancelTimer, .failed(.refused)]) }
      return
    }
    guard segment.flags.contains(.syn) else { return }
    synchronize(with: segment)
    guard hasAck else {
      // Both ends opened at once (3.5, figure 7): the same SYN again, now with an acknowledgment.
      enter(.synReceived)
      flight[0].flags = [.syn, .ack]
      return transmit(flight[0])
    }
    accept(segment, now)
    enter(.established)
    acknowledge()
    actions.append(.connected)
    push(now)
  }

  private mutating func synchronize(with segment: TCPSegment) {
    receiveNext = segment.sequence &+ 1
    sendWindow = UInt32(segment.window)
    if segment.maximumSegmentSize > 0 { peerSegmentSize = segment.maximumSegmentSize }
  }

  private mutating func refuse(_ segment: TCPSegment) {
    if let reset = TCPConnection.reset(answering: segment) { actions.append(.transmit(reset)) }
  }

  /// 3.10.7.4.
  private mutating func receiveSynchronized(_ segment: TCPSegment, _ now: Instant) {
    guard isAcceptable(segment) else {
      guard !segment.flags.contains(.rst) else { return }
      acknowledge()
      if state == .timeWait { actions.append(.setTimer(TCPConnection.timeWaitLength)) }
      return
    }
    if segment.flags.contains(.rst) { return receiveReset(segment) }
    guard !segment.flags.contains(.syn) else { return acknowledge() }
    guard segment.flags.contains(.ack), receiveAcknowledgment(segment, now) else { return }
    receiveData(segment)
    if segment.flags.contains(.fin) { receiveFin(segment) }
    push(now)
  }

  /// Whether some of the segment is in the window (3.4, table 6).
  private func isAcceptable(_ segment: TCPSegment) -> Bool {
    let window = UInt32(TCPConnection.receiveWindow)
    let first = segment.sequence &- receiveNext
    guard segment.sequenceLength > 0 else { return first < window }
    return first < window || first &+ segment.sequenceLength &- 1 < window
  }

  /// A reset counts only at the very next byte; elsewhere in the window it is questioned (RFC 5961, 3.2).
  private mutating func receiveReset(_ segment: TCPSegment) {
    guard segment.sequence == receiveNext else { return acknowledge() }
    switch state {
    case .synReceived: finish([.cancelTimer, .failed(isActive ? .refused : .reset)])
    case .closing, .lastAck: finish([.cancelTimer, .closed, .released])
    case .timeWait: finish([.cancelTimer, .released])
    default: finish([.cancelTimer, .failed(.reset)])
    }
  }

  /// - Returns: whether to go on with the segment.
  private mutating func receiveAcknowledgment(_ segment: TCPSegment, _ now: Instant) -> Bool {
    let advance = segment.acknowledgment &- unacknowledged
    let isNew = advance > 0 && advance <= sendNext &- unacknowledged
    if state == .synReceived {
      guard isNew else {
        refuse(segment)
        return false
      }
      accept(segment, now)
      enter(.established)
      actions.append(.connected)
      return true
    }
    if isNew {
      accept(segment, now)
    } else if advance > 0, advance < 1 << 31 {
      acknowledge()
      return false
    } else if advance == 0 {
      sendWindow = UInt32(segment.window)
    }
    return advanceClosing()
  }

  /// What an acknowledgment of our FIN means; false when that was the end.
  private mutating func advanceClosing() -> Bool {
    guard unacknowledged == sendNext else { return true }
    switch state {
    case .finWait1:
      enter(.finWait2)
      actions.append(.setTimer(TCPConnection.timeWaitLength))
    case .closing: beginTimeWait()
    case .lastAck:
      finish([.closed, .released])
      return false
    default: break
    }
    return true
  }

  private mutating func receiveData(_ segment: TCPSegment) {
    guard segment.content.length > 0, [.established, .finWait1, .finWait2].contains(state) else { return }
    let known = receiveNext &- segment.sequence
    guard known < UInt32(segment.content.length) else { return acknowledge() }
    var content = segment.content
    content.offset += UInt16(known)
    content.length -= UInt16(known)
    receiveNext &+= UInt32(content.length)
    if !segment.flags.contains(.fin) { acknowledge() }
    assemble(content, isLast: !segment.flags.isDisjoint(with: [.psh, .fin]))
  }

  /// Joins the pieces of what the peer sent at once; PSH marks the last.
  private mutating func assemble(_ piece: Content, isLast: Bool) {
    if let started = partial {
      let isNext =
        started.kind == piece.kind && started.reference == piece.reference
        && Int(started.offset) + Int(started.length) == Int(piece.offset)
      if isNext {
        partial?.length += piece.length
      } else {
        actions.append(.received(started))
        partial = piece
      }
    } else {
      partial = piece
    }
    if isLast, let whole = partial {
      actions.append(.received(whole))
      partial = nil
    }
  }

  private mutating func receiveFin(_ segment: TCPSegment) {
    guard segment.sequence &+ UInt32(segment.content.length) == receiveNext else { return }
    receiveNext &+= 1
    acknowledge()
    if let rest = partial { actions.append(.received(rest)) }
    partial = nil
    actions.append(.peerClosed)
    switch state {
    case .established: enter(.closeWait)
    case .finWait1: enter(.closing)
    case .finWait2: beginTimeWait()
    default: break
    }
  }

  private mutating func beginTimeWait() {
    enter(.timeWait)
    actions += [.setTimer(TCPConnection.timeWaitLength), .closed]
  }
}

import DequeModule
import Packets
import Simulation

/// Finding out what was lost, and sending it again (RFC 5681, 3.2; RFC 6582; RFC 6675; RFC 6298, 5).
extension TCPConnection {
  /// What an acknowledgment means for the window and for what may be lost.
  mutating func recover(advance: UInt32, delivered: UInt32, isDuplicate: Bool, _ now: Instant) {
    if flight.isEmpty { recovery.reset() }
    if advance > 0 { recovery.duplicates = 0 } else if isDuplicate { recovery.duplicates += 1 }
    if recovery.phase != .open, advance > 0, !unacknowledged.precedes(recovery.point) {
      if recovery.phase == .fast { window.size = window.threshold }
      recovery.end()
    } else if recovery.phase != .fast, advance > 0, isHeldByWindow {
      window.grow(for: delivered, reading, now: now)
    }
    // The plain case: everything in flight is on its way.
    guard recovery.phase != .open || recovery.duplicates > 0 || !recovery.selected.isEmpty else { return }
    let isPartial = advance > 0 && recovery.phase == .fast && !isSelective
    judge(isPartial: isPartial)
    let begins = recovery.phase == .open && recovery.lostCount > 0
    if begins {
      window.lose(reading)
      recovery.beginFast(at: sendNext, flight: sendNext &- unacknowledged)
    }
    guard recovery.phase == .fast else { return }
    window.size = recovery.reduced(
      to: window.threshold, delivered, isProgress: advance > 0, isUrgent: begins || isPartial,
      segmentSize: UInt32(segmentSize))
  }

  /// Decides what counts as lost.
  private mutating func judge(isPartial: Bool) {
    guard let first = flight.first else { return }
    // RFC 6582, 3.2, step 1: without blocks, duplicates right after a recovery may be about what was sent for nothing.
    let isMissing =
      recovery.duplicates >= Recovery.duplicateThreshold && recovery.phase == .open
      && (isSelective || unacknowledged != recovery.point)
    // RFC 6582, 3.2, step 5: what follows a hole that was filled is the next one.
    if isMissing || isPartial, first.marks.isDisjoint(with: [.lost, .selected]) { markLost(0) }
    guard let edge = recovery.lossEdge(segmentSize: UInt32(segmentSize)) else { return }
    var place = place(
      from: recovery.judgedTo.map { unacknowledged.precedes($0) ? $0 : unacknowledged } ?? unacknowledged)
    while place < flight.count, flight[place].sequence.precedes(edge) {
      if flight[place].marks.isDisjoint(with: [.lost, .selected]) { markLost(place) }
      place += 1
    }
    if recovery.judgedTo.map({ $0.precedes(edge) }) ?? true { recovery.judgedTo = edge }
    judgeResent()
  }

  /// What was sent again is lost again if what was sent after it has come (as Linux did before RFC 8985, 6.2, made
  /// clocks of it).
  private mutating func judgeResent() {
    guard let highest = recovery.selected.ranges.last?.end else { return }
    let margin = UInt32(Recovery.duplicateThreshold - 1) * UInt32(segmentSize)
    while let first = recovery.resent.first, first.mark.precedes(highest), highest &- first.mark > margin {
      recovery.resent.removeFirst()
      let place = place(from: first.sequence)
      guard place < flight.count, flight[place].sequence == first.sequence,
        flight[place].marks.contains(.resent), !flight[place].marks.contains(.selected)
      else { continue }
      recovery.remove(flight[place])
      flight[place].marks.remove(.resent)
      putLost(place)
    }
  }

  private mutating func markLost(_ place: Int) {
    recovery.remove(flight[place])
    flight[place].marks.insert(.lost)
    putLost(place)
  }

  private mutating func putLost(_ place: Int) {
    recovery.put(flight[place])
    if recovery.lostCount == 1 || flight[place].sequence.precedes(recovery.resendFrom) {
      recovery.resendFrom = flight[place].sequence
    }
  }

  /// Sends again what is lost, as far as the window has room.
  ///
  /// - Returns: whether nothing of it is left.
  @inline(__always)
  mutating func resendLost(_ now: Instant) -> Bool {
    recovery.lostCount == 0 || resendAll(now)
  }

  private mutating func resendAll(_ now: Instant) -> Bool {
    var place = place(from: recovery.resendFrom)
    while recovery.lostCount > 0, place < flight.count {
      let sent = flight[place]
      if sent.marks.contains(.lost), sent.marks.isDisjoint(with: [.resent, .selected]) {
        guard recovery.pipe + sent.length <= window.size || recovery.pipe == 0 else {
          recovery.resendFrom = sent.sequence
          isHeldByWindow = true
          return false
        }
        resend(place, now)
      }
      place += 1
    }
    recovery.resendFrom = sendNext
    return true
  }

  private mutating func resend(_ place: Int, _ now: Instant) {
    recovery.remove(flight[place])
    flight[place].marks.insert([.resent, .repeated])
    flight[place].time = now
    recovery.add(flight[place].length)
    recovery.resent.append(Recovery.Resent(sequence: flight[place].sequence, mark: sendNext))
    progress.repeats += 1
    transmit(flight[place])
    if place == 0 || due == nil { due = now + timing.timeout }
  }

  /// The oldest segment was not acknowledged in time.
  mutating func timeOut(_ now: Instant) {
    guard timing.repeats < allowedRepeats else { return finish([.failed(.noAnswer)]) }
    timing.expired(linear: state == .synSent ? settings.linearSynRepeats : 0)
    due = now + timing.timeout
    guard !isOpening else {
      flight[0].marks.insert(.repeated)
      return transmit(flight[0])
    }
    window.timeOut(reading, isFirst: recovery.phase != .timeout || timing.repeats == 1)
    recovery.beginTimeout(at: sendNext)
    for place in flight.indices where !flight[place].marks.contains(.selected) {
      flight[place].marks.remove(.resent)
      flight[place].marks.insert(.lost)
      recovery.put(flight[place])
    }
    recovery.resendFrom = unacknowledged
    push(now)
  }

  private var allowedRepeats: Int {
    switch state {
    case .synSent: settings.linearSynRepeats + settings.synRepeats
    case .synReceived: settings.synAckRepeats
    default: settings.repeats
    }
  }

  /// Before it opens: what is known of the way from before.
  public mutating func startBelow(_ size: UInt16) { segmentLimit = size }

  /// Sends no segments with more than `size` bytes of data any more, and what was longer again in pieces (RFC 1191, 6.4).
  ///
  /// Of ten messages about ten segments in flight, the first one does all. The way was not full, so the window stays
  /// (RFC 1191, 6.5).
  public mutating func limitSegments(to size: UInt16, now: Instant) {
    guard size > 0, size < segmentLimit, state != .closed else { return }
    segmentLimit = size
    guard flight.contains(where: { $0.content.length > size }) else { return }
    var pieces = Deque<Sent>()
    for sent in flight {
      guard sent.content.length > size else {
        pieces.append(sent)
        continue
      }
      recovery.remove(sent)
      for var piece in sent.pieces(of: size) {
        piece.marks.subtract([.resent])
        piece.marks.insert(.lost)
        recovery.put(piece)
        pieces.append(piece)
      }
    }
    flight = pieces
    recovery.phase = .timeout
    recovery.point = sendNext
    recovery.resendFrom = unacknowledged
    push(now)
  }
}

extension TCPConnection.Sent {
  fileprivate func pieces(of size: UInt16) -> [Self] {
    stride(from: 0, to: Int(content.length), by: Int(size)).map { start in
      var piece = self
      piece.sequence = sequence &+ UInt32(start)
      piece.content = content.dropFirst(UInt32(start))
      let isLast = piece.content.length <= size
      piece.content.length = min(size, piece.content.length)
      // What marks the end belongs to the last.
      if !isLast { piece.flags.subtract([.psh, .fin]) }
      return piece
    }
  }
}

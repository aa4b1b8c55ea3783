import DequeModule
import Packets
import Simulation

extension TCPConnection {
  /// A segment that was sent and takes up sequence space.
  struct Sent: Sendable, BitwiseCopyable {
    var sequence: UInt32
    var content: Content
    var flags: TCPSegment.Flags
    var marks: Marks = []
    /// When it was sent last.
    var time: Instant

    @inline(__always)
    var end: UInt32 {
      sequence &+ UInt32(content.length) &+ (flags.isDisjoint(with: [.syn, .fin]) ? 0 : 1)
    }

    @inline(__always)
    var length: UInt32 { end &- sequence }
  }

  /// What is known of a segment that was sent.
  struct Marks: OptionSet, Sendable, BitwiseCopyable {
    let rawValue: UInt8
    /// The peer has it, though something before it is missing.
    static let selected = Marks(rawValue: 1)
    /// Taken for lost.
    static let lost = Marks(rawValue: 2)
    /// Lost, and sent again since.
    static let resent = Marks(rawValue: 4)
    /// Sent more than once: it measures nothing (RFC 6298, 3: Karn's rule).
    static let repeated = Marks(rawValue: 8)
  }

  /// Sends what both windows have room for: first what was lost, then what is new, and FIN behind the last of it.
  mutating func push(_ now: Instant) {
    guard resendLost(now) else { return }
    guard state == .established || state == .closeWait else { return }
    isHeldByWindow = false
    while !unsent.isEmpty {
      guard sendNextPiece(now) else { return }
    }
    guard isClosing else { return }
    state = state == .established ? .finWait1 : .lastAck
    emit([.fin, .ack], now: now)
  }

  /// Sends a segment of new data; false where there is no room for it.
  @inline(__always)
  private mutating func sendNextPiece(_ now: Instant) -> Bool {
    let wanted = UInt16(min(unsent[0].length, UInt64(segmentSize)))
    let inFlight = sendNext &- unacknowledged
    let room = sendWindow > inFlight ? sendWindow - inFlight : 0
    var size = wanted
    if room < UInt32(wanted) {
      // RFC 9293, 3.8.6.2.1: small pieces are not worth it, except where nothing else would make the window move.
      guard inFlight == 0 else { return false }
      guard room > 0 else {
        if due == nil { due = now + timing.timeout }
        return false
      }
      size = UInt16(room)
    }
    guard recovery.pipe + UInt32(size) <= window.size || recovery.pipe == 0 else {
      isHeldByWindow = true
      return false
    }
    let content = unsent[0].prefix(size)
    unsent[0].removeFirst(size)
    let isLast = unsent[0].length == 0
    if isLast { unsent.removeFirst() }
    if progress.began == nil { progress.began = now }
    emit(isLast ? [.ack, .psh] : .ack, content, now: now)
    return true
  }

  /// Sends a segment that takes up sequence space, and sees to it that it arrives.
  mutating func emit(_ flags: TCPSegment.Flags, _ content: Content = .empty, now: Instant) {
    let sent = Sent(sequence: sendNext, content: content, flags: flags, time: now)
    sendNext = sent.end
    flight.append(sent)
    recovery.add(sent.length)
    transmit(sent)
    if due == nil { due = now + timing.timeout }
  }

  @inline(__always)
  mutating func transmit(_ sent: Sent) {
    noteAcknowledged()
    transmit(segment(sent.flags, sent.sequence, sent.content))
  }

  /// Asks a peer whose window is closed whether it still is, by a number it has already acknowledged (Linux,
  /// `tcp_xmit_probe_skb`; RFC 9293, 3.8.6.1).
  mutating func probe(_ now: Instant) {
    guard !unsent.isEmpty else { return }
    // RFC 9293, 3.8.6.1: a peer that answers may keep its window closed for ever.
    guard timing.repeats < settings.repeats else { return finish([.failed(.noAnswer)]) }
    timing.expired(linear: 0)
    transmit(segment(.ack, unacknowledged &- 1))
    due = now + timing.timeout
  }
}

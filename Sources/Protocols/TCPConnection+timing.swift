import Packets
import Simulation

extension TCPConnection {
  /// How patient an operating system is.
  public struct Profile: Hashable, Sendable {
    /// How often a SYN is sent again after the first timeout before the timeout begins to double (`tcp_syn_linear_timeouts`).
    public var linearSynRepeats: Int
    /// How often it is sent again with the timeout doubling (`tcp_syn_retries`).
    public var synRepeats: Int
    /// How often a SYN is answered again (`tcp_synack_retries`).
    public var synAckRepeats: Int
    /// How often other segments are sent again (`tcp_retries2`).
    public var repeats: Int

    /// Linux from 6.5: SYNs at 0, 1, 2, 3, 4, 5, 7, 11, 19, 35 and 67 s, failure at 131 s.
    public static let linux = Profile(linearSynRepeats: 4, synRepeats: 6, synAckRepeats: 5, repeats: 15)
    /// Linux before 6.5: SYNs at 0, 1, 3, 7, 15, 31 and 63 s, failure at 127 s.
    public static let olderLinux = Profile(linearSynRepeats: 0, synRepeats: 6, synAckRepeats: 5, repeats: 15)
  }

  /// The retransmission timeout (RFC 6298).
  struct RetransmissionTiming: Sendable {
    /// 2.1; each repetition doubles it, up to `longest`.
    static let initial = TimeSpan.seconds(1)
    /// Linux: what is added for variation is never less (`tcp_rto_min`).
    static let leastVariation = TimeSpan.milliseconds(200)
    static let longest = TimeSpan.seconds(120)

    var smoothed: TimeSpan?
    var variation = TimeSpan.zero
    var timeout = RetransmissionTiming.initial
    var repeats = 0

    /// 2.2 and 2.3.
    mutating func measured(_ sample: TimeSpan) {
      if let smoothed {
        let deviation =
          sample > smoothed
          ? sample.nanoseconds - smoothed.nanoseconds : smoothed.nanoseconds - sample.nanoseconds
        variation = variation * 3 / 4 + .nanoseconds(deviation / 4)
        self.smoothed = smoothed * 7 / 8 + sample / 8
      } else {
        smoothed = sample
        variation = sample / 2
      }
    }

    /// New data was acknowledged: 5.7 starts again from what was measured.
    mutating func progressed() {
      repeats = 0
      guard let smoothed else {
        timeout = RetransmissionTiming.initial
        return
      }
      let margin = max(variation * 4, RetransmissionTiming.leastVariation)
      timeout = min(smoothed + margin, RetransmissionTiming.longest)
    }

    /// 5.5, after as many repetitions without doubling.
    mutating func expired(linear: Int) {
      repeats += 1
      if repeats > linear { timeout = min(timeout * 2, RetransmissionTiming.longest) }
    }
  }

  /// Takes what the peer acknowledged out of the flight.
  mutating func accept(_ segment: TCPSegment, _ now: Instant) {
    unacknowledged = segment.acknowledgment
    sendWindow = UInt32(segment.window)
    while let first = flight.first, unacknowledged &- first.end < 1 << 31 {
      // Karn's rule (RFC 6298, 3): what was sent twice measures nothing.
      if !first.isRepeated { timing.measured(now - first.time) }
      flight.removeFirst()
    }
    timing.progressed()
    guard !flight.isEmpty else {
      isRecovering = false
      return actions.append(.cancelTimer)
    }
    if isRecovering {
      for place in flight.indices { repeatSent(place) }
      isRecovering = false
    }
    actions.append(.setTimer(timing.timeout))
  }

  /// The oldest segment was not acknowledged in time.
  mutating func repeatFirst(_ now: Instant) {
    guard !flight.isEmpty else { return }
    guard timing.repeats < allowedRepeats else { return finish([.failed(.noAnswer)]) }
    timing.expired(linear: state == .synSent ? profile.linearSynRepeats : 0)
    isRecovering = true
    repeatSent(0)
    actions.append(.setTimer(timing.timeout))
  }

  private mutating func repeatSent(_ place: Int) {
    flight[place].isRepeated = true
    transmit(flight[place])
  }

  private var allowedRepeats: Int {
    switch state {
    case .synSent: profile.linearSynRepeats + profile.synRepeats
    case .synReceived: profile.synAckRepeats
    default: profile.repeats
    }
  }
}

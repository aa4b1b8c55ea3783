import Simulation

extension TCPConnection {
  /// What an operating system says of all its connections; the names of Linux's knobs stand beside them.
  public struct Settings: Hashable, Sendable, BitwiseCopyable {
    public var congestionControl = CongestionControl.cubic
    /// Whether selective acknowledgments are offered (`tcp_sack`).
    public var isSelective = true
    /// Bytes that may come before they are acknowledged: as much as `tcp_rmem` lets the buffer grow to.
    ///
    /// Linux begins with less and grows it as it is needed; here it is all offered from the beginning.
    public var receiveBuffer: UInt32 = 6_291_456
    /// How often a SYN is sent again after the first timeout before the timeout begins to double
    /// (`tcp_syn_linear_timeouts`, since 6.5): with four, SYNs go at 0, 1, 2, 3, 4, 5, 7, 11, 19, 35 and 67 s, and it
    /// fails at 131 s; with none, as before, at 0, 1, 3, 7, 15, 31 and 63 s, and it fails at 127 s.
    public var linearSynRepeats = 4
    /// How often it is sent again with the timeout doubling (`tcp_syn_retries`).
    public var synRepeats = 6
    /// How often a SYN is answered again (`tcp_synack_retries`).
    public var synAckRepeats = 5
    /// How often other segments are sent again (`tcp_retries2`).
    public var repeats = 15

    public init() {}

    /// RFC 7323, 2.3: at most 14; as little as lets the window name the whole buffer.
    var windowShift: UInt8 {
      var shift: UInt8 = 0
      while shift < 14, receiveBuffer >> UInt32(shift) > UInt32(UInt16.max) { shift += 1 }
      return shift
    }
  }

  /// One ACK for two full segments, and no later than this (RFC 1122, 4.2.3.2; Linux, `TCP_DELACK_MIN`).
  static let acknowledgmentDelay = TimeSpan.milliseconds(40)
}

/// The retransmission timeout (RFC 6298).
struct RetransmissionTiming: Sendable, BitwiseCopyable {
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

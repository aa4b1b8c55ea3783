/// What waits for its time, packed in four words.
package struct ScheduledEvent: Hashable, Sendable, BitwiseCopyable {
  package enum Kind: Hashable, Sendable, BitwiseCopyable {
    /// The head of that direction's queue arrives.
    case arrival(DirectionID)
    case timer(DeviceID, TimerToken)
  }

  package let time: Instant
  package let sequence: UInt64
  /// The direction or the device, and below it the timer's subject.
  private let place: UInt64
  /// The timer's generation, below it its kind, and a lowest bit that says that it is a timer.
  private let detail: UInt64

  @inline(__always)
  package init(time: Instant, sequence: UInt64, kind: Kind) {
    self.time = time
    self.sequence = sequence
    switch kind {
    case .arrival(let direction):
      place = UInt64(direction.index) << 32
      detail = 0
    case .timer(let device, let token):
      place = UInt64(device.index) << 32 | UInt64(token.subject)
      detail = UInt64(token.generation) << 32 | UInt64(token.kind) << 1 | 1
    }
  }

  @inline(__always)
  package var kind: Kind {
    guard detail & 1 == 1 else { return .arrival(DirectionID(index: Int(place >> 32))) }
    let token = TimerToken(
      kind: UInt16(truncatingIfNeeded: detail >> 1), subject: UInt32(truncatingIfNeeded: place),
      generation: UInt32(truncatingIfNeeded: detail >> 32))
    return .timer(DeviceID(index: Int(place >> 32)), token)
  }
}

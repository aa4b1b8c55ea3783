import DequeModule
import Packets

/// One direction of a link: a queue of frames under way with one event for its head.
struct LinkDirection: Sendable {
  let source: LinkEnd
  let target: LinkEnd
  let configuration: LinkConfiguration
  var isUp = true
  var random: RandomSource
  var inFlight: Deque<InFlight> = []
  /// When the transmitter is free again.
  private var busyUntil = Instant.start
  /// When each frame that waits will begin to be sent.
  private var waiting: Deque<Instant> = []

  struct InFlight: Sendable {
    var frame: EthernetFrame
    var id: FrameID
    var arrival: Instant
    /// Given when the frame was sent, so that the order does not depend on the queue behind it.
    var sequence: UInt64
  }

  init(from source: LinkEnd, to target: LinkEnd, _ configuration: LinkConfiguration, random: RandomSource) {
    self.source = source
    self.target = target
    self.configuration = configuration
    self.random = random
  }

  /// When a frame sent now arrives, or why it never does.
  mutating func admit(_ frame: EthernetFrame, now: Instant) -> Admission {
    guard isUp else { return .dies(.linkDown) }
    let headerLength = frame.tag == nil ? 14 : 18
    guard frame.length - headerLength <= Int(configuration.mtu) else { return .dies(.tooBig) }
    var departure = now
    if configuration.rate > 0 {
      while let first = waiting.first, first <= now { waiting.removeFirst() }
      let begin = max(now, busyUntil)
      if begin > now {
        guard waiting.count < Int(configuration.queueLimit) else { return .dies(.queueFull) }
        waiting.append(begin)
      }
      departure = begin + configuration.transmissionTime(ofLength: frame.length)
      busyUntil = departure
    }
    // A lost frame has used the wire all the same.
    if random.happens(configuration.loss) { return .dies(.lost) }
    return .arrives(departure + configuration.delay)
  }

  enum Admission {
    case arrives(Instant)
    case dies(DropReason)
  }

  /// Takes everything off the wire, as when it is cut; the event of its head stays behind and finds nothing.
  mutating func clear() -> [InFlight] {
    defer {
      inFlight.removeAll()
      waiting.removeAll()
      busyUntil = .start
    }
    return Array(inFlight)
  }
}

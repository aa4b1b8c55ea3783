import Packets

/// One direction of a link: a queue of frames under way with one event for its head.
struct LinkDirection: Sendable, BitwiseCopyable {
  let source: LinkEnd
  let target: LinkEnd
  var configuration: LinkConfiguration
  // Here, where it fills a gap.
  var state = State.up
  var random: RandomSource
  /// When the transmitter is free again.
  private var busyUntil = Instant.start
  /// The frames under way, in the pool of all.
  private(set) var first = Flight.none
  private var last = Flight.none
  /// Which of the backlogs is this direction's, once a frame had to wait.
  private var backlog = UInt32.max
  /// Which of the impaired directions this is, if it is one.
  var impairment = UInt32.max

  init(from source: LinkEnd, to target: LinkEnd, _ configuration: LinkConfiguration, random: RandomSource) {
    self.source = source
    self.target = target
    self.configuration = configuration
    self.random = random
  }

  enum State: UInt8, Sendable, BitwiseCopyable {
    case up
    /// Its frames die, though neither end can see that.
    case mute
    /// The device at one of its ends is switched off, which the other end sees (Linux: `NO-CARRIER`).
    case dark
    case down
  }

  /// Whether its ends see a link.
  var isUp: Bool {
    @inline(__always) get { state == .up || state == .mute }
  }

  enum Admission {
    case arrives(Instant)
    case dies(DropReason)
  }

  /// When a frame sent now arrives, or why it never does.
  @inline(__always)
  mutating func admit(_ frame: EthernetFrame, now: Instant, _ backlogs: inout Backlogs) -> Admission {
    guard state == .up else { return .dies(state == .dark ? .noCarrier : .linkDown) }
    let length = frame.length
    guard length - (frame.tag == nil ? 14 : 18) <= Int(configuration.mtu) else { return .dies(.tooBig) }
    var departure = now
    if configuration.rate > 0 {
      if busyUntil > now {
        guard backlogs.admit(until: busyUntil, now: now, limit: configuration.queueLimit, &backlog) else {
          return .dies(.queueFull)
        }
        departure = busyUntil
      }
      departure = departure + configuration.transmissionTime(ofLength: length)
      busyUntil = departure
    }
    // A lost frame has used the wire all the same.
    if configuration.loss > 0, random.happens(configuration.loss) { return .dies(.lost) }
    return .arrives(departure + configuration.delay)
  }

  /// Puts a frame behind the others; true when it is the first.
  @inline(__always)
  mutating func append(_ place: UInt32, _ flights: inout FlightPool) -> Bool {
    defer { last = place }
    guard first == Flight.none else {
      flights.append(place, behind: last)
      return false
    }
    first = place
    return true
  }

  /// Puts a frame among the others by its arrival, behind those of the same moment; true when it is the first.
  ///
  /// The event of a head that is overtaken stays behind and finds another frame, or its own: then the second event of
  /// that frame finds nothing.
  mutating func insert(_ place: UInt32, _ flights: inout FlightPool) -> Bool {
    let arrival = flights[place].arrival
    guard first != Flight.none, arrival < flights[last].arrival else { return append(place, &flights) }
    guard arrival >= flights[first].arrival else {
      flights.append(first, behind: place)
      first = place
      return true
    }
    var before = first
    while flights[flights[before].next].arrival <= arrival { before = flights[before].next }
    flights.append(flights[before].next, behind: place)
    flights.append(place, behind: before)
    return false
  }

  /// Takes the head off; `next` is the frame behind it.
  @inline(__always)
  mutating func removeFirst(next: UInt32) {
    first = next
  }

  /// When the last frame under way arrives; nil where there is none.
  func lastArrival(in flights: FlightPool) -> Instant? { first == Flight.none ? nil : flights[last].arrival }

  /// Takes everything off the wire, as when it is cut; the event of its head stays behind and finds nothing.
  mutating func clear(_ flights: inout FlightPool, _ backlogs: inout Backlogs) -> [Flight] {
    var cleared: [Flight] = []
    while first != Flight.none {
      let flight = flights[first]
      flights.remove(first)
      cleared.append(flight)
      first = flight.next
    }
    busyUntil = .start
    backlogs.clear(backlog)
    return cleared
  }
}

/// Bytes that a direction and a frame under way take, which decides how many of them stay in the processor's cache.
package enum LinkFootprint {
  package static let direction = MemoryLayout<LinkDirection>.stride
  package static let flight = MemoryLayout<Flight>.stride
}

import Packets

/// A frame on a link.
struct Flight: Sendable, BitwiseCopyable {
  var frame: EthernetFrame
  var id: FrameID
  /// The place of the frame behind it in the same direction.
  var next = Flight.none
  var arrival: Instant
  /// Given when the frame was sent, so that the order does not depend on the queue behind it.
  var sequence: UInt64
  /// The message the frame refers to, or `MessageID.none`.
  var message: MessageID
  /// Its check sequence will not fit.
  var isDamaged = false

  static let none = UInt32.max
}

/// The frames on all links, in one block of memory; each direction strings its own together.
///
/// A place that was left last is filled first, so what is under way in a quiet network stays in the processor's cache.
struct FlightPool: Sendable {
  private var flights = Slab(repeating: FlightPool.vacant, count: 0)
  private var free = Flight.none

  private static let vacant = Flight(
    frame: EthernetFrame(destination: .zero, source: .zero, payload: .other(EtherType(rawValue: 0), .empty)),
    id: .none, arrival: .start, sequence: 0, message: .none)

  /// Asked once before anything is changed: see `Slab`.
  mutating func makeUnique() { flights.makeUnique() }

  subscript(place: UInt32) -> Flight {
    @inline(__always) get { flights[Int(place)] }
  }

  @inline(__always)
  mutating func insert(_ flight: Flight) -> UInt32 {
    if free == Flight.none { grow() }
    let place = free
    free = flights[Int(place)].next
    flights[Int(place)] = flight
    return place
  }

  @inline(__always)
  mutating func remove(_ place: UInt32) {
    flights[Int(place)].next = free
    free = place
  }

  @inline(__always)
  mutating func append(_ place: UInt32, behind last: UInt32) { flights[Int(last)].next = place }

  private mutating func grow() {
    let count = flights.capacity
    flights.grow(to: count + max(16, count / 2), filledWith: FlightPool.vacant)
    for place in (count..<flights.capacity).reversed() {
      flights[place].next = free
      free = UInt32(place)
    }
  }
}

import Packets
import Protocols
import Simulation

/// Two connections that carry one: the guest's with the proxy, and the proxy's own with the world.
struct ConnectionPair: Sendable {
  enum Half: Sendable {
    case inner, outer
    var other: Half { self == .inner ? .outer : .inner }
  }

  /// The guest's end.
  var guest: Endpoint
  /// The end the guest believes it speaks to.
  var remote: Endpoint
  /// The end the outer half speaks to.
  var outside: Endpoint
  /// The outer half's own address; any where the host's stack chooses it.
  var outerAddress = IPv4Address.any
  var outerPort: UInt16
  var inner: TCPConnection
  var outer: TCPConnection
  /// The half that somebody else opened; the other one is opened for it.
  var opened: Half
  /// The segment that opened it, answered when the other half is open.
  var opening: TCPSegment
  var isAccepted = false
  /// Messages that may have to be sent again.
  var kept: [MessageID] = []
  private var innerTimer = ConnectionTimer()
  private var outerTimer = ConnectionTimer()
  private var innerSent: UInt32 = 0
  private var outerSent: UInt32 = 0
  private(set) var innerIsOver = false
  private(set) var outerIsOver = false

  init(
    guest: Endpoint, remote: Endpoint, outside: Endpoint, outerAddress: IPv4Address = .any, outerPort: UInt16,
    inner: TCPConnection, outer: TCPConnection, opened: Half, opening: TCPSegment
  ) {
    self.guest = guest
    self.remote = remote
    self.outside = outside
    self.outerAddress = outerAddress
    self.outerPort = outerPort
    self.inner = inner
    self.outer = outer
    self.opened = opened
    self.opening = opening
  }

  mutating func advance(
    _ half: Half, _ now: Instant, _ step: (inout TCPConnection, Instant) -> Void,
    _ actions: inout [TCPConnection.Action]
  ) {
    switch half {
    case .inner:
      step(&inner, now)
      inner.takeActions(&actions)
    case .outer:
      step(&outer, now)
      outer.takeActions(&actions)
    }
  }

  /// Whether the timer of that half is the one that went off.
  mutating func goesOff(_ token: TimerToken, _ half: Half) -> Bool {
    half == .inner ? innerTimer.goesOff(token) : outerTimer.goesOff(token)
  }

  mutating func serveTimer(of half: Half, _ place: Int, _ outbox: inout Outbox) {
    switch half {
    case .inner: innerTimer.serve(inner.deadline, NATProxy.Timer.inner, UInt32(place), &outbox)
    case .outer: outerTimer.serve(outer.deadline, NATProxy.Timer.outer, UInt32(place), &outbox)
    }
  }

  /// Counts a segment that half sends; how many it are by now.
  mutating func countSent(by half: Half) -> UInt32 {
    switch half {
    case .inner:
      innerSent &+= 1
      return innerSent
    case .outer:
      outerSent &+= 1
      return outerSent
    }
  }

  mutating func setOver(_ half: Half) {
    if half == .inner { innerIsOver = true } else { outerIsOver = true }
  }
}

/// The pairs of connections of a NAT proxy.
struct PairTable: Sendable {
  /// A connection as the guest's segments name it.
  struct InnerKey: Hashable {
    var guest: Endpoint
    var remote: Endpoint
  }

  /// A connection as segments from the host name it.
  struct OuterKey: Hashable {
    var port: UInt16
    var outside: Endpoint
  }

  private var pairs: [ConnectionPair?] = []
  private var inner: [InnerKey: Int] = [:]  // looked up, never iterated
  private var outer: [OuterKey: Int] = [:]  // looked up, never iterated
  private var ports: [UInt16: Int] = [:]  // looked up, never iterated
  private var free: [Int] = []

  subscript(place: Int) -> ConnectionPair? {
    get { pairs.indices.contains(place) ? pairs[place] : nil }
    _modify {
      // A place that never was has nothing to be changed.
      guard pairs.indices.contains(place) else {
        var nobody: ConnectionPair?
        yield &nobody
        return
      }
      yield &pairs[place]
    }
  }

  func place(inner key: InnerKey) -> Int? { inner[key] }
  func place(outer key: OuterKey) -> Int? { outer[key] }
  /// The latest pair that uses this port of the host.
  func place(ofPort port: UInt16) -> Int? { ports[port] }

  /// Whether a segment from a guest belongs to a connection that the proxy itself opened to that guest.
  func isInner(_ packet: IPv4Packet) -> Bool {
    guard case .tcp(let segment) = packet.payload else { return false }
    let guest = Endpoint(packet.source, segment.sourcePort)
    return inner[InnerKey(guest: guest, remote: Endpoint(packet.destination, segment.destinationPort))] != nil
  }

  mutating func insert(_ pair: ConnectionPair) -> Int {
    let place: Int
    if let reused = free.popLast() {
      pairs[reused] = pair
      place = reused
    } else {
      pairs.append(pair)
      place = pairs.count - 1
    }
    inner[InnerKey(guest: pair.guest, remote: pair.remote)] = place
    outer[OuterKey(port: pair.outerPort, outside: pair.outside)] = place
    ports[pair.outerPort] = place
    return place
  }

  mutating func remove(_ place: Int) {
    guard let pair = self[place] else { return }
    inner[InnerKey(guest: pair.guest, remote: pair.remote)] = nil
    outer[OuterKey(port: pair.outerPort, outside: pair.outside)] = nil
    if ports[pair.outerPort] == place { ports[pair.outerPort] = nil }
    pairs[place] = nil
    free.append(place)
  }

  /// All of them, in the order in which they took their places.
  var all: [ConnectionPair] { pairs.compactMap { $0 } }

  /// A free port of the ephemeral range, from a random place on.
  func freePort(random: inout RandomSource) -> UInt16? {
    let range = SocketTable.ephemeralPorts
    let start = Int(random.below(UInt64(range.count)))
    for step in 0..<range.count {
      let port = range.lowerBound + UInt16((start + step) % range.count)
      if ports[port] == nil { return port }
    }
    return nil
  }
}

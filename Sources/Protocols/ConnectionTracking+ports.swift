import Packets
import Simulation

/// Choosing what an end of a connection becomes: the address, and the port that tells it from the others.
///
/// As Linux does it (`get_unique_tuple`): only connections count as taken, the machine's own among them; a socket that has
/// sent nothing yet does not.
extension ConnectionTracking {
  /// What an end of a connection may become.
  public struct Target: Hashable, Sendable {
    public var first: IPv4Address
    public var last: IPv4Address
    /// Of TCP and UDP; nil keeps the port where it is free. The identifier of an echo may always be anything.
    public var ports: ClosedRange<UInt16>?
    /// Whether a client gets the same address for every server (iptables, `--persistent`).
    public var isPersistent = false

    public init(
      _ first: IPv4Address, _ last: IPv4Address? = nil, ports: ClosedRange<UInt16>? = nil, isPersistent: Bool = false
    ) {
      self.first = first
      self.last = last ?? first
      self.ports = ports
      self.isPersistent = isPersistent
    }

    func ports(of flow: Tuple.Flow) -> ClosedRange<UInt16>? { flow == .tcp || flow == .udp ? ports : nil }

    func contains(_ endpoint: Endpoint, of flow: Tuple.Flow) -> Bool {
      (first.rawValue...last.rawValue).contains(endpoint.address.rawValue)
        && (ports(of: flow)?.contains(endpoint.port) ?? true)
    }

    /// Of several addresses the one a hash of both ends points to, so that a server sees a client always come from the
    /// same (Linux, `find_best_ips_proto`).
    func address(for source: IPv4Address, toward destination: IPv4Address) -> IPv4Address {
      guard first != last else { return first }
      let hash = lookup3(source.rawValue.byteSwapped, seed: isPersistent ? 0 : destination.rawValue.byteSwapped)
      let size = UInt64(last.rawValue - first.rawValue) + 1
      return IPv4Address(rawValue: first.rawValue + UInt32((UInt64(hash) * size) >> 32))
    }
  }

  /// Tries of the first search; each further one makes half as many, as long as there were `fewestTries`.
  static let mostTries = 128
  static let fewestTries = 16
  /// With so few tries left, a port whose connection is in TIME_WAIT is taken over (Linux, `NF_NAT_HARDER_THRESH`).
  static let lastTries = 32

  /// Where a source port may go when no rule says so: a privileged port stays one. An echo identifier may be anything.
  static func permittedPorts(for port: UInt16, of flow: Tuple.Flow) -> ClosedRange<UInt16> {
    if flow.isEcho { return 0...65535 }
    switch port {
    case ..<512: return 1...511
    case ..<1024: return 600...1023
    default: return 1024...65535
    }
  }

  /// The source as it is if it may stay so, or what its other connections became; then its own port at another address,
  /// then a search from a random start.
  mutating func chooseSource(
    for index: UInt32, in target: Target, _ now: Instant, _ random: inout RandomSource
  ) -> Endpoint? {
    let (flow, reply) = (entries[Int(index)].original.flow, entries[Int(index)].reply)
    let asked = Candidate(index: index, flow: reply.flow, far: reply.source)
    let current = reply.destination
    if target.contains(current, of: flow) {
      if isFree(current, asked, now) { return current }
    } else if flow.hasPorts, let known = knownSource(of: index, in: target, now), isFree(known, asked, now) {
      return known
    }
    var chosen = Endpoint(target.address(for: current.address, toward: reply.source.address), current.port)
    guard flow.hasPorts else { return chosen }
    let ports = target.ports(of: flow)
    if ports?.contains(current.port) ?? true, ports?.count == 1 || isFree(chosen, asked, now) { return chosen }
    let range = ports ?? ConnectionTracking.permittedPorts(for: current.port, of: flow)
    let start = Int(random.below(UInt64(range.count)))
    guard let port = search(range, from: start, at: chosen.address, asked, now, &random) else { return nil }
    chosen.port = port
    return chosen
  }

  /// The port it has, if that is allowed, or else the first in the range; with several, one toward which the source has
  /// no other connection. Where there is none, the source is moved later.
  mutating func chooseDestinationPort(
    _ index: UInt32, _ current: Endpoint, in ports: ClosedRange<UInt16>, _ now: Instant
  ) -> UInt16 {
    let reply = entries[Int(index)].reply
    func isFree(_ tracking: inout ConnectionTracking, _ port: UInt16) -> Bool {
      let tuple = Tuple(reply.flow, from: Endpoint(current.address, port), to: reply.destination)
      return tracking.find(tuple, now).map { $0 == Place(index, .reply) } ?? true
    }
    if ports.contains(current.port), ports.count == 1 || isFree(&self, current.port) { return current.port }
    for port in ports.prefix(ConnectionTracking.mostTries) where isFree(&self, port) { return port }
    return ports.lowerBound
  }

  /// What another connection of the same source became, if that is allowed here as well; the newest counts.
  private func knownSource(of index: UInt32, in target: Target, _ now: Instant) -> Endpoint? {
    let original = entries[Int(index)].original
    var next = sources[original.sourceKey] ?? ConnectionTracking.nobody
    while next != ConnectionTracking.nobody {
      let other = Int(next)
      let endpoint = entries[other].reply.destination
      if now < entries[other].expires, target.contains(endpoint, of: original.flow) { return endpoint }
      next = entries[other].next
    }
    return nil
  }

  /// A connection that looks for a source, seen from what will come back.
  private struct Candidate {
    var index: UInt32
    var flow: Tuple.Flow
    var far: Endpoint
  }

  private mutating func search(
    _ range: ClosedRange<UInt16>, from start: Int, at address: IPv4Address, _ asked: Candidate, _ now: Instant,
    _ random: inout RandomSource
  ) -> UInt16? {
    let size = range.count
    var tries = min(size, ConnectionTracking.mostTries)
    var start = start
    while true {
      for step in 0..<tries {
        let port = range.lowerBound + UInt16((start + step) % size)
        let end = Endpoint(address, port)
        let isLast = tries - step <= ConnectionTracking.lastTries
        if isFree(end, asked, now) || isLast && takesOver(end, asked, now) { return port }
      }
      guard tries < size, tries >= ConnectionTracking.fewestTries else { return nil }
      tries /= 2
      start = Int(random.below(UInt64(size)))
    }
  }

  private mutating func isFree(_ end: Endpoint, _ asked: Candidate, _ now: Instant) -> Bool {
    find(Tuple(asked.flow, from: asked.far, to: end), now).map { $0 == Place(asked.index, .reply) } ?? true
  }

  /// Ends a connection that is over and only waits for stragglers, for the sake of a new one.
  private mutating func takesOver(_ end: Endpoint, _ asked: Candidate, _ now: Instant) -> Bool {
    guard entries[Int(asked.index)].tcp == .synSent,
      let place = find(Tuple(asked.flow, from: asked.far, to: end), now), place.direction == .reply,
      entries[place.slot].tcp == .timeWait
    else { return false }
    remove(place.index)
    return true
  }
}

/// Bob Jenkins' hash `lookup3` of four words of which only the first is not zero, as Linux's `jhash2` computes it.
private func lookup3(_ word: UInt32, seed: UInt32) -> UInt32 {
  func rotated(_ value: UInt32, _ bits: UInt32) -> UInt32 { value << bits | value >> (32 - bits) }
  let start = 0xdead_beef &+ (4 << 2) &+ seed
  var (a, b, c) = (start &+ word, start, start)
  // Mixing what came so far.
  a = (a &- c) ^ rotated(c, 4)
  c = c &+ b
  b = (b &- a) ^ rotated(a, 6)
  a = a &+ c
  c = (c &- b) ^ rotated(b, 8)
  b = b &+ a
  a = (a &- c) ^ rotated(c, 16)
  c = c &+ b
  b = (b &- a) ^ rotated(a, 19)
  a = a &+ c
  c = (c &- b) ^ rotated(b, 4)
  b = b &+ a
  // The end of it.
  c = (c ^ b) &- rotated(b, 14)
  a = (a ^ c) &- rotated(c, 11)
  b = (b ^ a) &- rotated(a, 25)
  c = (c ^ b) &- rotated(b, 16)
  a = (a ^ c) &- rotated(c, 4)
  b = (b ^ a) &- rotated(a, 14)
  c = (c ^ b) &- rotated(b, 24)
  return c
}

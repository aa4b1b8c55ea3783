import Packets
import Simulation

/// Choosing the port of a translated source.
extension ConnectionTracking {
  /// Tries of the first search; each further one makes half as many, down to `fewestTries`.
  static let mostTries = 128
  static let fewestTries = 16

  /// Where a source port may go when no rule says so: a privileged port stays one. An echo identifier may be anything.
  static func permittedPorts(for port: UInt16, of flow: Tuple.Flow) -> ClosedRange<UInt16> {
    if flow.isEcho { return 0...65535 }
    switch port {
    case ..<512: return 1...511
    case ..<1024: return 600...1023
    default: return 1024...65535
    }
  }

  /// Keeps a port of the machine's own socket from being given to a translated connection.
  ///
  /// The address is `any` for a socket that listens on all of them.
  public mutating func reserve(_ endpoint: Endpoint, of flow: Tuple.Flow) {
    sockets[Socket(flow: flow, endpoint: endpoint), default: 0] += 1
  }

  /// Takes one reservation back.
  public mutating func release(_ endpoint: Endpoint, of flow: Tuple.Flow) {
    let socket = Socket(flow: flow, endpoint: endpoint)
    guard let count = sockets[socket] else { return }
    sockets[socket] = count > 1 ? count - 1 : nil
  }

  /// The mapping the same inside end already has, then its own port, then a search from a random start; a port whose
  /// connection is in TIME_WAIT is the last resort.
  mutating func choosePort(
    for id: EntryID, as address: IPv4Address, _ ports: ClosedRange<UInt16>?, _ now: Instant,
    _ random: inout RandomSource
  ) -> UInt16? {
    guard let entry = self[id] else { return nil }
    let inside = entry.original.source
    guard entry.original.flow.hasPorts else { return inside.port }
    let asked = Candidate(id: id, flow: entry.reply.flow, far: entry.reply.source, address: address)
    let range = ports ?? ConnectionTracking.permittedPorts(for: inside.port, of: entry.original.flow)

    for mapping in (mappings[Inside(flow: entry.original.flow, endpoint: inside)] ?? []).reversed()
    where mapping.outside.address == address && (ports?.contains(mapping.outside.port) ?? true) {
      if isFree(mapping.outside.port, asked, now) { return mapping.outside.port }
    }
    if ports?.contains(inside.port) ?? true, isFree(inside.port, asked, now) { return inside.port }
    return search(range, asked, now, &random) { tracking, port in tracking.isFree(port, asked, now) }
      ?? search(range, asked, now, &random) { tracking, port in tracking.isWaiting(port, asked, now) }
  }

  /// A connection that looks for a source port, seen from what will come back.
  struct Candidate {
    var id: EntryID
    var flow: Tuple.Flow
    var far: Endpoint
    var address: IPv4Address

    func reply(to port: UInt16) -> Tuple { Tuple(flow, from: far, to: Endpoint(address, port)) }
  }

  private mutating func search(
    _ range: ClosedRange<UInt16>, _ asked: Candidate, _ now: Instant, _ random: inout RandomSource,
    accepts: (inout ConnectionTracking, UInt16) -> Bool
  ) -> UInt16? {
    let size = Int(range.upperBound) - Int(range.lowerBound) + 1
    var tries = min(size, ConnectionTracking.mostTries)
    while true {
      let start = Int(random.below(UInt64(size)))
      for step in 0..<tries {
        let port = range.lowerBound + UInt16((start + step) % size)
        if accepts(&self, port) { return port }
      }
      guard tries < size, tries > ConnectionTracking.fewestTries else { return nil }
      tries /= 2
    }
  }

  private mutating func isFree(_ port: UInt16, _ asked: Candidate, _ now: Instant) -> Bool {
    guard !isSocket(port, asked) else { return false }
    return find(asked.reply(to: port), now).map { $0 == Place(asked.id.index, .reply) } ?? true
  }

  /// Whether the port's connection to that far end is over and only waits for stragglers.
  private mutating func isWaiting(_ port: UInt16, _ asked: Candidate, _ now: Instant) -> Bool {
    guard !isSocket(port, asked), let place = find(asked.reply(to: port), now) else { return false }
    return place.direction == .reply && slots[Int(place.index)].entry?.tcp == .timeWait
  }

  mutating func evictTimeWait(_ reply: Tuple, unless index: UInt32, _ now: Instant) {
    guard let place = find(reply, now), place.index != index,
      slots[Int(place.index)].entry?.tcp == .timeWait
    else { return }
    remove(place.index)
  }

  private func isSocket(_ port: UInt16, _ asked: Candidate) -> Bool {
    guard !sockets.isEmpty else { return false }
    let flow = asked.flow.inverted
    return sockets[Socket(flow: flow, endpoint: Endpoint(asked.address, port))] != nil
      || sockets[Socket(flow: flow, endpoint: Endpoint(.any, port))] != nil
  }

  mutating func remember(_ binding: Binding, _ flow: Tuple.Flow) {
    let inside = Inside(flow: flow, endpoint: binding.before)
    var known = mappings[inside] ?? []
    if let place = known.firstIndex(where: { $0.outside == binding.after }) {
      known[place].uses += 1
    } else {
      known.append(Mapping(outside: binding.after, uses: 1))
    }
    mappings[inside] = known
  }

  mutating func forget(_ binding: Binding, _ flow: Tuple.Flow) {
    let inside = Inside(flow: flow, endpoint: binding.before)
    guard var known = mappings[inside], let place = known.firstIndex(where: { $0.outside == binding.after })
    else { return }
    known[place].uses -= 1
    if known[place].uses == 0 { known.remove(at: place) }
    mappings[inside] = known.isEmpty ? nil : known
  }
}

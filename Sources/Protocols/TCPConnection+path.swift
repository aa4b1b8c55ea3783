import Packets
import Simulation

extension TCPConnection {
  /// Sends no segments with more than `size` bytes of data any more, and what was longer again in pieces (RFC 1191, 6.4).
  ///
  /// What was sent behind the first such segment is sent again too, since a peer does not keep what is out of order. Of ten
  /// messages about ten segments in flight, the first one does all.
  public mutating func limitSegments(to size: UInt16, now: Instant) -> [Action] {
    guard size > 0, size < segmentLimit, state != .closed else { return [] }
    segmentLimit = size
    guard let first = flight.firstIndex(where: { $0.content.length > size }) else { return [] }
    let pieces = flight[first...].flatMap { $0.pieces(of: size) }
    flight.replaceSubrange(first..., with: pieces)
    for place in first..<flight.count {
      flight[place].isRepeated = true
      transmit(flight[place])
    }
    actions.append(.setTimer(timing.timeout))
    return taken()
  }
}

extension TCPConnection.Sent {
  fileprivate func pieces(of size: UInt16) -> [Self] {
    guard content.length > size else { return [self] }
    return stride(from: 0, to: content.length, by: Int(size)).map { start in
      var piece = self
      piece.sequence = sequence &+ UInt32(start)
      piece.content.offset += start
      piece.content.length = min(size, content.length - start)
      // What marks the end belongs to the last.
      if start + piece.content.length < content.length { piece.flags.subtract([.psh, .fin]) }
      return piece
    }
  }
}

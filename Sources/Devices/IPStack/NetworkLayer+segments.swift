import Packets
import Protocols
import Simulation

/// Segment sizes that rules lower (Linux, `xt_TCPMSS`).
extension NetworkLayer {
  /// What counts as offered where nothing is (RFC 9293, 3.7.1).
  private static let unofferedSegmentSize: UInt16 = 536
  /// Both headers. The options of a segment count with its data (RFC 6691), so nothing is taken off for them.
  private static let headers = 40

  /// Lowers the segment size that a connection is opened with, where a rule that the packet has met says so.
  @inline(never)
  mutating func limitSegments(of packet: inout IPv4Packet, leavingBy port: PortNumber, _ outbox: inout Outbox) {
    guard let limited = filters[0].limited, case .tcp(var segment) = packet.payload, segment.flags.contains(.syn)
    else { return }
    filters[0].limited = nil
    let offered = segment.maximumSegmentSize == 0 ? Self.unofferedSegmentSize : segment.maximumSegmentSize
    // An option that is not there is put in, but not in front of data, and not where 60 bytes of header are full.
    guard segment.maximumSegmentSize != 0 || segment.content.length == 0 && packet.payload.length <= 56 else { return }
    let limit = min(self.limit(limited.limit, on: packet, leavingBy: port, &outbox), offered)
    guard limit != segment.maximumSegmentSize else { return }
    segment.maximumSegmentSize = limit
    packet.payload = .tcp(segment)
    outbox.note(.segmentsLimited(limit), on: PortNumber.none, origin: limited.origin)
  }

  private mutating func limit(
    _ limit: PacketFilter.SegmentLimit, on packet: IPv4Packet, leavingBy port: PortNumber, _ outbox: inout Outbox
  ) -> UInt16 {
    switch limit {
    case .bytes(let bytes): return bytes
    case .path:
      let on = min(outbox.mtu(of: port), mtu(toward: packet.destination, &outbox) ?? .max)
      let back = isLocal(packet.source) ? nil : mtu(toward: packet.source, &outbox)
      return UInt16(clamping: min(on, back ?? on) - Self.headers)
    }
  }

  /// Along the way that routes have; nil where there is none.
  private mutating func mtu(toward destination: IPv4Address, _ outbox: inout Outbox) -> Int? {
    routes.lookup(destination, now: outbox.now).flatMap {
      $0.kind == .unicast ? mtu(toward: destination, over: $0.port, &outbox) : nil
    }
  }
}

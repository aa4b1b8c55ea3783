import Packets
import Protocols
import Simulation
import Testing

/// How long Linux keeps a connection that is silent (`nf_conntrack_*_timeout*`), by how far it has come:
///
/// seen so far · state · seconds
/// - SYN · SYN_SENT · 120
/// - SYN, SYN-ACK back · SYN_RECV · 60
/// - all three segments · ESTABLISHED · 432 000
/// - a FIN · FIN_WAIT · 120
/// - and its acknowledgment · CLOSE_WAIT · 60
/// - and a FIN back · LAST_ACK · 30
/// - and its acknowledgment · TIME_WAIT · 120
/// - a RST · CLOSE · 10
/// - one datagram, with or without an answer at once · 30
/// - an echo request · 30
/// - another protocol · 600
@Suite("Connection timeouts") struct ConnectionTimeoutTests {
  private static let inside = Endpoint(IPv4Address(192, 168, 1, 20), 5000)
  private static let server = Endpoint(IPv4Address(198, 51, 100, 80), 80)

  /// A packet from inside, or back.
  struct Seen: Sendable {
    var payload: IPv4Payload
    var isBack = false
    /// Which end the ports belong to is told by the direction.
    var packet: IPv4Packet {
      let (source, destination) = isBack ? (server, inside) : (inside, server)
      return IPv4Packet(source: source.address, destination: destination.address, payload: payload)
    }

    static func tcp(_ flags: TCPSegment.Flags, back: Bool = false) -> Seen {
      let (source, destination) = back ? (server, inside) : (inside, server)
      let segment = TCPSegment(
        sourcePort: source.port, destinationPort: destination.port, sequence: 0, flags: flags)
      return Seen(payload: .tcp(segment), isBack: back)
    }

    static func udp(back: Bool = false) -> Seen {
      let (source, destination) = back ? (server, inside) : (inside, server)
      let datagram = UDPDatagram(sourcePort: source.port, destinationPort: destination.port, content: .empty)
      return Seen(payload: .udp(datagram), isBack: back)
    }
  }

  private static let open: [Seen] = [.tcp(.syn), .tcp([.syn, .ack], back: true), .tcp(.ack)]
  private static let closing: [Seen] = open + [.tcp([.fin, .ack]), .tcp(.ack, back: true)]

  private static let rows: [(String, [Seen], UInt64)] = [
    ("SYN_SENT", [.tcp(.syn)], 120), ("SYN_RECV", Array(open.prefix(2)), 60), ("ESTABLISHED", open, 432_000),
    ("FIN_WAIT", open + [.tcp([.fin, .ack])], 120), ("CLOSE_WAIT", closing, 60),
    ("LAST_ACK", closing + [.tcp([.fin, .ack], back: true)], 30),
    ("TIME_WAIT", closing + [.tcp([.fin, .ack], back: true), .tcp(.ack)], 120),
    ("CLOSE", open + [.tcp(.rst, back: true)], 10), ("a datagram", [.udp()], 30),
    ("an answered datagram", [.udp(), .udp(back: true)], 30),
    ("an echo", [Seen(payload: .icmp(ICMPMessage(.echoRequest(identifier: 7, sequence: 1))))], 30),
    ("another protocol", [Seen(payload: .other(IPProtocol(rawValue: 47), .empty))], 600),
  ]

  @Test("an entry ends so many seconds after its last packet, and not a nanosecond before", arguments: rows.indices)
  func ends(row: Int) throws {
    let (name, seen, seconds) = Self.rows[row]
    let end = Instant.start + .seconds(seconds)
    for (moment, isOver) in [(Instant(nanoseconds: end.nanoseconds - 1), false), (end, true)] {
      var tracking = ConnectionTracking()
      for packet in seen { _ = tracking.track(packet.packet, now: .start) }
      // An acknowledgment begins an entry where there is none; so does the first packet of everything else.
      let next = if case .tcp = seen[0].payload { Seen.tcp(.ack) } else { seen[0] }
      let tracked = tracking.track(next.packet, now: moment)
      #expect(tracked.isFirst == isOver, "\(name) after \(moment)")
    }
  }
}

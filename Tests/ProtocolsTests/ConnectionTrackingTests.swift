import Packets
import Protocols
import Simulation
import Testing

/// Linux's connection tracking and source translation, as measured.
@Suite("Connection tracking") struct ConnectionTrackingTests {
  private let outside = IPv4Address(203, 0, 113, 2)
  private let server = Endpoint(IPv4Address(198, 51, 100, 80), 53)
  private let first = Endpoint(IPv4Address(192, 168, 1, 20), 5000)
  private let second = Endpoint(IPv4Address(192, 168, 1, 21), 5000)

  private func at(_ milliseconds: UInt64) -> Instant { .start + .milliseconds(milliseconds) }

  private func udp(_ source: Endpoint, _ destination: Endpoint) -> IPv4Packet {
    IPv4Packet(
      source: source.address, destination: destination.address,
      payload: .udp(
        UDPDatagram(sourcePort: source.port, destinationPort: destination.port, content: .pattern(length: 8)))
    )
  }

  private func tcp(_ source: Endpoint, _ destination: Endpoint, _ flags: TCPSegment.Flags) -> IPv4Packet {
    IPv4Packet(
      source: source.address, destination: destination.address,
      payload: .tcp(
        TCPSegment(sourcePort: source.port, destinationPort: destination.port, sequence: 0, flags: flags)))
  }

  /// The translated packet, or nil when no port was left.
  private func leave(
    _ tracking: inout ConnectionTracking, _ packet: IPv4Packet, ports: ClosedRange<UInt16>? = nil,
    _ now: Instant
  ) -> IPv4Packet? {
    var random = RandomSource(seed: 7)
    let tracked = tracking.track(packet, now: now)
    guard let entry = tracked.entry else { return nil }
    if tracked.isFirst,
      !tracking.bindSource(
        entry, to: ConnectionTracking.Target(outside, ports: ports), origin: .none, now: now, random: &random)
    {
      tracking.discard(entry)
      return nil
    }
    var packet = packet
    var quoted: IPv4Packet?
    _ = tracking.translate(.source, of: &packet, quoted: &quoted, as: tracked)
    return packet
  }

  private func sourcePort(_ packet: IPv4Packet?) -> UInt16? {
    packet.flatMap { ConnectionTracking.Tuple($0)?.source.port }
  }

  @Test("keeps a free port and translates the reply back")
  func roundTrip() throws {
    var tracking = ConnectionTracking()
    let sent = try #require(leave(&tracking, udp(first, server), at(0)))
    #expect(sent == udp(Endpoint(outside, 5000), server))
    var reply = udp(server, Endpoint(outside, 5000))
    var quoted: IPv4Packet?
    let tracked = tracking.track(reply, now: at(1))
    #expect(tracked.state == .established)
    let done = tracking.translate(.destination, of: &reply, quoted: &quoted, as: tracked)
    #expect(reply == udp(server, first))
    #expect(
      done?.translation
        == Translation(.destination, before: Endpoint(outside, 5000), after: first, isReverse: true))
  }

  @Test(
    "moves a port that is taken, within its class",
    arguments: [(300, 1, 511), (600, 600, 1023), (5000, 1024, 65535)])
  func clash(port: UInt16, low: UInt16, high: UInt16) throws {
    var tracking = ConnectionTracking()
    _ = leave(&tracking, udp(Endpoint(first.address, port), server), at(0))
    let moved = try #require(sourcePort(leave(&tracking, udp(Endpoint(second.address, port), server), at(1))))
    #expect(moved != port)
    #expect((low...high).contains(moved))
    let elsewhere = Endpoint(server.address, 123)
    #expect(sourcePort(leave(&tracking, udp(Endpoint(second.address, port), elsewhere), at(2))) == moved)
  }

  @Test("a range of four ports serves four flows to one destination, and four more to another")
  func exhaustion() {
    var tracking = ConnectionTracking()
    func ports(to destination: Endpoint) -> [UInt16?] {
      (0..<5).map {
        sourcePort(
          leave(&tracking, udp(Endpoint(first.address, 6000 + $0), destination), ports: 40000...40003, at(0)))
      }
    }
    let here = ports(to: server)
    #expect(Set(here.dropLast().compactMap { $0 }) == [40000, 40001, 40002, 40003])
    #expect(here.last == .some(nil))
    #expect(ports(to: Endpoint(server.address, 54)).dropLast().allSatisfy { $0 != nil })
  }

  @Test("a privileged port leaves the range an explicit rule allows, even without a clash")
  func explicitRange() throws {
    var tracking = ConnectionTracking()
    let port = try #require(
      sourcePort(leave(&tracking, udp(Endpoint(first.address, 300), server), ports: 1024...65535, at(0))))
    #expect(port >= 1024)
  }

  @Test("the machine's own connections count as taken, and only toward the same end")
  func ownConnections() {
    var tracking = ConnectionTracking()
    #expect(sourcePort(leave(&tracking, udp(Endpoint(outside, 5000), server), at(0))) == 5000)
    #expect(sourcePort(leave(&tracking, udp(first, server), at(0))) != 5000)
    #expect(sourcePort(leave(&tracking, udp(second, Endpoint(server.address, 54)), at(0))) == 5000)
  }

  @Test(
    "a UDP entry lives 30 s, and 120 s once traffic both ways has lasted more than 2 s",
    arguments: [(2000, 31_999, true), (2000, 32_000, false), (2001, 122_000, true), (2001, 122_001, false)])
  func udpTimes(last: UInt64, look: UInt64, lives: Bool) {
    var tracking = ConnectionTracking()
    _ = tracking.track(udp(first, server), now: at(0))
    _ = tracking.track(udp(server, first), now: at(1))
    _ = tracking.track(udp(first, server), now: at(last))
    #expect(tracking.track(udp(server, first), now: at(look)).state == (lives ? .established : .new))
  }

  @Test("a TCP connection is new until the SYN is answered; a stray ACK begins one, a stray SYN-ACK does not")
  func tcpStates() {
    var tracking = ConnectionTracking()
    #expect(tracking.track(tcp(server, first, [.syn, .ack]), now: at(0)).state == .invalid)
    let states = [
      tracking.track(tcp(first, server, .syn), now: at(1)).state,
      tracking.track(tcp(server, first, [.syn, .ack]), now: at(2)).state,
      tracking.track(tcp(first, server, .ack), now: at(3)).state,
    ]
    #expect(states == [.new, .established, .established])
    #expect(tracking.track(tcp(first, server, .ack), now: at(432_000_002)).state == .established)
    #expect(tracking.track(tcp(second, server, .ack), now: at(0)).state == .new)
  }

  @Test("an ICMP error is translated outside and in what it quotes")
  func related() throws {
    var tracking = ConnectionTracking()
    let sent = try #require(leave(&tracking, udp(first, server), at(0)))
    var error = IPv4Packet(
      source: IPv4Address(203, 0, 113, 1), destination: outside,
      payload: .icmp(ICMPMessage(.unreachable(.host, mtu: 0))))
    var quoted: IPv4Packet? = sent
    let tracked = tracking.track(error, quoted: quoted, now: at(1))
    #expect(tracked.state == .related)
    #expect(tracking.translate(.source, of: &error, quoted: &quoted, as: tracked) == nil)
    #expect(tracking.translate(.destination, of: &error, quoted: &quoted, as: tracked) != nil)
    #expect(error.destination == first.address)
    #expect(error.source == IPv4Address(203, 0, 113, 1))
    #expect(quoted == udp(first, server))
    let stranger = tracking.track(error, quoted: udp(second, server), now: at(1))
    #expect(stranger.state == .invalid)
  }

  @Test("a copy goes its own way")
  func copy() {
    var tracking = ConnectionTracking()
    _ = tracking.track(udp(first, server), now: at(0))
    var copy = tracking
    #expect(copy.track(udp(server, first), now: at(1)).state == .established)
    #expect(tracking.track(udp(first, server), now: at(2)).state == .new)
    #expect(copy.track(udp(first, server), now: at(2)).state == .established)
  }

  @Test("what was hidden behind an address is forgotten with it, and nothing else")
  func lostAddress() {
    var tracking = ConnectionTracking()
    _ = leave(&tracking, udp(first, server), at(0))
    _ = leave(&tracking, udp(Endpoint(outside, 6000), server), at(0))
    tracking.discardAll(withSource: outside)
    #expect(tracking.track(udp(server, Endpoint(outside, 5000)), now: at(1)).state == .new)
    #expect(tracking.track(udp(server, Endpoint(outside, 6000)), now: at(1)).state == .established)
  }

  @Test("entries that are too old make room, so that their number follows what lives")
  func bounded() {
    var tracking = ConnectionTracking()
    var most = 0
    for number in 0..<20_000 {
      let address = IPv4Address(rawValue: first.address.rawValue + UInt32(number))
      let source = Endpoint(address, UInt16(2000 + number))
      _ = leave(&tracking, udp(source, server), at(UInt64(number) * 100))
      most = max(most, tracking.count)
    }
    #expect((300...450).contains(most), "ten a second live for thirty seconds: \(most)")
  }

  @Test("the echo identifier is the port: kept if free, changed if not")
  func echo() {
    func request(_ source: IPv4Address) -> IPv4Packet {
      IPv4Packet(
        source: source, destination: server.address,
        payload: .icmp(ICMPMessage(.echoRequest(identifier: 77, sequence: 1))))
    }
    var tracking = ConnectionTracking()
    #expect(sourcePort(leave(&tracking, request(first.address), at(0))) == 77)
    #expect(sourcePort(leave(&tracking, request(second.address), at(0))) != 77)
    #expect(sourcePort(leave(&tracking, request(second.address), at(1))) != nil)
  }

  @Test("a destination is translated on the way in, and the reply's source on the way out")
  func destination() throws {
    var tracking = ConnectionTracking()
    let inside = Endpoint(first.address, 80)
    var packet = tcp(server, Endpoint(outside, 8080), .syn)
    var quoted: IPv4Packet?
    let tracked = tracking.track(packet, now: at(0))
    tracking.bindDestination(
      try #require(tracked.entry), to: ConnectionTracking.Target(inside.address, ports: 80...80), origin: .none,
      now: at(0))
    _ = tracking.translate(.destination, of: &packet, quoted: &quoted, as: tracked)
    #expect(packet == tcp(server, inside, .syn))
    var reply = tcp(inside, server, [.syn, .ack])
    let answered = tracking.track(reply, now: at(1))
    _ = tracking.translate(.source, of: &reply, quoted: &quoted, as: answered)
    #expect(reply == tcp(Endpoint(outside, 8080), server, [.syn, .ack]))
  }
}

import Devices
import Packets
import Simulation
import Testing

/// RFC 7348: what goes in by the tap comes to the stack as a datagram, and the other way round.
@Suite("Tunnel") struct TunnelTests {
  private static let a = MACAddress(rawValue: 0x0200_0000_000a)
  private static let b = MACAddress(rawValue: 0x0200_0000_000b)
  private static let one = IPv4Address(10, 0, 0, 1)
  private static let two = IPv4Address(10, 0, 0, 2)
  private static let (tap, host): (PortNumber, PortNumber) = (0, 1)

  private func bench(
    _ remotes: [Endpoint] = [Endpoint(one, 4789)], network: UInt32 = 42,
    _ change: (inout Tunnel.Configuration) -> Void = { _ in }
  ) throws -> DeviceBench<Tunnel> {
    var configuration = Tunnel.Configuration(network: try #require(VirtualNetworkID(rawValue: network)))
    configuration.remotes = remotes
    configuration.origin = Origin(index: 7)
    change(&configuration)
    return DeviceBench(Tunnel(configuration), ports: 2)
  }

  private func inside(
    from source: MACAddress = a, to destination: MACAddress = b, port: UInt16 = 80, tag: UInt16? = nil,
    dontFragment: Bool = false
  ) -> EthernetFrame {
    let packet = IPv4Packet(
      source: IPv4Address(192, 168, 0, 1), destination: IPv4Address(192, 168, 0, 2),
      fragmentation: dontFragment ? IPv4Packet.dontFragmentFlag : 0,
      payload: .udp(UDPDatagram(sourcePort: port, destinationPort: 9, content: .pattern(length: 100))))
    return EthernetFrame(
      destination: destination, source: source, tag: tag.map { VLANTag(control: $0) }, payload: .ipv4(packet))
  }

  /// A datagram from `source` as the stack hands it over.
  private func datagram(
    _ inside: EthernetFrame, network: UInt32 = 42, from source: IPv4Address = one, port: UInt16 = 50_000,
    _ bench: inout DeviceBench<Tunnel>, _ change: (inout EncapsulatedFrame) -> Void = { _ in }
  ) throws -> EthernetFrame {
    var carried = EncapsulatedFrame(inside, network: try #require(VirtualNetworkID(rawValue: network)))
    change(&carried)
    let content = bench.messages.content(of: .encapsulated(carried))
    let packet = IPv4Packet(
      source: source, destination: Self.two,
      payload: .udp(UDPDatagram(sourcePort: port, destinationPort: 4789, content: content)))
    return EthernetFrame(destination: .zero, source: .zero, payload: .ipv4(packet))
  }

  private struct Sent {
    var packet: IPv4Packet
    var datagram: UDPDatagram
    var carried: EncapsulatedFrame
    var port: PortNumber
    var end: Endpoint { Endpoint(packet.destination, datagram.destinationPort) }
  }

  /// What left as datagrams.
  private func sent(_ deeds: [Deed], _ bench: DeviceBench<Tunnel>) -> [Sent] {
    deeds.compactMap { deed in
      guard case .sent(let frame, let port) = deed, case .ipv4(let packet) = frame.payload,
        case .udp(let datagram) = packet.payload, let id = datagram.content.message,
        case .encapsulated(let carried)? = bench.messages[id]
      else { return nil }
      return Sent(packet: packet, datagram: datagram, carried: carried, port: port)
    }
  }

  @Test("a frame leaves whole in a datagram to the other end, without checksum and without a source address")
  func wraps() throws {
    var bench = try bench()
    let deeds = bench.receive(inside(), on: Self.tap)
    let sent = try #require(sent(deeds, bench).first)
    #expect(deeds.count == 2 && deeds[0] == .noted(.wrapped(network: 42, ends: 1)) && sent.port == Self.host)
    #expect(sent.end == Endpoint(Self.one, 4789) && sent.packet.source.isAny && !sent.packet.dontFragment)
    #expect(!sent.datagram.hasChecksum && (49152...65535).contains(sent.datagram.sourcePort))
    #expect(sent.carried.frame == inside() && sent.carried.flags == 0x0800_0000 && sent.carried.identifier == 42 << 8)
    #expect(bench.records.last?.origin == Origin(index: 7) && bench.records.last?.relation == .continues)
  }

  @Test("the source port is the flow's: the same for the same, and others for others")
  func flows() throws {
    var bench = try bench()
    var ports: [UInt16] = []
    for port in [80, 81, 80, 82, 1000] as [UInt16] {
      let deeds = bench.receive(inside(port: port), on: Self.tap)
      ports += sent(deeds, bench).map(\.datagram.sourcePort)
    }
    #expect(ports.count == 5 && ports[0] == ports[2] && Set(ports).count > 2)
    #expect(ports.allSatisfy { $0 >= 49152 })
  }

  @Test("with `own` it is the port that it listens on, with a checksum, and answers go where one came from")
  func own() throws {
    var bench = try bench([]) {
      $0.sourcePort = .own
      $0.port = 1194
    }
    let arriving = try datagram(inside(from: Self.b, to: Self.a), from: Self.one, port: 3333, &bench)
    bench.receive(arriving, on: Self.host)
    let deeds = bench.receive(inside(), on: Self.tap)
    let sent = try #require(sent(deeds, bench).first)
    #expect(sent.datagram.sourcePort == 1194 && sent.datagram.hasChecksum && sent.end == Endpoint(Self.one, 3333))
    // The port is OpenVPN's, so the first octet is the opcode of its data packets: 9, and five bits to the left.
    #expect(sent.carried.flags == 9 << 27 && sent.carried.network?.rawValue == 42)
  }

  @Test("a datagram's frame leaves by the tap as it was; reserved bits are not looked at")
  func unwraps() throws {
    var bench = try bench()
    let arriving = try datagram(inside(), &bench) {
      $0.flags |= 0xf7ff_ffff
      $0.identifier |= 0xff
    }
    let deeds = bench.receive(arriving, on: Self.host)
    #expect(deeds == [.noted(.unwrapped(network: 42)), .sent(inside(), Self.tap)])
    #expect(bench.records.last?.relation == .continues && bench.counters.isBalanced)
  }

  @Test(
    "another network, no I flag and what is no frame die",
    arguments: [(41, 0x0800_0000, .foreignNetwork), (43, 0x0800_0000, .foreignNetwork), (42, 0xf700_0000, .malformed)]
      as [(UInt32, UInt32, DropReason)])
  func refuses(network: UInt32, flags: UInt32, reason: DropReason) throws {
    var bench = try bench()
    let arriving = try datagram(inside(), network: network, &bench) { $0.flags = flags }
    let deeds = bench.receive(arriving, on: Self.host)
    #expect(deeds == [.dropped(reason)])
  }

  @Test("bytes that are no frame are malformed, another protocol is unknown, and an error about its own ends there")
  func strangers() throws {
    var bench = try bench()
    func frame(_ payload: IPv4Payload) -> EthernetFrame {
      EthernetFrame(
        destination: .zero, source: .zero,
        payload: .ipv4(IPv4Packet(source: Self.one, destination: Self.two, payload: payload)))
    }
    let noise = bench.receive(
      frame(.udp(UDPDatagram(sourcePort: 1, destinationPort: 4789, content: .pattern(length: 90)))), on: Self.host)
    let tcp = bench.receive(
      frame(.tcp(TCPSegment(sourcePort: 1, destinationPort: 2, sequence: 0, flags: .syn))), on: Self.host)
    let error = bench.receive(frame(.icmp(ICMPMessage(.unreachable(.port, mtu: 0)))), on: Self.host)
    #expect(noise == [.dropped(.malformed)] && tcp == [.dropped(.unknownProtocol)] && error == [.absorbed(.icmp)])
    #expect(bench.counters.isBalanced)
  }

  /// RFC 7348, 6.1.
  @Test(
    "VLAN tags are stripped on the way in and kill on the way out, unless they are carried", arguments: [false, true])
  func tags(carries: Bool) throws {
    var bench = try bench { $0.carriesTags = carries }
    let tagged = inside(tag: 100)
    let wrapping = bench.receive(tagged, on: Self.tap)
    #expect(sent(wrapping, bench).map(\.carried.frame.tag?.control) == [carries ? 100 : nil])
    let arriving = try datagram(tagged, &bench)
    let unwrapping = bench.receive(arriving, on: Self.host)
    #expect(
      unwrapping == (carries ? [.noted(.unwrapped(network: 42)), .sent(tagged, Self.tap)] : [.dropped(.tagInTunnel)]))
  }

  @Test(
    "datagrams may be split unless `df` says otherwise",
    arguments: [
      (.unset, false, false), (.unset, true, false), (.set, false, true), (.inherit, false, false),
      (.inherit, true, true),
    ] as [(Tunnel.Splitting, Bool, Bool)])
  func splitting(choice: Tunnel.Splitting, isWholeInside: Bool, mustBeWhole: Bool) throws {
    var bench = try bench { $0.splitting = choice }
    let deeds = bench.receive(inside(dontFragment: isWholeInside), on: Self.tap)
    #expect(sent(deeds, bench).map(\.packet.dontFragment) == [mustBeWhole])
  }

  /// RFC 7348, 4.1 and 4.2.
  @Test("what is for an unknown station goes to every end, and once it was heard only to its own")
  func learning() throws {
    let ends = [Endpoint(Self.one, 4789), Endpoint(Self.two, 4789)]
    var bench = try bench(ends)
    let unknown = bench.receive(inside(), on: Self.tap)
    #expect(sent(unknown, bench).map(\.end) == ends && unknown.first == .noted(.wrapped(network: 42, ends: 2)))
    // By whichever port it came, it is answered where ends listen.
    let arriving = try datagram(inside(from: Self.b, to: Self.a), from: Self.two, port: 51_000, &bench)
    bench.receive(arriving, on: Self.host)
    let known = bench.receive(inside(), on: Self.tap)
    #expect(sent(known, bench).map(\.end) == [ends[1]])
    let broadcast = bench.receive(inside(to: .broadcast), on: Self.tap)
    #expect(sent(broadcast, bench).map(\.end) == ends)
    bench.advance(by: .seconds(299))
    let late = bench.receive(inside(), on: Self.tap)
    bench.advance(by: .seconds(1))
    let later = bench.receive(inside(), on: Self.tap)
    #expect(sent(late, bench).map(\.end) == [ends[1]] && sent(later, bench).map(\.end) == ends)
    #expect(bench.counters.isBalanced)
  }

  @Test("where no end is written, frames die until somebody has spoken, and again when all are silent for too long")
  func listening() throws {
    var bench = try bench([])
    let early = bench.receive(inside(), on: Self.tap)
    #expect(early == [.dropped(.noTunnelEnd)] && bench.records.last?.origin == Origin(index: 7))
    for source in [Self.two, Self.one, Self.two] {
      let arriving = try datagram(inside(from: Self.b, to: Self.a), from: source, &bench)
      bench.receive(arriving, on: Self.host)
    }
    // The station moved; who is unknown is asked for at both, in the order in which they came.
    let known = bench.receive(inside(), on: Self.tap)
    let unknown = bench.receive(inside(to: .broadcast), on: Self.tap)
    #expect(sent(known, bench).map(\.end.address) == [Self.two])
    #expect(sent(unknown, bench).map(\.end.address) == [Self.two, Self.one])
    bench.advance(by: .seconds(300))
    let late = bench.receive(inside(), on: Self.tap)
    #expect(late == [.dropped(.noTunnelEnd)])
  }

  @Test("says hello at once and then as often as it is told to; the other end hears that and shows it to nobody")
  func hello() throws {
    var bench = try bench([Endpoint(Self.one, 1000)]) {
      $0.keepalive = .seconds(10)
      $0.sourcePort = .own
    }
    let first = bench.start()
    let early = bench.advance(by: .milliseconds(9999))
    let second = bench.advance(by: .milliseconds(1))
    #expect(sent(first, bench).map(\.end) == [Endpoint(Self.one, 1000)] && early.isEmpty)
    #expect(sent(second, bench).count == 1)
    var other = try self.bench([]) { $0.sourcePort = .own }
    let arriving = try datagram(try #require(sent(first, bench).first).carried.frame, port: 7777, &other)
    let heard = other.receive(arriving, on: Self.host)
    let answer = other.receive(inside(), on: Self.tap)
    #expect(heard == [.absorbed(.tunnel)] && sent(answer, other).map(\.end) == [Endpoint(Self.one, 7777)])
  }

  @Test("switched on again it says hello anew, and only once in each interval")
  func powerOn() throws {
    var bench = try bench { $0.keepalive = .seconds(10) }
    bench.advance(by: .seconds(5))
    let again = bench.powerOn()
    let rest = bench.advance(by: .seconds(10))
    #expect(sent(again, bench).count == 1 && sent(rest, bench).count == 1)
  }
}

import Configuration
import Devices
import Packets
import Protocols
import Simulation
import Testing

/// RFC 792, 1122 (3.2.2), 1191 and 1812 (4.3, 5.2.7): what a router says by ICMP of what it cannot send on, and a host of what
/// it does not take. Sources and quoted times to live are those measured on Linux.
@Suite("ICMP errors") struct ErrorMessageTests {
  private static let near = MACAddress(rawValue: 0x0200_0000_00aa)
  private static let far = MACAddress(rawValue: 0x0200_0000_00bb)

  /// 10.0.1.1/24 with the sender 10.0.1.9, 10.0.2.1/24 with 10.0.2.9; both are known.
  private func router(_ knobs: [(String, Value)] = []) -> DeviceBench<IPStack> {
    let routes: Value = [
      ["to": "10.5.1.0/24", "kind": "unreachable"], ["to": "10.5.2.0/24", "kind": "prohibit"],
      ["to": "10.5.3.0/24", "kind": "blackhole"],
    ]
    let interfaces: Value = [
      "eth0": ["address": "10.0.1.1/24", "mac": "02:00:00:00:00:01"],
      "eth1": ["address": "10.0.2.1/24", "mac": "02:00:00:00:00:02"],
    ]
    var fields = Mapping([("forwards", true)])
    fields.set("interfaces", to: interfaces)
    fields.set("routes", to: routes)
    for (name, value) in knobs { fields.set(name, to: value) }
    let written = Written<IPStackSettings>(.map(fields))
    guard var stack = written.kind?.makeDevice(ports: 2) as? IPStack, written.said.isEmpty else {
      preconditionFailure("the test writes a stack that cannot be: \(written.said)")
    }
    stack.know(.neighbor(address("10.0.1.9"), Self.near, 0))
    stack.know(.neighbor(address("10.0.2.9"), Self.far, 1))
    return DeviceBench(stack, ports: 2)
  }

  private func masked(_ types: Int?) -> [(String, Value)] {
    if let types { [("icmp-ratemask", .integer(types))] } else { [] }
  }

  private func datagram(
    to destination: String, from source: String = "10.0.1.9", ttl: UInt8 = 64, length: Int = 48,
    fragmentation: UInt16 = 0
  ) -> IPv4Packet {
    let payload = UDPDatagram(sourcePort: 1000, destinationPort: 9, content: .pattern(length: UInt16(length - 28)))
    return IPv4Packet(
      source: address(source), destination: address(destination), timeToLive: ttl, fragmentation: fragmentation,
      payload: .udp(payload))
  }

  private func frame(_ packet: IPv4Packet, to hardware: MACAddress = MACAddress(rawValue: 0x0200_0000_0001))
    -> EthernetFrame
  {
    EthernetFrame(destination: hardware, source: Self.near, payload: .ipv4(packet))
  }

  /// An ICMP error that was sent.
  private struct Told: Equatable {
    var kind: ICMPMessage.Kind
    var from: String
    var quotedTimeToLive: UInt8
  }

  private func errors(_ deeds: [Deed], _ bench: DeviceBench<IPStack>) -> [(packet: IPv4Packet, quote: Quote)] {
    deeds.compactMap { deed in
      guard case .sent(let frame, _) = deed, let packet = frame.packet, let message = frame.icmp, message.kind.isError,
        let id = message.content.message, case .quote(let quote)? = bench.messages[id]
      else { return nil }
      return (packet, quote)
    }
  }

  private func told(_ deeds: [Deed], _ bench: DeviceBench<IPStack>) -> [Told] {
    errors(deeds, bench).compactMap { packet, quote in
      guard case .icmp(let message) = packet.payload else { return nil }
      return Told(kind: message.kind, from: "\(packet.source)", quotedTimeToLive: quote.packet.timeToLive)
    }
  }

  private func unreachable(_ code: UnreachableCode, mtu: UInt16 = 0) -> ICMPMessage.Kind {
    .unreachable(code, mtu: mtu)
  }

  @Test(
    "each cause has its message, its source and the time to live it quotes",
    arguments: [
      ("172.16.0.1", 64, 48, 0, "network", "10.0.1.1", 64), ("172.16.0.1", 1, 48, 0, "network", "10.0.1.1", 1),
      ("10.0.2.9", 1, 48, 0, "expired", "10.0.1.1", 1), ("10.5.1.1", 64, 48, 0, "host", "10.0.1.1", 64),
      ("10.5.1.1", 1, 48, 0, "host", "10.0.1.1", 1), ("10.5.2.1", 64, 48, 0, "prohibited", "10.0.1.1", 64),
      ("10.0.2.9", 64, 1501, 0x4000, "too big", "10.0.1.1", 64), ("10.0.1.1", 64, 48, 0, "port", "10.0.1.1", 64),
      ("10.0.1.1", 1, 48, 0, "port", "10.0.1.1", 1), ("10.0.2.1", 64, 48, 0, "port", "10.0.2.1", 64),
    ] as [(String, UInt8, Int, UInt16, String, String, UInt8)])
  func causes(
    destination: String, ttl: UInt8, length: Int, flags: UInt16, kind: String, source: String, quoted: UInt8
  ) {
    let kinds: [String: ICMPMessage.Kind] = [
      "network": unreachable(.network), "host": unreachable(.host), "port": unreachable(.port),
      "prohibited": unreachable(.administrativelyProhibited), "expired": .timeExceeded(code: 0),
      "too big": unreachable(.fragmentationNeeded, mtu: 1500),
    ]
    var bench = router()
    let deeds = bench.receive(
      frame(datagram(to: destination, ttl: ttl, length: length, fragmentation: flags)), on: 0)
    #expect(
      told(deeds, bench) == [Told(kind: kinds[kind] ?? .timeExceeded(code: 9), from: source, quotedTimeToLive: quoted)])
    #expect(bench.counters.isBalanced)
  }

  @Test(
    "what just fits and lives just long enough is sent on, and nobody is told",
    arguments: [(2, 48), (64, 1500)] as [(UInt8, Int)])
  func passes(ttl: UInt8, length: Int) {
    var bench = router()
    let packet = datagram(to: "10.0.2.9", ttl: ttl, length: length, fragmentation: IPv4Packet.dontFragmentFlag)
    let sent = bench.receive(frame(packet), on: 0).compactMap { deed -> EthernetFrame? in
      if case .sent(let frame, _) = deed { frame } else { nil }
    }
    #expect(sent.map(\.destination) == [Self.far])
    #expect(sent.first?.packet?.timeToLive == ttl - 1)
  }

  @Test(
    "the source is the address toward whom it tells, whichever interface the packet came in by",
    arguments: [("10.0.1.9", "10.0.1.1", 0), ("10.0.2.9", "10.0.2.1", 1)] as [(String, String, PortNumber)])
  func source(sender: String, source: String, port: PortNumber) throws {
    var bench = router()
    let deeds = bench.receive(frame(datagram(to: "172.16.0.1", from: sender)), on: 0)
    #expect(told(deeds, bench) == [Told(kind: unreachable(.network), from: source, quotedTimeToLive: 64)])
    #expect(deeds.contains { if case .sent(_, port) = $0 { true } else { false } })
  }

  @Test("a blackhole says nothing")
  func blackhole() {
    var bench = router()
    let deeds = bench.receive(frame(datagram(to: "10.5.3.1")), on: 0)
    #expect(deeds == [.dropped(.unreachableRoute)])
  }

  @Test(
    "a rule that rejects quotes a packet that has paid for the hop, one on the way in as it came",
    arguments: [
      ("forward", "10.0.2.9", "10.0.1.1", 63), ("input", "10.0.2.1", "10.0.2.1", 64),
    ] as [(String, String, String, UInt8)])
  func reject(hook: String, destination: String, source: String, quoted: UInt8) {
    let rules: Value = [["action": "reject"]]
    var bench = router([("filter", .map(Mapping([(hook, rules)])))])
    let deeds = bench.receive(frame(datagram(to: destination)), on: 0)
    #expect(told(deeds, bench) == [Told(kind: unreachable(.port), from: source, quotedTimeToLive: quoted)])
  }

  @Test("of an unknown protocol the address it went to says so")
  func unknownProtocol() {
    var bench = router()
    let packet = IPv4Packet(
      source: address("10.0.1.9"), destination: address("10.0.2.1"),
      payload: .other(IPProtocol(rawValue: 132), .pattern(length: 20)))
    let deeds = bench.receive(frame(packet), on: 0)
    #expect(told(deeds, bench) == [Told(kind: unreachable(.protocol), from: "10.0.2.1", quotedTimeToLive: 64)])
  }

  @Test(
    "quotes as much as fits into 576 bytes, at the precedence of control, and may be split",
    arguments: [
      (48, 48), (548, 548), (549, 548), (1500, 548),
    ])
  func quoting(length: Int, quoted: Int) throws {
    var bench = router()
    let deeds = bench.receive(frame(datagram(to: "172.16.0.1", length: length)), on: 0)
    let error = try #require(errors(deeds, bench).first)
    #expect(Int(error.quote.length) == quoted)
    #expect(error.packet.length == 28 + quoted)
    #expect(error.packet.typeOfService == 0xc0)
    #expect(error.packet.timeToLive == 64)
    #expect(!error.packet.dontFragment)
  }

  /// What nobody is told about, all of it for 172.16.0.1, to which there is no route.
  @Test(
    "is silent about errors, unknown ICMP, later fragments and senders that are nobody or many",
    arguments: [
      "request", "error", "unknown type", "first fragment", "later fragment", "broadcast source",
      "far broadcast source",
    ])
  func silence(what: String) {
    var packet = datagram(to: "172.16.0.1")
    switch what {
    case "request": packet.payload = .icmp(ICMPMessage(.echoRequest(identifier: 1, sequence: 1)))
    case "error":
      packet.payload = .icmp(ICMPMessage(.timeExceeded(code: 0), content: .pattern(length: 28)))
    case "unknown type": packet.payload = .icmp(ICMPMessage(.other(type: 19, code: 0, rest: 0)))
    case "first fragment": packet.fragmentation = IPv4Packet.moreFragmentsFlag
    case "later fragment":
      packet.fragmentation = 1
      packet.payload = .other(.udp, .pattern(length: 8))
    case "broadcast source": packet.source = address("10.0.1.255")
    default: packet.source = address("10.0.2.255")
    }
    var bench = router()
    let deeds = bench.receive(frame(packet), on: 0)
    #expect(deeds.contains(.dropped(.noRoute)))
    #expect(told(deeds, bench).count == (["request", "first fragment"].contains(what) ? 1 : 0))
    #expect(!deeds.contains { if case .noted(.rationed) = $0 { true } else { false } })
  }

  @Test(
    "is silent about what went to many, by address or by frame",
    arguments: [
      ("10.0.1.255", false), ("255.255.255.255", false), ("10.0.2.255", false), ("10.0.1.1", true), ("10.0.1.1", false),
    ])
  func groups(destination: String, isBroadcastFrame: Bool) {
    var bench = router()
    let hardware = isBroadcastFrame ? MACAddress.broadcast : MACAddress(rawValue: 0x0200_0000_0001)
    let deeds = bench.receive(frame(datagram(to: destination), to: hardware), on: 0)
    #expect(deeds.contains(.dropped(.noSocket)))
    #expect(told(deeds, bench).count == (destination == "10.0.1.1" && !isBroadcastFrame ? 1 : 0))
  }

  @Test(
    "a ping to everybody is answered by nobody, one to itself by the router",
    arguments: [("10.0.1.255", true), ("255.255.255.255", true), ("10.0.1.255", false), ("10.0.1.1", false)])
  func broadcastPing(destination: String, isBroadcastFrame: Bool) {
    var bench = router()
    var packet = datagram(to: destination)
    packet.payload = .icmp(ICMPMessage(.echoRequest(identifier: 1, sequence: 1)))
    let hardware = isBroadcastFrame ? MACAddress.broadcast : MACAddress(rawValue: 0x0200_0000_0001)
    let deeds = bench.receive(frame(packet, to: hardware), on: 0)
    let answers = deeds.count { if case .sent = $0 { true } else { false } }
    #expect(answers == (destination == "10.0.1.1" ? 1 : 0))
    #expect(deeds.contains(.dropped(.notForUs)) == (destination != "10.0.1.1"))
  }

  /// Measured with `icmp_ratemask` 0: eight packets, eight errors at 3064 ms. Linux's own mask lets six of them pass.
  @Test(
    "when ARP fails, every packet that waited is told of, as far as the ration goes",
    arguments: [(nil, 6), (0, 8)] as [(Int?, Int)])
  func hostUnreachable(mask: Int?, count: Int) {
    var bench = router(masked(mask))
    for _ in 0..<8 {
      _ = bench.receive(frame(datagram(to: "10.0.2.77")), on: 0)
      bench.advance(by: .milliseconds(200))
    }
    let before = bench.advance(to: .start + .milliseconds(3071))
    #expect(told(before, bench).isEmpty)
    let deeds = bench.advance(to: .start + .milliseconds(3072))
    let expected = Told(kind: unreachable(.host), from: "10.0.1.1", quotedTimeToLive: 63)
    #expect(told(deeds, bench) == Array(repeating: expected, count: count))
    #expect(deeds.filter { $0 == .dropped(.noNeighbor) }.count == 8)
    #expect(deeds.filter { $0 == .noted(.rationed(unreachable(.host))) }.count == 8 - count)
    #expect(bench.counters.isBalanced)
  }

  /// Twenty packets from the beginning to the end of a second.
  @Test(
    "rations by type: 7 expiries and 2 missing routes; with icmp-ratemask 0, 20 and 6",
    arguments: [
      ("10.0.2.9", nil, 7), ("10.0.2.9", 0, 20), ("172.16.0.1", nil, 2), ("172.16.0.1", 0, 6), ("10.5.2.1", nil, 2),
      ("10.0.1.1", nil, 7), ("10.0.1.1", 8, 7), ("10.0.1.1", 2048, 20), ("10.5.3.1", nil, 0),
    ] as [(String, Int?, Int)])
  func rationing(destination: String, mask: Int?, count: Int) {
    var bench = router(masked(mask))
    var deeds: [Deed] = []
    for number in 0..<20 as Range<UInt64> {
      bench.advance(to: Instant(nanoseconds: number * 1_000_000_000 / 19))
      deeds += bench.receive(frame(datagram(to: destination, ttl: destination == "10.0.2.9" ? 1 : 64)), on: 0)
    }
    #expect(told(deeds, bench).count == count)
    let rationed = deeds.filter { if case .noted(.rationed) = $0 { true } else { false } }.count
    #expect(rationed == (destination == "10.5.3.1" ? 0 : 20 - count), "whoever is not told is written down")
  }

  @Test("replies are not rationed")
  func replies() {
    var bench = router()
    var packet = datagram(to: "10.0.1.1")
    packet.payload = .icmp(ICMPMessage(.echoRequest(identifier: 1, sequence: 1)))
    let answered = (0..<20).filter { _ in
      bench.receive(frame(packet), on: 0).contains { if case .sent = $0 { true } else { false } }
    }
    #expect(answered.count == 20)
  }

  @Test(
    "icmp-ratelimit makes the ration of a destination another one", arguments: [("100ms", 15), ("10s", 6), ("0s", 20)])
  func interval(interval: String, count: Int) {
    var bench = router([("icmp-ratelimit", .string(interval))])
    var deeds: [Deed] = []
    for number in 0..<20 as Range<UInt64> {
      bench.advance(to: .start + .milliseconds(50) * number)
      deeds += bench.receive(frame(datagram(to: "10.0.1.1")), on: 0)
    }
    #expect(told(deeds, bench).count == count)
  }
}

import Configuration
import Devices
import Packets
import Protocols
import Simulation
import Testing

/// RFC 826, 1027 and 5227 as Linux takes them: what a stack says by ARP for what it hears.
@Suite("Address resolution") struct AddressResolutionTests {
  private static let station = MACAddress(rawValue: 0x0200_0000_00aa)

  /// Two networks, 10.0.1.1/24 at eth0 and 10.0.2.1/24 at eth1; `knobs` are more fields of the stack.
  private func stack(_ knobs: [(String, Value)] = [], proxy: Bool = false) -> DeviceBench<IPStack> {
    let lan: Value = ["address": "10.0.1.1/24", "mac": "02:00:00:00:00:01", "proxy-arp": .boolean(proxy)]
    let other: Value = ["address": "10.0.2.1/24", "mac": "02:00:00:00:00:02"]
    var fields = Mapping()
    fields.set("interfaces", to: ["eth0": lan, "eth1": other])
    for (name, value) in knobs { fields.set(name, to: value) }
    let written = Written<IPStackSettings>(.map(fields))
    guard let stack = written.kind?.makeDevice(ports: 2) as? IPStack, written.said.isEmpty else {
      preconditionFailure("the test writes a stack that cannot be: \(written.said)")
    }
    return DeviceBench(stack, ports: 2)
  }

  private let forwarding: [(String, Value)] = [("forwards", true)]

  private func arp(
    _ operation: ARPPacket.Operation = .request, from sender: String = "10.0.1.9", for target: String,
    at hardware: MACAddress = AddressResolutionTests.station, targetHardware: MACAddress = .zero,
    to destination: MACAddress = .broadcast
  ) -> EthernetFrame {
    let packet = ARPPacket(
      operation: operation, senderHardware: hardware, senderAddress: address(sender), targetHardware: targetHardware,
      targetAddress: address(target))
    return EthernetFrame(destination: destination, source: hardware, payload: .arp(packet))
  }

  private func echo(from source: String, to destination: String, at port: Int = 0) -> EthernetFrame {
    let message = ICMPMessage(.echoRequest(identifier: 1, sequence: 1), content: .pattern(length: 8))
    return EthernetFrame(
      destination: MACAddress(rawValue: 0x0200_0000_0001 + UInt64(port)), source: Self.station,
      payload: .ipv4(IPv4Packet(source: address(source), destination: address(destination), payload: .icmp(message))))
  }

  private func answer(to deeds: [Deed]) -> ARPPacket? {
    deeds.lazy.compactMap { if case .sent(let frame, _) = $0 { frame.arp } else { nil } }.first
  }

  private func questions(_ deeds: [Deed]) -> [(frame: EthernetFrame, packet: ARPPacket)] {
    deeds.compactMap { deed in
      guard case .sent(let frame, _) = deed, let packet = frame.arp, packet.operation == .request else { return nil }
      return (frame, packet)
    }
  }

  @Test(
    "answers for any of its addresses on any interface, with arp_ignore 1 only for those of the interface",
    arguments: [
      (0, "10.0.1.1", true), (0, "10.0.2.1", true), (0, "10.0.1.2", false), (1, "10.0.1.1", true),
      (1, "10.0.2.1", false),
    ])
  func answering(ignore: Int, target: String, answers: Bool) {
    var bench = stack([("arp-ignore", .integer(ignore))])
    let deeds = bench.receive(arp(for: target), on: 0)
    let said = answer(to: deeds)
    #expect(said?.senderAddress == (answers ? address(target) : nil))
    #expect(said?.senderHardware == (answers ? MACAddress(rawValue: 0x0200_0000_0001) : nil))
    #expect(deeds.contains(.dropped(.notForUs)) == !answers)
    #expect(bench.counters.isBalanced)
  }

  @Test("answers who asks whether an address is free, and learns nothing from that")
  func probe() {
    var bench = stack()
    let deeds = bench.receive(arp(from: "0.0.0.0", for: "10.0.1.1"), on: 0)
    #expect(answer(to: deeds)?.targetAddress == .any)
    #expect(!deeds.contains { if case .noted(.resolved) = $0 { true } else { false } })
  }

  @Test(
    "does not answer who cannot be: itself, a group, a machine's own; nor for a group",
    arguments: [
      ("10.0.2.1", "10.0.1.1"), ("224.0.0.1", "10.0.1.1"), ("127.0.0.1", "10.0.1.1"), ("255.255.255.255", "10.0.1.1"),
      ("0.0.0.7", "10.0.1.1"), ("10.0.1.9", "224.0.0.1"), ("10.0.1.9", "127.0.0.1"),
    ])
  func martians(sender: String, target: String) {
    var bench = stack()
    let deeds = bench.receive(arp(from: sender, for: target), on: 0)
    #expect(answer(to: deeds) == nil)
  }

  @Test(
    "with rp-filter strict it does not answer who would be answered elsewhere",
    arguments: [
      ("10.0.1.9", true), ("10.0.2.9", false), ("172.16.0.1", false),
    ])
  func reversePath(sender: String, answers: Bool) {
    var bench = stack([("rp-filter", "strict")])
    let deeds = bench.receive(arp(from: sender, for: "10.0.1.1"), on: 0)
    #expect((answer(to: deeds) != nil) == answers)
  }

  @Test("a gratuitous packet is not answered, creates nothing and corrects what is known")
  func gratuitous() {
    var bench = stack()
    let strange = bench.receive(arp(for: "10.0.1.9"), on: 0)
    #expect(strange == [.absorbed(.arp)])
    _ = bench.receive(arp(for: "10.0.1.1"), on: 0)
    let impostor = MACAddress(rawValue: 0x0200_0000_00bb)
    let moved = bench.receive(arp(for: "10.0.1.9", at: impostor), on: 0)
    #expect(moved.contains(.noted(.resolved(address("10.0.1.9"), impostor))))
    let replied = bench.receive(echo(from: "10.0.1.9", to: "10.0.1.1"), on: 0)
    #expect(replied.contains { if case .sent(let frame, _) = $0 { frame.destination == impostor } else { false } })
  }

  @Test(
    "of a gratuitous reply the target's hardware address must be the sender's, or it waits for the lock time",
    arguments: [
      (true, 500, true), (false, 500, false), (false, 1001, true),
    ])
  func gratuitousReply(twice: Bool, milliseconds: UInt64, corrects: Bool) {
    var bench = stack()
    _ = bench.receive(arp(for: "10.0.1.1"), on: 0)
    bench.advance(by: .milliseconds(milliseconds))
    let impostor = MACAddress(rawValue: 0x0200_0000_00bb)
    let deeds = bench.receive(
      arp(.reply, for: "10.0.1.9", at: impostor, targetHardware: twice ? impostor : .broadcast), on: 0)
    #expect(deeds.contains(.noted(.resolved(address("10.0.1.9"), impostor))) == corrects)
  }

  @Test(
    "two stations with one address: the first answer wins for a second, then the next one does",
    arguments: [
      (1000, false), (1001, true),
    ])
  func duplicate(milliseconds: UInt64, changes: Bool) {
    var bench = stack(forwarding)
    _ = bench.receive(echo(from: "10.0.2.9", to: "10.0.1.9", at: 1), on: 1)
    let own = MACAddress(rawValue: 0x0200_0000_0001)
    let first = bench.receive(arp(.reply, for: "10.0.1.1", targetHardware: own, to: own), on: 0)
    #expect(first.contains(.noted(.resolved(address("10.0.1.9"), Self.station))))
    bench.advance(by: .milliseconds(milliseconds))
    let impostor = MACAddress(rawValue: 0x0200_0000_00bb)
    let second = bench.receive(arp(.reply, for: "10.0.1.1", at: impostor, targetHardware: own, to: own), on: 0)
    #expect(second.contains(.noted(.resolved(address("10.0.1.9"), impostor))) == changes)
  }

  /// Linux: replies to everybody do not say that a neighbour hears us.
  @Test(
    "a reply to everybody resolves, and is verified 5 s after the first use; a reply to us is not",
    arguments: [true, false])
  func broadcastReply(isBroadcast: Bool) {
    var bench = stack(forwarding)
    _ = bench.receive(echo(from: "10.0.2.9", to: "10.0.1.9", at: 1), on: 1)
    let own = MACAddress(rawValue: 0x0200_0000_0001)
    let deeds = bench.receive(
      arp(.reply, for: "10.0.1.1", targetHardware: own, to: isBroadcast ? .broadcast : own), on: 0)
    #expect(
      deeds.contains { if case .sent(let frame, 0) = $0 { frame.packet != nil } else { false } }, "what waited goes")
    let before = bench.advance(by: .nanoseconds(4_999_999_999))
    #expect(before.isEmpty)
    let asked = questions(bench.advance(by: .seconds(2)))
    #expect(asked.first?.frame.destination == (isBroadcast ? Self.station : nil))
  }

  /// Measured: whoever learned a neighbour from a request checks it 5 s after using it first.
  @Test("the answering side asks three times by unicast, 5 s later; then the next packet asks everybody")
  func verification() {
    var bench = stack()
    _ = bench.receive(arp(for: "10.0.1.1"), on: 0)
    bench.advance(by: .seconds(1))
    _ = bench.receive(echo(from: "10.0.1.9", to: "10.0.1.1"), on: 0)
    let before = bench.advance(by: .nanoseconds(4_999_999_999))
    #expect(before.isEmpty)
    let first = questions(bench.advance(by: .nanoseconds(1)))
    #expect(first.map(\.frame.destination) == [Self.station])
    let rest = bench.advance(by: .milliseconds(3100))
    #expect(questions(rest).map(\.frame.destination) == [Self.station, Self.station])
    #expect(rest.contains(.noted(.unresolved(address("10.0.1.9")))))
    let next = questions(bench.receive(echo(from: "10.0.1.9", to: "10.0.1.1"), on: 0))
    #expect(next.map(\.frame.destination) == [.broadcast])
  }

  /// `arp_announce` 0.
  @Test("asks with the source of the packet that waits where that is its own, else with its address on that network")
  func sourceOfQuestions() {
    var bench = stack(forwarding)
    let forwarded = questions(bench.receive(echo(from: "10.0.2.9", to: "10.0.1.9", at: 1), on: 1))
    #expect(forwarded.map(\.packet.senderAddress) == [address("10.0.1.1")])
    // The answer to a ping of its other address leaves from that one.
    let own = questions(bench.receive(echo(from: "10.0.1.8", to: "10.0.2.1"), on: 0))
    #expect(own.map(\.packet.senderAddress) == [address("10.0.2.1")])
    let later = questions(bench.advance(by: .milliseconds(1100)))
    #expect(later.map(\.packet.senderAddress) == [address("10.0.1.1"), address("10.0.2.1")])
  }

  @Test(
    "what waits for one neighbour is bounded, and the oldest goes", arguments: [(nil, 101), (3, 3)] as [(Int?, Int)])
  func queue(limit: Int?, kept: Int) {
    var knobs = forwarding
    if let limit { knobs.append(("unres-qlen", .integer(limit))) }
    var bench = stack(knobs)
    for _ in 0..<kept { _ = bench.receive(echo(from: "10.0.2.9", to: "10.0.1.9", at: 1), on: 1) }
    #expect(bench.counters.waiting == UInt64(kept))
    let next = bench.receive(echo(from: "10.0.2.9", to: "10.0.1.9", at: 1), on: 1)
    #expect(next.contains(.dropped(.neighborQueueFull)))
    #expect(bench.counters.waiting == UInt64(kept))
    #expect(bench.counters.isBalanced)
  }

  @Test("a full table of neighbours takes no packet for another, and answers no other's question; both are told")
  func fullTable() {
    var bench = stack(forwarding + [("gc-thresh2", 1), ("gc-thresh3", 1)])
    _ = bench.receive(arp(from: "10.0.1.9", for: "10.0.1.1"), on: 0)
    let sent = bench.receive(echo(from: "10.0.1.9", to: "10.0.2.8"), on: 0)
    #expect(sent.last == .dropped(.neighborTableFull))
    #expect(questions(sent).isEmpty)
    let asked = bench.receive(arp(from: "10.0.1.7", for: "10.0.1.1"), on: 0)
    #expect(asked == [.dropped(.neighborTableFull)])
    #expect(bench.counters.waiting == 0 && bench.counters.isBalanced)
    // Who only wants to know whether an address is taken has none, and is answered.
    let probe = bench.receive(arp(from: "0.0.0.0", for: "10.0.1.1"), on: 0)
    #expect(probe.contains(.absorbed(.arp)))
  }

  @Test("says nothing when it comes up, with arp-notify its addresses to everybody", arguments: [false, true])
  func announcing(isTold: Bool) {
    var bench = stack(isTold ? [("arp-notify", true)] : [])
    let begun = questions(bench.start())
    #expect(begun.map(\.packet.targetAddress) == (isTold ? [address("10.0.1.1"), address("10.0.2.1")] : []))
    #expect(begun.allSatisfy { $0.packet.isAnnouncement && $0.frame.destination == .broadcast })
    let down = questions(bench.setLink(on: 1, isUp: false))
    #expect(down.isEmpty)
    let again = questions(bench.setLink(on: 1, isUp: true))
    #expect(again.map(\.packet.targetAddress) == (isTold ? [address("10.0.2.1")] : []))
    let powered = questions(bench.powerOn())
    #expect(powered.map(\.packet.targetAddress) == (isTold ? [address("10.0.1.1"), address("10.0.2.1")] : []))
  }

  @Test(
    "stands in for whom it would forward to, if it is told to",
    arguments: [
      ("10.0.2.9", true, true, true), ("10.0.2.9", false, true, false), ("10.0.2.9", true, false, false),
      ("10.0.1.77", true, true, false), ("172.16.0.1", true, true, false), ("10.0.2.255", true, true, false),
    ])
  func proxy(target: String, isProxy: Bool, forwards: Bool, answers: Bool) {
    var bench = stack([("forwards", .boolean(forwards))], proxy: isProxy)
    let deeds = bench.receive(arp(for: target, to: MACAddress(rawValue: 0x0200_0000_0001)), on: 0)
    #expect((answer(to: deeds)?.senderAddress == address(target)) == answers)
    #expect(bench.counters.isBalanced)
  }

  @Test("takes up to 0.8 s to answer for others what everybody was asked, and none where it alone was")
  func proxyDelay() {
    var delays: [UInt64] = []
    for seed in 0..<20 as Range<UInt64> {
      var bench = stack(forwarding, proxy: true)
      bench.advance(by: .milliseconds(seed))
      // Each bench draws the same, so that the first of several questions shows another delay each time.
      for _ in 0..<seed { _ = bench.receive(arp(for: "10.0.2.9"), on: 0) }
      bench.advance(by: .seconds(1))
      let asked = bench.now
      let taken = bench.receive(arp(for: "10.0.2.8"), on: 0)
      #expect(taken.last == .absorbed(.arp))
      while answer(to: bench.advance(by: .milliseconds(1))) == nil, bench.now < asked + .seconds(1) {}
      delays.append((bench.now - asked).nanoseconds / 1_000_000)
    }
    #expect(delays.allSatisfy { $0 <= 800 })
    #expect(delays.contains { $0 > 500 } && delays.contains { $0 < 300 }, "\(delays)")
  }

  /// `proxy_qlen` 64.
  @Test("holds 65 such answers back and drops what comes then")
  func proxyQueue() {
    var bench = stack(forwarding, proxy: true)
    let outcomes = (0..<67).map { _ in bench.receive(arp(for: "10.0.2.9"), on: 0).last }
    #expect(outcomes.prefix(65).allSatisfy { $0 == .absorbed(.arp) })
    #expect(outcomes.suffix(2).allSatisfy { $0 == .dropped(.queueFull) })
  }
}

extension EthernetFrame {
  fileprivate var arp: ARPPacket? { if case .arp(let packet) = payload { packet } else { nil } }
}

extension ARPPacket {
  fileprivate var isAnnouncement: Bool { operation == .request && senderAddress == targetAddress }
}

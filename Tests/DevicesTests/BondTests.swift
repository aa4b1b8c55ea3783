import Devices
import Packets
import Protocols
import Simulation
import Testing

/// Linux, `Documentation/networking/bonding.rst`.
///
///     active-backup: from · to · cause · action
///     –          used       first link that is up, or the primary              –
///     used       down       the monitor sees that its link is down             the next is used, addresses are announced
///     down       up         the monitor sees that its link is up again         used if it is the primary, or none is
@Suite("Bond") struct BondTests {
  private static let own = MACAddress(rawValue: 0x0200_0000_0001)
  private let peer = MACAddress(rawValue: 0x0200_0000_00b0)

  private func bond(
    _ mode: Bond.Mode, links: Int = 2, _ change: (inout Bond.Settings) -> Void = { _ in }
  ) -> DeviceBench<Bond> {
    var settings = Bond.Settings(mode, address: Self.own)
    change(&settings)
    return DeviceBench(Bond(settings, members: links), ports: links + 1)
  }

  private func frame(_ source: MACAddress, _ destination: MACAddress) -> EthernetFrame {
    SegmentFrames.frame(from: source, to: destination)
  }

  private var up: EthernetFrame { frame(peer, Self.own) }
  private var down: EthernetFrame { frame(Self.own, peer) }

  private func question(from address: String) -> EthernetFrame {
    let packet = ARPPacket(
      operation: .request, senderHardware: Self.own, senderAddress: IPv4Address(address) ?? .any,
      targetHardware: .zero, targetAddress: IPv4Address(10, 0, 0, 9))
    return EthernetFrame(destination: .broadcast, source: Self.own, payload: .arp(packet))
  }

  /// Who is told of which address by which port.
  private func announced(_ deeds: [Deed]) -> [String] {
    deeds.compactMap { deed in
      guard case .sent(let frame, let port) = deed, case .arp(let packet) = frame.payload,
        packet.senderAddress == packet.targetAddress, packet.operation == .request, frame.destination == .broadcast,
        frame.source == Self.own
      else { return nil }
      return "\(packet.senderAddress) by \(port.index)"
    }
  }

  @Test("active-backup uses one link, and lets nothing in by another")
  func activeBackup() {
    var bond = bond(.activeBackup)
    let sent = bond.receive(down, on: 0)
    let active = bond.receive(up, on: 1)
    let backup = bond.receive(up, on: 2)
    #expect(sent == [.sent(down, 1)])
    #expect(active == [.sent(up, 0)])
    #expect(backup == [.dropped(.inactiveMember)])
  }

  @Test("a link that fails is used until the monitor looks, and the next from then on", arguments: [99, 100])
  func failover(milliseconds: UInt64) {
    var bond = bond(.activeBackup)
    bond.setLink(on: 1, isUp: false)
    bond.advance(by: .milliseconds(milliseconds))
    let deeds = bond.receive(down, on: 0)
    #expect(deeds.first == .sent(down, milliseconds == 99 ? 1 : 2))
    #expect(bond.counters.isBalanced)
  }

  @Test(
    "after a failover the addresses of its station are announced once by the new link, or as often as it was told",
    arguments: [(0, 0), (1, 1), (3, 3)])
  func announcements(wanted: Int, count: Int) {
    var bond = bond(.activeBackup) { $0.announcements = wanted }
    bond.receive(question(from: "10.0.0.1"), on: 0)
    bond.receive(question(from: "10.0.0.1"), on: 0)
    // What a guest behind a bridge says is the guest's.
    bond.receive(frame(peer, .broadcast), on: 0)
    bond.setLink(on: 1, isUp: false)
    let deeds = bond.advance(by: .seconds(5))
    #expect(announced(deeds) == Array(repeating: "10.0.0.1 by 2", count: count))
  }

  @Test("what comes in from a foreign station is never announced, and neither is one that has no address yet")
  func foreignStations() {
    var bond = bond(.activeBackup)
    bond.receive(question(from: "0.0.0.0"), on: 0)
    var foreign = question(from: "10.0.0.7")
    foreign.source = peer
    bond.receive(foreign, on: 0)
    bond.setLink(on: 1, isUp: false)
    let deeds = bond.advance(by: .seconds(1))
    #expect(announced(deeds) == [])
  }

  /// (reselection, rate of the primary, link in use after it came back)
  @Test("a primary that comes back is used again as it was told", arguments: Bond.Reselection.allCases)
  func primary(reselection: Bond.Reselection) {
    var bond = bond(.activeBackup) {
      $0.primary = 1
      $0.reselection = reselection
    }
    let first = bond.receive(down, on: 0)
    bond.setLink(on: 2, isUp: false)
    bond.advance(by: .milliseconds(100))
    let second = bond.receive(down, on: 0)
    bond.setLink(on: 2, isUp: true)
    bond.advance(by: .milliseconds(100))
    let third = bond.receive(down, on: 0)
    #expect(first == [.sent(down, 2)] && second == [.sent(down, 1)])
    // Both links of the bench are equally fast.
    #expect(third == [.sent(down, reselection == .always ? 2 : 1)])
  }

  @Test("a link must be up or down for its delay before that counts")
  func delays() {
    var bond = bond(.activeBackup) {
      $0.primary = 0
      $0.upDelay = .milliseconds(300)
      $0.downDelay = .milliseconds(200)
    }
    bond.start()
    bond.setLink(on: 1, isUp: false)
    bond.advance(to: .start + .milliseconds(299))
    let before = bond.receive(down, on: 0)
    bond.advance(to: .start + .milliseconds(300))
    let after = bond.receive(down, on: 0)
    #expect(before.first == .sent(down, 1) && after == [.sent(down, 2)])
    bond.setLink(on: 1, isUp: true)
    bond.advance(to: .start + .milliseconds(699))
    let waiting = bond.receive(down, on: 0)
    bond.advance(to: .start + .milliseconds(700))
    let back = bond.receive(down, on: 0)
    #expect(waiting == [.sent(down, 2)] && back == [.sent(down, 1)])
  }

  @Test("a link that is back before the delay is over was never gone")
  func flapping() {
    var bond = bond(.activeBackup) { $0.downDelay = .milliseconds(200) }
    bond.start()
    bond.setLink(on: 1, isUp: false)
    bond.advance(by: .milliseconds(150))
    bond.setLink(on: 1, isUp: true)
    let deeds = bond.advance(by: .seconds(1))
    let sent = bond.receive(down, on: 0)
    #expect(deeds == [] && sent == [.sent(down, 1)])
  }

  @Test("who never looks never takes over")
  func noMonitor() {
    var bond = bond(.activeBackup) { $0.monitorInterval = .zero }
    bond.setLink(on: 1, isUp: false)
    bond.advance(by: .seconds(3600))
    let deeds = bond.receive(down, on: 0)
    #expect(deeds == [.sent(down, 1), .dropped(.linkDown)])
  }

  @Test("takes its links as they are when it is switched on again")
  func powerOn() {
    var bond = bond(.activeBackup) { $0.monitorInterval = .zero }
    bond.start()
    bond.setLink(on: 1, isUp: false)
    bond.powerOn()
    let deeds = bond.receive(down, on: 0)
    #expect(deeds == [.sent(down, 2)])
  }

  @Test("without any link frames die, and the first that comes back is used without waiting")
  func noLink() {
    var bond = bond(.activeBackup) { $0.upDelay = .seconds(10) }
    bond.setLink(on: 1, isUp: false)
    bond.setLink(on: 2, isUp: false)
    bond.advance(by: .milliseconds(100))
    let deeds = bond.receive(down, on: 0)
    #expect(deeds == [.dropped(.noActiveMember)])
    bond.setLink(on: 2, isUp: true)
    bond.advance(by: .milliseconds(100))
    let after = bond.receive(down, on: 0)
    #expect(after == [.sent(down, 2)])
  }

  @Test("balance-rr takes turns, whoever the frame is for")
  func roundRobin() {
    var bond = bond(.roundRobin, links: 3)
    let ports = (0..<4).flatMap { _ in bond.receive(down, on: 0) }
    #expect(ports == [.sent(down, 1), .sent(down, 2), .sent(down, 3), .sent(down, 1)])
    bond.setLink(on: 2, isUp: false)
    bond.advance(by: .milliseconds(100))
    let rest = (0..<2).flatMap { _ in bond.receive(down, on: 0) }
    #expect(Set(rest) == [.sent(down, 1), .sent(down, 3)])
  }

  @Test("broadcast sends everything by every link, and takes in each copy")
  func broadcast() {
    var bond = bond(.broadcast)
    let sent = bond.receive(down, on: 0)
    let copies = [1, 2].flatMap { bond.receive(up, on: $0) }
    #expect(sent == [.noted(.flooded(2)), .sent(down, 1), .sent(down, 2)])
    #expect(copies == [.sent(up, 0), .sent(up, 0)])
  }

  @Test("a switch without a bond sees the station of balance-rr move with every frame")
  func movingStation() {
    var bond = bond(.roundRobin)
    var bridge = DeviceBench(Bridge(), ports: 3)
    var moves = 0
    for _ in 0..<6 {
      guard case .sent(let frame, let port)? = bond.receive(down, on: 0).first else { continue }
      let deeds = bridge.receive(frame, on: PortNumber(Int(port.index) - 1))
      if deeds.contains(where: { if case .noted(.learned) = $0 { true } else { false } }) { moves += 1 }
    }
    #expect(moves == 6)
  }

  @Test("balance-xor keeps a flow on one link, and uses what is left when that fails")
  func hashed() {
    var bond = bond(.hashed)
    // The last octets differ by 1 ^ b0, and the type is 88b5: 1 ^ b0 ^ 88b5 is even.
    let first = bond.receive(down, on: 0)
    let again = bond.receive(down, on: 0)
    let other = frame(Self.own, MACAddress(rawValue: 0x0200_0000_00b1))
    let second = bond.receive(other, on: 0)
    #expect(first == again && first == [.sent(down, 1)] && second == [.sent(other, 2)])
    bond.setLink(on: 2, isUp: false)
    bond.advance(by: .milliseconds(100))
    let moved = bond.receive(other, on: 0)
    #expect(moved == [.sent(other, 1)])
  }

  @Test("802.3ad speaks on its links, takes units in, and passes nothing before it agreed with somebody")
  func negotiated() {
    var bond = bond(.negotiated)
    let said = bond.start().filter { if case .sent(let frame, _) = $0 { frame.isUnit } else { false } }
    #expect(said.count == 2)
    let early = bond.receive(down, on: 0)
    #expect(early == [.dropped(.noActiveMember)])
    let unit = LinkAggregationUnit(
      actor: LinkAggregationUnit.Port(
        systemPriority: 1, system: peer, key: 15, portPriority: 1, port: 1, state: [.activity, .aggregation]),
      partner: LinkAggregationUnit.Port(
        systemPriority: 0, system: .zero, key: 0, portPriority: 0, port: 0, state: []))
    let payload = unit.payload(in: &bond.messages)
    let deeds = bond.receive(
      EthernetFrame(destination: LinkAggregationUnit.destination, source: peer, payload: payload), on: 1)
    #expect(deeds.first == .absorbed(.linkAggregation))
    let strange = bond.receive(frame(peer, LinkAggregationUnit.destination), on: 1)
    #expect(strange == [.dropped(.inactiveMember)])
    // Its neighbor on link 2 is silent: after three seconds that is known, but a partner goes first.
    bond.advance(by: .seconds(4))
    let alone = bond.receive(up, on: 2)
    #expect(alone == [.dropped(.inactiveMember)])
    #expect(bond.counters.isBalanced)
  }
}

/// Linux, `bond_xmit_hash`, worked out by hand.
@Suite("Hash of a bond") struct BondHashTests {
  private func frame(_ payload: EthernetPayload) -> EthernetFrame {
    EthernetFrame(
      destination: MACAddress(rawValue: 0x0200_0000_00c4), source: MACAddress(rawValue: 0x0200_0000_0021),
      payload: payload)
  }

  private func packet(_ payload: IPv4Payload, fragmentation: UInt16 = 0) -> EthernetFrame {
    frame(
      .ipv4(
        IPv4Packet(
          source: IPv4Address(10, 0, 0, 1), destination: IPv4Address(10, 0, 3, 2), fragmentation: fragmentation,
          payload: payload)))
  }

  private var datagram: IPv4Payload {
    .udp(UDPDatagram(sourcePort: 0x1234, destinationPort: 0x0050, content: .pattern(length: 8)))
  }

  /// 21 ^ c4 ^ 0800.
  @Test("layer2 is the last octets of both stations and the type")
  func layer2() {
    #expect(BondHash.layer2.value(of: packet(datagram)) == 0x08e5)
    let other = frame(.other(EtherType(rawValue: 0x88b5), .pattern(length: 46)))
    for hash in BondHash.allCases { #expect(hash.value(of: other) == 0x8850) }
  }

  /// 10.0.0.1 ^ 10.0.3.2 is 0.0.3.3, as a number 03030000; with 08e5, 030308e5; folded by 16, 03030be6; by 8, 030008ed.
  @Test("layer2+3 has both addresses as well")
  func layer2And3() {
    #expect(BondHash.layer2And3.value(of: packet(datagram)) == 0x0300_08ed)
  }

  /// Ports 12 34 00 50 are 50003412; with 03030000, 53033412; folded by 16, 53036711; by 8, 53506476; without its last bit.
  @Test("layer3+4 has addresses and ports, and not the lowest bit")
  func layer3And4() {
    #expect(BondHash.layer3And4.value(of: packet(datagram)) == 0x5350_6476 >> 1)
  }

  @Test("a fragment has no ports, and an echo has its identifier")
  func others() {
    // 03030000 folded by 16 is 03030303, by 8 03000000.
    let addresses: UInt32 = 0x0300_0000
    #expect(BondHash.layer3And4.value(of: packet(datagram, fragmentation: 0x2000)) == addresses >> 1)
    let unreachable = ICMPMessage(.unreachable(.network, mtu: 0))
    #expect(BondHash.layer3And4.value(of: packet(.icmp(unreachable))) == addresses >> 1)
    let echo = packet(.icmp(ICMPMessage(.echoRequest(identifier: 7, sequence: 1))))
    let next = packet(.icmp(ICMPMessage(.echoRequest(identifier: 7, sequence: 2))))
    #expect(BondHash.layer3And4.value(of: echo) == BondHash.layer3And4.value(of: next))
    #expect(BondHash.layer3And4.value(of: echo) != addresses >> 1)
  }
}

extension EthernetFrame {
  fileprivate var isUnit: Bool { destination == LinkAggregationUnit.destination }
}

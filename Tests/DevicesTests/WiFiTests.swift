import Devices
import Packets
import Simulation
import Testing

/// IEEE 802.11-2020, 4.3 and 9.3.2.1: a station has one address, and an access point knows it.
@Suite("Access point") struct AccessPointTests {
  private let card = MACAddress(rawValue: 0x0200_0000_0001)
  private let other = MACAddress(rawValue: 0x0200_0000_0002)
  private let guest = MACAddress(rawValue: 0x0200_0000_0099)
  private let wired = MACAddress(rawValue: 0x0200_0000_00f0)

  /// Cards on ports 0 and 1, wires on 2 and 3.
  private func point() -> DeviceBench<AccessPoint> {
    var point = AccessPoint(ports: 4)
    point.know(.association(card, 0))
    point.know(.association(other, 1))
    return DeviceBench(point, ports: 4)
  }

  private func frame(_ source: MACAddress, _ destination: MACAddress) -> EthernetFrame {
    SegmentFrames.frame(from: source, to: destination)
  }

  @Test("takes from a card what has its address, and nothing else")
  func sources() {
    var point = point()
    let own = point.receive(frame(card, other), on: 0)
    let foreign = point.receive(frame(guest, other), on: 0)
    let neighbor = point.receive(frame(other, wired), on: 0)
    #expect(own == [.noted(.forwarded(1)), .sent(frame(card, other), 1)])
    #expect(foreign == [.dropped(.notAssociated)] && neighbor == [.dropped(.notAssociated)])
  }

  @Test("sends a broadcast everywhere, but what is for nobody it knows only into the wires")
  func flooding() {
    var point = point()
    let everybody = frame(card, .broadcast)
    let broadcast = point.receive(everybody, on: 0)
    let unknown = point.receive(frame(card, wired), on: 0)
    let back = point.receive(frame(wired, guest), on: 2)
    #expect(broadcast == [.noted(.flooded(3)), .sent(everybody, 1), .sent(everybody, 2), .sent(everybody, 3)])
    #expect(unknown == [.noted(.flooded(2)), .sent(frame(card, wired), 2), .sent(frame(card, wired), 3)])
    #expect(back == [.noted(.learned(wired, 2)), .noted(.flooded(1)), .sent(frame(wired, guest), 3)])
    let known = point.receive(frame(card, wired), on: 0)
    #expect(known == [.noted(.forwarded(2)), .sent(frame(card, wired), 2)])
  }

  @Test("what is for nobody it knows dies where there is no other wire")
  func nobody() {
    var point = point()
    point.setLink(on: 3, isUp: false)
    let deeds = point.receive(frame(wired, guest), on: 2)
    #expect(deeds == [.noted(.learned(wired, 2)), .dropped(.notAssociated)])
  }

  @Test("keeps link-local groups on their link")
  func reserved() {
    var point = point()
    let deeds = point.receive(frame(card, MACAddress(rawValue: 0x0180_c200_0000)), on: 0)
    #expect(deeds == [.dropped(.reservedGroupAddress)])
  }
}

/// One address in the air for a host and its guests.
@Suite("Bridge over Wi-Fi") struct WiFiBridgeTests {
  private static let card = MACAddress(rawValue: 0x0200_0000_0001)
  private let guest = MACAddress(rawValue: 0x0200_0000_0099)
  private let second = MACAddress(rawValue: 0x0200_0000_0098)
  private let router = MACAddress(rawValue: 0x0200_0000_00f0)
  private let address = IPv4Address(192, 168, 1, 11)
  private let routerAddress = IPv4Address(192, 168, 1, 1)

  private func bridge() -> DeviceBench<WiFiBridge> { DeviceBench(WiFiBridge(card: Self.card), ports: 3) }

  private func arp(
    _ operation: ARPPacket.Operation, _ source: MACAddress, _ sender: IPv4Address, to destination: MACAddress,
    _ target: IPv4Address
  ) -> EthernetFrame {
    let packet = ARPPacket(
      operation: operation, senderHardware: source, senderAddress: sender,
      targetHardware: operation == .reply ? destination : .zero, targetAddress: target)
    return EthernetFrame(destination: destination, source: source, payload: .arp(packet))
  }

  private func packet(_ source: MACAddress, _ from: IPv4Address, to destination: MACAddress, _ to: IPv4Address)
    -> EthernetFrame
  {
    let datagram = UDPDatagram(sourcePort: 1024, destinationPort: 9, content: .pattern(length: 8))
    return EthernetFrame(
      destination: destination, source: source,
      payload: .ipv4(IPv4Packet(source: from, destination: to, payload: .udp(datagram))))
  }

  @Test("a guest's question goes into the air as the card's, inside and out, and to the host as it is")
  func question() {
    var bridge = bridge()
    let asked = arp(.request, guest, address, to: .broadcast, routerAddress)
    let deeds = bridge.receive(asked, on: WiFiBridge.guests)
    let said = arp(.request, Self.card, address, to: .broadcast, routerAddress)
    #expect(deeds == [.noted(.flooded(2)), .sent(asked, WiFiBridge.host), .sent(said, WiFiBridge.air)])
  }

  @Test("an answer to the card is for the guest that has the address, and otherwise for the host")
  func answer() {
    var bridge = bridge()
    let answer = arp(.reply, router, routerAddress, to: Self.card, address)
    let early = bridge.receive(answer, on: WiFiBridge.air)
    bridge.receive(packet(guest, address, to: router, routerAddress), on: WiFiBridge.guests)
    let late = bridge.receive(answer, on: WiFiBridge.air)
    let data = bridge.receive(packet(router, routerAddress, to: Self.card, address), on: WiFiBridge.air)
    let hosts = bridge.receive(
      packet(router, routerAddress, to: Self.card, IPv4Address(192, 168, 1, 10)), on: WiFiBridge.air)
    #expect(early == [.sent(answer, WiFiBridge.host)])
    #expect(late == [.sent(arp(.reply, router, routerAddress, to: guest, address), WiFiBridge.guests)])
    #expect(data == [.sent(packet(router, routerAddress, to: guest, address), WiFiBridge.guests)])
    #expect(
      hosts == [
        .sent(packet(router, routerAddress, to: Self.card, IPv4Address(192, 168, 1, 10)), WiFiBridge.host)
      ])
  }

  @Test("an address follows the guest that speaks with it last")
  func moves() {
    var bridge = bridge()
    bridge.receive(packet(guest, address, to: router, routerAddress), on: WiFiBridge.guests)
    bridge.receive(packet(second, address, to: router, routerAddress), on: WiFiBridge.guests)
    let data = bridge.receive(packet(router, routerAddress, to: Self.card, address), on: WiFiBridge.air)
    #expect(data == [.sent(packet(router, routerAddress, to: second, address), WiFiBridge.guests)])
  }

  @Test("between host and guests nothing is rewritten, and nothing of it goes into the air")
  func inside() {
    var bridge = bridge()
    let there = packet(guest, address, to: Self.card, IPv4Address(192, 168, 1, 10))
    let first = bridge.receive(there, on: WiFiBridge.guests)
    let back = packet(Self.card, IPv4Address(192, 168, 1, 10), to: guest, address)
    let second = bridge.receive(back, on: WiFiBridge.host)
    let out = packet(Self.card, IPv4Address(192, 168, 1, 10), to: router, routerAddress)
    let third = bridge.receive(out, on: WiFiBridge.host)
    #expect(first == [.sent(there, WiFiBridge.host)] && second == [.sent(back, WiFiBridge.guests)])
    #expect(third == [.sent(out, WiFiBridge.air)])
    bridge.receive(packet(self.second, IPv4Address(192, 168, 1, 12), to: router, routerAddress), on: WiFiBridge.guests)
    let guests = bridge.receive(packet(guest, address, to: self.second, address), on: WiFiBridge.guests)
    #expect(guests == [.dropped(.sameSegment)], "their hub has brought it there")
  }

  /// 888e is 802.1X, 86dd is IPv6.
  @Test(
    "other protocols pass only as groups, but for the card's authentication",
    arguments: [(UInt16(0x888e), true), (0x86dd, false), (0x88b5, false)])
  func protocols(type: UInt16, passes: Bool) {
    var bridge = bridge()
    let payload = EthernetPayload.other(EtherType(rawValue: type), .pattern(length: 46))
    let single = bridge.receive(
      EthernetFrame(destination: router, source: guest, payload: payload), on: WiFiBridge.guests)
    let group = bridge.receive(
      EthernetFrame(destination: .broadcast, source: guest, payload: payload), on: WiFiBridge.guests)
    let sent = EthernetFrame(destination: router, source: Self.card, payload: payload)
    #expect(single == [passes ? .sent(sent, WiFiBridge.air) : .dropped(.foreignProtocol)])
    let said = EthernetFrame(destination: .broadcast, source: Self.card, payload: payload)
    #expect(group.last == .sent(said, WiFiBridge.air))
  }

  @Test("who asks for a lease asks for a broadcast, since a unicast would not find it")
  func lease() throws {
    var bridge = bridge()
    let message = DHCPMessage(
      operation: 1, transaction: 7, clientHardware: guest, options: [.messageType(.discover)])
    let content = bridge.messages.content(of: .dhcp(message))
    let datagram = UDPDatagram(sourcePort: 68, destinationPort: 67, content: content)
    let frame = EthernetFrame(
      destination: .broadcast, source: guest,
      payload: .ipv4(
        IPv4Packet(source: .any, destination: IPv4Address(255, 255, 255, 255), payload: .udp(datagram))))
    let deeds = bridge.receive(frame, on: WiFiBridge.guests)
    var seen: [Bool] = []
    for case .sent(let frame, _) in deeds {
      guard let id = frame.message, case .dhcp(let message)? = bridge.messages[id] else { continue }
      seen.append(message.wantsBroadcast)
      #expect(message.clientHardware == guest)
    }
    #expect(seen == [false, true], "the host hears what the guest said, the air what was made of it")
  }
}

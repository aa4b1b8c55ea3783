import Devices
import Packets
import Scenarios
import Simulation
import Testing
import Topology

/// How long the NAT device remembers a datagram, in a network.
@Suite("VMware: late answers") struct VMwareLateAnswerTests {
  typealias Line = VMwareBed.Line

  /// The Internet is so far away that its answer comes just before the mapping ends, or just after.
  private func bed(delay: String, _ line: Line) -> VMwareBed {
    VMwareBed(
      networks: ["VMnet8": "udp-timeout: 2s"], guests: ["g: { network: nat }"], internetDelay: delay,
      steps: [Line("dhcp: g"), Line("ping: rtr -> internet"), line])
  }

  @Test("an answer within the time is passed on to the guest")
  func inTime() throws {
    let bed = bed(delay: "990ms", Line("udp: g -> 203.0.113.1:7", "{ reply: true, seen-as: 203.0.113.2 }"))
    try bed.check()
    #expect(try bed.play().refusals(by: "pc.nat8") == [])
  }

  @Test("a later one is refused with port-unreachable, as at any closed port of the host")
  func tooLate() throws {
    let bed = bed(
      delay: "1010ms",
      Line("udp: g -> 203.0.113.1:7", "{ fails: no-answer, request-reaches: internet, reply-dropped-by: pc.nat8 }"))
    try bed.check()
    let played = try bed.play()
    #expect(played.refusals(by: "pc.nat8") == [.refused(.unreachable(.port, mtu: 0))])
    // It leaves as the host's own, and the router finds the one it is for.
    let told = played.lastRecords.compactMap { record -> IPv4Packet? in
      guard case .sent(let frame, _) = record.event, played.name(record.device) == "rtr.stack" else { return nil }
      return frame.packet
    }
    let error = try #require(told.last)
    #expect(error.source == IPv4Address(203, 0, 113, 2) && error.destination == IPv4Address(203, 0, 113, 1))
    guard case .icmp(let message) = error.payload, let id = message.content.message,
      case .quote(let quote)? = played.playback.messages[id], case .udp(let datagram) = quote.packet.payload
    else {
      Issue.record("\(error) says nothing of a datagram")
      return
    }
    #expect(quote.packet.source == IPv4Address(203, 0, 113, 1) && datagram.sourcePort == 7)
  }

  /// The first answer takes 1.2 s, and a connection is opened anew after one.
  @Test("the device's own connection outward is tried again while nobody answers")
  func retry() throws {
    let bed = bed(delay: "600ms", Line("tcp: g -> 203.0.113.1:80", "{ connected: true }"))
    try bed.check()
    let played = try bed.play()
    let openings = played.lastRecords.filter { record in
      guard case .sent(let frame, _) = record.event, played.name(record.device) == "rtr.stack",
        frame.packet?.source == IPv4Address(203, 0, 113, 2), case .tcp(let segment)? = frame.packet?.payload
      else { return false }
      return segment.flags == .syn
    }
    #expect(openings.count == 2)
  }

  @Test("an echo's answer that comes too late is nobody's, and nothing is said about it")
  func lateEcho() throws {
    let bed = bed(delay: "1010ms", Line("ping: g -> 8.8.8.8", "{ fails: no-answer, reply-dropped-by: pc.nat8 }"))
    try bed.check()
    #expect(try bed.play().refusals(by: "pc.nat8") == [])
  }
}

/// The NAT device by itself, with a guest at .128 and a host whose address is 192.168.1.10.
@Suite("VMware: idle mappings") struct VMwareMappingTests {
  private static let own = MACAddress(rawValue: 0x0050_56e0_0001)
  private static let guest = MACAddress(rawValue: 0x000c_2900_0001)
  private static let server = Endpoint(IPv4Address(203, 0, 113, 1), 7)

  private func bench(forwards: [NATProxy.Forward] = []) throws -> DeviceBench<NATProxy> {
    let address = InterfaceAddress(IPv4Address(192, 168, 233, 2), length: 24)
    var configuration = NATProxy.Configuration(
      address: try #require(address), hardwareAddress: VMwareMappingTests.own)
    configuration.forwards = forwards
    return DeviceBench(NATProxy(configuration), ports: 2)
  }

  /// The guest asks for the device by ARP, which makes it known there.
  private func introduce(_ bench: inout DeviceBench<NATProxy>) {
    let question = ARPPacket(
      operation: .request, senderHardware: VMwareMappingTests.guest, senderAddress: IPv4Address(192, 168, 233, 128),
      targetHardware: .zero, targetAddress: IPv4Address(192, 168, 233, 2))
    bench.receive(
      EthernetFrame(destination: .broadcast, source: VMwareMappingTests.guest, payload: .arp(question)), on: 0)
  }

  /// What the guest sends from `port` to the server; the result is what the host is handed.
  private func ask(
    _ bench: inout DeviceBench<NATProxy>, from port: UInt16, to server: Endpoint = server, timeToLive: UInt8 = 64
  ) -> IPv4Packet? {
    let packet = IPv4Packet(
      source: IPv4Address(192, 168, 233, 128), destination: server.address, timeToLive: timeToLive,
      payload: .udp(UDPDatagram(sourcePort: port, destinationPort: server.port, content: .pattern(length: 32))))
    let deeds = bench.receive(
      EthernetFrame(destination: VMwareMappingTests.own, source: VMwareMappingTests.guest, payload: .ipv4(packet)),
      on: 0)
    return deeds.sent(on: 1).first
  }

  /// What the server sends to the host's `port`.
  private func answer(
    _ bench: inout DeviceBench<NATProxy>, to port: UInt16, from server: Endpoint = server
  ) -> [Deed] {
    introduce(&bench)
    let packet = IPv4Packet(
      source: server.address, destination: IPv4Address(192, 168, 1, 10),
      payload: .udp(UDPDatagram(sourcePort: server.port, destinationPort: port, content: .pattern(length: 32))))
    return bench.receive(EthernetFrame(destination: .zero, source: .zero, payload: .ipv4(packet)), on: 1)
  }

  @Test(
    "a mapping that nobody uses is there for a minute, and not at its end",
    arguments: [(59_999, true), (60_000, false)])
  func minute(milliseconds: UInt64, isThere: Bool) throws {
    var bench = try bench()
    let port = try #require(ask(&bench, from: 5000)?.udpPorts?.source)
    bench.advance(by: .milliseconds(milliseconds))
    let deeds = answer(&bench, to: port)
    #expect(deeds.sent(on: 0).map(\.udpPorts?.destination) == (isThere ? [5000] : []))
    #expect(deeds.contains(.dropped(.staleMapping)) == !isThere)
    #expect(deeds.sent(on: 1).isEmpty == isThere, "the refusal")
  }

  @Test("every datagram, in or out, begins the minute anew")
  func refreshed() throws {
    var bench = try bench()
    let port = try #require(ask(&bench, from: 5000)?.udpPorts?.source)
    bench.advance(by: .seconds(59))
    #expect(answer(&bench, to: port).sent(on: 0).count == 1)
    bench.advance(by: .seconds(59))
    #expect(ask(&bench, from: 5000)?.udpPorts?.source == port)
    bench.advance(by: .seconds(59))
    #expect(answer(&bench, to: port).sent(on: 0).count == 1)
    bench.advance(by: .seconds(60))
    #expect(answer(&bench, to: port).contains(.dropped(.staleMapping)))
  }

  @Test("one socket for each port of a guest and each server")
  func flows() throws {
    var bench = try bench()
    let other = Endpoint(VMwareMappingTests.server.address, 8)
    let ports = [
      ask(&bench, from: 5000), ask(&bench, from: 5001), ask(&bench, from: 5000, to: other), ask(&bench, from: 5000),
    ].compactMap { $0?.udpPorts?.source }
    #expect(ports.count == 4 && Set(ports).count == 3 && ports[0] == ports[3])
  }

  /// The host has no more ephemeral ports than that, however many guests there are.
  @Test("when every port is taken nothing more goes out, until one has been idle for a minute")
  func exhausted() throws {
    var bench = try bench()
    let count = 60999 - 32768 + 1
    for number in 0..<count { #expect(ask(&bench, from: UInt16(1 + number)) != nil) }
    #expect(ask(&bench, from: 60000) == nil)
    #expect(bench.records.last?.event == .dropped(.portsExhausted))
    bench.advance(by: .seconds(60))
    #expect(ask(&bench, from: 60000) != nil)
  }

  @Test("a flow that came back by another port keeps it when its old port is given away")
  func reopened() throws {
    var bench = try bench()
    let old = try #require(ask(&bench, from: 5000)?.udpPorts?.source)
    bench.advance(by: .seconds(60))
    let new = try #require(ask(&bench, from: 5000)?.udpPorts?.source)
    try #require(old != new)
    // Everybody else takes the rest, and the old port with it.
    for number in 0..<(60999 - 32768) { #expect(ask(&bench, from: UInt16(10_000 + number)) != nil) }
    #expect(ask(&bench, from: 5000)?.udpPorts?.source == new)
  }

  @Test("the guest's time to live is of no account: what leaves has the host's", arguments: [1, 2, 64, 255] as [UInt8])
  func timeToLive(sent: UInt8) throws {
    var bench = try bench()
    #expect(ask(&bench, from: 5000, timeToLive: sent)?.timeToLive == 64)
  }

  @Test("whoever asks at a forwarded port is answered from it, at any time, and nobody else is given that port")
  func forwarded() throws {
    let guest = Endpoint(IPv4Address(192, 168, 233, 128), 53)
    var bench = try bench(forwards: [NATProxy.Forward(transport: .udp, port: 51820, guest: guest, origin: .none)])
    let asked = answer(&bench, to: 51820).sent(on: 0)
    #expect(asked.map(\.udpPorts?.destination) == [53] && asked.map(\.source) == [VMwareMappingTests.server.address])
    bench.advance(by: .seconds(3600))
    #expect(ask(&bench, from: 53)?.udpPorts?.source == 51820)
    let others = (0..<28231).compactMap { ask(&bench, from: UInt16(1000 + $0))?.udpPorts?.source }
    #expect(others.count == 28231 && !others.contains(51820))
    #expect(ask(&bench, from: 999) == nil)
  }
}

extension [Deed] {
  /// Packets sent by a port.
  fileprivate func sent(on port: PortNumber) -> [IPv4Packet] {
    compactMap { deed in
      guard case .sent(let frame, port) = deed else { return nil }
      return frame.packet
    }
  }
}

extension IPv4Packet {
  fileprivate var udpPorts: (source: UInt16, destination: UInt16)? {
    guard case .udp(let datagram) = payload else { return nil }
    return (datagram.sourcePort, datagram.destinationPort)
  }
}

extension VMwarePlay {
  /// ICMP errors that `device` made in the last step.
  fileprivate func refusals(by device: String) -> [Event] {
    lastRecords.compactMap { record in
      guard case .refused = record.event, name(record.device) == device else { return nil }
      return record.event
    }
  }
}

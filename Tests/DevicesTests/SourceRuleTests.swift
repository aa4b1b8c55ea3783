import Devices
import Packets
import Protocols
import Simulation
import Testing

/// Where packets may come from, and broadcasts to other networks.
@Suite("Reverse path and directed broadcasts") struct SourceRuleTests {
  private func router(_ set: (inout NetworkLayer) -> Void) -> DeviceBench<IPStack> {
    let interfaces = ["10.0.1.1/24", "10.0.2.1/24"].enumerated().map { index, text in
      Interface(
        name: "eth\(index)", hardwareAddress: Lab.hardware("router", index),
        addresses: InterfaceAddress(text).map { [$0] } ?? [], origin: .none)
    }
    var network = NetworkLayer(interfaces: interfaces, forwards: true)
    set(&network)
    return DeviceBench(IPStack(network), ports: 2)
  }

  private func frame(from source: String, to destination: String, port: UInt16 = 9) -> EthernetFrame {
    let datagram = UDPDatagram(sourcePort: 1000, destinationPort: port, content: .pattern(length: 8))
    return EthernetFrame(
      destination: Lab.hardware("router", 0), source: Lab.hardware("a", 0),
      payload: .ipv4(IPv4Packet(source: address(source), destination: address(destination), payload: .udp(datagram))))
  }

  /// Measured on Linux, bed of two networks: `rp_filter` 0, 2 and 1.
  @Test(
    "strict lets pass what would be answered the same way, loose what can be answered at all",
    arguments: [
      (.off, "10.0.1.9", true), (.off, "10.0.2.9", true), (.off, "172.16.0.1", true),
      (.loose, "10.0.1.9", true), (.loose, "10.0.2.9", true), (.loose, "172.16.0.1", false),
      (.strict, "10.0.1.9", true), (.strict, "10.0.2.9", false), (.strict, "172.16.0.1", false),
    ] as [(ReversePathFilter, String, Bool)])
  func reversePath(filter: ReversePathFilter, source: String, passes: Bool) {
    var bench = router { $0.reversePath = filter }
    let deeds = bench.receive(frame(from: source, to: "10.0.2.2"), on: 0)
    #expect(deeds.contains(.held(address("10.0.2.2"))) == passes)
    #expect(deeds == [.dropped(.reversePath)] || passes)
    #expect(bench.counters.isBalanced)
  }

  @Test("a route that refuses is no way back")
  func refusingRoute() {
    let route = Route(to: IPv4Prefix("172.16.0.0/16") ?? .all, on: 0, kind: .blackhole, origin: .none)
    var bench = router {
      $0 = NetworkLayer(interfaces: $0.interfaces, routes: [route], forwards: true)
      $0.reversePath = .loose
    }
    let deeds = bench.receive(frame(from: "172.16.0.1", to: "10.0.2.2"), on: 0)
    #expect(deeds == [.dropped(.reversePath)])
  }

  /// As measured on Linux; 240/4 and a network's broadcast address are no such sources.
  @Test(
    "what comes from nobody, from many or from the router itself dies, as does what is for this network or this machine",
    arguments: [
      ("127.0.0.1", "10.0.2.2", .martianSource), ("0.0.0.0", "10.0.2.2", .martianSource),
      ("0.1.2.3", "10.0.2.2", .martianSource), ("224.0.0.1", "10.0.2.2", .martianSource),
      ("255.255.255.255", "10.0.2.2", .martianSource), ("10.0.1.1", "10.0.2.2", .martianSource),
      ("10.0.2.1", "10.0.2.2", .martianSource), ("10.0.1.9", "127.0.0.1", .martianDestination),
      ("10.0.1.9", "0.0.0.0", .martianDestination), ("10.0.1.9", "0.1.2.3", .martianDestination),
      ("240.0.0.1", "10.0.2.2", nil), ("10.0.1.255", "10.0.2.2", nil), ("10.0.2.255", "10.0.2.2", nil),
      ("126.0.0.1", "10.0.2.2", nil), ("128.0.0.1", "10.0.2.2", nil), ("223.255.255.255", "10.0.2.2", nil),
    ] as [(String, String, DropReason?)])
  func martians(source: String, destination: String, reason: DropReason?) {
    var bench = router { _ in }
    let deeds = bench.receive(frame(from: source, to: destination), on: 0)
    if let reason {
      #expect(deeds == [.dropped(reason)])
    } else {
      #expect(deeds.contains(.held(address("10.0.2.2"))))
    }
  }

  @Test("who has no address yet may speak to everybody, and to nobody else")
  func newcomer() {
    var bench = router { _ in }
    let broadcast = bench.receive(frame(from: "0.0.0.0", to: "255.255.255.255"), on: 0)
    #expect(broadcast == [.dropped(.noSocket)], "it was let in")
    let unicast = bench.receive(frame(from: "0.0.0.0", to: "10.0.1.1"), on: 0)
    #expect(unicast == [.dropped(.martianSource)])
  }

  @Test("the last router takes a broadcast to its other network for itself, and says nothing")
  func directedBroadcast() {
    var bench = router { _ in }
    let deeds = bench.receive(frame(from: "10.0.1.9", to: "10.0.2.255"), on: 0)
    #expect(deeds == [.dropped(.noSocket)])
    let neighbor = bench.receive(frame(from: "10.0.1.9", to: "10.0.2.254"), on: 0)
    #expect(neighbor.contains(.held(address("10.0.2.254"))))
  }

  @Test("told to, it sends it on as a broadcast, but keeps the one to the network it came from")
  func forwardedBroadcast() throws {
    var bench = router { $0.forwardsBroadcasts = true }
    let deeds = bench.receive(frame(from: "10.0.1.9", to: "10.0.2.255"), on: 0)
    let sent = try #require(
      deeds.compactMap { deed -> (EthernetFrame, PortNumber)? in
        if case .sent(let frame, let port) = deed { (frame, port) } else { nil }
      }.first)
    #expect(sent.0.destination == .broadcast)
    #expect(sent.1 == 1)
    let own = bench.receive(frame(from: "10.0.1.9", to: "10.0.1.255"), on: 0)
    #expect(own == [.dropped(.noSocket)])
  }
}

import Devices
import Packets
import Protocols
import Simulation
import Testing

/// Masquerading as Linux does it (RFC 3022, RFC 4787).
@Suite("Masquerade") struct MasqueradeTests {
  /// inside – nat – outside; the outside knows nothing of 10.0.0.0/24.
  private func lab() -> Lab {
    var lab = Lab()
    lab.addStack("inside", ["10.0.0.2/24"], gateway: "10.0.0.1")
    lab.addStack("nat", ["10.0.0.1/24", "192.0.2.1/24"], forwards: true, masquerades: [1])
    lab.addStack("outside", ["192.0.2.2/24"])
    lab.wire(("inside", 0), ("nat", 0))
    lab.wire(("nat", 1), ("outside", 0))
    lab.build()
    return lab
  }

  @Test("a request leaves with the router's address and its reply comes back to the host")
  func ping() {
    var lab = lab()
    let outcome = lab.play("inside", PingCommand(.address(address("192.0.2.2"))))
    #expect(outcome.succeeded)
    #expect(outcome.timeToLive == 63)
    let sources = lab.sent(by: "nat").compactMap { $0.icmp == nil ? nil : $0.packet?.source }
    #expect(sources == [address("192.0.2.1"), address("192.0.2.2")])
    #expect(lab.simulator.journal.counters.isBalanced)
  }

  @Test("an error from outside is translated outside and inside, so that the sender knows its own packet")
  func errors() {
    var lab = lab()
    let outcome = lab.play("inside", UDPCommand(.address(address("192.0.2.2")), port: 9))
    #expect(outcome.failure == .portUnreachable)
    #expect(outcome.responder == address("192.0.2.2"))
  }

  @Test("ARP that fails outside is told from the router's outer address")
  func hostUnreachableOutside() {
    var lab = lab()
    let outcome = lab.play("inside", PingCommand(.address(address("192.0.2.99"))))
    #expect(outcome.failure == .hostUnreachable)
    #expect(outcome.responder == address("192.0.2.1"))
    #expect(lab.simulator.journal.counters.isBalanced)
  }

  @Test("nobody outside reaches the inside by the router's address")
  func unsolicited() {
    var lab = lab()
    #expect(lab.play("outside", TCPCommand(.address(address("192.0.2.1")), port: 22)).failure == .refused)
    #expect(lab.sent(by: "nat").allSatisfy { $0.packet?.destination != address("10.0.0.2") })
  }

  @Test("a connection keeps its source port and is one connection from end to end")
  func connection() {
    var lab = Lab()
    lab.addStack("inside", ["10.0.0.2/24"], gateway: "10.0.0.1")
    lab.addStack("nat", ["10.0.0.1/24", "192.0.2.1/24"], forwards: true, masquerades: [1])
    lab.addStack("outside", ["192.0.2.2/24"], services: [TCPListener(port: 22)])
    lab.wire(("inside", 0), ("nat", 0))
    lab.wire(("nat", 1), ("outside", 0))
    lab.build()
    #expect(lab.play("inside", TCPCommand(.address(address("192.0.2.2")), port: 22)).succeeded)
    let syn = lab.sent(by: "inside").compactMap(\.segment).first
    let translated = lab.sent(by: "nat").compactMap(\.segment).first
    #expect(syn?.sourcePort == translated?.sourcePort)
    #expect(syn?.sequence == translated?.sequence)
  }
}

/// The proxy in user space, with its sockets in a host's stack.
@Suite("NAT proxy") struct NATProxyTests {
  /// guest – proxy – host – server. The host has one wire to the server and one of sockets to the proxy.
  private func lab(server services: [any Application] = [], forwards: [NATProxy.Forward] = []) -> Lab {
    var lab = Lab()
    lab.addStack("guest", ["10.0.0.128/24"], gateway: "10.0.0.2", services: [TCPListener(port: 80)])
    let own = InterfaceAddress(address("10.0.0.2"), length: 24)
    var settings = NATProxy.Configuration(
      address: own ?? InterfaceAddress(.any, in: .all), hardwareAddress: Lab.hardware("proxy", 0))
    settings.forwards = forwards
    settings.nameserver = address("192.0.2.2")
    lab.add("proxy", NATProxy(settings), ports: 2)
    var sockets = Interface(name: "nat", kind: .sockets, hardwareAddress: .zero)
    sockets.listens = forwards.map { ($0.transport, $0.port) }
    let wire = Interface(
      name: "eth0", hardwareAddress: Lab.hardware("host", 0),
      addresses: [InterfaceAddress(address("192.0.2.1"), length: 24)].compactMap { $0 }, origin: Origin(index: 0))
    lab.add("host", IPStack(NetworkLayer(interfaces: [wire, sockets])), ports: 2)
    lab.addStack("server", ["192.0.2.2/24"], services: services)
    lab.wire(("guest", 0), ("proxy", 0))
    lab.wire(("proxy", 1), ("host", 1))
    lab.wire(("host", 0), ("server", 0))
    lab.build()
    return lab
  }

  @Test("an echo leaves as the host's own, with another identifier and a fresh time to live")
  func echo() {
    var lab = lab()
    let outcome = lab.play("guest", PingCommand(.address(address("192.0.2.2"))))
    #expect(outcome.succeeded)
    #expect(outcome.timeToLive == 64)
    let asked = lab.sent(by: "guest").compactMap(\.icmp).first
    let sent = lab.sent(by: "host").first { $0.icmp != nil }
    #expect(sent?.packet?.source == address("192.0.2.1"))
    #expect(sent?.packet?.timeToLive == 64)
    #expect(sent?.icmp?.kind != asked?.kind)
    #expect(lab.simulator.journal.counters.isBalanced)
  }

  @Test("a connection is two, each with its own sequence numbers, ports and time to live")
  func connections() {
    var lab = lab(server: [HTTPServer(port: 80)])
    var page = HTTPCommand(.address(address("192.0.2.2")))
    page.path = "/index.html"
    let outcome = lab.play("guest", page)
    #expect(outcome.succeeded)
    #expect(outcome.detail == 200)
    let inner = lab.sent(by: "guest").first { $0.segment?.flags == .syn }
    let outer = lab.sent(by: "host").first { $0.segment?.flags == .syn }
    #expect(inner?.segment?.sequence != outer?.segment?.sequence)
    #expect(inner?.segment?.sourcePort != outer?.segment?.sourcePort)
    #expect(outer?.packet?.source == address("192.0.2.1"))
    #expect(outer?.packet?.timeToLive == 64)
    let innerAnswer = lab.sent(by: "proxy").first { $0.segment?.flags == [.syn, .ack] }
    let outerAnswer = lab.sent(by: "server").first { $0.segment?.flags == [.syn, .ack] }
    #expect(innerAnswer?.segment?.sequence != outerAnswer?.segment?.sequence)
    #expect(innerAnswer?.packet?.source == address("192.0.2.2"), "the guest believes that the server answers")
    lab.wait(.seconds(130))
    #expect(lab.simulator.journal.counters.isBalanced)
  }

  @Test("a port that is closed outside is refused inside")
  func refused() {
    var lab = lab()
    #expect(lab.play("guest", TCPCommand(.address(address("192.0.2.2")), port: 81)).failure == .refused)
  }

  @Test("a host that nobody answers for is unreachable for the guest as well, after three seconds")
  func unreachable() {
    var lab = lab()
    #expect(lab.play("guest", PingCommand(.address(address("192.0.2.99")))).failure == .hostUnreachable)
    #expect(lab.play("guest", TCPCommand(.address(address("192.0.2.99")), port: 80)).failure == .refused)
  }

  @Test(
    "a mapping of datagrams is kept for its time after the last packet, not longer",
    arguments: [(59, true), (60, false)])
  func timeout(seconds: UInt64, isKept: Bool) {
    var lab = lab(server: [UDPEcho(port: 7)])
    #expect(lab.play("guest", UDPCommand(.address(address("192.0.2.2")), port: 7)).succeeded)
    let port = lab.sent(by: "host").compactMap { frame -> UInt16? in
      if case .udp(let datagram)? = frame.packet?.payload { datagram.sourcePort } else { nil }
    }.first
    lab.wait(.seconds(seconds))
    _ = lab.play("server", UDPCommand(.address(address("192.0.2.1")), port: port ?? 0))
    #expect(lab.drops(at: "proxy").contains(.staleMapping) == !isKept)
  }

  @Test("a forwarded port of the host leads to the guest, which sees the proxy")
  func forward() {
    let forward = NATProxy.Forward(
      transport: .tcp, port: 8080, guest: Endpoint(address("10.0.0.128"), 80), origin: Origin(index: 5))
    var lab = lab(forwards: [forward])
    #expect(lab.play("server", TCPCommand(.address(address("192.0.2.1")), port: 8080)).succeeded)
    let inner = lab.sent(by: "proxy").first { $0.segment?.flags == .syn }
    #expect(inner?.packet?.source == address("10.0.0.2"))
    #expect(inner?.packet?.destination == address("10.0.0.128"))
    #expect(lab.play("server", TCPCommand(.address(address("192.0.2.1")), port: 8081)).failure == .refused)
  }
}

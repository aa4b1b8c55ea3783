import Devices
import Packets
import Protocols
import Simulation
import Testing

/// What hosts and routers do, seen from the wire.
@Suite("IP stack") struct IPStackTests {
  /// a – router – b, with a LAN on each side.
  private func routed(gateway: String? = "10.0.1.1") -> Lab {
    var lab = Lab()
    lab.addStack("a", ["10.0.1.2/24"], gateway: gateway)
    lab.addStack("router", ["10.0.1.1/24", "10.0.2.1/24"], forwards: true)
    lab.addStack("b", ["10.0.2.2/24"], gateway: "10.0.2.1")
    lab.wire(("a", 0), ("router", 0), LinkConfiguration(delay: .microseconds(10)))
    lab.wire(("router", 1), ("b", 0), LinkConfiguration(delay: .microseconds(10)))
    lab.build()
    return lab
  }

  @Test("a neighbour is resolved once, then pinged; the conversation is conserved")
  func neighbors() {
    var lab = Lab()
    lab.addStack("a", ["10.0.0.1/24"])
    lab.addStack("b", ["10.0.0.2/24"])
    lab.wire(("a", 0), ("b", 0), LinkConfiguration(delay: .microseconds(50)))
    lab.build()
    let first = lab.play("a", PingCommand(.address(address("10.0.0.2"))))
    #expect(first.succeeded)
    #expect(first.timeToLive == 64)
    #expect(first.roundTrip == .microseconds(200), "ARP and echo cross the link twice each")
    let second = lab.play("a", PingCommand(.address(address("10.0.0.2"))))
    #expect(second.roundTrip == .microseconds(100), "the address is known now")
    #expect(lab.simulator.journal.counters.isBalanced)
  }

  @Test("a router takes one from the time to live in each direction")
  func timeToLive() {
    var lab = routed()
    let outcome = lab.play("a", PingCommand(.address(address("10.0.2.2"))))
    #expect(outcome.succeeded)
    #expect(outcome.timeToLive == 63)
    #expect(lab.sent(by: "router").compactMap { $0.icmp == nil ? nil : $0.packet?.timeToLive } == [63, 63])
  }

  @Test("without a route the sender itself says so, and nothing is sent")
  func noRoute() {
    var lab = routed(gateway: nil)
    #expect(lab.play("a", PingCommand(.address(address("10.0.2.2")))).failure == .noRoute)
    #expect(lab.sent(by: "a").isEmpty)
  }

  @Test("a router without a route answers ICMP 3/0 from the interface toward the sender")
  func networkUnreachable() {
    var lab = routed()
    let outcome = lab.play("a", PingCommand(.address(address("172.16.0.1"))))
    #expect(outcome.failure == .networkUnreachable)
    #expect(outcome.responder == address("10.0.1.1"))
    #expect(lab.drops(at: "router") == [.noRoute])
  }

  /// Three questions about a second apart, and a second later the packets that wait fail; measured at 3.05 to 3.10 s.
  @Test(
    "an address nobody has fails after 3.07 s of ARP, at the sender without a frame, behind a router with ICMP 3/1"
  )
  func hostUnreachable() {
    var lab = routed()
    let own = lab.play("a", PingCommand(.address(address("10.0.1.99"))))
    #expect(own.failure == .hostUnreachable)
    #expect(lab.simulator.now == .start + .milliseconds(3072))
    let questions = lab.sent(by: "a").filter { if case .arp = $0.payload { true } else { false } }
    #expect(questions.count == 3)
    let asked = lab.simulator.now
    #expect(lab.play("a", TCPCommand(.address(address("10.0.1.99")), port: 80)).failure == .hostUnreachable)
    #expect(lab.simulator.now - asked == .milliseconds(3072), "a new round, and connect() hears of it too")
    let far = lab.play("a", PingCommand(.address(address("10.0.2.99"))))
    #expect(far.failure == .hostUnreachable)
    #expect(far.responder == address("10.0.1.1"))
    #expect(lab.simulator.journal.counters.waiting == 0)
    #expect(lab.simulator.journal.counters.isBalanced)
  }

  @Test("a closed UDP port is answered with ICMP 3/3, a closed TCP port with a reset")
  func closedPorts() {
    var lab = routed()
    let udp = lab.play("a", UDPCommand(.address(address("10.0.2.2")), port: 9))
    #expect(udp.failure == .portUnreachable)
    #expect(udp.responder == address("10.0.2.2"))
    let tcp = lab.play("a", TCPCommand(.address(address("10.0.2.2")), port: 9))
    #expect(tcp.failure == .refused)
  }

  @Test(
    "a request with too little time to live fails where it runs out, and one for the router itself does not",
    arguments: [
      (1, "10.0.2.2", "10.0.1.1"), (2, "10.0.2.2", nil), (1, "10.0.2.1", nil),
    ] as [(UInt8, String, String?)])
  func shortLife(ttl: UInt8, target: String, told: String?) {
    var lab = routed()
    var command = PingCommand(.address(address(target)))
    command.timeToLive = ttl
    let outcome = lab.play("a", command)
    #expect(outcome.failure == (told == nil ? nil : .timeExceeded))
    #expect(outcome.responder == address(told ?? target))
  }

  @Test("a machine answers for each of its addresses, and reaches itself without a frame")
  func ownAddresses() {
    var lab = routed()
    #expect(lab.play("a", PingCommand(.address(address("10.0.2.1")))).succeeded)
    let before = lab.sent(by: "router").count
    #expect(lab.play("router", PingCommand(.address(address("10.0.2.1")))).succeeded)
    #expect(lab.sent(by: "router").count == before)
    #expect(lab.simulator.journal.counters.isBalanced)
  }

  @Test("a host that does not forward drops what is for others in silence")
  func notForwarding() {
    var lab = Lab()
    lab.addStack("a", ["10.0.1.2/24"], gateway: "10.0.1.1")
    lab.addStack("host", ["10.0.1.1/24", "10.0.2.1/24"])
    lab.wire(("a", 0), ("host", 0))
    lab.build()
    #expect(lab.play("a", PingCommand(.address(address("10.0.2.2")))).failure == .noAnswer)
    #expect(lab.drops(at: "host") == [.notForwarding])
    #expect(lab.play("a", PingCommand(.address(address("10.0.2.1")))).succeeded, "that is its own address")
  }

  @Test("a message that cannot be sent takes no room, however often it is tried")
  func unsentMessages() {
    var lab = Lab()
    lab.addStack("a", ["10.0.0.1/24"], nameservers: ["192.0.2.53"])
    lab.addStack("b", ["10.0.0.2/24"])
    lab.wire(("a", 0), ("b", 0))
    lab.build()
    for _ in 0..<10 {
      let outcome = lab.play("a", ResolveCommand(domain("www.example.net")))
      #expect(outcome.failure == .nameUnresolved)
    }
    #expect(lab.simulator.messages.count == 0)
  }
}

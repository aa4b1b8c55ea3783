import Configuration
import Devices
import Packets
import Simulation
import Testing

/// Addresses on loan (RFC 2131), seen on a hub that everybody hears.
@Suite("Leases") struct LeaseTests {
  private let acquire = DHCPCommand(.acquire)

  @Test("DISCOVER, OFFER, REQUEST, ACK: each to whom it must go, with the time to live its sender has")
  func exchange() throws {
    var lab = Lab.leasing([Lab.dnsmasq()])
    let outcome = lab.play("client", acquire)
    #expect(outcome.succeeded)
    #expect(outcome.address == address("192.168.122.27"))
    #expect(outcome.responder == address("192.168.122.1"))
    #expect(outcome.detail == 24)

    let (client, server) = (lab.leaseMessages(of: "client"), lab.leaseMessages(of: "s1"))
    #expect(client.map(\.message.kind) == [.discover, .request])
    #expect(server.map(\.message.kind) == [.offer, .ack])
    for (frame, message) in client {
      let packet = try #require(frame.packet)
      #expect(frame.destination == .broadcast)
      #expect(packet.source == .any)
      #expect(packet.destination == .broadcast)
      #expect(packet.timeToLive == 128)
      #expect(ports(of: frame) == [68, 67])
      #expect(message.clientHardware == Lab.client)
    }
    for (frame, message) in server {
      let packet = try #require(frame.packet)
      #expect(frame.destination == Lab.client)
      #expect(packet.source == address("192.168.122.1"))
      #expect(packet.destination == address("192.168.122.27"))
      #expect(packet.timeToLive == 64)
      #expect(ports(of: frame) == [67, 68])
      #expect(message.yourAddress == address("192.168.122.27"))
    }
    let request = try #require(client.last?.message)
    #expect(request.options.contains(.serverIdentifier(address("192.168.122.1"))))
    #expect(request.options.contains(.requestedAddress(address("192.168.122.27"))))
    #expect(Set((client + server).map(\.message.transaction)).count == 1)
    #expect(lab.simulator.journal.counters.isBalanced)
  }

  @Test("dnsmasq's options, byte for byte in its order")
  func optionsOfDnsmasq() throws {
    var lab = Lab.leasing([Lab.dnsmasq()])
    _ = lab.play("client", acquire)
    let options: [[UInt8]] = [
      [54, 4, 192, 168, 122, 1], [51, 4, 0, 0, 0x0e, 0x10], [58, 4, 0, 0, 0x07, 0x08], [59, 4, 0, 0, 0x0c, 0x4e],
      [1, 4, 255, 255, 255, 0], [28, 4, 192, 168, 122, 255], [3, 4, 192, 168, 122, 1], [6, 4, 192, 168, 122, 1],
    ]
    for (index, kind) in [UInt8(2), 5].enumerated() {
      let message = try #require(lab.leaseMessages(of: "s1").dropFirst(index).first?.message)
      #expect(message.optionBytes == [53, 1, kind] + options.joined() + [255])
    }
  }

  /// ISC's daemon with VMware's files: no renewal times, the rest in the order the client asked.
  @Test("VMware's options on its NAT network, and on a host-only one without a router")
  func optionsOfVMware() throws {
    let common: [(String, Value)] = [
      ("kind", "dhcp-server"), ("range", "192.168.56.128-192.168.56.253"), ("lease", "1800s"), ("max-lease", "7200s"),
      ("domain", "localdomain"),
    ]
    let domain = [15, 11] + Array("localdomain".utf8)
    let start: [UInt8] = [53, 1, 2, 54, 4, 192, 168, 56, 254, 51, 4, 0, 0, 7, 8]
    let network: [UInt8] = [1, 4, 255, 255, 255, 0, 28, 4, 192, 168, 56, 255]
    let nat: [(String, Value)] = [("router", "192.168.56.2"), ("dns", "192.168.56.2"), ("netbios", "192.168.56.2")]
    let alone: [(String, Value)] = [("router", "none"), ("dns", "192.168.56.1")]
    for (fields, rest) in [
      (nat, [3, 4, 192, 168, 56, 2, 6, 4, 192, 168, 56, 2] + domain + [44, 4, 192, 168, 56, 2]),
      (alone, [6, 4, 192, 168, 56, 1] + domain),
    ] {
      var lab = Lab.leasing([("192.168.56.254/24", .map(common + fields))])
      #expect(lab.play("client", acquire).address == address("192.168.56.128"))
      let offer = try #require(lab.leaseMessages(of: "s1").first?.message)
      #expect(offer.optionBytes == start + network + rest + [255])
    }
  }

  @Test("a dynamic address is asked for on the network three seconds before it is offered, a reserved one is not")
  func check() {
    var dynamic = Lab.leasing([Lab.dnsmasq()])
    #expect(dynamic.play("client", acquire).roundTrip == .seconds(3))
    #expect(dynamic.questions(by: "s1", about: "192.168.122.27") == 3)
    var reserved = Lab.leasing([Lab.dnsmasq(("reservations", ["52:54:00:00:00:01": "192.168.122.9"]))])
    let outcome = reserved.play("client", acquire)
    #expect(outcome.address == address("192.168.122.9"))
    #expect(outcome.roundTrip == .zero)
  }

  @Test("somebody who has the address already answers, and the next one is given")
  func inUse() {
    var lab = Lab.leasing([Lab.dnsmasq()], beside: ["interfaces": ["eth0": "192.168.122.27/24"]])
    let outcome = lab.play("client", acquire)
    #expect(outcome.address == address("192.168.122.28"))
    #expect(outcome.roundTrip == .seconds(3), "the first check ended at once, the second found nobody")
    #expect(lab.leaseMessages(of: "s1").map(\.message.yourAddress) == [outcome.address, outcome.address])
  }

  @Test("a pool of one address serves one client; the other is left in silence until it gives up")
  func empty() {
    let small: (String, Value) = ("range", "192.168.122.5-192.168.122.5")
    var lab = Lab.leasing([Lab.dnsmasq(small)], beside: ["interfaces": ["eth0": "up"]])
    #expect(lab.play("client", acquire).address == address("192.168.122.5"))
    let before = lab.leaseMessages(of: "s1").count
    let asked = lab.simulator.now
    #expect(lab.play("other", acquire).failure == .noLease)
    #expect(lab.simulator.now == asked + .seconds(60))
    #expect(lab.leaseMessages(of: "s1").count == before)
  }

  @Test("a server that has only reservations says nothing to a stranger")
  func stranger() {
    var lab = Lab.leasing([Lab.short()], beside: ["interfaces": ["eth0": "up"]])
    #expect(lab.play("other", acquire).failure == .noLease)
    #expect(lab.leaseMessages(of: "s1").isEmpty)
    #expect(lab.play("client", acquire).succeeded)
  }

  @Test(
    "a lease asked for in seconds is one of two minutes at least from dnsmasq", arguments: [(119, 120), (121, 121)])
  func shortest(seconds: Int, given: UInt32) {
    var lab = Lab.leasing([Lab.dnsmasq(("lease", .string("\(seconds)s")))])
    #expect(lab.play("client", acquire).succeeded)
    #expect(lab.leaseMessages(of: "s1").allSatisfy { $0.message.options.contains(.leaseTime(given)) })
  }

  /// A lease of 120 s: T1 at 60, T2 at 105.
  @Test("at T1 the client asks its server alone, from the address it has")
  func renewal() throws {
    var lab = Lab.leasing([Lab.short()])
    let bound = lab.bind()
    lab.advance(to: bound + .seconds(59))
    #expect(lab.leaseMessages(of: "client").count == 2)
    lab.advance(to: bound + .seconds(61))
    let (frame, message) = try #require(lab.leaseMessages(of: "client").dropFirst(2).first)
    #expect(message.kind == .request)
    #expect(frame.destination == Lab.server)
    #expect(frame.packet?.source == address("192.168.122.9"))
    #expect(frame.packet?.destination == address("192.168.122.1"))
    #expect(message.clientAddress == address("192.168.122.9"))
    // RFC 2131, table 5: neither a server identifier nor a requested address.
    #expect(message.optionCodes == [53, 55])
    let answer = try #require(lab.leaseMessages(of: "s1").last)
    #expect(answer.message.kind == .ack)
    #expect(answer.frame.packet?.destination == address("192.168.122.9"))
    lab.advance(to: bound + .seconds(500))
    #expect(lab.removals(at: "client").isEmpty, "it is renewed again and again")
  }

  @Test("with the server gone everybody is asked at T2, and at the end the address is removed")
  func expiry() throws {
    var lab = Lab.leasing([Lab.short()])
    let bound = lab.bind()
    lab.simulator.setDevices([lab.id("s1")], isUp: false)
    lab.advance(to: bound + .seconds(104))
    #expect(lab.leaseMessages(of: "client").count == 2, "what is for the server alone waits for its ARP")
    lab.advance(to: bound + .seconds(106))
    let (frame, message) = try #require(lab.leaseMessages(of: "client").dropFirst(2).first)
    #expect(message.kind == .request)
    #expect(frame.packet?.destination == .broadcast)
    #expect(frame.packet?.source == address("192.168.122.9"))
    lab.advance(to: bound + .seconds(119))
    #expect(lab.removals(at: "client").isEmpty)
    lab.advance(to: bound + .seconds(121))
    #expect(lab.removals(at: "client") == [bound + .seconds(120)])
    let last = try #require(lab.leaseMessages(of: "client").last)
    #expect(last.message.kind == .discover)
    #expect(last.message.options.contains(.requestedAddress(address("192.168.122.9"))))
    #expect(lab.play("client", PingCommand(.address(address("192.168.122.1")))).failure == .noRoute)
  }

  @Test("an authoritative server refuses an address of another network to everybody's ears, and the client starts anew")
  func refusal() throws {
    let other: (String, Value) = (
      "10.0.0.1/24", ["kind": "dhcp-server", "range": "10.0.0.50-10.0.0.60", "authoritative": true]
    )
    var lab = Lab.leasing([Lab.short(), other])
    lab.simulator.setDevices([lab.id("s2")], isUp: false)
    let bound = lab.bind()
    lab.simulator.setDevices([lab.id("s1")], isUp: false)
    lab.simulator.setDevices([lab.id("s2")], isUp: true)
    #expect(lab.play("client", acquire).address == address("10.0.0.50"))
    let (frame, message) = try #require(lab.leaseMessages(of: "s2").first)
    #expect(message.kind == .nak)
    #expect(message.optionCodes == [53, 54, 56])
    #expect(frame.destination == .broadcast)
    #expect(frame.packet?.destination == .broadcast)
    #expect(lab.removals(at: "client") == [bound])
    #expect(
      lab.leaseMessages(of: "client").map(\.message.kind) == [.discover, .request, .request, .discover, .request])
  }

  @Test("of two servers the first to offer is taken, and the other one keeps silent")
  func twoServers() {
    let rogue: (String, Value) = (
      "192.168.122.2/24", ["kind": "dhcp-server", "range": "192.168.122.200-192.168.122.210", "check": "3s"]
    )
    var lab = Lab.leasing([rogue, Lab.short()])
    let outcome = lab.play("client", acquire)
    #expect(outcome.address == address("192.168.122.9"))
    lab.wait(.seconds(10))
    #expect(lab.leaseMessages(of: "s1").allSatisfy { $0.message.kind == .offer })
    #expect(lab.removals(at: "client").isEmpty)
  }

  @Test("a release is one message to the server, and the address is free at once")
  func release() throws {
    let small: (String, Value) = ("range", "192.168.122.5-192.168.122.5")
    var lab = Lab.leasing([Lab.dnsmasq(small)], beside: ["interfaces": ["eth0": "up"]])
    #expect(lab.play("client", acquire).succeeded)
    #expect(lab.play("client", DHCPCommand(.release)).succeeded)
    lab.wait(.seconds(1))
    let (frame, message) = try #require(lab.leaseMessages(of: "client").last)
    #expect(message.kind == .release)
    #expect(frame.destination == Lab.server)
    #expect(lab.removals(at: "client").count == 1)
    #expect(lab.play("other", acquire).address == address("192.168.122.5"))
  }

  @Test("an interface with an address of its own has no client until it is named")
  func named() {
    var lab = Lab.leasing([Lab.short()], beside: ["interfaces": ["eth0": "192.168.122.77/24"]])
    #expect(lab.play("other", acquire).failure == .notSupported)
    #expect(lab.play("other", DHCPCommand(.acquire, interface: "eth1")).failure == .notSupported)
  }

  private func ports(of frame: EthernetFrame) -> [UInt16] {
    guard case .udp(let datagram)? = frame.packet?.payload else { return [] }
    return [datagram.sourcePort, datagram.destinationPort]
  }

  @Test("a router serves each of its networks from its own pool")
  func twoNetworks() {
    var lab = Lab()
    lab.addWritten(
      "router",
      [
        "interfaces": ["lan0": "10.0.0.1/24", "lan1": "10.0.1.1/24"],
        "services": [
          ["kind": "dhcp-server", "interface": "lan0", "range": "10.0.0.50-10.0.0.60"],
          ["kind": "dhcp-server", "interface": "lan1", "range": "10.0.1.50-10.0.1.60"],
        ],
      ])
    lab.addWritten("a", ["interfaces": ["eth0": "up"]])
    lab.addWritten("b", ["interfaces": ["eth0": "up"]])
    lab.wire(("a", 0), ("router", 0))
    lab.wire(("b", 0), ("router", 1))
    lab.build()
    #expect(lab.play("a", DHCPCommand(.acquire)).address == address("10.0.0.50"))
    #expect(lab.play("b", DHCPCommand(.acquire)).address == address("10.0.1.50"))
  }

  @Test("what a lease brought goes with it, name servers too")
  func nameservers() {
    var lab = Lab()
    lab.addWritten(
      "s",
      [
        "interfaces": ["eth0": "10.0.0.1/24"],
        "services": [["kind": "dhcp-server", "range": "10.0.0.50-10.0.0.60", "dns": "10.0.0.1"]],
      ])
    lab.addWritten("a", ["interfaces": ["eth0": "up"]])
    lab.wire(("a", 0), ("s", 0))
    lab.build()
    #expect(lab.play("a", DHCPCommand(.acquire)).succeeded)
    #expect(lab.play("a", DHCPCommand(.release)).succeeded)
    lab.wait(.seconds(5))
    #expect(lab.play("a", ResolveCommand(domain("www.example.net"))).failure == .noNameserver)
  }
}

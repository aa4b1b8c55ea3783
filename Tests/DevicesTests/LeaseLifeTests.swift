import Configuration
import Devices
import Packets
import Simulation
import Testing

/// What becomes of a lease when machines are switched off, addresses are taken and servers change.
@Suite("Lease life") struct LeaseLifeTests {
  private let acquire = DHCPCommand(.acquire)

  /// RFC 2131, 3.2 and 4.4.2.
  @Test("a machine that is switched on again asks for the address it had, with one question to everybody")
  func powerCycle() throws {
    var lab = Lab.leasing([Lab.short()])
    let bound = lab.bind()
    lab.advance(to: bound + .seconds(10))
    lab.simulator.setDevices([lab.id("client")], isUp: false)
    lab.advance(to: bound + .seconds(20))
    #expect(lab.leaseMessages(of: "client").count == 2)
    lab.simulator.setDevices([lab.id("client")], isUp: true)
    lab.wait(.milliseconds(1))
    let (frame, message) = try #require(lab.leaseMessages(of: "client").last)
    #expect(message.kind == .request)
    #expect(frame.packet?.source == .any)
    #expect(frame.packet?.destination == .broadcast)
    #expect(message.clientAddress == .any)
    #expect(message.optionCodes == [53, 50, 55])
    #expect(lab.leaseMessages(of: "s1").map(\.message.kind) == [.offer, .ack, .ack])
    #expect(lab.removals(at: "client") == [bound + .seconds(20)])
    #expect(lab.play("client", PingCommand(.address(address("192.168.122.1")))).succeeded)
    #expect(lab.simulator.journal.counters.isBalanced)
  }

  @Test(
    "a lease that ended while the machine was off is not asked for again as if it were one",
    arguments: [(119, .request), (120, .discover)] as [(UInt64, DHCPMessage.Kind)])
  func offTooLong(second: UInt64, kind: DHCPMessage.Kind) {
    var lab = Lab.leasing([Lab.short()])
    let bound = lab.bind()
    lab.simulator.setDevices([lab.id("client")], isUp: false)
    lab.advance(to: bound + .seconds(second))
    lab.simulator.setDevices([lab.id("client")], isUp: true)
    lab.wait(.milliseconds(1))
    #expect(lab.leaseMessages(of: "client").dropFirst(2).first?.message.kind == kind)
    #expect(lab.play("client", PingCommand(.address(address("192.168.122.1")))).succeeded)
  }

  @Test(
    "a client that crashed keeps its address at the server until the lease ends",
    arguments: [(119, nil), (121, "5")] as [(UInt64, String?)])
  func crashed(second: UInt64, last: String?) {
    let small: (String, Value) = ("range", "192.168.122.5-192.168.122.5")
    let server = Lab.dnsmasq(small, ("lease", "120s"), ("check", "none"))
    var lab = Lab.leasing([server], beside: ["interfaces": ["eth0": "up"]])
    let bound = lab.bind()
    lab.simulator.setDevices([lab.id("client")], isUp: false)
    lab.advance(to: bound + .seconds(second))
    // Its first DISCOVER is what is asked about.
    _ = lab.simulator.begin(acquire, on: lab.id("other"), step: 0)
    lab.wait(.milliseconds(1))
    let offer = lab.leaseMessages(of: "s1").dropFirst(2).first?.message
    #expect(offer?.yourAddress == last.map { address("192.168.122.\($0)") })
  }

  /// RFC 2131, 3.1.5 and 4.4.1; RFC 5227, 2.1.
  @Test("an address that somebody has is declined after a question by ARP, and another search begins 10 s later")
  func duplicate() throws {
    let (own, service) = Lab.dnsmasq(("check", "none"))
    var lab = Lab()
    lab.add("hub", Hub(), ports: 3)
    lab.addWritten(
      "client", ["interfaces": ["eth0": ["mac": "52:54:00:00:00:01", "dhcp-client": ["probe": true]]]])
    lab.addWritten("s1", ["interfaces": ["eth0": .string(own)], "services": .list([service])])
    lab.addWritten("squatter", ["interfaces": ["eth0": "192.168.122.27/24"]])
    for (port, name) in ["client", "s1", "squatter"].enumerated() { lab.wire((name, 0), ("hub", port)) }
    lab.build()
    let outcome = lab.play("client", acquire)
    #expect(outcome.address == address("192.168.122.28"))
    let messages = lab.leaseMessages(of: "client").map(\.message)
    #expect(messages.map(\.kind) == [.discover, .request, .decline, .discover, .request])
    #expect(messages[2].optionCodes == [53, 50, 54])
    let times = lab.records(of: "client").compactMap { record -> Instant? in
      guard case .sent(let frame, _) = record.event, case .udp? = frame.packet?.payload else { return nil }
      return record.time
    }
    #expect(times[3] - times[2] == .seconds(10))
    #expect(lab.questions(by: "client", about: "192.168.122.27") == 1, "the first answer is enough")
    // RFC 5227, 1.1: three questions, 2 s of silence, and then two announcements.
    #expect(outcome.roundTrip >= times[4] - times[0] + .seconds(4))
    #expect(outcome.roundTrip <= times[4] - times[0] + .seconds(7))
    lab.wait(.seconds(3))
    #expect(lab.questions(by: "client", about: "192.168.122.28") == 5)
    #expect(lab.removals(at: "client").isEmpty, "what was declined was never used")
  }

  @Test("a search in vain is begun again after five minutes", arguments: [(359, 0), (361, 1)] as [(UInt64, Int)])
  func retry(second: UInt64, count: Int) {
    var lab = Lab.leasing([Lab.short()], beside: ["interfaces": ["eth0": "up"]])
    #expect(lab.play("other", acquire).failure == .noLease)
    let sent = lab.leaseMessages(of: "other").count
    lab.advance(to: .start + .seconds(second))
    #expect(lab.leaseMessages(of: "other").count == sent + count)
  }

  /// The authority's refusal of what was asked of the other waits for its check of three seconds.
  @Test("an authoritative dnsmasq that lost a race refuses what the client asked of the winner, late")
  func wrongServer() throws {
    let fast: (String, Value) = (
      "192.168.122.2/24", ["kind": "dhcp-server", "range": "192.168.122.200-192.168.122.210"]
    )
    var lab = Lab.leasing([fast, Lab.dnsmasq()])
    #expect(lab.play("client", acquire).address == address("192.168.122.200"))
    lab.wait(.seconds(4))
    let late = lab.leaseMessages(of: "s2").map(\.message)
    #expect(late.map(\.kind) == [.offer, .nak])
    #expect(late.last?.options.last == .message("wrong server-ID"))
    #expect(lab.removals(at: "client").isEmpty, "it is bound and listens to no refusal")
  }

  @Test("a server that was off while it checked an address goes on with the next client")
  func serverRestart() {
    var lab = Lab.leasing([Lab.dnsmasq()])
    _ = lab.simulator.begin(acquire, on: lab.id("client"), step: 0)
    lab.wait(.seconds(1))
    lab.simulator.setDevices([lab.id("s1")], isUp: false)
    lab.wait(.seconds(3))
    #expect(lab.leaseMessages(of: "s1").isEmpty)
    lab.simulator.setDevices([lab.id("s1")], isUp: true)
    // The question of 3 to 5 s may have met nobody; the next one comes 9 s later at most.
    lab.wait(.seconds(20))
    #expect(lab.leaseMessages(of: "s1").first?.message.kind == .offer)
  }

  @Test("a client's name is known to the name server beside the DHCP server while the lease lasts")
  func names() {
    var lab = Lab()
    lab.addWritten(
      "router",
      [
        "interfaces": ["lan0": "10.0.0.1/24"],
        "services": [
          [
            "kind": "dhcp-server", "range": "10.0.0.50-10.0.0.60", "dns": "10.0.0.1", "domain": "lan",
            "reservations": ["52:54:00:00:00:02": ["address": "10.0.0.9", "name": "printer"]],
          ],
          ["kind": "dns-server", "authority": "lan"],
        ],
      ])
    lab.addWritten("a", ["interfaces": ["eth0": ["dhcp-client": ["host-name": "vm1"]]]])
    lab.addWritten("b", ["interfaces": ["eth0": ["mac": "52:54:00:00:00:02"]]])
    lab.add("hub", Hub(), ports: 3)
    for (port, name) in ["router", "a", "b"].enumerated() { lab.wire((name, 0), ("hub", port)) }
    lab.build()
    #expect(lab.play("b", acquire).succeeded)
    #expect(lab.play("b", ResolveCommand(domain("vm1.lan"))).failure == .nameNotFound)
    #expect(lab.play("a", acquire).succeeded)
    for name in ["vm1", "vm1.lan"] {
      #expect(lab.play("b", ResolveCommand(domain(name))).address == address("10.0.0.50"))
    }
    #expect(lab.play("a", ResolveCommand(domain("printer.lan"))).address == address("10.0.0.9"))
    #expect(lab.play("a", DHCPCommand(.release)).succeeded)
    #expect(lab.play("b", ResolveCommand(domain("vm1.lan"))).failure == .nameNotFound)
  }

  @Test("beyond its limit dnsmasq offers an address and then refuses it")
  func limit() {
    let server = Lab.dnsmasq(("check", "none"), ("lease-limit", "1"))
    var lab = Lab.leasing([server], beside: ["interfaces": ["eth0": "up"]])
    #expect(lab.play("client", acquire).succeeded)
    #expect(lab.play("other", acquire).failure == .noLease)
    let answers = lab.leaseMessages(of: "s1").dropFirst(2).map(\.message)
    #expect(Set(answers.map(\.kind)) == [.offer, .nak])
    #expect(answers.last { $0.kind == .nak }?.options.last == .message("no leases left"))
  }

  /// dnsmasq, `dhcp-lease-max`.
  @Test("a dnsmasq of which nothing is said gives a thousand leases, and refuses the next", arguments: [1000, 1001])
  func defaultLimit(count: Int) throws {
    let service: Value = ["kind": "dhcp-server", "range": "10.0.0.2-10.0.7.254", "allocation": "hash"]
    let written = Written<IPStackSettings>(
      ["interfaces": ["eth0": ["address": "10.0.0.1/21", "mac": "02:00:00:00:00:01"]], "services": [service]])
    var bench = DeviceBench(try #require(written.kind?.makeDevice(ports: 1) as? IPStack), ports: 1)
    func answer(_ client: Int, _ options: [DHCPOption]) -> DHCPMessage? {
      let message = DHCPMessage(
        operation: 1, transaction: UInt32(client),
        clientHardware: MACAddress(rawValue: 0x0200_0001_0000 + UInt64(client)), options: options)
      let payload = bench.messages.insert(.dhcp(message))
      let length = UInt16(message.encoded().count)
      let datagram = UDPDatagram(sourcePort: 68, destinationPort: 67, content: .message(payload, length: length))
      let packet = IPv4Packet(source: .any, destination: .broadcast, payload: .udp(datagram))
      let deeds = bench.receive(
        EthernetFrame(destination: .broadcast, source: message.clientHardware, payload: .ipv4(packet)), on: 0)
      for case .sent(let frame, _) in deeds {
        if let id = frame.message, case .dhcp(let answer) = bench.messages[id] { return answer }
      }
      return nil
    }
    var last: DHCPMessage?
    for client in 1...count {
      let offer = try #require(answer(client, [.messageType(.discover)]))
      last = answer(
        client,
        [.messageType(.request), .serverIdentifier(address("10.0.0.1")), .requestedAddress(offer.yourAddress)])
    }
    #expect(last?.kind == (count == 1000 ? .ack : .nak))
  }

  /// Measured: a server whose program is gone is still a host, and says that nobody listens.
  @Test("renewals to a machine that serves no more earn port-unreachable, until everybody is asked")
  func serverStopped() throws {
    var lab = Lab.leasing([Lab.short()])
    let bound = lab.bind()
    lab.simulator.configure(lab.id("s1"), StackChange.service(0, isUp: false))
    lab.advance(to: bound + .seconds(104))
    let asked = lab.leaseMessages(of: "client").dropFirst(2)
    #expect(!asked.isEmpty && asked.allSatisfy { $0.frame.destination == Lab.server })
    let told = lab.sent(by: "s1").compactMap(\.icmp).map(\.kind)
    #expect(told == Array(repeating: .unreachable(.port, mtu: 0), count: asked.count))
    lab.advance(to: bound + .seconds(119))
    #expect(lab.leaseMessages(of: "client").last?.frame.destination == .broadcast)
    #expect(lab.sent(by: "s1").compactMap(\.icmp).count == asked.count, "nobody is told of what went to many")
    lab.advance(to: bound + .seconds(121))
    #expect(lab.removals(at: "client") == [bound + .seconds(120)])
  }

  @Test("what is to be done later is done then, and its time is counted from then")
  func later() {
    var lab = Lab.leasing([Lab.short()])
    #expect(lab.play("client", DHCPCommand(.acquire, after: .seconds(5))).roundTrip == .zero)
    #expect(lab.simulator.now == .start + .seconds(5))
  }

  @Test("thousands of leases leave no message behind")
  func memory() {
    var lab = Lab.leasing([Lab.dnsmasq(("check", "none"))])
    lab.build(detail: .counters)
    for _ in 0..<2000 {
      _ = lab.simulator.begin(acquire, on: lab.id("client"), step: 0)
      _ = lab.simulator.run(orFinished: true)
      _ = lab.simulator.begin(DHCPCommand(.release), on: lab.id("client"), step: 0)
      _ = lab.simulator.run(orFinished: true)
    }
    lab.wait(.seconds(1))
    #expect(lab.simulator.journal.counters.delivered == 2000 * 5)
    #expect(lab.simulator.messages.count == 0)
    #expect(lab.simulator.journal.counters.isBalanced)
  }
}

import Packets
import Protocols
import Simulation
import Testing

private let ours = DHCPServerBench.ours

private func at(_ seconds: UInt64) -> Instant { .start + .seconds(seconds) }
private func host(_ last: UInt8) -> IPv4Address { DHCPServerBench.host(last) }
private func mac(_ last: UInt64) -> MACAddress { DHCPServerBench.mac(last) }

/// What the two families of daemons put on the wire.
@Suite("DHCP server's answers") struct DHCPServerAnswerTests {
  @Test("the fixed order: what is always sent, then what was asked for")
  func fixed() throws {
    var bench = try DHCPServerBench {
      $0.sendsRenewalTimes = true
      $0.optionOrder = .fixed
      $0.router = ours
      $0.nameservers = [ours]
      $0.domain = "lab"
      $0.reservations = [.init(mac(1), host(9), hostName: "vm1")]
    }
    let head: [DHCPOption] = [
      .messageType(.offer), .serverIdentifier(ours), .leaseTime(3600), .renewalTime(1800),
      .rebindingTime(3150),
      .subnetMask(IPv4Address(255, 255, 255, 0)), .broadcastAddress(host(255)),
    ]
    #expect(bench.receive(.discover, 1).message?.options == head)
    let asked = bench.receive(.discover, 1, .start, [.parameterRequestList([12, 15, 6, 3, 44, 99])])
    #expect(
      asked.message?.options == head + [
        .routers([ours]), .domainNameServers([ours]), .domainName("lab"), .hostName("vm1"),
      ])
  }

  @Test("the order of the client: neither 58 nor 59, each option once")
  func asRequested() throws {
    var bench = try DHCPServerBench {
      $0.router = host(2)
      $0.nameservers = [host(2)]
      $0.domain = "localdomain"
      $0.netbios = [host(2)]
    }
    let wish = DHCPOption.parameterRequestList([1, 28, 3, 6, 15, 12, 44, 3])
    #expect(
      bench.receive(.discover, 1, .start, [wish]).message?.options == [
        .messageType(.offer), .serverIdentifier(ours), .leaseTime(3600),
        .subnetMask(IPv4Address(255, 255, 255, 0)), .broadcastAddress(host(255)), .routers([host(2)]),
        .domainNameServers([host(2)]), .domainName("localdomain"), .netBIOSNameServers([host(2)]),
      ])
  }

  @Test("a host-only network has no router to tell of")
  func hostOnly() throws {
    var bench = try DHCPServerBench { $0.nameservers = [ours] }
    let wish = DHCPOption.parameterRequestList([3, 6])
    #expect(
      bench.receive(.discover, 1, .start, [wish]).message?.options.dropFirst(3) == [
        .domainNameServers([ours])
      ])
  }

  @Test("renewals shorten both times by the same few seconds")
  func early() throws {
    var bench = try DHCPServerBench { ($0.sendsRenewalTimes, $0.lease) = (true, .seconds(120)) }
    _ = bench.lease(1)
    var seen: Set<UInt32> = []
    for second: UInt64 in 1...50 {
      let options = bench.renew(host(2), 1, at(second)).message?.options ?? []
      for case .renewalTime(let time) in options {
        #expect((53...60).contains(time))
        #expect(options.contains(.rebindingTime(time + 45)))
        seen.insert(time)
      }
    }
    #expect(seen.count > 1)
  }

  @Test("renewals of long leases are early by up to 65535 s, and by no more")
  func earliest() throws {
    let days = TimeSpan.seconds(40 * 86_400)
    var bench = try DHCPServerBench { ($0.sendsRenewalTimes, $0.lease, $0.maximumLease) = (true, days, days) }
    _ = bench.lease(1)
    let early = (1...50 as ClosedRange<UInt64>).flatMap { second in
      (bench.renew(host(2), 1, at(second)).message?.options ?? []).compactMap { option -> UInt32? in
        if case .renewalTime(let time) = option { 20 * 86_400 - time } else { nil }
      }
    }
    #expect(early.count == 50 && early.contains { $0 >= 1 << 15 })
    #expect(early.filter { $0 >= 1 << 16 } == [])
  }

  @Test("goes to the hardware address, to all where the client wants it, to the relay agent's link")
  func destinations() throws {
    var bench = try DHCPServerBench()
    #expect(bench.receive(.discover, 1).destination == .hardware(mac(1), host(2)))
    #expect(bench.receive(.discover, 1) { $0.wantsBroadcast = true }.destination == .broadcast)
    #expect(bench.receive(.discover, 1) { $0.relayAgent = host(77) }.destination == .relay(host(77)))
    let foreign = bench.receive(.discover, 1) { $0.relayAgent = IPv4Address(10, 0, 0, 1) }
    #expect(foreign == [.silent(.noFreeAddress)])
  }

  @Test("dnsmasq tells a client the name it gave itself; ISC's daemon only the one that is written down")
  func hostName() throws {
    let wish: [DHCPOption] = [.hostName("vm1"), .parameterRequestList([12])]
    var bench = try DHCPServerBench { $0.optionOrder = .fixed }
    #expect(bench.receive(.discover, 1, .start, wish).message?.options.contains(.hostName("vm1")) == true)
    bench = try DHCPServerBench()
    #expect(bench.receive(.discover, 1, .start, wish).message?.options.contains(.hostName("vm1")) == false)
  }

  @Test("the first label of a client's name is told to the name server, bare and in the domain")
  func names() throws {
    var bench = try DHCPServerBench { $0.domain = "lan" }
    _ = bench.receive(.discover, 1)
    let actions = bench.receive(
      .request, 1, .start, [.serverIdentifier(ours), .requestedAddress(host(2)), .hostName("VM1.elsewhere")])
    let names = ["vm1", "vm1.lan"].compactMap { DomainName($0) }
    #expect(actions.last == .named(names, host(2), for: .seconds(3600)))
    #expect(bench.lease(2) == host(3))
  }

  @Test("information comes without address and lease")
  func inform() throws {
    var bench = try DHCPServerBench()
    let actions = bench.receive(.inform, 1) { $0.clientAddress = host(50) }
    #expect(actions.destination == .unicast(host(50)))
    #expect(actions.message?.yourAddress == .any)
    #expect(
      actions.message?.options == [
        .messageType(.ack), .serverIdentifier(ours), .subnetMask(IPv4Address(255, 255, 255, 0)),
        .broadcastAddress(host(255)),
      ])
  }
}

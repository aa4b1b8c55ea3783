import Packets
import Protocols
import Simulation
import Testing

private let ours = DHCPServerBench.ours

private func at(_ seconds: UInt64) -> Instant { .start + .seconds(seconds) }
private func host(_ last: UInt8) -> IPv4Address { DHCPServerBench.host(last) }
private func mac(_ last: UInt64) -> MACAddress { DHCPServerBench.mac(last) }

/// RFC 2131, section 4.3: what becomes of an address, and of whom it is.
///
/// | from | to | cause | answer |
/// |---|---|---|---|
/// | free | offered | DISCOVER (ascending) | OFFER |
/// | free | free | DISCOVER (hash) | OFFER |
/// | offered | bound | REQUEST naming us | ACK |
/// | offered | free | REQUEST naming another, 30 s | none |
/// | bound | bound | REQUEST from its client | ACK |
/// | bound | free | RELEASE, end of the lease | none |
/// | bound | blocked | DECLINE (ascending) | none |
/// | bound | free, another place | DECLINE (hash) | none |
/// | blocked | free | 600 s; 30 s where a check found it in use | none |
@Suite("DHCP server") struct DHCPServerTests {
  @Test("gives the lowest free address, to the n-th client of n and not to the next")
  func exhaustion() throws {
    var bench = try DHCPServerBench()
    #expect(bench.lease(1) == host(2))
    #expect(bench.lease(2) == host(3))
    #expect(bench.lease(3) == host(4))
    #expect(bench.receive(.discover, 4) == [.silent(.noFreeAddress)])
    #expect(bench.lease(2) == host(3))
  }

  @Test("gives neither its own address nor the router's, the network's, the broadcast or a reserved one")
  func excluded() throws {
    var bench = try DHCPServerBench(0...255) {
      $0.router = host(2)
      $0.reservations = [.init(mac(9), host(3))]
    }
    #expect(bench.lease(1) == host(4))
    var last: IPv4Address?
    for client in 100..<351 { last = bench.lease(UInt64(client)) ?? last }
    #expect(last == host(254))
    #expect(bench.receive(.discover, 999) == [.silent(.noFreeAddress)])
  }

  @Test("keeps an offered address 30 s for the client", arguments: [(29, 3), (30, 2)])
  func offers(second: UInt64, expected: UInt8) throws {
    var bench = try DHCPServerBench()
    #expect(bench.receive(.discover, 1).message?.yourAddress == host(2))
    #expect(bench.receive(.discover, 2, at(second)).message?.yourAddress == host(expected))
  }

  @Test("has the address back when the lease ends, not before", arguments: [(3599, nil), (3600, 2)])
  func expiry(second: UInt64, expected: UInt8?) throws {
    var bench = try DHCPServerBench(2...2)
    #expect(bench.lease(1) == host(2))
    #expect(bench.lease(2, at(second)) == expected.map { host($0) })
  }

  @Test("counts from the renewal", arguments: [(4599, nil), (4600, 2)])
  func renewal(second: UInt64, expected: UInt8?) throws {
    var bench = try DHCPServerBench(2...2)
    _ = bench.lease(1)
    let renewed = bench.renew(host(2), 1, at(1000))
    #expect(renewed.destination == .unicast(host(2)))
    #expect(renewed.last == .leased(host(2), to: mac(1), for: .seconds(3600)))
    #expect(bench.lease(2, at(second)) == expected.map { host($0) })
  }

  @Test("gives a client that comes back the address it had")
  func memory() throws {
    var bench = try DHCPServerBench()
    _ = bench.lease(1)
    _ = bench.lease(2)
    #expect(bench.lease(2, at(9000)) == host(3))
    #expect(bench.lease(1, at(9000)) == host(2))
  }

  @Test("has a released address back at once")
  func release() throws {
    var bench = try DHCPServerBench(2...2)
    _ = bench.lease(1)
    let released = bench.receive(.release, 1, at(1), [.serverIdentifier(ours)]) { $0.clientAddress = host(2) }
    #expect(released == [.released(host(2), by: mac(1))])
    #expect(bench.server.address(of: mac(1), now: at(1)) == nil)
    #expect(bench.lease(2, at(1)) == host(2))
    let foreign = bench.receive(.release, 1, at(2), [.serverIdentifier(ours)]) { $0.clientAddress = host(2) }
    #expect(foreign == [.silent(.unexpected)])
  }

  @Test("tells clients apart by identifier before hardware address")
  func identifiers() throws {
    var bench = try DHCPServerBench()
    let first = bench.receive(.discover, 1, .start, [.clientIdentifier([1])])
    let second = bench.receive(.discover, 1, .start, [.clientIdentifier([2])])
    #expect(first.message?.yourAddress == host(2))
    #expect(second.message?.yourAddress == host(3))
  }

  @Test(
    "grants what is asked for between the least and the greatest lease",
    arguments: [(nil, 1800), (7201, 7200), (7200, 7200), (119, 120), (120, 120)])
  func durations(asked: UInt32?, granted: UInt32) throws {
    var bench = try DHCPServerBench {
      $0.lease = .seconds(1800)
      ($0.minimumLease, $0.maximumLease) = (.seconds(120), .seconds(7200))
    }
    let offer = bench.receive(.discover, 1, .start, asked.map { [.leaseTime($0)] } ?? [])
    #expect(offer.message?.options.contains(.leaseTime(granted)) == true)
  }

  @Test("raises a configured lease of 30 s to the least one")
  func raised() throws {
    var bench = try DHCPServerBench {
      ($0.lease, $0.maximumLease, $0.minimumLease) = (.seconds(30), .seconds(30), .seconds(120))
    }
    #expect(bench.receive(.discover, 1).message?.options.contains(.leaseTime(120)) == true)
  }

  @Test("holds to the limit of leases")
  func limit() throws {
    var bench = try DHCPServerBench(2...9) { $0.leaseLimit = 1 }
    #expect(bench.receive(.discover, 2).message?.yourAddress == host(2))
    #expect(bench.lease(1) == host(3))
    #expect(bench.receive(.discover, 3) == [.silent(.noFreeAddress)])
    #expect(bench.select(host(2), 2).refusal == "no leases left")
    #expect(bench.lease(1) == host(3))
  }

  @Test("makes no sense of a reply, a message without type or a group address")
  func malformed() throws {
    var bench = try DHCPServerBench()
    #expect(bench.receive(.discover, 1) { $0.operation = 2 } == [.silent(.badRequest)])
    #expect(bench.receive(.discover, 1) { $0.options = [] } == [.silent(.badRequest)])
    #expect(bench.receive(.discover, 1) { $0.clientHardware = .broadcast } == [.silent(.badRequest)])
    #expect(bench.receive(.offer, 1) == [.silent(.badRequest)])
    #expect(bench.receive(.request, 1) == [.silent(.badRequest)])
  }

  @Test("stays cheap with ten thousand clients, whose addresses all differ and come in order")
  func many() throws {
    let prefix = try #require(IPv4Prefix("10.0.0.0/16"))
    let pool = IPv4Address(10, 0, 1, 0)...IPv4Address(10, 0, 255, 254)
    var server = DHCPServer(.init(pool: pool, prefix: prefix, serverAddress: IPv4Address(10, 0, 0, 1)))
    var random = RandomSource(seed: 1)
    for client in 0..<10_000 {
      let hardware = mac(UInt64(client) + 1)
      let wish: [DHCPOption] = [.messageType(.request), .serverIdentifier(IPv4Address(10, 0, 0, 1))]
      let discover = DHCPMessage(
        operation: 1, transaction: 1, clientHardware: hardware, options: [.messageType(.discover)])
      let offered = server.receive(discover, isUnicast: false, now: .start, random: &random).message?.yourAddress
      #expect(offered == pool.lowerBound.advanced(by: client))
      let request = DHCPMessage(
        operation: 1, transaction: 1, clientHardware: hardware,
        options: wish + [.requestedAddress(offered ?? .any)])
      _ = server.receive(request, isUnicast: false, now: .start, random: &random)
    }
  }

  @Test("a lease given and given back a thousand times leaves one lease and one end of it")
  func again() throws {
    var bench = try DHCPServerBench(2...2)
    for second: UInt64 in 0..<1000 {
      #expect(bench.lease(second % 7 + 1, at(second)) == host(2))
      _ = bench.receive(.release, second % 7 + 1, at(second), [.serverIdentifier(ours)]) { $0.clientAddress = host(2) }
    }
    #expect(bench.lease(9, at(1000)) == host(2))
    #expect(bench.lease(8, at(4599)) == nil)
    #expect(bench.lease(8, at(4600)) == host(2))
  }
}

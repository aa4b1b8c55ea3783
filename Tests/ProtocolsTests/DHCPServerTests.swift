import Packets
import Protocols
import Simulation
import Testing

private let ours = IPv4Address(192, 168, 122, 1)

private func at(_ seconds: UInt64) -> Instant { .start + .seconds(seconds) }
private func host(_ last: UInt8) -> IPv4Address { IPv4Address(192, 168, 122, last) }
private func mac(_ last: UInt64) -> MACAddress { MACAddress(rawValue: 0x5254_0000_0000 | last) }

/// A server with its chance, and clients written by hand.
private struct Bench {
  var server: DHCPServer
  var random = RandomSource(seed: 1)

  init(_ pool: ClosedRange<UInt8>? = 2...4, _ change: (inout DHCPServer.Configuration) -> Void = { _ in })
    throws
  {
    let prefix = try #require(IPv4Prefix("192.168.122.0/24"))
    var configuration = DHCPServer.Configuration(
      pool: pool.map { host($0.lowerBound)...host($0.upperBound) }, prefix: prefix, serverAddress: ours)
    change(&configuration)
    server = DHCPServer(configuration)
  }

  mutating func receive(
    _ kind: DHCPMessage.Kind, _ client: UInt64, _ now: Instant = .start, _ options: [DHCPOption] = [],
    _ change: (inout DHCPMessage) -> Void = { _ in }
  ) -> [DHCPServer.Action] {
    var message = DHCPMessage(
      operation: 1, transaction: UInt32(client), clientHardware: mac(client),
      options: [.messageType(kind)] + options)
    change(&message)
    return server.receive(message, now: now, random: &random)
  }

  /// DISCOVER and REQUEST at one moment; the address acknowledged.
  mutating func lease(_ client: UInt64, _ now: Instant = .start) -> IPv4Address? {
    guard let offered = receive(.discover, client, now).message?.yourAddress else { return nil }
    let actions = select(offered, client, now)
    return actions.message?.kind == .ack ? actions.message?.yourAddress : nil
  }

  mutating func select(_ address: IPv4Address, _ client: UInt64, _ now: Instant = .start) -> [DHCPServer
    .Action]
  {
    receive(.request, client, now, [.serverIdentifier(ours), .requestedAddress(address)])
  }

  mutating func reboot(_ address: IPv4Address, _ client: UInt64, _ now: Instant = .start) -> [DHCPServer
    .Action]
  {
    receive(.request, client, now, [.requestedAddress(address)])
  }

  mutating func renew(_ address: IPv4Address, _ client: UInt64, _ now: Instant) -> [DHCPServer.Action] {
    receive(.request, client, now) { $0.clientAddress = address }
  }
}

extension [DHCPServer.Action] {
  fileprivate var message: DHCPMessage? {
    for case .send(let message, _) in self { return message }
    return nil
  }
  fileprivate var destination: DHCPServer.Destination? {
    for case .send(_, let destination) in self { return destination }
    return nil
  }
  fileprivate var refusal: String? {
    guard let options = message?.options, options.first == .messageType(.nak) else { return nil }
    for case .message(let text) in options { return text }
    return nil
  }
}

/// RFC 2131, section 4.3, and what dnsmasq was measured to do.
@Suite("DHCP server") struct DHCPServerTests {
  @Test("gives the lowest free address, to the n-th client of n and not to the next")
  func exhaustion() throws {
    var bench = try Bench()
    #expect(bench.lease(1) == host(2))
    #expect(bench.lease(2) == host(3))
    #expect(bench.lease(3) == host(4))
    #expect(bench.receive(.discover, 4) == [.silent(.noFreeAddress)])
    #expect(bench.lease(2) == host(3))
  }

  @Test("gives neither its own address nor the router's, the network's, the broadcast or a reserved one")
  func excluded() throws {
    var bench = try Bench(0...255) {
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
    var bench = try Bench()
    #expect(bench.receive(.discover, 1).message?.yourAddress == host(2))
    #expect(bench.receive(.discover, 2, at(second)).message?.yourAddress == host(expected))
  }

  @Test("has the address back when the lease ends, not before", arguments: [(3599, nil), (3600, 2)])
  func expiry(second: UInt64, expected: UInt8?) throws {
    var bench = try Bench(2...2)
    #expect(bench.lease(1) == host(2))
    #expect(bench.lease(2, at(second)) == expected.map { host($0) })
  }

  @Test("counts from the renewal", arguments: [(4599, nil), (4600, 2)])
  func renewal(second: UInt64, expected: UInt8?) throws {
    var bench = try Bench(2...2)
    _ = bench.lease(1)
    let renewed = bench.renew(host(2), 1, at(1000))
    #expect(renewed.destination == .unicast(host(2)))
    #expect(renewed.last == .leased(host(2), to: mac(1), for: .seconds(3600)))
    #expect(bench.lease(2, at(second)) == expected.map { host($0) })
  }

  @Test("gives a client that comes back the address it had")
  func memory() throws {
    var bench = try Bench()
    _ = bench.lease(1)
    _ = bench.lease(2)
    #expect(bench.lease(2, at(9000)) == host(3))
    #expect(bench.lease(1, at(9000)) == host(2))
  }

  @Test("has a released address back at once")
  func release() throws {
    var bench = try Bench(2...2)
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
    var bench = try Bench()
    let first = bench.receive(.discover, 1, .start, [.clientIdentifier([1])])
    let second = bench.receive(.discover, 1, .start, [.clientIdentifier([2])])
    #expect(first.message?.yourAddress == host(2))
    #expect(second.message?.yourAddress == host(3))
  }

  @Test(
    "grants what is asked for between the least and the greatest lease",
    arguments: [(nil, 1800), (7201, 7200), (7200, 7200), (119, 120), (120, 120)])
  func durations(asked: UInt32?, granted: UInt32) throws {
    var bench = try Bench {
      $0.lease = .seconds(1800)
      ($0.minimumLease, $0.maximumLease) = (.seconds(120), .seconds(7200))
    }
    let offer = bench.receive(.discover, 1, .start, asked.map { [.leaseTime($0)] } ?? [])
    #expect(offer.message?.options.contains(.leaseTime(granted)) == true)
  }

  @Test("raises a configured lease of 30 s to the least one")
  func raised() throws {
    var bench = try Bench {
      ($0.lease, $0.maximumLease, $0.minimumLease) = (.seconds(30), .seconds(30), .seconds(120))
    }
    #expect(bench.receive(.discover, 1).message?.options.contains(.leaseTime(120)) == true)
  }

  @Test("holds to the limit of leases")
  func limit() throws {
    var bench = try Bench(2...9) { $0.leaseLimit = 1 }
    #expect(bench.receive(.discover, 2).message?.yourAddress == host(2))
    #expect(bench.lease(1) == host(3))
    #expect(bench.receive(.discover, 3) == [.silent(.noFreeAddress)])
    #expect(bench.select(host(2), 2).refusal == "no leases left")
    #expect(bench.lease(1) == host(3))
  }

  @Test("makes no sense of a reply, a message without type or a group address")
  func malformed() throws {
    var bench = try Bench()
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
      let offered = server.receive(discover, now: .start, random: &random).message?.yourAddress
      #expect(offered == pool.lowerBound.advanced(by: client))
      let request = DHCPMessage(
        operation: 1, transaction: 1, clientHardware: hardware,
        options: wish + [.requestedAddress(offered ?? .any)])
      _ = server.receive(request, now: .start, random: &random)
    }
  }
}

/// What the two families of daemons put on the wire.
@Suite("DHCP server's answers") struct DHCPServerAnswerTests {
  @Test("the fixed order: what is always sent, then what was asked for")
  func fixed() throws {
    var bench = try Bench {
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
    var bench = try Bench {
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
    var bench = try Bench { $0.nameservers = [ours] }
    let wish = DHCPOption.parameterRequestList([3, 6])
    #expect(
      bench.receive(.discover, 1, .start, [wish]).message?.options.dropFirst(3) == [
        .domainNameServers([ours])
      ])
  }

  @Test("renewals shorten both times by the same few seconds")
  func early() throws {
    var bench = try Bench { ($0.sendsRenewalTimes, $0.lease) = (true, .seconds(120)) }
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

  @Test("goes to the hardware address, to all where the client wants it, to the relay agent's link")
  func destinations() throws {
    var bench = try Bench()
    #expect(bench.receive(.discover, 1).destination == .hardware(mac(1), host(2)))
    #expect(bench.receive(.discover, 1) { $0.wantsBroadcast = true }.destination == .broadcast)
    #expect(bench.receive(.discover, 1) { $0.relayAgent = host(77) }.destination == .relay(host(77)))
    let foreign = bench.receive(.discover, 1) { $0.relayAgent = IPv4Address(10, 0, 0, 1) }
    #expect(foreign == [.silent(.noFreeAddress)])
  }

  @Test("information comes without address and lease")
  func inform() throws {
    var bench = try Bench()
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

/// Who is refused, who is met with silence (RFC 2131, 4.3.2).
@Suite("DHCP server's refusals") struct DHCPServerRefusalTests {
  @Test("the request made of another server is ignored, and its offer free again")
  func foreign() throws {
    var bench = try Bench()
    _ = bench.receive(.discover, 1)
    let options: [DHCPOption] = [.serverIdentifier(host(66)), .requestedAddress(host(70))]
    #expect(bench.receive(.request, 1, .start, options) == [.silent(.notOurServer)])
    #expect(bench.lease(2) == host(2))
    bench = try Bench { $0.refusesForeignRequests = true }
    #expect(bench.receive(.request, 1, .start, options).refusal == "wrong server-ID")
  }

  @Test("a known client that asks for another address is told so, with type, server and text, by broadcast")
  func wrongAddress() throws {
    var bench = try Bench()
    _ = bench.lease(1)
    let actions = bench.reboot(host(3), 1)
    #expect(actions.destination == .broadcast)
    #expect(
      actions.message?.options == [.messageType(.nak), .serverIdentifier(ours), .message("wrong address")])
    #expect(bench.reboot(host(2), 1).message?.kind == .ack)
  }

  @Test("an unknown client that comes back meets silence, or an authority")
  func unknown() throws {
    var bench = try Bench()
    #expect(bench.reboot(host(3), 1) == [.silent(.notOurServer)])
    #expect(bench.renew(host(3), 1, .start) == [.silent(.notOurServer)])
    bench = try Bench {
      $0.isAuthoritative = true
      $0.check = .ping(wait: .seconds(3))
    }
    #expect(bench.reboot(host(3), 1).message?.kind == .ack)
    #expect(bench.reboot(host(3), 2).refusal == "address in use")
    #expect(bench.reboot(host(5), 2).refusal == "address not available")
    #expect(bench.reboot(IPv4Address(10, 0, 0, 5), 2).refusal == "wrong network")
  }

  @Test("a range of reservations knows its clients only, and offers at once")
  func reservations() throws {
    var bench = try Bench(nil) {
      $0.reservations = [.init(mac(1), host(9))]
      $0.check = .ping(wait: .seconds(3))
    }
    #expect(bench.receive(.discover, 2) == [.silent(.noFreeAddress)])
    #expect(bench.reboot(host(9), 2) == [.silent(.notOurServer)])
    #expect(bench.receive(.discover, 1).message?.yourAddress == host(9))
    #expect(bench.select(host(9), 1).message?.kind == .ack)
    #expect(bench.reboot(host(8), 1).refusal == "static lease available")
  }

  @Test("a reserved address stays its client's when the lease has ended")
  func reservedForGood() throws {
    var bench = try Bench(2...3) { $0.reservations = [.init(mac(1), host(2))] }
    #expect(bench.lease(1) == host(2))
    #expect(bench.lease(2, at(3600)) == host(3))
    #expect(bench.receive(.discover, 3, at(3600)) == [.silent(.noFreeAddress)])
    #expect(bench.lease(1, at(3600)) == host(2))
  }

  @Test("a declined reservation is not served for 600 s", arguments: [(599, false), (600, true)])
  func declinedReservation(second: UInt64, isServed: Bool) throws {
    var bench = try Bench(nil) { $0.reservations = [.init(mac(1), host(9))] }
    _ = bench.lease(1)
    let options: [DHCPOption] = [.serverIdentifier(ours), .requestedAddress(host(9))]
    #expect(bench.receive(.decline, 1, .start, options) == [.released(host(9), by: mac(1))])
    #expect((bench.receive(.discover, 1, at(second)).message != nil) == isServed)
  }

  @Test("a declined address of the pool is left alone for 600 s", arguments: [(599, nil), (600, 2)])
  func declined(second: UInt64, expected: UInt8?) throws {
    var bench = try Bench(2...2)
    _ = bench.lease(1)
    let options: [DHCPOption] = [.serverIdentifier(ours), .requestedAddress(host(2))]
    #expect(bench.receive(.decline, 2, .start, options) == [.silent(.unexpected)])
    #expect(bench.receive(.decline, 1, .start, options) == [.released(host(2), by: mac(1))])
    #expect(bench.lease(2, at(second)) == expected.map { host($0) })
  }
}

/// How dnsmasq chooses and checks.
@Suite("DHCP server's choice") struct DHCPServerChoiceTests {
  private func hashing(_ pool: ClosedRange<UInt8>) throws -> Bench {
    try Bench(pool) { $0.allocation = .hashOfHardwareAddress }
  }

  @Test("hashes hardware addresses as measured", arguments: [(0x1, 27), (0x2, 28), (0x12_3456, 76)])
  func hash(client: UInt64, last: UInt8) throws {
    var bench = try hashing(2...254)
    #expect(bench.lease(client) == host(last))
  }

  @Test("takes the next free address when the hash is taken, and begins again at the end of the range")
  func next() throws {
    var bench = try hashing(26...28)
    // Of the three places, 3 and 6 point to the last, 1 and 4 to the first.
    #expect(bench.lease(3) == host(28))
    #expect(bench.lease(6) == host(26))
    #expect(bench.lease(4) == host(27))
    #expect(bench.receive(.discover, 1) == [.silent(.noFreeAddress)])
  }

  @Test("a declined address shifts the hash by one")
  func epoch() throws {
    var bench = try hashing(2...254)
    _ = bench.lease(1)
    _ = bench.receive(.decline, 1, .start, [.requestedAddress(host(27))])
    #expect(bench.lease(1) == host(28))
  }

  @Test("gives neither .0 nor .255 inside a larger class C block, which the lowest-first choice does")
  func classC() throws {
    let prefix = try #require(IPv4Prefix("192.168.122.0/23"))
    let pool = host(255)...IPv4Address(192, 168, 123, 1)
    var configuration = DHCPServer.Configuration(pool: pool, prefix: prefix, serverAddress: ours)
    var bench = try Bench()
    bench.server = DHCPServer(configuration)
    #expect(bench.lease(1) == host(255))
    configuration.allocation = .hashOfHardwareAddress
    bench.server = DHCPServer(configuration)
    #expect(bench.lease(1) == IPv4Address(192, 168, 123, 1))
    #expect(bench.receive(.discover, 2) == [.silent(.noFreeAddress)])
  }

  private func checking() throws -> Bench { try Bench { $0.check = .ping(wait: .seconds(3)) } }

  @Test("checks an address before it offers it; other clients wait meanwhile")
  func check() throws {
    var bench = try checking()
    #expect(bench.receive(.discover, 1) == [.check(host(2), wait: .seconds(3))])
    #expect(bench.receive(.discover, 2, at(1)) == [])
    let actions = bench.server.checked(host(2), isFree: true, now: at(3), random: &bench.random)
    #expect(actions.message?.yourAddress == host(2))
    #expect(actions.last == .check(host(3), wait: .seconds(3)))
    let later = bench.server.checked(host(3), isFree: true, now: at(6), random: &bench.random)
    #expect(later.message?.clientHardware == mac(2))
    #expect(bench.server.checked(host(3), isFree: true, now: at(6), random: &bench.random) == [])
  }

  @Test("offers a checked address again without a check for 30 s", arguments: [(32, true), (33, false)])
  func checkedLately(second: UInt64, isOffered: Bool) throws {
    var bench = try checking()
    _ = bench.receive(.discover, 1)
    _ = bench.server.checked(host(2), isFree: true, now: at(3), random: &bench.random)
    #expect((bench.receive(.discover, 1, at(second)).message != nil) == isOffered)
  }

  @Test("passes over addresses somebody has, and ends in silence when all are taken")
  func squatters() throws {
    var bench = try checking()
    _ = bench.receive(.discover, 1)
    for last: UInt8 in [2, 3] {
      let next = bench.server.checked(host(last), isFree: false, now: at(UInt64(last)), random: &bench.random)
      #expect(next == [.check(host(last + 1), wait: .seconds(3))])
    }
    let end = bench.server.checked(host(4), isFree: false, now: at(4), random: &bench.random)
    #expect(end == [.silent(.noFreeAddress)])
  }

  @Test("gives one client up after ten addresses in use")
  func manySquatters() throws {
    var bench = try Bench(2...100) { $0.check = .ping(wait: .seconds(3)) }
    var actions = bench.receive(.discover, 1)
    for last: UInt8 in 2...11 {
      #expect(actions == [.check(host(last), wait: .seconds(3))])
      actions = bench.server.checked(host(last), isFree: false, now: .start, random: &bench.random)
    }
    #expect(actions == [.silent(.noFreeAddress)])
  }
}

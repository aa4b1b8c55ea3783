import Packets
import Protocols
import Simulation
import Testing

private let ours = DHCPServerBench.ours

private func at(_ seconds: UInt64) -> Instant { .start + .seconds(seconds) }
private func host(_ last: UInt8) -> IPv4Address { DHCPServerBench.host(last) }
private func mac(_ last: UInt64) -> MACAddress { DHCPServerBench.mac(last) }

/// How dnsmasq chooses and checks.
@Suite("DHCP server's choice") struct DHCPServerChoiceTests {
  private func hashing(_ pool: ClosedRange<UInt8>) throws -> DHCPServerBench {
    try DHCPServerBench(pool) { $0.allocation = .hashOfHardwareAddress }
  }

  @Test("hashes hardware addresses as measured", arguments: [(0x1, 27), (0x2, 28), (0x12_3456, 76)])
  func hash(client: UInt64, last: UInt8) throws {
    var bench = try hashing(2...254)
    #expect(bench.lease(client) == host(last))
  }

  /// 52:59:aa:c9:1b:b5 was found by trying, beside this program.
  @Test("a hash that is zero counts as one")
  func zeroHash() throws {
    var bench = try hashing(2...254)
    let offer = bench.receive(.discover, 1) { $0.clientHardware = MACAddress(rawValue: 0x5259_aac9_1bb5) }.message
    #expect(offer?.yourAddress == host(3))
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
    _ = bench.decline(host(27), 1)
    #expect(bench.lease(1) == host(28))
  }

  @Test("an offer is kept for nobody: of two clients with one place the second is refused, and gets the next")
  func sameOffer() throws {
    var bench = try hashing(26...28)
    #expect(bench.receive(.discover, 3).message?.yourAddress == host(28))
    #expect(bench.receive(.discover, 6).message?.yourAddress == host(28))
    #expect(bench.select(host(28), 3).message?.kind == .ack)
    #expect(bench.select(host(28), 6).refusal == "address in use")
    #expect(bench.lease(6) == host(26))
  }

  @Test("the address a client asks for is offered when it is free, wherever its hash points")
  func wish() throws {
    var bench = try hashing(2...254)
    #expect(bench.receive(.discover, 1, .start, [.requestedAddress(host(99))]).message?.yourAddress == host(99))
    #expect(bench.lease(2) == host(28))
    #expect(bench.receive(.discover, 1, .start, [.requestedAddress(host(28))]).message?.yourAddress == host(27))
    let foreign: [DHCPOption] = [.requestedAddress(IPv4Address(10, 0, 0, 9))]
    #expect(bench.receive(.discover, 1, .start, foreign).message?.yourAddress == host(27))
  }

  @Test("who has a lease that ended gets what the hash says now, not what it had")
  func noMemory() throws {
    var bench = try hashing(26...28)
    #expect(bench.lease(3) == host(28))
    #expect(bench.lease(6) == host(26))
    #expect(bench.lease(6, at(3600)) == host(28))
  }

  @Test("the limit of leases is met by offers that are then refused")
  func limit() throws {
    var bench = try DHCPServerBench(2...254) {
      ($0.allocation, $0.leaseLimit) = (.hashOfHardwareAddress, 1)
    }
    #expect(bench.lease(1) == host(27))
    #expect(bench.receive(.discover, 2).message?.yourAddress == host(28))
    #expect(bench.select(host(28), 2).refusal == "no leases left")
    #expect(bench.lease(1) == host(27))
  }

  @Test("gives neither .0 nor .255 inside a larger class C block, which the lowest-first choice does")
  func classC() throws {
    let prefix = try #require(IPv4Prefix("192.168.122.0/23"))
    let pool = host(255)...IPv4Address(192, 168, 123, 1)
    var configuration = DHCPServer.Configuration(pool: pool, prefix: prefix, serverAddress: ours)
    var bench = try DHCPServerBench()
    bench.server = DHCPServer(configuration)
    #expect(bench.lease(1) == host(255))
    configuration.allocation = .hashOfHardwareAddress
    bench.server = DHCPServer(configuration)
    #expect(bench.lease(1) == IPv4Address(192, 168, 123, 1))
    #expect(bench.receive(.discover, 2) == [.silent(.noFreeAddress)])
  }

  private func checking() throws -> DHCPServerBench { try DHCPServerBench { $0.check = .ping(wait: .seconds(3)) } }

  @Test("checks an address before it offers it; other clients wait meanwhile")
  func check() throws {
    var bench = try checking()
    #expect(bench.receive(.discover, 1) == [.check(host(2), wait: .seconds(3))])
    #expect(bench.receive(.discover, 2, at(1)) == [])
    let actions = bench.checked(host(2), isFree: true, at(3))
    #expect(actions.message?.yourAddress == host(2))
    #expect(actions.last == .check(host(3), wait: .seconds(3)))
    let later = bench.checked(host(3), isFree: true, at(6))
    #expect(later.message?.clientHardware == mac(2))
    #expect(bench.checked(host(3), isFree: true, at(6)) == [])
  }

  @Test("offers a checked address again without a check for 30 s", arguments: [(32, true), (33, false)])
  func checkedLately(second: UInt64, isOffered: Bool) throws {
    var bench = try checking()
    _ = bench.receive(.discover, 1)
    _ = bench.checked(host(2), isFree: true, at(3))
    #expect((bench.receive(.discover, 1, at(second)).message != nil) == isOffered)
  }

  @Test("passes over addresses somebody has, and ends in silence when all are taken")
  func squatters() throws {
    var bench = try checking()
    _ = bench.receive(.discover, 1)
    for last: UInt8 in [2, 3] {
      let next = bench.checked(host(last), isFree: false, at(UInt64(last)))
      #expect(next == [.check(host(last + 1), wait: .seconds(3))])
    }
    let end = bench.checked(host(4), isFree: false, at(4))
    #expect(end == [.silent(.noFreeAddress)])
  }

  @Test("gives one client up after ten addresses in use")
  func manySquatters() throws {
    var bench = try DHCPServerBench(2...100) { $0.check = .ping(wait: .seconds(3)) }
    var actions = bench.receive(.discover, 1)
    for last: UInt8 in 2...11 {
      #expect(actions == [.check(host(last), wait: .seconds(3))])
      actions = bench.checked(host(last), isFree: false, .start)
    }
    #expect(actions == [.silent(.noFreeAddress)])
  }

  private func checkingHash(_ pool: ClosedRange<UInt8> = 2...254) throws -> DHCPServerBench {
    try DHCPServerBench(pool) {
      $0.allocation = .hashOfHardwareAddress
      $0.check = .ping(wait: .seconds(3))
    }
  }

  /// dnsmasq, `PING_CACHE_TIME`: counted from the question that was checked for.
  @Test("dnsmasq believes a check for 30 s, whoever asks", arguments: [(30, true), (31, false)])
  func believed(second: UInt64, isOffered: Bool) throws {
    var bench = try checkingHash(27...27)
    #expect(bench.receive(.discover, 1) == [.check(host(27), wait: .seconds(3))])
    #expect(bench.checked(host(27), isFree: true, at(3)).message?.yourAddress == host(27))
    #expect((bench.receive(.discover, 2, at(second)).message != nil) == isOffered)
  }

  /// dnsmasq: more than sixty per cent of the checks that fit into 30 s.
  @Test("after six checks in 30 s dnsmasq makes no more until one is old", arguments: [(30, true), (31, false)])
  func highLoad(second: UInt64, isOffered: Bool) throws {
    var bench = try checkingHash()
    for client: UInt64 in 1...6 {
      #expect(bench.receive(.discover, client).message == nil)
      #expect(bench.checked(host(UInt8(26 + client)), isFree: true, at(3)).message != nil)
    }
    #expect((bench.receive(.discover, 7, at(second)).message != nil) == isOffered)
  }

  @Test("dnsmasq goes through its whole range, and the hash points elsewhere afterwards")
  func wholeRange() throws {
    var bench = try checkingHash(26...50)
    // 25 places; what is in use is found from where the hash points, and round.
    let start = try #require(bench.receive(.discover, 1).checkedAddress)
    var next = start
    for _ in 0..<24 {
      let actions = bench.checked(next, isFree: false, at(1))
      next = try #require(actions.checkedAddress)
    }
    #expect(bench.checked(next, isFree: false, at(1)) == [.silent(.noFreeAddress)])
    // Twenty-five steps lead round to the beginning.
    #expect(bench.receive(.discover, 1, at(2)).checkedAddress == start)
    #expect(bench.checked(start, isFree: false, at(3)).checkedAddress == start.advanced(by: 1))
    #expect(bench.checked(start.advanced(by: 1) ?? start, isFree: true, at(6)).message != nil)
    #expect(bench.receive(.discover, 26, at(60)).checkedAddress == start.advanced(by: 1))
  }

  @Test("what waits for a check is forgotten when the daemon starts anew, leases are not")
  func restart() throws {
    var bench = try checkingHash()
    _ = bench.receive(.discover, 1)
    _ = bench.checked(host(27), isFree: true, at(3))
    _ = bench.select(host(27), 1, at(3))
    _ = bench.receive(.discover, 2, at(4))
    #expect(bench.receive(.discover, 1, at(4)) == [])
    bench.server.restart()
    #expect(bench.checked(host(28), isFree: true, at(7)) == [])
    #expect(bench.receive(.discover, 1, at(8)).message?.yourAddress == host(27))
    #expect(bench.receive(.discover, 2, at(8)).checkedAddress == host(28))
  }
}

extension [DHCPServer.Action] {
  fileprivate var checkedAddress: IPv4Address? {
    for case .check(let address, _) in self { return address }
    return nil
  }
}

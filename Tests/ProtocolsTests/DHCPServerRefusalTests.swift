import Packets
import Protocols
import Simulation
import Testing

private let ours = DHCPServerBench.ours

private func at(_ seconds: UInt64) -> Instant { .start + .seconds(seconds) }
private func host(_ last: UInt8) -> IPv4Address { DHCPServerBench.host(last) }
private func mac(_ last: UInt64) -> MACAddress { DHCPServerBench.mac(last) }

/// Who is refused, who is met with silence (RFC 2131, 4.3.2).
@Suite("DHCP server's refusals") struct DHCPServerRefusalTests {
  @Test("the request made of another server is ignored, and its offer free again")
  func foreign() throws {
    var bench = try DHCPServerBench()
    _ = bench.receive(.discover, 1)
    let options: [DHCPOption] = [.serverIdentifier(host(66)), .requestedAddress(host(70))]
    #expect(bench.receive(.request, 1, .start, options) == [.silent(.notOurServer)])
    #expect(bench.lease(2) == host(2))
    bench = try DHCPServerBench { $0.refusesForeignRequests = true }
    #expect(bench.receive(.request, 1, .start, options).refusal == "wrong server-ID")
  }

  @Test("a known client that asks for another address is told so, with type, server and text, by broadcast")
  func wrongAddress() throws {
    var bench = try DHCPServerBench()
    _ = bench.lease(1)
    let actions = bench.reboot(host(3), 1)
    #expect(actions.destination == .broadcast)
    #expect(
      actions.message?.options == [.messageType(.nak), .serverIdentifier(ours), .message("wrong address")])
    #expect(bench.reboot(host(2), 1).message?.kind == .ack)
  }

  @Test("an unknown client that comes back meets silence, or an authority")
  func unknown() throws {
    var bench = try DHCPServerBench()
    #expect(bench.reboot(host(3), 1) == [.silent(.notOurServer)])
    #expect(bench.rebind(host(3), 1, .start) == [.silent(.notOurServer)])
    bench = try DHCPServerBench {
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
    var bench = try DHCPServerBench(nil) {
      $0.reservations = [.init(mac(1), host(9))]
      $0.check = .ping(wait: .seconds(3))
    }
    #expect(bench.receive(.discover, 2) == [.silent(.noFreeAddress)])
    #expect(bench.reboot(host(9), 2) == [.silent(.notOurServer)])
    #expect(bench.receive(.discover, 1).message?.yourAddress == host(9))
    #expect(bench.select(host(9), 1).message?.kind == .ack)
    #expect(bench.reboot(host(8), 1).refusal == "wrong address")
  }

  @Test("a reserved address stays its client's when the lease has ended")
  func reservedForGood() throws {
    var bench = try DHCPServerBench(2...3) { $0.reservations = [.init(mac(1), host(2))] }
    #expect(bench.lease(1) == host(2))
    #expect(bench.lease(2, at(3600)) == host(3))
    #expect(bench.receive(.discover, 3, at(3600)) == [.silent(.noFreeAddress)])
    #expect(bench.lease(1, at(3600)) == host(2))
  }

  @Test("a declined reservation is not served for 600 s", arguments: [(599, false), (600, true)])
  func declinedReservation(second: UInt64, isServed: Bool) throws {
    var bench = try DHCPServerBench(nil) { $0.reservations = [.init(mac(1), host(9))] }
    _ = bench.lease(1)
    #expect(bench.decline(host(9), 1) == [.released(host(9), by: mac(1))])
    #expect((bench.receive(.discover, 1, at(second)).message != nil) == isServed)
  }

  @Test("a declined address of the pool is left alone for 600 s", arguments: [(599, nil), (600, 2)])
  func declined(second: UInt64, expected: UInt8?) throws {
    var bench = try DHCPServerBench(2...2)
    _ = bench.lease(1)
    #expect(bench.decline(host(2), 2) == [.silent(.unexpected)])
    #expect(bench.decline(host(2), 1) == [.released(host(2), by: mac(1))])
    #expect(bench.lease(2, at(second)) == expected.map { host($0) })
  }

  /// dnsmasq: what was sent to it alone cannot have been meant for another.
  @Test("a renewal of a lease nobody knows is refused when it is for this server alone, and ignored when it is for all")
  func unknownRenewal() throws {
    var bench = try DHCPServerBench()
    let refused = bench.renew(host(3), 1, .start)
    #expect(refused.refusal == "lease not found")
    #expect(refused.destination == .broadcast)
    #expect(bench.rebind(host(3), 1, .start) == [.silent(.notOurServer)])
    _ = bench.lease(1)
    #expect(bench.renew(host(3), 1, .start).refusal == "lease not found")
    #expect(bench.rebind(host(3), 1, .start) == [.silent(.notOurServer)])
    #expect(bench.rebind(host(2), 1, .start).message?.kind == .ack)
  }

  @Test("an authority extends a lease it does not know if it could give it now")
  func authorityRenews() throws {
    var bench = try DHCPServerBench { $0.isAuthoritative = true }
    #expect(bench.renew(host(3), 1, .start).message?.kind == .ack)
    #expect(bench.rebind(host(3), 2, .start).refusal == "address in use")
    #expect(bench.rebind(host(9), 2, .start).refusal == "address not available")
    let away = IPv4Address(10, 0, 0, 5)
    #expect(bench.renew(away, 2, .start).refusal == "wrong network")
    #expect(bench.renew(away, 2, .start).destination == .broadcast)
  }

  @Test("an address reserved for somebody else is refused, whoever had it; its own client is sent to it")
  func reservedForAnother() throws {
    var bench = try DHCPServerBench(2...9) {
      $0.isAuthoritative = true
      $0.reservations = [.init(mac(1), host(5))]
    }
    #expect(bench.reboot(host(5), 2).refusal == "address reserved")
    #expect(bench.select(host(5), 2).refusal == "address reserved")
    #expect(bench.reboot(host(6), 1).refusal == "static lease available")
    #expect(bench.select(host(6), 1).message?.kind == .ack)
  }

  @Test("a client that chooses another address loses the one it had, even if it cannot have the other")
  func squashed() throws {
    var bench = try DHCPServerBench()
    _ = bench.lease(1)
    #expect(bench.select(host(99), 1).refusal == "address not available")
    #expect(bench.lease(2) == host(2))
  }

  @Test("the address of the server or the router is never available")
  func own() throws {
    var bench = try DHCPServerBench(1...9) { ($0.isAuthoritative, $0.router) = (true, host(4)) }
    #expect(bench.reboot(ours, 1).refusal == "address not available")
    #expect(bench.reboot(host(4), 1).refusal == "address not available")
  }

  @Test("a client whose reservation was declined gets another address where there is a range")
  func declinedWithRange() throws {
    var bench = try DHCPServerBench(2...4) { $0.reservations = [.init(mac(1), host(9))] }
    _ = bench.lease(1)
    _ = bench.decline(host(9), 1)
    #expect(bench.lease(1, at(599)) == host(2))
    #expect(bench.lease(1, at(600)) == host(9))
  }

  /// RFC 2131, table 5: both name the server.
  @Test("DECLINE and RELEASE that name no server or another one are ignored")
  func unnamed() throws {
    var bench = try DHCPServerBench()
    _ = bench.lease(1)
    for options: [DHCPOption] in [[], [.serverIdentifier(host(66))]] {
      let wish = DHCPOption.requestedAddress(host(2))
      #expect(bench.receive(.decline, 1, .start, options + [wish]) == [.silent(.notOurServer)])
      #expect(
        bench.receive(.release, 1, .start, options) { $0.clientAddress = host(2) } == [.silent(.notOurServer)])
    }
    #expect(bench.server.address(of: mac(1), now: .start) == host(2))
  }
}

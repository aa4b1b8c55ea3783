import Packets
import Protocols
import Simulation
import Testing

private let server = DHCPClientBench.server
private let address = DHCPClientBench.address

private func at(_ seconds: UInt64) -> Instant { .start + .seconds(seconds) }

/// RFC 2131, figure 5.
///
/// | from | to | cause | action |
/// |---|---|---|---|
/// | initial | selecting | acquire | DISCOVER |
/// | selecting | requesting | offer | REQUEST |
/// | requesting | bound | ack | configure |
/// | requesting | selecting | nak | DISCOVER |
/// | bound | renewing | T1, renew | REQUEST to the server |
/// | renewing | rebinding | T2 | REQUEST to all |
/// | rebinding | selecting | lease ends | deconfigure, DISCOVER |
/// | renewing | bound | ack | configure |
/// | rebinding | bound | ack of any server | configure |
/// | renewing | selecting | nak | deconfigure, DISCOVER |
/// | any with a lease | initial | release | RELEASE, deconfigure |
/// | initial with a lease | rebooting | acquire | REQUEST without a server |
/// | rebooting | bound | ack | configure |
/// | rebooting | selecting | nak, 10 s | DISCOVER |
/// | probing | waiting | address in use | DECLINE |
@Suite("DHCP client") struct DHCPClientTests {
  @Test("asks everybody for a lease, with the options in their order")
  func discover() {
    var bench = DHCPClientBench { $0.clientIdentifier = [1, 2] }
    let actions = bench.acquire(.start)
    #expect(actions.destination == .broadcast)
    #expect(actions.message?.operation == 1)
    #expect(actions.message?.clientAddress == .any)
    #expect(
      actions.message?.options == [
        .messageType(.discover), .clientIdentifier([1, 2]), .hostName("vm1"),
        .parameterRequestList([1, 28, 3, 6, 15, 12, 44]),
      ])
    #expect(bench.client.state == .selecting)
  }

  @Test(
    "a lease without a subnet mask has that of its address's class",
    arguments: [
      (IPv4Address(10, 0, 0, 5), 8), (IPv4Address(126, 255, 255, 254), 8), (IPv4Address(128, 0, 0, 1), 16),
      (IPv4Address(191, 255, 255, 254), 16), (IPv4Address(192, 0, 0, 1), 24), (IPv4Address(192, 168, 1, 5), 24),
    ])
  func classes(address: IPv4Address, length: Int) {
    var bench = DHCPClientBench()
    let transaction = bench.acquire(.start).message?.transaction ?? 0
    let change = { (message: inout DHCPMessage) in
      message.yourAddress = address
      message.options.removeAll { if case .subnetMask = $0 { true } else { false } }
    }
    _ = bench.receive(.offer, transaction, .start, change)
    let lease = bench.receive(.ack, transaction, .start, change).lease
    #expect(lease?.address == address && lease?.prefix == IPv4Prefix(holding: address, length: length))
  }

  @Test("requests the first offer, naming address and server, in the same transaction")
  func request() {
    var bench = DHCPClientBench()
    let transaction = bench.acquire(.start).message?.transaction ?? 0
    let actions = bench.receive(.offer, transaction, at(1))
    #expect(actions.destination == .broadcast)
    #expect(actions.message?.transaction == transaction)
    #expect(actions.message?.seconds == 1)
    #expect(
      actions.message?.options == [
        .messageType(.request), .requestedAddress(address), .serverIdentifier(server), .hostName("vm1"),
        .parameterRequestList([1, 28, 3, 6, 15, 12, 44]),
      ])
    let late = bench.receive(.offer, transaction, at(1), from: IPv4Address(192, 168, 1, 66))
    #expect(late == [.silent(.unexpected)])
  }

  @Test("configures the lease with T1 a half and T2 seven eighths when the server names neither")
  func defaultTimes() {
    var bench = DHCPClientBench()
    let transaction = bench.acquire(.start).message?.transaction ?? 0
    _ = bench.receive(.offer, transaction, .start)
    let actions = bench.receive(.ack, transaction, at(2))
    #expect(actions.lease?.address == address)
    #expect(actions.lease?.prefix.description == "192.168.1.0/24")
    #expect(actions.lease?.routers == [IPv4Address(192, 168, 1, 2)])
    #expect(actions.lease?.server == server)
    #expect(actions.lease?.duration == .seconds(1800))
    #expect(actions.lease?.renewal == .seconds(900))
    #expect(actions.lease?.rebinding == .seconds(1575))
    // Counted from the sending of the request, not from the answer.
    #expect(actions.timer == .seconds(898))
  }

  @Test(
    "takes T1 and T2 from the server only if they are in order",
    arguments: [(60, 105), (105, 105), (60, 120)])
  func serverTimes(first: UInt32, second: UInt32) {
    var bench = DHCPClientBench()
    let transaction = bench.acquire(.start).message?.transaction ?? 0
    _ = bench.receive(.offer, transaction, .start)
    let actions = bench.receive(.ack, transaction, .start) {
      $0.options = [
        .messageType(.ack), .serverIdentifier(server), .leaseTime(120), .renewalTime(first),
        .rebindingTime(second), .subnetMask(IPv4Address(255, 255, 255, 0)),
      ]
    }
    #expect(actions.lease?.renewal == .seconds(60))
    #expect(actions.lease?.rebinding == .seconds(105))
    #expect(bench.client.state == .bound)
  }

  @Test("sends again after 4, 8, 16 and 32 s give or take one, and gives up at 60 s")
  func backOff() {
    var bench = DHCPClientBench()
    var now = Instant.start
    var actions = bench.acquire(now)
    for middle: UInt64 in [4, 8, 16] {
      let pause = actions.timer ?? .zero
      #expect(pause >= .seconds(middle - 1) && pause <= .seconds(middle + 1))
      now = now + pause
      actions = bench.fire(now)
      #expect(actions.message?.kind == .discover)
    }
    #expect(now + (actions.timer ?? .zero) <= at(60))
    // The fourth pause is of 31 s at least, or what is left of a minute.
    #expect(actions.timer.map { $0 >= .seconds(31) || now + $0 == at(60) } == true)
    while let pause = actions.timer {
      now = now + pause
      actions = bench.fire(now)
    }
    #expect(now == at(60))
    #expect(actions == [.stopTimer, .failed(.noLease)])
    #expect(bench.client.state == .initial)
  }

  @Test("ignores what is not for it", arguments: [0, 1, 2, 3])
  func foreign(which: Int) {
    var bench = DHCPClientBench()
    let transaction = bench.acquire(.start).message?.transaction ?? 0
    let actions = bench.receive(.offer, transaction, .start) {
      switch which {
      case 0: $0.transaction ^= 1
      case 1: $0.clientHardware = MACAddress(rawValue: 2)
      case 2: $0.operation = 1
      default: $0.options[0] = .messageType(.ack)
      }
    }
    #expect(actions == [.silent(.unexpected)])
    #expect(bench.client.state == .selecting)
  }

  @Test("takes no address that no host can have, and no lease without time")
  func malformed() {
    var bench = DHCPClientBench()
    let transaction = bench.acquire(.start).message?.transaction ?? 0
    #expect(bench.receive(.offer, transaction, .start) { $0.yourAddress = .any } == [.silent(.malformed)])
    #expect(
      bench.receive(.offer, transaction, .start) { $0.yourAddress = .broadcast } == [.silent(.malformed)])
    _ = bench.receive(.offer, transaction, .start)
    let actions = bench.receive(.ack, transaction, .start) { $0.options[2] = .leaseTime(0) }
    #expect(actions == [.silent(.malformed)])
    #expect(bench.client.state == .requesting)
  }

  @Test("starts over after a refusal, waits 10 s after the second, and says so when time is over")
  func refusals() {
    var bench = DHCPClientBench()
    var transaction = bench.acquire(.start).message?.transaction ?? 0
    _ = bench.receive(.offer, transaction, .start)
    let again = bench.receive(.nak, transaction, .start)
    #expect(again.message?.kind == .discover)
    transaction = again.message?.transaction ?? 0
    _ = bench.receive(.offer, transaction, .start)
    #expect(bench.receive(.nak, transaction, .start) == [.setTimer(.seconds(10))])
    #expect(bench.fire(at(10)).message?.kind == .discover)
    #expect(bench.fire(at(60)).last == .failed(.nak))
  }

  @Test("does not take a refusal from the server it did not choose")
  func foreignRefusal() {
    var bench = DHCPClientBench()
    let transaction = bench.acquire(.start).message?.transaction ?? 0
    _ = bench.receive(.offer, transaction, .start)
    let other = IPv4Address(192, 168, 1, 66)
    #expect(bench.receive(.nak, transaction, .start, from: other) == [.silent(.notOurServer)])
    #expect(bench.client.state == .requesting)
  }

  @Test("renews with its server at T1, with anybody at T2, and loses the address at the end")
  func life() {
    var bench = DHCPClientBench()
    bench.bind(.start)
    let renewing = bench.fire(at(900))
    #expect(renewing.destination == .unicast(server))
    #expect(renewing.message?.clientAddress == address)
    #expect(
      renewing.message?.options == [
        .messageType(.request), .hostName("vm1"), .parameterRequestList([1, 28, 3, 6, 15, 12, 44]),
      ])
    #expect(renewing.timer == .nanoseconds(337_500_000_000))  // half of 675 s
    #expect(bench.fire(at(1500)).timer == .seconds(60))  // half of 75 s would be less
    #expect(bench.fire(at(1560)).timer == .seconds(15))  // but T2 comes first
    let rebinding = bench.fire(at(1575))
    #expect(rebinding.destination == .broadcast)
    #expect(rebinding.message?.clientAddress == address)
    #expect(bench.fire(at(1799)).destination == .broadcast)
    let ended = bench.fire(at(1800))
    #expect(ended.first == .deconfigure)
    #expect(ended.message?.kind == .discover)
    #expect(ended.message?.options.contains(.requestedAddress(address)) == true)
  }

  @Test("goes on with the extended lease")
  func extended() {
    var bench = DHCPClientBench()
    bench.bind(.start)
    let transaction = bench.client.renew(now: at(100), random: &bench.random).message?.transaction ?? 0
    let actions = bench.receive(.ack, transaction, at(101))
    #expect(actions.timer == .seconds(899))
    #expect(bench.client.state == .bound)
    #expect(bench.fire(at(1000)).destination == .unicast(server))
    #expect(bench.fire(at(1850)).destination == .broadcast)
  }

  @Test("loses the address when the extension is refused")
  func refusedExtension() {
    var bench = DHCPClientBench()
    bench.bind(.start)
    let transaction = bench.fire(at(900)).message?.transaction ?? 0
    let actions = bench.receive(.nak, transaction, at(900))
    #expect(actions.first == .deconfigure)
    #expect(actions.message?.kind == .discover)
  }

  @Test("a lease that another server extends is that server's from then on")
  func rebound() {
    var bench = DHCPClientBench()
    bench.bind(.start)
    _ = bench.fire(at(900))
    let transaction = bench.fire(at(1575)).message?.transaction ?? 0
    let other = IPv4Address(192, 168, 1, 253)
    #expect(bench.receive(.ack, transaction, at(1576), from: other).lease?.server == other)
    #expect(bench.client.state == .bound)
    #expect(bench.fire(at(2475)).destination == .unicast(other))
  }

  @Test("starts over, and asks for the old address no more, when that is refused after a restart")
  func refusedReboot() {
    var bench = DHCPClientBench()
    bench.bind(.start)
    _ = bench.client.stop()
    let transaction = bench.acquire(at(100)).message?.transaction ?? 0
    let actions = bench.receive(.nak, transaction, at(100), from: IPv4Address(10, 0, 0, 1))
    #expect(actions.message?.kind == .discover)
    #expect(actions.message?.options.contains(.requestedAddress(address)) == false)
  }

  @Test("gives the lease back in one message to its server")
  func release() {
    var bench = DHCPClientBench()
    bench.bind(.start)
    let actions = bench.client.release(now: at(5), random: &bench.random)
    #expect(actions.destination == .unicast(server))
    #expect(actions.message?.clientAddress == address)
    #expect(actions.message?.options == [.messageType(.release), .serverIdentifier(server)])
    #expect(actions.dropFirst() == [.deconfigure, .stopTimer])
    #expect(bench.acquire(at(6)).message?.kind == .discover)
  }

  @Test("asks for its old lease after a restart while it lasts", arguments: [1799, 1800])
  func reboot(second: UInt64) {
    var bench = DHCPClientBench()
    bench.bind(.start)
    #expect(bench.client.stop() == [.deconfigure, .stopTimer])
    let actions = bench.acquire(at(second))
    guard second < 1800 else {
      #expect(actions.message?.kind == .discover)
      return
    }
    #expect(actions.destination == .broadcast)
    #expect(actions.message?.clientAddress == .any)
    #expect(
      actions.message?.options == [
        .messageType(.request), .requestedAddress(address), .hostName("vm1"),
        .parameterRequestList([1, 28, 3, 6, 15, 12, 44]),
      ])
    #expect(bench.receive(.ack, actions.message?.transaction ?? 0, at(second)).lease?.address == address)
  }

  @Test("starts over when nobody knows the old lease for 10 s")
  func rebootUnanswered() {
    var bench = DHCPClientBench()
    bench.bind(.start)
    _ = bench.client.stop()
    _ = bench.acquire(at(100))
    #expect(bench.fire(at(109)).message?.kind == .request)
    #expect(bench.fire(at(110)).message?.kind == .discover)
  }

  @Test("declines an address somebody has and waits 10 s; takes it when it is free")
  func probe() {
    var bench = DHCPClientBench { $0.probesAddress = true }
    var transaction = bench.acquire(.start).message?.transaction ?? 0
    _ = bench.receive(.offer, transaction, .start)
    #expect(bench.receive(.ack, transaction, .start) == [.stopTimer, .probe(address)])
    let taken = bench.client.probed(address, isFree: false, now: at(1), random: &bench.random)
    #expect(taken.destination == .broadcast)
    #expect(
      taken.message?.options == [
        .messageType(.decline), .requestedAddress(address), .serverIdentifier(server),
      ])
    #expect(taken.timer == .seconds(10))
    transaction = bench.fire(at(11)).message?.transaction ?? 0
    _ = bench.receive(.offer, transaction, at(11))
    _ = bench.receive(.ack, transaction, at(11))
    let free = bench.client.probed(address, isFree: true, now: at(12), random: &bench.random)
    #expect(free.lease?.address == address)
  }

  @Test("keeps a lease without end for ever")
  func endless() {
    var bench = DHCPClientBench()
    let transaction = bench.acquire(.start).message?.transaction ?? 0
    _ = bench.receive(.offer, transaction, .start)
    let actions = bench.receive(.ack, transaction, .start) { $0.options[2] = .leaseTime(.max) }
    #expect(actions.last == .stopTimer)
    #expect(actions.lease != nil)
  }
}

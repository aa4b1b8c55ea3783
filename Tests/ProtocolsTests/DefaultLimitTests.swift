import Packets
import Protocols
import Simulation
import Testing

/// What Linux, dnsmasq and switches allow when nothing is said; the limit itself still fits, one more does not.
@Suite("Default limits") struct DefaultLimitTests {
  private func at(_ seconds: UInt64) -> Instant { .start + .seconds(seconds) }
  private func neighbor(_ number: Int) -> IPv4Address { IPv4Address(rawValue: 0x0a00_0000 + UInt32(number)) }
  private func station(_ number: Int) -> MACAddress { MACAddress(rawValue: 0x0200_0000_0000 + UInt64(number)) }

  /// Linux: `unres_qlen` of 101 packets, as `unres_qlen_bytes` gives it.
  @Test("101 packets wait for one neighbour; the next pushes the oldest out")
  func waiting() {
    var cache = NeighborCache()
    _ = cache.use(neighbor(1), on: 0, now: .start)
    let frame = EthernetFrame(destination: .broadcast, source: station(1), payload: .other(.ipv4, .empty))
    let pushed = (1...102).map { number in
      cache.enqueue(HeldFrame(frame: frame, id: FrameID(rawValue: UInt32(number))), for: neighbor(1), on: 0)?.id
        .rawValue
    }
    #expect(pushed.prefix(101).allSatisfy { $0 == nil })
    #expect(pushed.last == 1)
  }

  private func cache(neighbors: Int, at now: Instant = .start) -> NeighborCache {
    var cache = NeighborCache()
    var random = RandomSource(seed: 1)
    for number in 0..<neighbors {
      _ = cache.learn(neighbor(number), at: station(number), on: 0, from: .request, now: now, random: &random)
    }
    return cache
  }

  /// Linux: `gc_thresh1` 128, `gc_stale_time` 60 s.
  @Test(
    "more than 128 neighbours, idle for 60 s, are forgotten",
    arguments: [(128, 60, 129), (129, 59, 130), (129, 60, 1)] as [(Int, UInt64, Int)])
  func idle(neighbors: Int, seconds: UInt64, left: Int) {
    var cache = cache(neighbors: neighbors)
    _ = cache.use(neighbor(1000), on: 0, now: at(seconds))
    #expect(cache.neighbors(at: at(seconds)).count == left)
  }

  /// Linux: `gc_interval` 30 s.
  @Test("idle neighbours are searched for every 30 s", arguments: [(69, 132), (70, 2)] as [(UInt64, Int)])
  func collection(seconds: UInt64, left: Int) {
    var cache = cache(neighbors: 130)
    _ = cache.use(neighbor(1000), on: 0, now: at(40))
    #expect(cache.neighbors(at: at(40)).count == 131)
    _ = cache.use(neighbor(1001), on: 0, now: at(seconds))
    // Only what was used is left: one used at 40 s is not idle yet.
    #expect(cache.neighbors(at: at(seconds)).count == left)
  }

  /// As in many switches.
  @Test("a switch remembers 16 384 stations")
  func stations() {
    var database = ForwardingDatabase()
    for number in 0..<16_384 {
      let learning = database.learn(station(number), vlan: nil, on: 1, at: .start)
      guard learning == .new else {
        Issue.record("station \(number): \(learning)")
        return
      }
    }
    let next = database.learn(station(16_384), vlan: nil, on: 1, at: .start)
    #expect(next == .full)
  }

  private func forwarder() throws -> DNSServer {
    DNSServer(DNSServer.Configuration(records: [], domains: [], upstream: [neighbor(53)]))
  }

  private func ask(_ number: Int, _ server: inout DNSServer, _ now: Instant) throws -> DNSServer.Action {
    var random = RandomSource(seed: UInt64(number))
    let name = try #require(DomainName("n\(number).example"))
    let query = DNSMessage(identifier: UInt16(number), isResponse: false, questions: [.init(name, .a)])
    return server.query(
      query, leased: nil, from: Endpoint(neighbor(9), UInt16(2000 + number)), now: now, random: &random)
  }

  /// dnsmasq: `--dns-forward-max` is 150.
  @Test("150 questions are under way at once, and the next is refused")
  func pending() throws {
    var server = try forwarder()
    for number in 0..<150 {
      guard case .forward = try ask(number, &server, .start) else {
        Issue.record("question \(number) was not forwarded")
        return
      }
    }
    guard case .answer(let answer, _) = try ask(150, &server, .start) else {
      Issue.record("one too many was forwarded")
      return
    }
    #expect(answer.code == .refused)
  }

  /// dnsmasq: `--cache-size` is 150.
  @Test("150 names are remembered, and the next takes the place of the oldest")
  func remembered() throws {
    for (names, isRemembered) in [(150, true), (151, false)] {
      var server = try forwarder()
      for number in 0..<names {
        guard case .forward(var message, _) = try ask(number, &server, .start) else {
          Issue.record("question \(number) was not forwarded")
          return
        }
        message.isResponse = true
        message.answers = [.init(message.questions[0].name, timeToLive: 600, .address(neighbor(1)))]
        _ = server.reply(message, from: neighbor(53), now: .start)
      }
      if case .forward = try ask(0, &server, at(1)) { #expect(!isRemembered) } else { #expect(isRemembered) }
    }
  }

  /// About what the receive buffer of a Linux socket holds.
  @Test("256 DHCP clients wait while an address is checked, and the next is not heard")
  func clients() throws {
    let prefix = try #require(IPv4Prefix("10.0.0.0/16"))
    var configuration = DHCPServer.Configuration(
      pool: neighbor(256)...neighbor(4000), prefix: prefix, serverAddress: neighbor(1))
    configuration.check = .ping(wait: .seconds(3))
    var server = DHCPServer(configuration)
    var random = RandomSource(seed: 1)
    let answers = (0...257).map { client in
      let message = DHCPMessage(
        operation: 1, transaction: UInt32(client), clientHardware: station(client), options: [.messageType(.discover)])
      return server.receive(message, isUnicast: false, now: .start, random: &random)
    }
    #expect(answers[1...256].allSatisfy { $0.isEmpty })
    #expect(answers[257] == [.silent(.queueFull)])
  }

  /// Linux: `ipfrag_high_thresh` is 4 MiB.
  @Test("4 MiB of parts wait to be put together")
  func parts() { #expect(Reassembly.capacity == 4_194_304) }
}

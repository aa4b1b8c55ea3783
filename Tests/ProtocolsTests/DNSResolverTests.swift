import Packets
import Protocols
import Simulation
import Testing

private let first = IPv4Address(10, 0, 0, 1)
private let second = IPv4Address(10, 0, 0, 2)
private let third = IPv4Address(10, 0, 0, 3)
private let answer = IPv4Address(198, 51, 100, 80)

private func name(_ text: String) throws -> DomainName { try #require(DomainName(text)) }

/// A look-up that has asked its first server.
private struct Bench {
  var resolver: DNSResolver
  var query: DNSMessage
  var actions: [DNSResolver.Action]

  init(_ servers: [IPv4Address]) throws {
    var random = RandomSource(seed: 7)
    resolver = DNSResolver(try name("www.example.net"), nameservers: servers)
    actions = resolver.start(random: &random)
    guard case .send(let query, _)? = actions.first else {
      throw Unasked()
    }
    self.query = query
  }

  struct Unasked: Error {}

  mutating func receive(
    _ code: DNSMessage.ResponseCode, _ answers: [DNSMessage.ResourceRecord] = [],
    from server: IPv4Address = first
  ) -> [DNSResolver.Action] {
    var message = query
    message.isResponse = true
    message.recursionAvailable = true
    message.code = code
    message.answers = answers
    return resolver.receive(message, from: server)
  }
}

/// resolv.conf(5): timeout 5, attempts 2, at most three servers.
@Suite("DNS resolver") struct DNSResolverTests {
  @Test("needs a name server")
  func none() throws {
    var resolver = DNSResolver(try name("a.example"), nameservers: [])
    var random = RandomSource(seed: 1)
    #expect(resolver.start(random: &random) == [.failed(.noNameserver)])
  }

  @Test("asks one server twice, 5 s each, and then gives up")
  func silence() throws {
    var bench = try Bench([first])
    let asking: [DNSResolver.Action] = [.send(bench.query, to: first), .setTimer(.seconds(5))]
    #expect(bench.actions == asking)
    #expect(bench.query.recursionDesired)
    #expect(bench.resolver.timerFired() == asking)
    #expect(bench.resolver.timerFired() == [.failed(.nameUnresolved)])
    #expect(bench.resolver.timerFired() == [])
  }

  @Test("asks the servers in order, then all again; glibc gives the third 6 s and the second 3")
  func order() throws {
    var bench = try Bench([first, second, third, answer])
    var actions = bench.actions
    for (server, pause): (IPv4Address, UInt64) in [
      (first, 5), (second, 3), (third, 6), (first, 5), (second, 3), (third, 6),
    ] {
      #expect(actions == [.send(bench.query, to: server), .setTimer(.seconds(pause))])
      actions = bench.resolver.timerFired()
    }
    #expect(actions == [.failed(.nameUnresolved)])
  }

  @Test("takes the address, through aliases too, and nothing afterwards")
  func resolved() throws {
    var bench = try Bench([first])
    let alias = try name("web.example.net")
    let records: [DNSMessage.ResourceRecord] = [
      .init(alias, timeToLive: 60, .address(answer)),
      .init(try name("www.example.net"), timeToLive: 60, .canonicalName(alias)),
    ]
    #expect(bench.receive(.noError, records) == [.resolved(answer)])
    #expect(bench.receive(.noError, records) == [.silent(.unexpected)])
  }

  @Test("ends at a name that does not exist or has no address")
  func missing() throws {
    var bench = try Bench([first, second])
    #expect(bench.receive(.nameError) == [.failed(.nameNotFound)])
    bench = try Bench([first, second])
    #expect(bench.receive(.noError) == [.failed(.nameWithoutAddress)])
    bench = try Bench([first, second])
    let own = try name("www.example.net")
    let loop = DNSMessage.ResourceRecord(own, timeToLive: 60, .canonicalName(own))
    #expect(bench.receive(.noError, [loop]) == [.failed(.nameWithoutAddress)])
  }

  @Test("goes on to the next server when one refuses or fails, and reports the last word")
  func refused() throws {
    var bench = try Bench([first, second])
    #expect(bench.receive(.serverFailure).first == .send(bench.query, to: second))
    #expect(bench.receive(.refused, from: second).first == .send(bench.query, to: first))
    #expect(bench.receive(.refused).first == .send(bench.query, to: second))
    #expect(bench.receive(.refused, from: second) == [.failed(.nameRefused)])
  }

  @Test("goes on at once when nobody listens there")
  func unreachable() throws {
    var bench = try Bench([first, second])
    #expect(bench.resolver.unreachable(second) == [])
    #expect(bench.resolver.unreachable(first).first == .send(bench.query, to: second))
    _ = bench.resolver.unreachable(second)
    _ = bench.resolver.unreachable(first)
    #expect(bench.resolver.unreachable(second) == [.failed(.nameUnresolved)])
  }

  @Test("believes only the server it asked, its identifier and its question")
  func forged() throws {
    var bench = try Bench([first, second])
    let record = DNSMessage.ResourceRecord(try name("www.example.net"), timeToLive: 1, .address(answer))
    #expect(bench.receive(.noError, [record], from: second) == [.silent(.unexpected)])
    bench.query.identifier ^= 1
    #expect(bench.receive(.noError, [record]) == [.silent(.unexpected)])
    bench.query.identifier ^= 1
    bench.query.questions[0].type = .cname
    #expect(bench.receive(.noError, [record]) == [.silent(.unexpected)])
  }
}

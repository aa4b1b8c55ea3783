import Packets
import Protocols
import Simulation
import Testing

private let client = Endpoint(IPv4Address(192, 168, 1, 10), 40000)
private let first = IPv4Address(10, 0, 0, 1)
private let second = IPv4Address(10, 0, 0, 2)
private let web = IPv4Address(198, 51, 100, 80)

private func at(_ seconds: UInt64) -> Instant { .start + .seconds(seconds) }
private func name(_ text: String) throws -> DomainName { try #require(DomainName(text)) }

private struct Bench {
  var server: DNSServer
  var random = RandomSource(seed: 3)

  init(upstream: [IPv4Address] = [], _ change: (inout DNSServer.Configuration) -> Void = { _ in }) throws {
    var configuration = DNSServer.Configuration(
      records: [
        .init(try name("www.lab"), .canonicalName(try name("web.lab"))),
        .init(try name("web.lab"), .address(web), timeToLive: 60),
        .init(try name("a.lab"), .canonicalName(try name("b.lab"))),
        .init(try name("b.lab"), .canonicalName(try name("a.lab"))),
        .init(try name("out.lab"), .canonicalName(try name("www.example.net"))),
      ],
      domains: [try name("lab")], upstream: upstream)
    change(&configuration)
    server = DNSServer(configuration)
  }

  mutating func ask(
    _ text: String, _ now: Instant = .start, id: UInt16 = 5, type: DNSMessage.RecordType = .a,
    from endpoint: Endpoint = client, leased: IPv4Address? = nil
  ) throws -> DNSServer.Action {
    let query = DNSMessage(identifier: id, isResponse: false, questions: [.init(try name(text), type)])
    return server.query(query, leased: leased, from: endpoint, now: now, random: &random)
  }

  mutating func reply(
    to forwarded: DNSMessage, _ now: Instant, _ code: DNSMessage.ResponseCode = .noError,
    timeToLive: UInt32 = 60,
    from upstream: IPv4Address = first
  ) -> DNSServer.Action {
    var message = forwarded
    message.isResponse = true
    message.code = code
    if code == .noError {
      message.answers = [.init(forwarded.questions[0].name, timeToLive: timeToLive, .address(web))]
    }
    return server.reply(message, from: upstream, now: now)
  }
}

extension DNSServer.Action {
  fileprivate var answer: DNSMessage? {
    if case .answer(let message, _) = self { message } else { nil }
  }
  fileprivate func forwarded() throws -> DNSMessage {
    guard case .forward(let message, _) = self else { throw NotForwarded() }
    return message
  }
  fileprivate var upstream: IPv4Address? {
    if case .forward(_, let servers) = self { servers.first } else { nil }
  }
}

private struct NotForwarded: Error {}

/// RFC 1034, 4.3.2, and RFC 1035, 7.
@Suite("DNS server") struct DNSServerTests {
  @Test("answers for its zone with authority, under the client's identifier")
  func address() throws {
    var bench = try Bench()
    let action = try bench.ask("web.lab")
    let answer = try #require(action.answer)
    #expect(action == .answer(answer, to: client))
    #expect(answer.identifier == 5 && answer.isResponse && answer.isAuthoritative)
    #expect(!answer.recursionAvailable)
    #expect(answer.answers == [.init(try name("web.lab"), timeToLive: 60, .address(web))])
  }

  @Test("follows aliases, unless the alias is what was asked for")
  func alias() throws {
    var bench = try Bench()
    let alias = DNSMessage.ResourceRecord(
      try name("www.lab"), timeToLive: 3600, .canonicalName(try name("web.lab")))
    let target = DNSMessage.ResourceRecord(try name("web.lab"), timeToLive: 60, .address(web))
    #expect(try bench.ask("www.lab").answer?.answers == [alias, target])
    #expect(try bench.ask("www.lab", type: .cname).answer?.answers == [alias])
  }

  @Test("fails at aliases that lead in a circle")
  func circle() throws {
    var bench = try Bench()
    #expect(try bench.ask("a.lab").answer?.code == .serverFailure)
  }

  @Test("says what does not exist in its domain, and what exists without such a record")
  func missing() throws {
    var bench = try Bench(upstream: [first])
    #expect(try bench.ask("none.lab").answer?.code == .nameError)
    #expect(try bench.ask("deep.none.lab").answer?.code == .nameError)
    #expect(try bench.ask("other.collab").upstream == first)
    let empty = try bench.ask("web.lab", type: .init(rawValue: 28)).answer
    #expect(empty?.code == .noError)
    #expect(empty?.answers == [])
  }

  /// RFC 8020, 2: what has names below it is there, though without records.
  @Test("a name above one that has a record exists")
  func nonTerminal() throws {
    let record = DNSServer.Record(try name("deep.box.lab"), .address(web))
    var bench = try Bench { $0.records.append(record) }
    for (text, code): (String, DNSMessage.ResponseCode) in [
      ("box.lab", .noError), ("lab", .noError), ("c.lab", .nameError), ("x.deep.box.lab", .nameError),
    ] {
      let answer = try bench.ask(text).answer
      #expect(answer?.code == code, "\(text)")
      #expect(answer?.answers == [])
    }
  }

  /// dnsmasq: a name of a lease lives for no time, since the lease may end before.
  @Test("the name of a lease is answered with authority and not to be kept; a record of its own goes before it")
  func leased() throws {
    var bench = try Bench(upstream: [first])
    let leased = IPv4Address(10, 0, 0, 77)
    let answer = try bench.ask("vm1", leased: leased).answer
    #expect(answer?.answers == [.init(try name("vm1"), timeToLive: 0, .address(leased))])
    #expect(answer?.isAuthoritative == true)
    #expect(try bench.ask("web.lab", leased: leased).answer?.answers.map(\.data) == [.address(web)])
    let other = try bench.ask("vm1", type: .init(rawValue: 28), leased: leased).answer
    #expect(other?.code == .noError)
    #expect(other?.answers == [])
  }

  @Test("asks all at once and takes the first good answer; a refusal counts when nobody is left")
  func allServers() throws {
    var bench = try Bench(upstream: [first, second]) { $0.asksAll = true }
    var action = try bench.ask("www.example.net")
    var forwarded = try action.forwarded()
    #expect(action == .forward(forwarded, to: [first, second]))
    #expect(bench.reply(to: forwarded, .start, .refused).answer == nil)
    #expect(bench.reply(to: forwarded, .start, from: second).answer?.answers.count == 1)
    #expect(bench.reply(to: forwarded, .start, from: first) == .silent(.unexpected))

    action = try bench.ask("ftp.example.net")
    forwarded = try action.forwarded()
    #expect(bench.reply(to: forwarded, .start, .serverFailure, from: second).answer == nil)
    #expect(bench.reply(to: forwarded, .start, .refused).answer?.code == .refused)
  }

  @Test("a server that cannot be asked is passed over; when none can, the client is refused")
  func unsendable() throws {
    var bench = try Bench(upstream: [first, second])
    let forwarded = try bench.ask("www.example.net").forwarded()
    #expect(bench.server.unsendable(forwarded, to: first) == .forward(forwarded, to: [second]))
    #expect(bench.server.unsendable(forwarded, to: second).answer?.code == .refused)
    #expect(bench.server.unsendable(forwarded, to: second) == .silent(.unexpected))
  }

  @Test("knows nothing of others any more after a restart")
  func restart() throws {
    var bench = try Bench(upstream: [first])
    _ = bench.reply(to: try bench.ask("a.example").forwarded(), .start)
    let open = try bench.ask("b.example").forwarded()
    bench.server.restart()
    #expect(bench.reply(to: open, .start) == .silent(.unexpected))
    #expect(try bench.ask("a.example").upstream == first)
  }

  @Test("refuses other names when it has nobody to ask")
  func refused() throws {
    var bench = try Bench()
    let answer = try bench.ask("www.example.net").answer
    #expect(answer?.code == .refused)
    #expect(answer?.isAuthoritative == false)
  }

  @Test("takes no answers for questions and no message without one question")
  func malformed() throws {
    var bench = try Bench()
    var message = DNSMessage(identifier: 1, isResponse: true, questions: [])
    #expect(
      bench.server.query(message, leased: nil, from: client, now: .start, random: &bench.random)
        == .silent(.unexpected))
    message.isResponse = false
    let action = bench.server.query(message, leased: nil, from: client, now: .start, random: &bench.random)
    #expect(action.answer?.code == .formatError)
  }

  @Test("forwards under an identifier of its own and gives the answer under the client's")
  func forward() throws {
    var bench = try Bench(upstream: [first, second])
    let action = try bench.ask("www.example.net")
    let forwarded = try action.forwarded()
    #expect(action.upstream == first)
    #expect(forwarded.identifier != 5)
    let reply = bench.reply(to: forwarded, at(1))
    let answer = try #require(reply.answer)
    #expect(reply == .answer(answer, to: client))
    #expect(answer.identifier == 5)
    #expect(answer.recursionAvailable && !answer.isAuthoritative)
    #expect(answer.answers.map(\.data) == [.address(web)])
    #expect(bench.reply(to: forwarded, at(1)) == .silent(.unexpected))
  }

  @Test("has an alias of its zone resolved elsewhere")
  func foreignAlias() throws {
    var bench = try Bench(upstream: [first])
    let forwarded = try bench.ask("out.lab").forwarded()
    #expect(forwarded.questions == [.init(try name("www.example.net"), .a)])
    let answer = bench.reply(to: forwarded, .start).answer
    #expect(answer?.questions == [.init(try name("out.lab"), .a)])
    #expect(answer?.answers.map(\.name.text) == ["out.lab", "www.example.net"])
  }

  @Test("waits 5 s for an answer, not longer", arguments: [(4, true), (5, false)])
  func timeout(second: UInt64, isAnswered: Bool) throws {
    var bench = try Bench(upstream: [first])
    let forwarded = try bench.ask("www.example.net").forwarded()
    #expect((bench.reply(to: forwarded, at(second)).answer != nil) == isAnswered)
  }

  @Test("asks the next server when one fails or the client repeats itself")
  func strictOrder() throws {
    var bench = try Bench(upstream: [first, second])
    let forwarded = try bench.ask("www.example.net").forwarded()
    #expect(bench.reply(to: forwarded, .start, .serverFailure) == .forward(forwarded, to: [second]))
    #expect(bench.reply(to: forwarded, .start, .refused, from: second).answer?.code == .refused)
    let again = try bench.ask("www.example.net").forwarded()
    #expect(try bench.ask("www.example.net", at(1)) == .forward(again, to: [second]))
    #expect(try bench.ask("www.example.net", at(1), id: 6).upstream == first)
  }

  @Test(
    "answers from the cache as long as the record lives, with what is left of its time",
    arguments: [(59, 1), (60, nil)])
  func cache(second: UInt64, left: UInt32?) throws {
    var bench = try Bench(upstream: [first])
    let forwarded = try bench.ask("www.example.net").forwarded()
    _ = bench.reply(to: forwarded, .start)
    let action = try bench.ask("www.example.net", at(second))
    #expect(action.answer?.answers.first?.timeToLive == left)
    #expect((action.upstream == nil) == (left != nil))
  }

  @Test("keeps neither a record without time nor what does not exist, and the newest of too many")
  func uncached() throws {
    var bench = try Bench(upstream: [first]) { $0.cacheSize = 1 }
    _ = bench.reply(to: try bench.ask("a.example").forwarded(), .start, timeToLive: 0)
    #expect(try bench.ask("a.example").upstream == first)
    _ = bench.reply(to: try bench.ask("b.example").forwarded(), .start, .nameError)
    #expect(try bench.ask("b.example").upstream == first)
    _ = bench.reply(to: try bench.ask("c.example").forwarded(), .start)
    _ = bench.reply(to: try bench.ask("d.example").forwarded(), .start)
    #expect(try bench.ask("c.example").upstream == first)
    #expect(try bench.ask("d.example").upstream == nil)
  }

  @Test("refuses more questions at once than its limit, until the first is forgotten")
  func limit() throws {
    var bench = try Bench(upstream: [first]) { $0.pendingLimit = 1 }
    #expect(try bench.ask("a.example").upstream == first)
    #expect(try bench.ask("b.example", at(4)).answer?.code == .refused)
    #expect(try bench.ask("b.example", at(5)).upstream == first)
  }

  @Test("believes only its upstream servers and the question it asked")
  func forged() throws {
    var bench = try Bench(upstream: [first])
    var forwarded = try bench.ask("www.example.net").forwarded()
    #expect(bench.reply(to: forwarded, .start, from: second) == .silent(.unexpected))
    forwarded.questions[0].type = .cname
    #expect(bench.reply(to: forwarded, .start) == .silent(.unexpected))
  }
}

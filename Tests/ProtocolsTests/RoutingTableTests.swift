import Packets
import Protocols
import Simulation
import Testing

/// RFC 1812, 5.2.4.3 (longest prefix), RFC 1122, 3.2.2.2 (redirects).
@Suite("Routing table") struct RoutingTableTests {
  private let gateway = IPv4Address(10, 0, 0, 1)
  private let other = IPv4Address(10, 0, 0, 2)
  private let far = IPv4Address(198, 51, 100, 80)

  private func prefix(_ address: IPv4Address, _ length: Int) throws -> IPv4Prefix {
    try #require(IPv4Prefix(holding: address, length: length))
  }

  private func table() throws -> RoutingTable {
    var table = RoutingTable()
    table.insert(Route(to: try prefix(gateway, 24), on: 0, origin: .none))
    table.insert(Route(to: .all, via: gateway, on: 0, origin: .none))
    return table
  }

  @Test("takes the longest prefix, even a blackhole before a working route")
  func longest() throws {
    var table = try table()
    table.insert(Route(to: try prefix(far, 24), via: other, on: 0, origin: .none))
    table.insert(Route(to: try prefix(far, 25), on: .none, kind: .blackhole, origin: .none))
    #expect(table.lookup(far, now: .start)?.kind == .blackhole)
    #expect(table.lookup(IPv4Address(198, 51, 100, 128), now: .start)?.nextHop == other)
    #expect(table.lookup(IPv4Address(198, 51, 101, 0), now: .start)?.nextHop == gateway)
    #expect(table.lookup(IPv4Address(10, 0, 0, 255), now: .start)?.nextHop == nil)
  }

  @Test("takes the lowest metric of one prefix, and the next when it is gone")
  func metric() throws {
    var table = try table()
    table.insert(Route(to: .all, via: other, on: 1, metric: 10, origin: .none))
    #expect(table.lookup(far, now: .start)?.port == 0)
    table.removeAll(on: 0)
    #expect(table.lookup(far, now: .start)?.port == 1)
    table.removeAll(on: 1)
    #expect(table.lookup(far, now: .start) == nil)
    #expect(table.all.isEmpty)
  }

  @Test("obeys a redirect for 300 seconds", arguments: [(299, false), (300, true)])
  func redirect(seconds: UInt64, isOver: Bool) throws {
    var table = try table()
    let wasObeyed = table.redirect(far, to: other, from: gateway, on: 0, now: .start)
    #expect(wasObeyed)
    let later = Instant.start + .seconds(seconds)
    #expect(table.lookup(far, now: later)?.nextHop == (isOver ? gateway : other))
    #expect(table.lookup(IPv4Address(198, 51, 100, 81), now: .start)?.nextHop == gateway)
  }

  @Test("ignores a redirect from another gateway, through another port, or to another network")
  func strangers() throws {
    var table = try table()
    let results = [
      table.redirect(far, to: gateway, from: other, on: 0, now: .start),
      table.redirect(far, to: other, from: gateway, on: 1, now: .start),
      table.redirect(far, to: IPv4Address(10, 0, 1, 1), from: gateway, on: 0, now: .start),
    ]
    #expect(results == [false, false, false])
    #expect(table.lookup(far, now: .start)?.nextHop == gateway)
  }

  @Test("lists the longest prefixes first, then by network")
  func order() throws {
    var table = try table()
    table.insert(Route(to: try prefix(IPv4Address(10, 0, 9, 0), 24), on: 2, origin: .none))
    table.insert(Route(to: try prefix(far, 32), on: 3, origin: .none))
    #expect(
      table.all.map(\.prefix.description) == ["198.51.100.80/32", "10.0.0.0/24", "10.0.9.0/24", "0.0.0.0/0"])
  }
}

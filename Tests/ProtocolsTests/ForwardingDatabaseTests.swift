import Packets
import Protocols
import Simulation
import Testing

/// IEEE 802.1Q-2018, 8.7 and 8.8: learning and ageing.
@Suite("Forwarding database") struct ForwardingDatabaseTests {
  private let station = MACAddress(rawValue: 0x0200_0000_0001)

  private func at(_ seconds: UInt64) -> Instant { Instant.start + .seconds(seconds) }

  @Test(
    "a station is where it was heard, until the ageing time has passed",
    arguments: [(299, true), (300, false)])
  func ageing(seconds: UInt64, isKnown: Bool) {
    var database = ForwardingDatabase()
    let learning = database.learn(station, vlan: nil, on: 3, at: at(10))
    #expect(learning == .new)
    #expect(database.port(of: station, vlan: nil, at: at(10 + seconds)) == (isKnown ? 3 : nil))
    #expect(database.count(at: at(10 + seconds)) == (isKnown ? 1 : 0))
    let again = database.learn(station, vlan: nil, on: 3, at: at(10 + seconds))
    #expect(again == (isKnown ? .refreshed : .new))
  }

  @Test("being heard again starts the ageing time anew; being looked up does not")
  func refreshing() {
    var heard = ForwardingDatabase()
    _ = heard.learn(station, vlan: nil, on: 1, at: at(0))
    _ = heard.learn(station, vlan: nil, on: 1, at: at(200))
    #expect(heard.port(of: station, vlan: nil, at: at(499)) == 1)
    #expect(heard.port(of: station, vlan: nil, at: at(500)) == nil)
    var sought = ForwardingDatabase()
    _ = sought.learn(station, vlan: nil, on: 1, at: at(0))
    #expect(sought.port(of: station, vlan: nil, at: at(200)) == 1)
    #expect(sought.port(of: station, vlan: nil, at: at(300)) == nil)
  }

  @Test("a station heard on another port moves at once")
  func moving() {
    var database = ForwardingDatabase()
    _ = database.learn(station, vlan: nil, on: 1, at: at(0))
    let move = database.learn(station, vlan: nil, on: 2, at: at(1))
    #expect(move == .moved(from: 1))
    #expect(database.port(of: station, vlan: nil, at: at(1)) == 2)
    #expect(database.count(at: at(1)) == 1)
  }

  @Test("the same address is another station in another VLAN, and in none")
  func wholeKeys() throws {
    let (one, two) = (try #require(VLANID(rawValue: 1)), try #require(VLANID(rawValue: 4094)))
    var database = ForwardingDatabase()
    _ = database.learn(station, vlan: nil, on: 1, at: at(0))
    _ = database.learn(station, vlan: one, on: 2, at: at(0))
    #expect(database.port(of: station, vlan: nil, at: at(0)) == 1)
    #expect(database.port(of: station, vlan: one, at: at(0)) == 2)
    #expect(database.port(of: station, vlan: two, at: at(0)) == nil)
  }

  @Test(
    "group addresses are refused as sources",
    arguments: [MACAddress.broadcast, MACAddress(rawValue: 0x0100_5e00_0001)])
  func groups(address: MACAddress) {
    var database = ForwardingDatabase()
    let learning = database.learn(address, vlan: nil, on: 1, at: at(0))
    #expect(learning == .refused)
    #expect(database.port(of: address, vlan: nil, at: at(0)) == nil)
  }

  @Test("flushing a port forgets its stations and no others")
  func flushing() {
    var database = ForwardingDatabase()
    for number in 0..<100 as Range<UInt64> {
      _ = database.learn(
        MACAddress(rawValue: 0x0200_0000_0000 + number), vlan: nil, on: number % 2 == 0 ? 1 : 2, at: at(0))
    }
    database.flush(1)
    #expect(database.count(at: at(0)) == 50)
    for number in 0..<100 as Range<UInt64> {
      let port = database.port(of: MACAddress(rawValue: 0x0200_0000_0000 + number), vlan: nil, at: at(0))
      #expect(port == (number % 2 == 0 ? nil : 2))
    }
  }

  @Test("a full table learns no more until something has aged, but lets stations move")
  func limit() {
    var database = ForwardingDatabase(limit: 3)
    for number in 0..<3 as Range<UInt64> {
      let learning = database.learn(MACAddress(rawValue: number + 2), vlan: nil, on: 1, at: at(100 * number))
      #expect(learning == .new)
    }
    let tooMany = database.learn(station, vlan: nil, on: 1, at: at(299))
    #expect(tooMany == .full)
    #expect(database.port(of: station, vlan: nil, at: at(299)) == nil)
    let move = database.learn(MACAddress(rawValue: 4), vlan: nil, on: 2, at: at(299))
    #expect(move == .moved(from: 1))
    let inTime = database.learn(station, vlan: nil, on: 1, at: at(300))
    #expect(inTime == .new)
    #expect(database.count(at: at(300)) == 3)
    let stillFull = database.learn(MACAddress(rawValue: 9), vlan: nil, on: 1, at: at(399))
    #expect(stillFull == .full)
  }

  @Test("an ageing time of zero remembers nothing: the bridge is a hub")
  func noAgeing() {
    var database = ForwardingDatabase(ageingTime: .zero)
    _ = database.learn(station, vlan: nil, on: 1, at: at(5))
    #expect(database.port(of: station, vlan: nil, at: at(5)) == nil)
  }

  @Test("agrees with a dictionary on any sequence of events", arguments: 1...10 as ClosedRange<UInt64>)
  func againstDictionary(seed: UInt64) {
    var random = RandomSource(seed: seed)
    var database = ForwardingDatabase()
    var reference: [UInt64: (port: PortNumber, heard: UInt64)] = [:]
    var now: UInt64 = 0
    for _ in 0..<3000 {
      now += random.below(3)
      let address = random.below(400) << (8 + random.below(3))
      let known = reference[address].flatMap { now - $0.heard < 300 ? $0.port : nil }
      let found = database.port(of: MACAddress(rawValue: address), vlan: nil, at: at(now))
      #expect(found == known)
      let port = PortNumber(Int(random.below(4)))
      if random.happens(0.01) {
        database.flush(port)
        reference = reference.filter { $0.value.port != port }
      } else {
        let learning = database.learn(MACAddress(rawValue: address), vlan: nil, on: port, at: at(now))
        #expect(learning == known.map { $0 == port ? .refreshed : .moved(from: $0) } ?? .new)
        reference[address] = (port, now)
      }
    }
  }
}

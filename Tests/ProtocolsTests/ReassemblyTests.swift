import Packets
import Protocols
import Simulation
import Testing

/// RFC 815: fragments in any order, twice, overlapping, or never.
@Suite("Reassembly") struct ReassemblyTests {
  private var table = Reassembly()
  private var lastFrame: UInt32 = 0

  private func datagram(length: Int = 4000, identification: UInt16 = 1, seed: UInt32 = 9) -> IPv4Packet {
    let datagram = UDPDatagram(
      sourcePort: 1000, destinationPort: 7, content: .pattern(length: UInt16(length - 28), seed: seed))
    return IPv4Packet(
      source: IPv4Address(rawValue: 0x0a00_0001), destination: IPv4Address(rawValue: 0x0a00_0002),
      identification: identification, payload: .udp(datagram))
  }

  private func split(_ packet: IPv4Packet, _ mtu: Int = 1500) throws -> [IPv4Packet] {
    try #require(packet.fragments(fitting: mtu))
  }

  /// What became of a fragment, in a word; what waits is kept.
  private mutating func take(_ packet: IPv4Packet) -> String {
    switch table.receive(packet) {
    case .waits(let isFirst):
      lastFrame += 1
      let frame = EthernetFrame(destination: .zero, source: .zero, payload: .ipv4(packet))
      table.keep(packet, as: HeldFrame(frame: frame, id: FrameID(rawValue: lastFrame)))
      return isFirst ? "first" : "waits"
    case .completes(let whole, let waited): return "whole \(whole.length) of \(waited.count)"
    case .dies(let reason, let others): return "\(reason.word) with \(others.count)"
    }
  }

  @Test(
    "three fragments make the datagram in every order",
    arguments: [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]])
  mutating func order(order: [Int]) throws {
    let parts = try split(datagram())
    let words = order.map { take(parts[$0]) }
    #expect(words == ["first", "waits", "whole 4000 of 2"])
    #expect(table.size == 0)
    // The next datagram with the same identification begins anew.
    let again = take(parts[0])
    #expect(again == "first")
  }

  @Test("what came before is a duplicate, also where other parts together have it")
  mutating func duplicates() throws {
    let parts = try split(datagram())
    _ = take(parts[0])
    let first = take(parts[0])
    #expect(first == "duplicate-fragment with 0")
    _ = take(parts[1])
    let wide = try #require(try split(datagram(), 2980).first)
    let second = take(wide)
    #expect(second == "duplicate-fragment with 0")
    let last = take(parts[2])
    #expect(last == "whole 4000 of 2")
  }

  @Test("what says something new and something old ends the datagram")
  mutating func overlap() throws {
    let parts = try split(datagram())
    _ = take(parts[0])
    _ = take(parts[2])
    let wide = try #require(try split(datagram(), 2980).first)
    let word = take(wide)
    #expect(word == "overlapping-fragments with 2")
    #expect(table.size == 0)
  }

  @Test("a fragment behind the end, or a second end, makes no sense")
  mutating func ends() throws {
    _ = take(try split(datagram(length: 2000))[1])
    let behind = take(try split(datagram(length: 4000))[1])
    #expect(behind == "malformed with 0")
    let other = take(try split(datagram(length: 2100))[1])
    #expect(other == "malformed with 0")
  }

  @Test("the parts of two datagrams with one identification make none")
  mutating func mixed() throws {
    _ = take(try split(datagram(seed: 1))[0])
    _ = take(try split(datagram(seed: 2))[1])
    let word = take(try split(datagram(seed: 1))[2])
    #expect(word == "mixed-fragments with 2")
  }

  @Test("datagrams that differ in address, identification or protocol are kept apart")
  mutating func keys() throws {
    var other = datagram()
    _ = take(try split(other)[0])
    other.identification = 2
    let identification = take(try split(other)[1])
    other = datagram()
    other.source = IPv4Address(rawValue: 0x0a00_0009)
    let source = take(try split(other)[1])
    other = datagram()
    other.payload = .other(IPProtocol(rawValue: 47), .pattern(length: 3980))
    let transport = take(try split(other)[1])
    #expect([identification, source, transport] == ["first", "first", "first"])
  }

  @Test("time runs out for the datagram whose timer it was, and its beginning comes first")
  mutating func expiry() throws {
    let parts = try split(datagram())
    _ = take(parts[1])
    _ = take(parts[0])
    let timer = TimerToken(kind: 3, subject: 1, generation: 5)
    table.setTimer(timer, of: 1)
    let early = table.expire(TimerToken(kind: 3, subject: 1, generation: 4))
    #expect(early.isEmpty)
    let expired = table.expire(timer)
    #expect(expired.map(\.id.rawValue) == [2, 1])
    let last = take(parts[2])
    #expect(last == "first", "it is nobody's rest now")
  }

  @Test("memory is bounded: what comes beyond it is dropped until there is room again")
  mutating func capacity() throws {
    let count = Reassembly.capacity / 1500
    for number in 0..<count { _ = take(try split(datagram(identification: UInt16(number)))[0]) }
    #expect(table.size == count * 1500)
    let next = try split(datagram(length: 3100, identification: UInt16(count)))
    let full = take(next[0])
    #expect(full == "reassembly-full with 0")
    let small = take(next[2])
    #expect(Reassembly.capacity - count * 1500 < 1500 && small == "first", "a small one has room still")
  }

  @Test("lengths that no datagram has are malformed")
  mutating func malformed() throws {
    var odd = try split(datagram())[0]
    odd.payload.content.length -= 1
    let length = take(odd)
    var far = try split(datagram())[2]
    far.fragmentation = 0x1fff
    let end = take(far)
    #expect([length, end] == ["malformed with 0", "malformed with 0"])
  }
}

/// RFC 1191.
@Suite("Path MTU cache") struct PathMTUCacheTests {
  private let far = IPv4Address(rawValue: 0x0a00_0002)

  private func at(_ seconds: UInt64) -> Instant { .start + .seconds(seconds) }

  @Test("is believed for ten minutes, not longer", arguments: [(599, 1400), (600, nil)] as [(UInt64, Int?)])
  func lifetime(seconds: UInt64, mtu: Int?) {
    var cache = PathMTUCache()
    cache.learn(1400, toward: far, now: .start)
    #expect(cache.entry(for: far, now: at(seconds))?.mtu == mtu)
    #expect(cache.entry(for: IPv4Address(rawValue: 1), now: at(0)) == nil)
  }

  @Test("only ever becomes less")
  func lower() {
    var cache = PathMTUCache()
    for (told, kept) in [(1400, 1400), (1450, 1400), (1300, 1300)] as [(UInt16, Int)] {
      cache.learn(told, toward: far, now: .start)
      #expect(cache.entry(for: far, now: .start)?.mtu == kept)
    }
  }

  @Test(
    "goes no lower than 552, and what is told below that lets routers split",
    arguments: [(552, false), (551, true), (0, true)])
  func least(told: UInt16, mayBeSplit: Bool) {
    var cache = PathMTUCache()
    cache.learn(told, toward: far, now: .start)
    #expect(cache.entry(for: far, now: .start)?.mtu == 552)
    #expect(cache.entry(for: far, now: .start)?.mayBeSplit == mayBeSplit)
  }
}

import Configuration
import Devices
import Packets
import Protocols
import Simulation
import Testing

/// Which port a translated source gets, as Linux chooses (`get_unique_tuple`), seen from the wire.
@Suite("Source ports") struct SourcePortTests {
  private let server = "198.51.100.80:53"

  private func bench(ports: Value? = nil, seed: UInt64 = 1) -> TranslationBench {
    guard let ports else { return TranslationBench(("masquerade", "eth1"), seed: seed) }
    let rule: Value = ["out": "eth1", "masquerade": ["ports": ports]]
    return TranslationBench(("nat", ["postrouting": .list([rule])]), seed: seed)
  }

  @Test("a free port is kept, and toward another end as well")
  func kept() {
    var bench = bench()
    for port in [7, 600, 5000, 65535] {
      #expect(bench.fromInside(.udp("10.0.0.2:\(port)", server)) == ["eth1 udp 203.0.113.2:\(port) > \(server)"])
    }
    #expect(bench.fromInside(.udp("10.0.0.3:5000", "198.51.100.80:54")).first?.contains(":5000 >") == true)
  }

  @Test(
    "a port that is taken becomes one of its class",
    arguments: [(1, 1, 511), (511, 1, 511), (512, 600, 1023), (1023, 600, 1023), (1024, 1024, 65535)])
  func classes(wanted: UInt16, low: UInt16, high: UInt16) throws {
    for seed in 1...20 {
      var bench = bench(seed: UInt64(seed))
      _ = bench.fromInside(.udp("10.0.0.2:\(wanted)", server))
      let moved = try #require(port(in: bench.fromInside(.udp("10.0.0.3:\(wanted)", server)).first))
      #expect(moved != wanted)
      #expect((low...high).contains(moved))
    }
  }

  @Test("whose port was moved keeps the new one toward others, although the old one is free there")
  func reuse() {
    var bench = bench()
    _ = bench.fromInside(.udp("10.0.0.2:5000", server))
    let moved = port(in: bench.fromInside(.udp("10.0.0.3:5000", server)).first)
    #expect(moved != 5000)
    #expect(port(in: bench.fromInside(.udp("10.0.0.3:5000", "198.51.100.81:53")).first) == moved)
    #expect(port(in: bench.fromInside(.udp("10.0.0.4:5000", "198.51.100.81:53")).first) == 5000)
  }

  @Test("with the range that libvirt writes, a privileged port is moved up even when it is free")
  func explicitRange() throws {
    var bench = bench(ports: "1024-65535")
    let moved = try #require(port(in: bench.fromInside(.udp("10.0.0.2:1023", server)).first))
    #expect(moved >= 1024)
    #expect(port(in: bench.fromInside(.udp("10.0.0.2:1024", server)).first) == 1024)
    #expect(port(in: bench.fromInside(.echo(7, "10.0.0.2", "198.51.100.80")).first) == 7, "no port, but an identifier")
  }

  @Test("four ports are enough for four flows to one end; the fifth vanishes, one to another end goes at once")
  func exhaustion() {
    var bench = bench(ports: "40000-40003")
    var used: Set<UInt16> = []
    for number in 0..<4 {
      let sent = bench.fromInside(.udp("10.0.0.2:\(6000 + number)", server))
      if let port = port(in: sent.first) { used.insert(port) }
    }
    #expect(used == [40000, 40001, 40002, 40003])
    for number in 4..<6 { #expect(bench.fromInside(.udp("10.0.0.2:\(6000 + number)", server)) == []) }
    #expect(bench.drops == [.portsExhausted, .portsExhausted])
    let other = port(in: bench.fromInside(.udp("10.0.0.2:6004", "198.51.100.80:54")).first)
    #expect(other.map { used.contains($0) } == true)
    bench.wait(.seconds(30))
    #expect(bench.fromInside(.udp("10.0.0.2:6005", server)).count == 1, "they are free again")
  }

  /// Linux, `NF_NAT_MAX_ATTEMPTS`: 128 ports from a random start, then 64, 32, 16 and 8 from others.
  @Test(
    "of 128 ports the last free one is always found, of many more mostly not",
    arguments: [(128, 20...20), (1024, 1...12)])
  func tries(size: Int, found: ClosedRange<Int>) {
    let count = (1...20).count { seed in
      var bench = bench(ports: .string("40000-\(40000 + size - 1)"), seed: UInt64(seed))
      // Whoever asks for a port in the range gets that one.
      for port in 40001..<40000 + size { _ = bench.fromInside(.udp("10.0.0.2:\(port)", server)) }
      return bench.fromInside(.udp("10.0.0.2:6000", server)) == ["eth1 udp 203.0.113.2:40000 > \(server)"]
    }
    #expect(found.contains(count), "\(count) of 20")
  }

  @Test("a connection that is over gives its port to a new one while it waits")
  func timeWait() {
    var bench = bench(ports: "40000-40001")
    for number in 0..<3 {
      let client = "10.0.0.2:\(7000 + number)"
      let sent = bench.fromInside(.tcp(client, server, .syn))
      guard let port = port(in: sent.first) else {
        Issue.record("\(number): no port is left")
        return
      }
      let hidden = "203.0.113.2:\(port)"
      _ = bench.fromOutside(.tcp(server, hidden, [.syn, .ack]))
      _ = bench.fromInside(.tcp(client, server, .ack))
      _ = bench.fromInside(.tcp(client, server, [.fin, .ack]))
      _ = bench.fromOutside(.tcp(server, hidden, [.fin, .ack]))
      #expect(bench.fromInside(.tcp(client, server, .ack)).count == 1)
    }
  }

  @Test("a connection that is not over gives nothing")
  func established() {
    var bench = bench(ports: "40000-40001")
    for number in 0..<2 {
      let client = "10.0.0.2:\(7000 + number)"
      let hidden = "203.0.113.2:\(port(in: bench.fromInside(.tcp(client, server, .syn)).first) ?? 0)"
      _ = bench.fromOutside(.tcp(server, hidden, [.syn, .ack]))
      _ = bench.fromInside(.tcp(client, server, .ack))
    }
    #expect(bench.fromInside(.tcp("10.0.0.2:7002", server, .syn)) == [])
    #expect(bench.drops == [.portsExhausted])
  }

  @Test("the machine's own connections count as taken")
  func own() {
    var bench = bench()
    var command = UDPCommand(.address(end(server).address), port: 53)
    command.source = .fixed(5000)
    #expect(bench.perform(command) == ["eth1 udp 203.0.113.2:5000 > \(server)"])
    #expect(port(in: bench.fromInside(.udp("10.0.0.2:5000", server)).first) != 5000)
    #expect(port(in: bench.fromInside(.udp("10.0.0.3:5000", "198.51.100.80:54")).first) == 5000)
  }

  @Test("an echo's identifier is its port: kept where it is free, and changed where it is not")
  func echo() throws {
    var bench = bench()
    #expect(port(in: bench.fromInside(.echo(77, "10.0.0.2", "198.51.100.80")).first) == 77)
    let moved = try #require(port(in: bench.fromInside(.echo(77, "10.0.0.3", "198.51.100.80")).first))
    #expect(moved != 77)
    let reply = bench.fromOutside(.echoReply(moved, "198.51.100.80", "203.0.113.2"))
    #expect(reply == ["eth0 reply 77 198.51.100.80 > 10.0.0.3"])
  }

  /// The addresses were worked out beside this program, from the definition of Linux's `jhash2`.
  @Test(
    "of several addresses it is the one a hash of both ends points to",
    arguments: [
      ("10.0.0.2", "198.51.100.80", "203.0.113.6", "203.0.113.9"),
      ("10.0.0.2", "198.51.100.81", "203.0.113.7", "203.0.113.9"),
      ("10.0.0.3", "198.51.100.80", "203.0.113.6", "203.0.113.9"),
      ("10.0.0.7", "192.0.2.33", "203.0.113.5", "203.0.113.5"),
      ("10.0.0.9", "8.8.8.8", "203.0.113.7", "203.0.113.7"),
    ] as [(String, String, String, String)])
  func addresses(client: String, server: String, spread: String, persistent: String) {
    for (isPersistent, expected) in [(false, spread), (true, persistent)] {
      let rule: Value = ["out": "eth1", "snat": "203.0.113.5-203.0.113.9", "persistent": .boolean(isPersistent)]
      var bench = TranslationBench(("nat", ["postrouting": .list([rule])]))
      #expect(bench.fromInside(.udp("\(client):5000", "\(server):53")) == ["eth1 udp \(expected):5000 > \(server):53"])
    }
  }
}

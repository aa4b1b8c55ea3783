import Configuration
import Packets
import Protocols
import Simulation
import Testing

/// How long a translated connection is remembered, as packets tell that arrive a moment before and a moment after.
///
/// | state       | reached by                             | time      |
/// |-------------|----------------------------------------|-----------|
/// | syn sent    | SYN                                    | 120 s     |
/// | syn received| SYN, SYN-ACK                           | 60 s      |
/// | established | SYN, SYN-ACK, ACK                      | 432,000 s |
/// | fin wait    | … FIN                                  | 120 s     |
/// | close wait  | … FIN, ACK back                        | 60 s      |
/// | last ack    | … FIN, FIN back                        | 30 s      |
/// | time wait   | … FIN, FIN back, ACK                   | 120 s     |
/// | close       | … RST                                  | 10 s      |
/// | UDP         | request; request and reply             | 30 s      |
/// | UDP stream  | … and more after more than 2 s         | 120 s     |
/// | ICMP        | echo request                           | 30 s      |
/// | other       | any packet                             | 600 s     |
@Suite("Connection times") struct ConnectionTimeTests {
  private let client = "10.0.0.2:5000"
  private let server = "198.51.100.80:7"
  private let hidden = "203.0.113.2:5000"

  private func bench() -> TranslationBench { TranslationBench(("masquerade", "eth1")) }

  /// A moment before the time is over, and the moment it is.
  private static let moments: [(TimeSpan, Bool)] = [(.nanoseconds(1), true), (.zero, false)]

  static let states: [(String, [String], UInt64)] = [
    ("syn sent", ["> S"], 120), ("syn received", ["> S", "< SA"], 60),
    ("established", ["> S", "< SA", "> A"], 432_000),
    ("fin wait", ["> S", "< SA", "> A", "> FA"], 120),
    ("close wait", ["> S", "< SA", "> A", "> FA", "< A"], 60),
    ("last ack", ["> S", "< SA", "> A", "> FA", "< FA"], 30),
    ("time wait", ["> S", "< SA", "> A", "> FA", "< FA", "> A"], 120),
    ("close", ["> S", "< SA", "> A", "< R"], 10),
  ]

  private func flags(_ text: Substring) -> TCPSegment.Flags {
    var flags: TCPSegment.Flags = []
    if text.contains("S") { flags.insert(.syn) }
    if text.contains("A") { flags.insert(.ack) }
    if text.contains("F") { flags.insert(.fin) }
    if text.contains("R") { flags.insert(.rst) }
    return flags
  }

  @Test("of TCP", arguments: states)
  func tcp(state: (name: String, script: [String], seconds: UInt64)) {
    for (before, lives) in ConnectionTimeTests.moments {
      var bench = bench()
      for step in state.script {
        let parts = step.split(separator: " ")
        let sent =
          parts[0] == ">"
          ? bench.fromInside(.tcp(client, server, flags(parts[1])))
          : bench.fromOutside(.tcp(server, hidden, flags(parts[1])))
        #expect(sent.count == 1, "\(state.name): \(step)")
      }
      bench.wait(.nanoseconds(state.seconds * 1_000_000_000 - before.nanoseconds))
      let sent = bench.fromOutside(.tcp(server, hidden, .ack))
      #expect(sent == (lives ? ["eth0 tcp \(server) > \(client)"] : ["eth1 tcp \(hidden) > \(server) reset"]))
    }
  }

  @Test("of UDP: thirty seconds while nothing came back; a late reply earns 3/3 from the router")
  func request() {
    for (before, lives) in ConnectionTimeTests.moments {
      var bench = bench()
      #expect(bench.fromInside(.udp(client, server)) == ["eth1 udp \(hidden) > \(server)"])
      bench.wait(.nanoseconds(30_000_000_000 - before.nanoseconds))
      let late = "eth1 3/3 203.0.113.2 > 198.51.100.80 about udp \(server) > \(hidden)"
      #expect(bench.fromOutside(.udp(server, hidden)) == [lives ? "eth0 udp \(server) > \(client)" : late])
    }
  }

  @Test(
    "of UDP: two minutes once there was more after more than two seconds",
    arguments: [(2000, 30), (2001, 120)] as [(UInt64, UInt64)])
  func stream(milliseconds: UInt64, seconds: UInt64) {
    for (before, lives) in ConnectionTimeTests.moments {
      var bench = bench()
      _ = bench.fromInside(.udp(client, server))
      _ = bench.fromOutside(.udp(server, hidden))
      bench.wait(.milliseconds(milliseconds))
      _ = bench.fromInside(.udp(client, server))
      bench.wait(.nanoseconds(seconds * 1_000_000_000 - before.nanoseconds))
      #expect(bench.fromOutside(.udp(server, hidden)).first?.hasPrefix("eth0 udp") == lives)
    }
  }

  @Test("of an echo: thirty seconds, and a late reply is nobody's")
  func echo() {
    for (before, lives) in ConnectionTimeTests.moments {
      var bench = bench()
      #expect(bench.fromInside(.echo(77, "10.0.0.2", "198.51.100.80")) == ["eth1 echo 77 203.0.113.2 > 198.51.100.80"])
      bench.wait(.nanoseconds(30_000_000_000 - before.nanoseconds))
      let sent = bench.fromOutside(.echoReply(77, "198.51.100.80", "203.0.113.2"))
      #expect(sent == (lives ? ["eth0 reply 77 198.51.100.80 > 10.0.0.2"] : []))
      #expect(bench.drops == (lives ? [] : [.unexpected]))
    }
  }

  @Test("of any other protocol: ten minutes")
  func other() {
    for (before, lives) in ConnectionTimeTests.moments {
      var bench = bench()
      #expect(bench.fromInside(.other(50, "10.0.0.2", "198.51.100.80")) == ["eth1 50 203.0.113.2 > 198.51.100.80"])
      bench.wait(.nanoseconds(600_000_000_000 - before.nanoseconds))
      let sent = bench.fromOutside(.other(50, "198.51.100.80", "203.0.113.2"))
      #expect(
        sent == [
          lives
            ? "eth0 50 198.51.100.80 > 10.0.0.2"
            : "eth1 3/2 203.0.113.2 > 198.51.100.80 about 50 198.51.100.80 > 203.0.113.2"
        ])
    }
  }

  @Test("a segment in the middle of a connection that is forgotten makes it known again, if it goes out")
  func loose() {
    var bench = bench()
    #expect(bench.fromInside(.tcp(client, server, .ack)) == ["eth1 tcp \(hidden) > \(server)"])
    bench.wait(.seconds(431_999))
    #expect(bench.fromOutside(.tcp(server, hidden, .ack)) == ["eth0 tcp \(server) > \(client)"])
  }

  @Test("an unsolicited datagram leaves an entry, so that a wanted connection to its sender gets another port")
  func unsolicited() {
    var bench = bench()
    #expect(bench.fromOutside(.udp(server, hidden)).first?.hasPrefix("eth1 3/3 203.0.113.2") == true)
    #expect(port(in: bench.fromInside(.udp(client, server)).first) != 5000)
    #expect(port(in: bench.fromInside(.udp("10.0.0.3:5000", "198.51.100.80:8")).first) == 5000)
  }

  @Test(
    "only the end that was spoken to comes in by a kept port: not another port of it, nor another host",
    arguments: [("198.51.100.80:7", true), ("198.51.100.80:8", false), ("198.51.100.81:7", false)])
  func filtering(sender: String, comesIn: Bool) {
    var bench = bench()
    _ = bench.fromInside(.udp(client, server))
    let own = "eth1 3/3 203.0.113.2 > \(sender.prefix { $0 != ":" }) about udp \(sender) > \(hidden)"
    #expect(bench.fromOutside(.udp(sender, hidden)) == [comesIn ? "eth0 udp \(sender) > \(client)" : own])
    bench = self.bench()
    _ = bench.fromInside(.tcp(client, server, .syn))
    let sent = bench.fromOutside(.tcp(sender, hidden, [.syn, .ack]))
    #expect(sent == [comesIn ? "eth0 tcp \(sender) > \(client)" : "eth1 tcp \(hidden) > \(sender) reset"])
  }

  @Test("an unsolicited SYN that is answered by a reset leaves none")
  func refused() {
    var bench = bench()
    #expect(bench.fromOutside(.tcp(server, hidden, .syn)) == ["eth1 tcp \(hidden) > \(server) reset"])
    #expect(port(in: bench.fromInside(.tcp(client, server, .syn)).first) == 5000)
  }

  @Test("an unsolicited echo request is answered from the router's own address")
  func unsolicitedEcho() {
    var bench = bench()
    let sent = bench.fromOutside(.echo(9, "198.51.100.80", "203.0.113.2"))
    #expect(sent == ["eth1 reply 9 203.0.113.2 > 198.51.100.80"])
  }
}

import Configuration
import Devices
import Packets
import Protocols
import Simulation
import Testing

/// Rules that translate destinations and sources, seen from the wire.
@Suite("Translation rules") struct TranslationRuleTests {
  private let client = "198.51.100.80:4000"

  private func bench(_ chains: (String, [Value])...) -> TranslationBench {
    TranslationBench(("nat", .map(chains.map { ($0.0, .list($0.1)) })))
  }

  private static let web: Value = ["in": "eth1", "protocol": "tcp", "port": 8080, "dnat": "10.0.0.2:80"]
  private static let hidden: Value = ["out": "eth1", "masquerade": true]

  @Test("a forwarded port leads to the server, which sees the client, and its answers come from the router")
  func forwardedPort() {
    var bench = bench(("prerouting", [Self.web]), ("postrouting", [Self.hidden]))
    #expect(bench.fromOutside(.tcp(client, "203.0.113.2:8080", .syn)) == ["eth0 tcp \(client) > 10.0.0.2:80"])
    #expect(
      bench.fromInside(.tcp("10.0.0.2:80", client, [.syn, .ack])) == ["eth1 tcp 203.0.113.2:8080 > \(client)"])
    #expect(
      bench.fromOutside(.tcp(client, "203.0.113.2:8081", .syn)) == ["eth1 tcp 203.0.113.2:8081 > \(client) reset"])
  }

  @Test("an error about a forwarded connection is translated outside and in what it quotes, in both directions")
  func forwardedErrors() {
    var bench = bench(("prerouting", [Self.web]), ("postrouting", [Self.hidden]))
    _ = bench.fromOutside(.tcp(client, "203.0.113.2:8080", .syn))
    let fromServer = bench.error(
      .unreachable(.port, mtu: 0), from: "10.0.0.2", to: "198.51.100.80", about: .tcp(client, "10.0.0.2:80", .syn))
    #expect(
      bench.fromInside(fromServer) == [
        "eth1 3/3 203.0.113.2 > 198.51.100.80 about tcp \(client) > 203.0.113.2:8080"
      ])
    let fromClient = bench.error(
      .unreachable(.port, mtu: 0), from: "198.51.100.80", to: "203.0.113.2",
      about: .tcp("203.0.113.2:8080", client, .ack))
    #expect(
      bench.fromOutside(fromClient) == [
        "eth0 3/3 198.51.100.80 > 10.0.0.2 about tcp 10.0.0.2:80 > \(client)"
      ])
  }

  @Test(
    "a rule can ask whether another has sent the connection elsewhere: who called an outside address is hidden",
    arguments: [("203.0.113.2:80", "203.0.113.2:4000"), ("10.0.0.3:80", "10.0.0.2:4000")])
  func translatedDestination(called: String, source: String) {
    let same: Value = [
      "source": "10.0.0.0/24", "destination": "10.0.0.0/24", "destination-translated": false, "accept": true,
    ]
    var bench = bench(
      ("prerouting", [["destination": "203.0.113.2/32", "dnat": "10.0.0.3"]]),
      ("postrouting", [same, ["source": "10.0.0.0/24", "snat": "203.0.113.2"]]))
    #expect(bench.fromInside(.tcp("10.0.0.2:4000", called, .syn)) == ["eth0 tcp \(source) > 10.0.0.3:80"])
  }

  @Test("what the router itself refuses it quotes as its sender knows it")
  func ownErrors() {
    var bench = bench(("prerouting", [Self.web]))
    var last = IPv4Packet.tcp(client, "203.0.113.2:8080", .syn)
    last.timeToLive = 1
    #expect(
      bench.fromOutside(last) == ["eth1 11/0 203.0.113.2 > 198.51.100.80 about tcp \(client) > 203.0.113.2:8080"])
  }

  @Test(
    "the target may be ports: the own one if it is among them, or else the first",
    arguments: [("10.0.0.2:80-89", 8080, 80), ("10.0.0.2:8000-8090", 8080, 8080), ("10.0.0.2", 8080, 8080)])
  func ports(target: String, port: Int, becomes: Int) {
    var bench = bench(("prerouting", [["in": "eth1", "protocol": "tcp", "dnat": .string(target)]]))
    let sent = bench.fromOutside(.tcp(client, "203.0.113.2:\(port)", .syn))
    #expect(sent == ["eth0 tcp \(client) > 10.0.0.2:\(becomes)"])
  }

  @Test("two ways to one server do not get in each other's way: the second connection leaves from another port")
  func sameServer() throws {
    let rule: Value = ["in": "eth1", "protocol": "tcp", "port": "8080-8081", "dnat": "10.0.0.2:80"]
    var bench = bench(("prerouting", [rule]))
    _ = bench.fromOutside(.tcp(client, "203.0.113.2:8080", .syn))
    let moved = try #require(port(in: bench.fromOutside(.tcp(client, "203.0.113.2:8081", .syn)).first))
    #expect(moved != 4000)
    let answer = bench.fromInside(.tcp("10.0.0.2:80", "198.51.100.80:\(moved)", [.syn, .ack]))
    #expect(answer == ["eth1 tcp 203.0.113.2:8081 > \(client)"])
  }

  @Test("a redirected connection ends at the router, and answers come from where it was meant for")
  func redirect() {
    let rule: Value = ["in": "eth0", "protocol": "udp", "port": 53, "redirect": 5353]
    var bench = TranslationBench(("nat", ["prerouting": .list([rule])]), ("services", ["udp/5353"]))
    #expect(
      bench.fromInside(.udp("10.0.0.2:4000", "198.51.100.80:53")) == ["eth0 udp 198.51.100.80:53 > 10.0.0.2:4000"])
  }

  @Test("two redirected connections of one source port are told apart, though both end at one port")
  func redirectedTwice() {
    let rule: Value = ["in": "eth0", "protocol": "udp", "redirect": 5353]
    var bench = TranslationBench(("nat", ["prerouting": .list([rule])]), ("services", ["udp/5353"]))
    for server in ["198.51.100.80:53", "198.51.100.81:53"] {
      #expect(bench.fromInside(.udp("10.0.0.2:4000", server)) == ["eth0 udp \(server) > 10.0.0.2:4000"])
    }
  }

  @Test("from inside by the outside address without translating the source, the server answers past the router")
  func hairpinWithoutSource() {
    var bench = bench(
      ("prerouting", [["protocol": "tcp", "port": 8080, "dnat": "10.0.0.2:80"]]), ("postrouting", [Self.hidden]))
    let sent = bench.fromInside(.tcp("10.0.0.3:4000", "203.0.113.2:8080", .syn))
    #expect(
      sent.last == "eth0 tcp 10.0.0.3:4000 > 10.0.0.2:80",
      "the answer goes to 10.0.0.3 at once, who knows no 10.0.0.2:80")
  }

  @Test("with it, the server sees the router, and both ends are translated back")
  func hairpin() {
    var bench = bench(
      ("prerouting", [["protocol": "tcp", "port": 8080, "dnat": "10.0.0.2:80"]]),
      ("postrouting", [Self.hidden, ["out": "eth0", "source": "10.0.0.0/24", "masquerade": true]]))
    let sent = bench.fromInside(.tcp("10.0.0.3:4000", "203.0.113.2:8080", .syn))
    #expect(sent == ["eth0 tcp 10.0.0.1:4000 > 10.0.0.2:80"], "and nobody is told of a shorter way")
    let answer = bench.fromInside(.tcp("10.0.0.2:80", "10.0.0.1:4000", [.syn, .ack]))
    #expect(answer == ["eth0 tcp 203.0.113.2:8080 > 10.0.0.3:4000"])
    let error = bench.error(
      .unreachable(.port, mtu: 0), from: "10.0.0.2", to: "10.0.0.1", about: .tcp("10.0.0.1:4000", "10.0.0.2:80", .ack))
    #expect(
      bench.fromInside(error) == ["eth0 3/3 203.0.113.2 > 10.0.0.3 about tcp 10.0.0.3:4000 > 203.0.113.2:8080"])
  }

  @Test("the first rule that matches decides, and 'accept' leaves alone")
  func exceptions() {
    let known: Value = ["destination": "198.51.100.0/24", "accept": true]
    var bench = bench(("postrouting", [known, Self.hidden]))
    #expect(
      bench.fromInside(.udp("10.0.0.2:5000", "198.51.100.80:53")) == ["eth1 udp 10.0.0.2:5000 > 198.51.100.80:53"])
    #expect(bench.fromInside(.udp("10.0.0.2:5000", "192.0.2.80:53")) == ["eth1 udp 203.0.113.2:5000 > 192.0.2.80:53"])
    bench = self.bench(("postrouting", [Self.hidden, known]))
    #expect(
      bench.fromInside(.udp("10.0.0.2:5000", "198.51.100.80:53")) == ["eth1 udp 203.0.113.2:5000 > 198.51.100.80:53"])
  }

  @Test(
    "a rule looks at what it says, and may say what must not be",
    arguments: [
      (["source": "10.0.0.0/24"], true), (["source": "!10.0.0.0/24"], false), (["destination": "!10.0.0.0/24"], true),
      (["protocol": "udp"], true), (["protocol": "tcp"], false), (["out": "eth0"], false), (["out": "!eth0"], true),
      (["protocol": "udp", "port": "53"], true), (["protocol": "udp", "port": "!53"], false),
      (["protocol": "udp", "source-port": "4999-5001"], true),
    ] as [([String: String], Bool)])
  func matches(conditions: [String: String], matches: Bool) {
    let said = conditions.keys.sorted().map { ($0, Value.string(conditions[$0] ?? "")) }
    var bench = bench(("postrouting", [.map(said + [("masquerade", true)])]))
    let source = matches ? "203.0.113.2" : "10.0.0.2"
    #expect(
      bench.fromInside(.udp("10.0.0.2:5000", "198.51.100.80:53")) == ["eth1 udp \(source):5000 > 198.51.100.80:53"])
  }

  @Test("a source becomes an address, within ports that the rule names")
  func source() throws {
    var bench = bench(("postrouting", [["out": "eth1", "snat": "203.0.113.7:20000-20001"]]))
    let used = [4000, 4001].compactMap {
      port(in: bench.fromInside(.udp("10.0.0.2:\($0)", "198.51.100.80:53")).first)
    }
    #expect(Set(used) == [20000, 20001])
    #expect(bench.fromInside(.udp("10.0.0.2:4002", "198.51.100.80:53")) == [])
    #expect(bench.drops == [.portsExhausted])
  }

  @Test("a network is mapped onto another, address for address, in both directions")
  func network() {
    var bench = bench(
      ("prerouting", [["destination": "192.0.2.0/24", "netmap": "10.0.0.0/24"]]),
      ("postrouting", [["source": "10.0.0.0/24", "netmap": "192.0.2.0/24"]]))
    #expect(bench.fromInside(.udp("10.0.0.77:5", "198.51.100.80:53")) == ["eth1 udp 192.0.2.77:5 > 198.51.100.80:53"])
    #expect(bench.fromOutside(.udp("198.51.100.80:53", "192.0.2.77:5")) == ["eth0 udp 198.51.100.80:53 > 10.0.0.77:5"])
    #expect(bench.fromOutside(.udp(client, "192.0.2.9:80")) == ["eth0 udp \(client) > 10.0.0.9:80"])
  }

  @Test("one address stands for another in both directions, and is the router's own")
  func pair() {
    var bench = TranslationBench(("nat", ["one-to-one": ["203.0.113.10": "10.0.0.2"]]), ("masquerade", "eth1"))
    #expect(bench.fromInside(.udp("10.0.0.2:5", client)) == ["eth1 udp 203.0.113.10:5 > \(client)"])
    #expect(bench.fromInside(.udp("10.0.0.3:5", client)) == ["eth1 udp 203.0.113.2:5 > \(client)"])
    #expect(bench.fromOutside(.tcp(client, "203.0.113.10:22", .syn)) == ["eth0 tcp \(client) > 10.0.0.2:22"])
    #expect(
      bench.perform(UDPCommand(.address(address("203.0.113.10")), port: 9)).last?.hasSuffix("> 10.0.0.2:9") == true)
  }

  @Test("the router's own packets are led elsewhere by the rules of 'output', those to itself among them")
  func output() {
    let rule: Value = ["protocol": "udp", "port": 53, "dnat": "10.0.0.2:5353"]
    for target in ["198.51.100.80", "203.0.113.2"] {
      var bench = bench(("output", [rule]))
      var command = UDPCommand(.address(address(target)), port: 53)
      command.source = .fixed(4000)
      let source = target == "203.0.113.2" ? target : "203.0.113.2"
      #expect(bench.perform(command) == ["eth0 udp \(source):4000 > 10.0.0.2:5353"])
    }
  }

  @Test("the router's own packets to itself may be led to another port of its own")
  func loopedOutput() {
    let rule: Value = ["protocol": "udp", "port": 53, "dnat": "203.0.113.2:7"]
    var lab = Lab()
    lab.addWritten(
      "nat",
      ["interfaces": ["eth0": "203.0.113.2/24"], "services": ["udp/7"], "nat": ["output": .list([rule])]])
    lab.build()
    #expect(lab.play("nat", UDPCommand(.address(address("203.0.113.2")), port: 53)).succeeded)
    #expect(lab.play("nat", UDPCommand(.address(address("203.0.113.2")), port: 54)).failure == .portUnreachable)
  }

  @Test("a source may be changed for the router itself, which answers to the true one")
  func input() {
    let rule: Value = ["protocol": "udp", "snat": "192.0.2.9"]
    var bench = TranslationBench(("nat", ["input": .list([rule])]), ("services", ["udp/7"]))
    #expect(bench.fromOutside(.udp(client, "203.0.113.2:7")) == ["eth1 udp 203.0.113.2:7 > \(client)"])
  }

  @Test("what comes back for a connection that never was is the router's own business")
  func stranger() {
    var bench = bench(("postrouting", [Self.hidden]))
    #expect(
      bench.fromOutside(.tcp(client, "203.0.113.2:5000", [.syn, .ack])) == [
        "eth1 tcp 203.0.113.2:5000 > \(client) reset"
      ])
    #expect(
      bench.fromOutside(.udp(client, "10.0.0.2:80")) == ["eth0 udp \(client) > 10.0.0.2:80"],
      "translation protects nobody")
  }

  @Test("a connection whose first packet was refused has never begun")
  func refused() {
    var bench = TranslationBench(
      ("masquerade", "eth1"), ("filter", ["forward": [["action": "drop", "port": 53]]]))
    #expect(bench.fromInside(.udp("10.0.0.2:5000", "198.51.100.80:53")) == [])
    #expect(bench.fromOutside(.udp("198.51.100.80:53", "203.0.113.2:5000")).first?.hasPrefix("eth1 3/3") == true)
  }
}

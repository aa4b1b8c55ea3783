import Configuration
import Devices
import Packets
import Simulation
import Testing

/// Names, from a host's question to what its program learns (RFC 1034, RFC 1035).
@Suite("Names") struct NameTests {
  /// A client and servers .1, .2, … on one hub; the client asks them in that order.
  private func lab(_ servers: [Value], asks: [Value] = ["10.0.0.1"]) -> Lab {
    var lab = Lab()
    lab.add("hub", Hub(), ports: servers.count + 1)
    lab.addWritten("client", ["interfaces": ["eth0": "10.0.0.100/24"], "dns": .list(asks)])
    lab.wire(("client", 0), ("hub", 0))
    for (index, server) in servers.enumerated() {
      var stack = server.map ?? Mapping()
      stack.set("interfaces", to: ["eth0": "10.0.0.\(index + 1)/24"])
      lab.addWritten("s\(index + 1)", .map(stack))
      lab.wire(("s\(index + 1)", 0), ("hub", index + 1))
    }
    lab.build()
    return lab
  }

  /// It knows two names, one of them an alias.
  private let zone: Value = [
    "services": [
      ["kind": "dns-server", "names": ["www.example.net": "198.51.100.80", "ftp.example.net": "www.example.net"]]
    ]
  ]
  private let silent: Value = ["filter": ["input": [["action": "drop", "protocol": "udp"]]]]

  @Test("a name is answered with its address, an alias with what it stands for")
  func answers() {
    var lab = lab([zone])
    let outcome = lab.play("client", ResolveCommand(domain("www.example.net")))
    #expect(outcome.succeeded)
    #expect(outcome.address == address("198.51.100.80"))
    #expect(lab.play("client", ResolveCommand(domain("ftp.example.net"))).address == address("198.51.100.80"))
    #expect(lab.replies(of: "s1").map { $0.answers.count } == [1, 2])
    #expect(lab.replies(of: "s1").allSatisfy { $0.isAuthoritative && $0.code == .noError })
    #expect(lab.simulator.journal.counters.isBalanced)
  }

  @Test("an alias for a name that nobody knows leads to no address")
  func dangling() {
    var lab = lab([["services": [["kind": "dns-server", "names": ["ftp.example.net": "gone.example.net"]]]]])
    #expect(lab.play("client", ResolveCommand(domain("ftp.example.net"))).failure == .nameWithoutAddress)
    #expect(lab.replies(of: "s1").map { $0.answers.count } == [1])
  }

  /// RFC 2308, 2.1: a name error is the word of who is authoritative for the domain.
  @Test(
    "a name missing in a domain the server answers for does not exist; one outside it is refused",
    arguments: [
      ("gone.example.net", FailureReason.nameNotFound), ("example.net", .nameWithoutAddress),
      ("gone.example.org", .nameRefused), ("notexample.net", .nameRefused),
    ])
  func authority(name: String, reason: FailureReason) {
    let names: Value = ["www.example.net": "198.51.100.80"]
    let server: Value = ["kind": "dns-server", "names": names, "authority": "example.net"]
    var lab = lab([["services": [server]]])
    #expect(lab.play("client", ResolveCommand(domain(name))).failure == reason)
  }

  @Test("a server for every domain there is knows which names do not exist")
  func root() {
    let server: Value = ["kind": "dns-server", "names": ["www.example.net": "198.51.100.80"], "authority": "."]
    var lab = lab([["services": [server]]])
    #expect(lab.play("client", ResolveCommand(domain("gone.example.org"))).failure == .nameNotFound)
  }

  @Test("names are the same in capitals")
  func capitals() {
    var lab = lab([zone])
    #expect(lab.play("client", ResolveCommand(domain("WWW.Example.NET"))).address == address("198.51.100.80"))
  }

  /// dnsmasq with `no-resolv`: what is not its own is REFUSED.
  @Test("a server that may ask nobody refuses other names; the client asks it twice")
  func refused() {
    var lab = lab([zone])
    #expect(lab.play("client", ResolveCommand(domain("www.example.org"))).failure == .nameRefused)
    #expect(lab.replies(of: "s1").map(\.code) == [.refused, .refused])
    #expect(lab.simulator.now == .start)
  }

  @Test("after a refusal the next server is asked")
  func next() {
    let other: Value = ["services": [["kind": "dns-server", "names": ["www.example.org": "203.0.113.9"]]]]
    var lab = lab([zone, other], asks: ["10.0.0.1", "10.0.0.2"])
    #expect(lab.play("client", ResolveCommand(domain("www.example.org"))).address == address("203.0.113.9"))
    #expect(lab.replies(of: "s1").map(\.code) == [.refused])
  }

  /// The machine is there, the program is not: ICMP 3/3 ends each try at once (ECONNREFUSED).
  @Test("where nobody serves names the failure comes at once")
  func nobody() {
    var lab = lab([[:]])
    #expect(lab.play("client", ResolveCommand(domain("www.example.net"))).failure == .nameUnresolved)
    #expect(lab.simulator.now == .start)
    #expect(lab.messages(sentBy: "client").count == 2)
    #expect(lab.drops(at: "s1") == [.noSocket, .noSocket])
  }

  /// resolv.conf(5): timeout 5, attempts 2.
  @Test("silence is waited for, five seconds a try")
  func silence() {
    var lab = lab([silent])
    #expect(lab.play("client", ResolveCommand(domain("www.example.net"))).failure == .nameUnresolved)
    #expect(lab.simulator.now == .start + .seconds(10))
    #expect(lab.messages(sentBy: "client").count == 2)
  }

  @Test("a silent first server costs five seconds, then the second one answers")
  func second() {
    var lab = lab([silent, zone], asks: ["10.0.0.1", "10.0.0.2"])
    #expect(lab.play("client", ResolveCommand(domain("www.example.net"))).succeeded)
    #expect(lab.simulator.now == .start + .seconds(5))
  }

  @Test("without a name server nothing is asked")
  func none() {
    var lab = lab([zone], asks: [])
    #expect(lab.play("client", ResolveCommand(domain("www.example.net"))).failure == .noNameserver)
    #expect(lab.sent(by: "client").isEmpty)
  }

  @Test("a program that was given a name learns why there is no address for it")
  func programs() {
    var lab = lab([zone])
    #expect(lab.play("client", PingCommand(.name(domain("www.example.org")))).failure == .nameRefused)
    #expect(lab.play("client", TCPCommand(.name(domain("www.example.org")), port: 80)).failure == .nameRefused)
  }

  @Test("a proxy asks its server on its own behalf, once, and answers from memory afterwards")
  func proxy() {
    var lab = lab([["services": [["kind": "dns-server", "forward-to": "10.0.0.2"]]], zone])
    #expect(lab.play("client", ResolveCommand(domain("www.example.net"))).address == address("198.51.100.80"))
    let (question, answer) = (lab.messages(sentBy: "s1").first, lab.messages(sentBy: "s1").last)
    #expect(question?.frame.packet?.destination == address("10.0.0.2"))
    #expect(question?.frame.packet?.source == address("10.0.0.1"))
    #expect(answer?.frame.packet?.destination == address("10.0.0.100"))
    #expect(lab.replies(of: "s2").count == 1)
    #expect(lab.replies(of: "s1").last?.isAuthoritative == false)
    #expect(lab.play("client", ResolveCommand(domain("www.example.net"))).succeeded)
    #expect(lab.replies(of: "s2").count == 1, "the proxy remembers")
  }

  /// A router with the server on one of its networks and a station on each.
  private func bound(_ interface: Value?) -> Lab {
    let names: Value = ["www.example.net": "198.51.100.80"]
    var service = Mapping([("kind", "dns-server"), ("names", names)])
    if let interface { service.set("interface", to: interface) }
    var lab = Lab()
    lab.addWritten(
      "router",
      [
        "interfaces": ["virbr0": "192.168.122.1/24", "lan0": "192.168.1.10/24"], "forwards": true,
        "services": .list([.map(service)]), "dns": "192.168.122.1",
      ])
    lab.addWritten(
      "guest", ["interfaces": ["eth0": "192.168.122.2/24"], "gateway": "192.168.122.1", "dns": "192.168.122.1"])
    for (name, server) in [("peer", "192.168.122.1"), ("other", "192.168.1.10")] as [(String, Value)] {
      let last = name == "peer" ? "20" : "21"
      lab.addWritten(
        name,
        ["interfaces": ["eth0": .string("192.168.1.\(last)/24")], "gateway": "192.168.1.10", "dns": .list([server])])
    }
    lab.add("hub", Hub(), ports: 3)
    lab.wire(("guest", 0), ("router", 0))
    lab.wire(("router", 1), ("hub", 0))
    lab.wire(("peer", 0), ("hub", 1))
    lab.wire(("other", 0), ("hub", 2))
    lab.build()
    return lab
  }

  /// libvirt's dnsmasq: `interface`, `bind-dynamic`.
  @Test("a server of one interface answers there and is silent to who asks its address from elsewhere")
  func oneInterface() {
    let command = ResolveCommand(domain("www.example.net"))
    var lab = bound("virbr0")
    #expect(lab.play("guest", command).succeeded)
    #expect(lab.play("router", command).succeeded, "the machine itself may ask")
    let asked = lab.simulator.now
    #expect(lab.play("peer", command).failure == .nameUnresolved)
    #expect(lab.simulator.now == asked + .seconds(10), "silence, twice")
    let after = lab.simulator.now
    #expect(lab.play("other", command).failure == .nameUnresolved)
    #expect(lab.simulator.now == after, "no socket there: ICMP 3/3 at once")
    #expect(lab.drops(at: "router") == [.noSocket, .noSocket])
    lab = bound(nil)
    #expect(lab.play("peer", command).succeeded)
    #expect(lab.play("other", command).succeeded)
  }

  @Test("a proxy that has no way to its servers refuses at once")
  func noWay() {
    var lab = lab([["services": [["kind": "dns-server", "forward-to": ["172.16.0.1", "172.16.0.2"]]]]])
    #expect(lab.play("client", ResolveCommand(domain("www.example.net"))).failure == .nameRefused)
    #expect(lab.simulator.now == .start)
  }

  @Test("a proxy that asks all is not held up by a silent one")
  func allServers() {
    let proxy: Value = [
      "services": [["kind": "dns-server", "forward-to": ["10.0.0.2", "10.0.0.3"], "forwarding": "all-servers"]]
    ]
    var lab = lab([proxy, silent, zone])
    #expect(lab.play("client", ResolveCommand(domain("www.example.net"))).succeeded)
    #expect(lab.simulator.now == .start)
  }

  @Test("what a proxy remembered is gone when its machine was off")
  func forgotten() {
    var lab = lab([["services": [["kind": "dns-server", "forward-to": "10.0.0.2"]]], zone])
    #expect(lab.play("client", ResolveCommand(domain("www.example.net"))).succeeded)
    lab.simulator.setDevices([lab.id("s1")], isUp: false)
    lab.simulator.setDevices([lab.id("s1")], isUp: true)
    #expect(lab.play("client", ResolveCommand(domain("www.example.net"))).succeeded)
    #expect(lab.replies(of: "s2").count == 2)
  }

  @Test("a proxy passes a refusal on, and keeps its client waiting when nobody answers it")
  func proxyFailures() {
    let proxy: Value = ["services": [["kind": "dns-server", "forward-to": "10.0.0.2"]]]
    var refusing = lab([proxy, zone])
    #expect(refusing.play("client", ResolveCommand(domain("www.example.org"))).failure == .nameRefused)
    var waiting = lab([proxy, silent])
    #expect(waiting.play("client", ResolveCommand(domain("www.example.net"))).failure == .nameUnresolved)
    #expect(waiting.simulator.now == .start + .seconds(10))
  }
}

func domain(_ text: String) -> DomainName {
  guard let name = DomainName(text) else { preconditionFailure("'\(text)' is no domain name") }
  return name
}

extension Lab {
  /// The DNS answers that `name` has sent.
  fileprivate func replies(of name: String) -> [DNSMessage] {
    messages(sentBy: name).compactMap {
      if case .dns(let message) = $0.message, message.isResponse { message } else { nil }
    }
  }
}

import Foundation
import Testing

/// What devices know at a moment, as a person asks for it.
@Suite("hoplab show TABLE") struct StateTests {
  /// Two networks, a router that filters and hides, a DHCP server with a name server.
  private static let lab = """
    name: lab
    nodes:
      out: { kind: host, interfaces: { eth0: 203.0.113.9/24 }, services: [tcp/80] }
      rtr:
        kind: router
        interfaces: { wan0: 203.0.113.1/24, lan0: 192.168.1.1/24 }
        masquerade: wan0
        filter:
          policy: { forward: drop }
          forward:
            - { state: [established, related], action: accept }
            - { in: lan0, protocol: icmp, jump: pings }
            - { in: lan0, action: accept }
          chains: { pings: [{ destination: 203.0.113.77/32, action: drop }, { action: accept }] }
        services: [{ kind: dhcp-server, interface: lan0, range: 192.168.1.100-192.168.1.101, lease: 10m }]
      sw: { kind: switch }
      pc: { kind: host, interfaces: { eth0: { dhcp-client: { host-name: laptop } } } }
    links: [[out, rtr:wan0], [rtr:lan0, sw], { endpoints: [pc, sw], rate: 100Mbit }]
    steps:
      - { id: lease, dhcp: pc }
      - { id: few, ping: { from: pc, to: out, count: 3, interval: 1s } }
      - { id: no, ping: { from: pc, to: 203.0.113.77, count: 2 } }
      - { id: web, http: pc -> out }
      - { id: long, at: 400s, wait: 1s }
    expect: { few: reply }
    """

  private static func show(_ arguments: String...) throws -> Command {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try folder.write(lab, to: "lab.yaml")
    return try Command.run(["show"] + [arguments[0], folder["lab.yaml"]] + arguments.dropFirst())
  }

  /// The lines without their indentation, the columns one space apart.
  private static func lines(_ command: Command) -> [String] {
    command.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
  }

  @Test("neighbours as ip has them, which become stale")
  func neighbors() throws {
    let fresh = Self.lines(try Self.show("arp", "--after", "few", "--node", "out"))
    #expect(fresh.count == 2 && fresh[0] == "out")
    #expect(
      fresh[1].wholeMatch(of: /203\.0\.113\.1 dev eth0 lladdr 02(:[0-9a-f]{2}){5} (REACHABLE|DELAY)/) != nil, "\(fresh)"
    )
    let later = Self.lines(try Self.show("arp", "--at", "300s", "--node", "out"))
    #expect(later[1].hasSuffix(" STALE"))
  }

  /// IEEE 802.1Q-2018, table 8-6: 300 seconds. Both spoke last when the ping was answered, in the first millisecond.
  @Test("stations that a switch has learned, for the ageing time and not longer", arguments: [(299, 2), (301, 0)])
  func stations(seconds: Int, count: Int) throws {
    let quiet = """
      name: quiet
      nodes:
        a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
        b: { kind: host, interfaces: { eth0: 10.0.0.2/24 } }
        sw: { kind: switch }
      links: [[a, sw], [b, sw]]
      steps: [{ id: once, ping: a -> b }, { id: long, wait: 20s }]
      expect: { once: reply }
      """
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try folder.write(quiet, to: "quiet.yaml")
    let early = Self.lines(try Command.run("show", "mac", folder["quiet.yaml"], "--after", "once", "--node", "sw"))
    #expect(early.count { $0.contains(" dev to-") } == 2, "\(early)")
    // Neighbours are asked once more after five seconds.
    let later = try Command.run("show", "mac", folder["quiet.yaml"], "--at", "\(seconds + 5)s", "--node", "sw")
    #expect(Self.lines(later).count { $0.contains(" dev to-") } == count, "\(later.output)")
  }

  @Test("routes as ip has them: none before the lease, and afterwards which line of the file said so")
  func routes() throws {
    #expect(try Self.show("routes", "--at", "0s", "--node", "pc").output == "pc\n  (empty)\n")
    #expect(
      Self.lines(try Self.show("routes", "--after", "lease", "--node", "pc")) == [
        "pc", "default via 192.168.1.1 dev eth0 proto dhcp",
        "192.168.1.0/24 dev eth0 proto kernel scope link src 192.168.1.100",
      ])
    let router = Self.lines(try Self.show("routes", "--node", "rtr"))
    #expect(router.contains("203.0.113.0/24 dev wan0 proto kernel scope link src 203.0.113.1 # lab.yaml:6"))
  }

  @Test(
    "leases as dnsmasq's file has them, with the client's name, and renewed", arguments: [("3s", 600), ("700s", 1200)])
  func leases(time: String, end: Int) throws {
    let lines = Self.lines(try Self.show("leases", "--at", time, "--node", "rtr"))
    let pattern = /(\d+)s 02(:[0-9a-f]{2}){5} 192\.168\.1\.100 laptop \* bound lan0/
    #expect(lines.last?.wholeMatch(of: pattern)?.output.1 == "\(end)", "\(lines)")
  }

  @Test("rules count packets, and rules of translation connections")
  func rules() throws {
    let rules = Self.lines(try Self.show("rules", "--after", "no", "--node", "rtr"))
    try #require(rules.count == 11, "\(rules)")
    #expect(rules[1] == "chain FORWARD" && rules[2] == "PKTS BYTES TARGET PROT IN OUT SOURCE DESTINATION LINE")
    // Three requests began one connection: the first was new, the others and all replies are of it.
    #expect(rules[3].hasPrefix("5 420 ACCEPT all * * 0.0.0.0/0 0.0.0.0/0 ctstate:ESTABLISHED,RELATED"))
    #expect(rules[4].hasPrefix("3 252 pings icmp lan0 * "))
    #expect(rules[5].hasPrefix("0 0 ACCEPT all lan0 * "))
    #expect(rules[6] == "0 0 policy DROP lab.yaml:9" && rules[7] == "chain pings")
    #expect(rules[9].hasPrefix("2 168 DROP all * * 0.0.0.0/0 203.0.113.77 ") && rules[10].hasPrefix("1 84 ACCEPT "))
    let nat = Self.lines(try Self.show("nat", "--after", "web", "--node", "rtr"))
    #expect(nat.last?.hasPrefix("2 136 MASQUERADE all * wan0 0.0.0.0/0 0.0.0.0/0") == true, "\(nat)")
  }

  @Test("connections as conntrack has them, with both directions")
  func connections() throws {
    let lines = Self.lines(try Self.show("conntrack", "--after", "web", "--node", "rtr"))
    let web = try #require(lines.first { $0.hasPrefix("tcp ") })
    #expect(
      web.wholeMatch(
        of:
          /tcp \d+s [A-Z_]+ src=192\.168\.1\.100 dst=203\.0\.113\.9 sport=(\d+) dport=80 src=203\.0\.113\.9 dst=203\.0\.113\.1 sport=80 dport=\1 \[ASSURED\]/
      ) != nil, "\(web)")
    // An echo is forgotten after thirty seconds.
    #expect(lines.contains { $0.hasPrefix("icmp ") })
    #expect(!Self.lines(try Self.show("conntrack", "--at", "60s", "--node", "rtr")).contains { $0.hasPrefix("icmp ") })
  }

  @Test("what one end of a cable sent, the other received")
  func counters() throws {
    let shown = try Self.show("counters", "--json")
    let object = try JSONSerialization.jsonObject(with: Data(shown.output.utf8)) as? [String: Any]
    #expect(object?["version"] as? Int == 1 && object?["table"] as? String == "counters")
    func row(_ node: String, _ dev: String) throws -> [String: Any] {
      let nodes = try #require(object?["nodes"] as? [[String: Any]])
      let rows = try #require(nodes.first { $0["node"] as? String == node }?["rows"] as? [[String: Any]])
      return try #require(rows.first { $0["dev"] as? String == dev })
    }
    let (router, host) = (try row("rtr", "wan0"), try row("out", "eth0"))
    for (one, other) in [("tx", "rx"), ("rx", "tx")] {
      for unit in ["bytes", "packets"] {
        let count = try #require(router["\(one)-\(unit)"] as? Int)
        #expect(count > 0 && count == host["\(other)-\(unit)"] as? Int, "\(one) \(unit)")
      }
    }
  }

  @Test("looking at a moment changes nothing of it: the end is the end, whether asked for by its time or not")
  func moments() throws {
    let end = try Self.show("arp", "--json")
    let object = try JSONSerialization.jsonObject(with: Data(end.output.utf8)) as? [String: Any]
    let time = try #require(object?["at"] as? Int)
    #expect(try Self.show("arp", "--json", "--at", "\(time)ns").output == end.output)
    let later = try Self.show("arp", "--at", "1h")
    #expect(later.status == 0)
    #expect(
      later.errors == "the run ended at \(time / 1_000_000_000)s; after that nothing but time passes\n",
      "\(later.errors)")
  }

  @Test(
    "mistakes are told with a way out",
    arguments: [
      (["apr"], 64, "did you mean 'arp'?"), (["arp", "--node", "rtt"], 2, "did you mean 'rtr'?"),
      (["mac", "--node", "pc"], 2, "'pc' has no table 'mac'; what there is: arp, routes, counters, sockets"),
      (["stp"], 2, "no node has a table 'stp'"), (["arp", "--after", "wob"], 2, "did you mean 'web'?"),
      (["arp", "--after", "web", "--at", "1s"], 64, "two moments"),
      (["arp", "--at", "12"], 64, "write the unit: '12ms' or '12s'?"),
      (["arp", "--at", "12x"], 64, "the units are ns, us"),
      (["arp", "--at", "1s", "--variant", "nat"], 2, "no variant 'nat'"),
    ])
  func mistakes(arguments: [String], status: Int32, words: String) throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try folder.write(Self.lab, to: "lab.yaml")
    let shown = try Command.run(["show", arguments[0], folder["lab.yaml"]] + arguments.dropFirst())
    #expect(shown.status == status && shown.output.isEmpty)
    #expect(shown.errors.contains(words), "\(shown.errors)")
  }

  /// One that is in no list would be compiled and never shown.
  @Test("every table that a file declares can be asked for")
  func complete() throws {
    let folder = "\(Command.root)/Sources"
    let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    let declared = try files.filter { $0.hasSuffix("Table.swift") }.flatMap { file -> [Substring] in
      let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
      guard text.contains(/: StateTable \{/) else { return [] }
      return text.matches(of: /static let word = "([a-z-]+)"/).map { $0.output.1 }
    }
    #expect(declared.count > 10 && Set(declared).count == declared.count)
    let wrong = try Self.show("nonsense")
    let listed = try #require(wrong.errors.firstMatch(of: /The tables are ([a-z, -]+)\./)).output.1
    #expect(Set(listed.split(separator: ", ")) == Set(declared))
  }

  #if os(Linux)
    @Test(
      "tables fit a terminal, and say the same there as in a file",
      arguments: [
        ("conntrack", 80), ("conntrack", 60), ("rules", 80), ("rules", 60), ("routes", 60), ("leases", 60),
        ("counters", 60),
      ])
    func width(table: String, columns: Int) throws {
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      try folder.write(Self.lab, to: "lab.yaml")
      let arguments = ["show", table, folder["lab.yaml"], "--after", "web", "--node", "rtr"]
      let whole = try Command.run(arguments).output
      let seen = try Command.seen(columns: columns, arguments)
      #expect(whole.split(separator: "\n").contains { $0.count > columns }, "the file's lines are whole")
      #expect(seen.filter { $0.count > columns } == [])
      let words = { (text: String) in text.split(whereSeparator: \.isWhitespace).sorted() }
      // A heading is left out where what is below it says itself what it is.
      let headings = Set(["LINE", "SOURCE", "DESTINATION"])
      let (told, shown) = (words(whole), words(seen.joined(separator: "\n")))
      #expect(told.filter { !headings.contains(String($0)) } == shown.filter { !headings.contains(String($0)) })
    }

    @Test("a connection's way back stands on a line of its own where there is no room")
    func folded() throws {
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      try folder.write(Self.lab, to: "lab.yaml")
      let seen = try Command.seen(
        columns: 80, ["show", "conntrack", folder["lab.yaml"], "--after", "web", "--node", "rtr"])
      let place = try #require(seen.firstIndex { $0.hasPrefix("  tcp ") })
      #expect(seen[place].hasSuffix(" dport=80"), "\(seen)")
      #expect(seen[place + 1].hasPrefix("      src=203.0.113.9 dst=203.0.113.1 sport=80 "), "\(seen)")
      #expect(seen[place + 1].hasSuffix(" [ASSURED]"), "\(seen)")
    }
  #endif

  @Test("without a table the file is shown as ever, and what is about tables is refused")
  func plain() throws {
    #expect(try Command.run("show", Command.vmware, "--at", "1s").status == 64)
    #expect(try Command.run("show", "arp", Command.vmware, "--topology").status == 64)
    #expect(try Command.run("show", "arp", "mac", Command.vmware).status == 64)
  }

  /// Each at least once, on the scenario that has most to tell.
  @Test(
    "every table can be asked of what is shipped",
    arguments: [
      ("stp", "behaviour/spanning-tree", "root "), ("bond", "behaviour/bond-failover", "active-backup"),
      ("dns", "vmware", "www.example.net"), ("sockets", "vmware", "UNCONN"),
      ("mac", "behaviour/wifi-bridge", "associated"),
      ("conntrack", "vmware", "id="), ("rules", "libvirt", "LIBVIRT_FWO"),
      ("routes", "behaviour/redirect", "proto redirect"),
    ])
  func shipped(table: String, scenario: String, words: String) throws {
    let shown = try Command.run("show", table, "\(Command.root)/Scenarios/\(scenario).yaml")
    #expect(shown.status == 0, "\(shown.errors)")
    #expect(shown.output.contains(words), "\(shown.output)")
  }
}

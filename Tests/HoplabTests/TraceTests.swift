import Foundation
import Testing

/// `hoplab trace`, as somebody at a terminal or a script has it.
@Suite("hoplab trace") struct TraceTests {
  @Test("each device with the table that decided, what it rewrote and the line, there and back")
  func walk() throws {
    let trace = try Command.run(
      "trace", Command.vmware, "--variant", "nat", "--from", "vm1", "--to", "www.example.net", "--tcp", "80")
    #expect(trace.status == 0)
    #expect(trace.errors == "")
    for lines in [
      "nat\ntcp vm1 → www.example.net:80, at ", ", after 7 steps, the last of which is in\n",
      ":80, TCP SYN to :80, ttl 64\n  1  vm1  out eth0\n     route     0.0.0.0/0 via 192.168.233.2\n",
      "  3  pc.nat8  in jack, out host\n     proxy     says the same on a socket of its own: ",
      "(NAT proxy 192.168.233.2/24, vmware.yaml:32)\n",
      "     route     0.0.0.0/0 via 203.0.113.1  (gateway 203.0.113.1, vmware.yaml:14)\n     nat       source ",
      "(masquerade out of wan0, vmware.yaml:12)\n     ttl       64 → 63\n     now       203.0.113.2:",
      "  8  internet  in eth0\n     taken     by tcp\n\nreply: 198.51.100.80:80 → 203.0.113.2:",
      "     conntrack destination 203.0.113.2:",
      " 16  vm1  in eth0\n     taken     by tcp\n\n✓ an answer from 198.51.100.80",
    ] {
      #expect(trace.output.contains(lines), "\(lines)\n\(trace.output)")
    }
    #expect(!trace.output.contains("\u{1B}"))
  }

  @Test("in every variant unless one is named, and 80 columns wide; one that fails is enough for 1")
  func variants() throws {
    let trace = try Command.run("trace", Command.vmware, "--from", "peer", "--to", "vm1")
    #expect(trace.status == 1)
    #expect(trace.output.split(separator: "\n").filter { $0.count > 80 } == [])
    let marks = trace.output.split(separator: "\n").filter { $0.hasPrefix("✓") || $0.hasPrefix("✗") }
    #expect(marks.map { $0.prefix(1) } == ["✓", "✗", "✗"])
    #expect(trace.output.contains("  stopped at internet: no route leads to its destination\n"))
    let one = try Command.run("trace", Command.vmware, "--from", "peer", "--to", "vm1", "--variant", "bridged")
    #expect(one.status == 0)
  }

  @Test("JSON has every decision with rule, file and line, and what a packet that is stopped needs")
  func json() throws {
    let arguments = [
      "trace", Command.vmware, "--variant", "nat", "--from", "vm1", "--to", "peer", "--tcp", "22", "--json",
    ]
    let trace = try Command.run(arguments)
    #expect(trace.status == 1)
    #expect(try Command.run(arguments).output == trace.output)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(trace.output.utf8)) as? [String: Any])
    #expect(object["version"] as? Int == 1)
    #expect(object["through"] as? Bool == false)
    let one = try #require((object["traces"] as? [[String: Any]])?.first)
    #expect(one["failure"] as? String == "refused")
    #expect((one["after"] as? [String])?.first == "lease")
    let legs = try #require(one["legs"] as? [[String: Any]])
    #expect(legs.map { $0["leg"] as? String } == ["request", "reply"])
    let stations = try #require(legs[0]["stations"] as? [[String: Any]])
    #expect(stations.map { $0["device"] as? String }.first == "vm1")
    #expect((stations.last?["end"] as? [String: Any])?["reason"] as? String == "no-socket")
    let decisions = stations.flatMap { $0["decisions"] as? [[String: Any]] ?? [] }
    let proxy = try #require(decisions.first { $0["table"] as? String == "proxy" }?["by"] as? [String: Any])
    #expect(proxy["file"] as? String == "vmware.yaml")
    #expect(proxy["line"] as? Int == 32)
    let remedy = try #require(one["remedy"] as? [String: Any])
    #expect(remedy["at"] as? String == "peer")
    #expect(remedy["needs"] as? String == "a program that listens there: 'services: [tcp/22]' at peer")
  }

  @Test("in Chinese for people, in English for scripts")
  func language() throws {
    let arguments = ["trace", Command.vmware, "--variant", "nat", "--from", "peer", "--to", "vm1"]
    let trace = try Command.run(arguments + ["--language", "zh"])
    #expect(trace.status == 1)
    for lines in ["ping peer → vm1，发出时刻 ", "\n请求：", "\n  1  peer  出 eth0\n", "     丢弃      没有去往目的地的路由 [no-route]\n"] {
      #expect(trace.output.contains(lines), "\(lines)\n\(trace.output)")
    }
    #expect(trace.output.contains("\n  若要通过，需要："))
    let json = try Command.run(arguments + ["--json"])
    #expect(try Command.run(arguments + ["--json", "--language", "zh"]).output == json.output)
    #expect(try Command.run(arguments + ["--language", "de"]).status == 64)
  }

  @Test("all wrong names in one run, with the nearest right ones, and nothing on standard output")
  func names() throws {
    let trace = try Command.run(
      "trace", Command.vmware, "--from", "vm3", "--to", "peeer", "--after", "leas", "--variant", "nat")
    #expect(trace.status == 2)
    #expect(trace.output == "")
    for words in ["no node 'vm3'", "did you mean 'vm1'?", "no node 'peeer'", "'peer'?", "no step 'leas'", "'lease'?"] {
      #expect(trace.errors.contains(words), "\(words)\n\(trace.errors)")
    }
    let variant = try Command.run("trace", Command.vmware, "--from", "vm1", "--to", "peer", "--variant", "natt")
    #expect(variant.status == 2)
    #expect(variant.errors.contains("did you mean 'nat'?"))
    #expect(try Command.run("trace", "none.yaml", "--from", "a", "--to", "b").status == 2)
  }

  @Test(
    "wrong usage is 64",
    arguments: [
      ["--from", "vm1"], ["--from", "vm1", "--to", "peer", "--tcp", "0"],
      ["--from", "vm1", "--to", "peer", "--tcp", "65536"], ["--from", "vm1", "--to", "peer", "--tcp", "1", "--ping"],
      ["--from", "vm1", "--to", "peer", "--after", "lease", "--at", "1s"],
      ["--from", "vm1", "--to", "peer", "--at", "1"],
    ])
  func usage(arguments: [String]) throws {
    let trace = try Command.run(["trace", Command.vmware] + arguments)
    #expect(trace.status == 64, "\(trace.errors)")
    #expect(trace.output == "")
  }

  @Test("a play that a limit ends before the packet is sent: 4")
  func limit() throws {
    let trace = try Command.run("trace", Command.vmware, "--from", "vm1", "--to", "peer", "--limit-events", "20")
    #expect(trace.status == 4)
    #expect(trace.errors.contains("ended before the packet was sent"))
  }
}

@Suite("When hoplab trace sends its packet, and what would let it through") struct TraceLabTests {
  /// Two segments, a router that filters and hides the first, a machine without an address, and a cut.
  private static let lab = """
    name: lab
    nodes:
      a: { kind: host, interfaces: { eth0: 10.0.0.1/24 }, gateway: 10.0.0.254 }
      b: { kind: host, interfaces: { eth0: 10.0.0.2/24 }, services: [tcp/80, udp/9] }
      far: { kind: host, interfaces: { eth0: 10.0.0.3/24 }, gateway: 10.0.0.253 }
      late: { kind: host }
      rtr:
        kind: router
        interfaces: { lan0: 10.0.0.254/24, wan0: 203.0.113.1/24 }
        masquerade: wan0
        services: [{ kind: dhcp-server, interface: lan0, range: 10.0.0.100-10.0.0.110 }]
        filter:
          forward:
            - { protocol: udp, action: accept }
            - { protocol: tcp, port: 22, action: drop }
      ext: { kind: host, interfaces: { eth0: 203.0.113.9/24 }, services: [tcp/22] }
      tight:
        kind: switch
        ports: { p1: { access: 100 }, p2: { trunk: [200] } }
      sw: { kind: switch }
      other: { kind: switch }
      v1: { kind: host, interfaces: { eth0: 10.9.0.1/24 } }
      v2: { kind: host, interfaces: { eth0: 10.9.0.2/24 } }
    links: [[a, sw], [b, sw], [late, sw], [rtr:lan0, sw], [far, other], [rtr:wan0, ext], [v1, tight:p1], [v2, tight:p2]]
    steps:
      - { id: first, ping: a -> b }
      - { id: lease, at: 1s, dhcp: late }
      - { id: pause, at: 2s, wait: 10s }
      - { id: flood, at: 20s, ping: { from: a, to: b, count: 10, interval: 1s } }
      - { id: cut, at: 60s, fail: a -- sw }
      - { id: end, at: 70s, wait: 1s }
    expect: { first: reply }
    """

  private static func trace(_ arguments: [String]) throws -> Command {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try folder.write(lab, to: "lab.yaml")
    return try Command.run(["trace", "lab.yaml"] + arguments, in: folder.path)
  }

  /// The words without the line breaks that a terminal wants.
  private static func said(_ trace: Command) -> String {
    trace.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  @Test(
    "the nearest thing that would let it through",
    arguments: [
      (
        "--from a --to ext --tcp 22",
        "'{ protocol: tcp, port: 22, action: accept }' before rule 2 of chain forward (lab.yaml:15) at rtr"
      ),
      ("--from a --to b --tcp 443", "'services: [tcp/443]' at b (it has tcp/80, udp/9)"),
      (
        "--from ext --to rtr --tcp 25",
        "or a forwarded port of rtr, as in 'prerouting: [{ protocol: tcp, port: 25, dnat: … }]'"
      ),
      ("--from ext --to 10.0.0.2", "a route to 10.0.0.2 at ext, or a 'gateway'"),
      ("--from far --to 10.0.0.2", "one segment for both: b, which has 10.0.0.2, is on another than far"),
      ("--from far --to 192.0.2.1", "a machine on the network of far that is the gateway 10.0.0.253; nobody has that"),
      ("--from a --to 10.0.0.99 --arp", "a machine on the network of a that has 10.0.0.99; nobody has that address"),
      (
        "--from v1 --to v2",
        "the question for v2, which has 10.9.0.2, dies at tight: no other port carries its VLAN; what"
      ),
      ("--from v1 --to a", "a route to a at v1, or a 'gateway'"),
      ("--from a --to late", "an address for late: in the file, or a 'dhcp' step before this one"),
      ("--from late --to a", "an address for late: in the file, or a 'dhcp' step before this one"),
    ])
  func remedies(arguments: String, words: String) throws {
    let trace = try Self.trace(arguments.split(separator: " ").map(String.init) + ["--after", "first"])
    #expect(trace.status == 1)
    #expect(Self.said(trace).contains("to let it through: "))
    #expect(Self.said(trace).contains(words), "\(trace.output)")
  }

  @Test("a cut is told with the step that made it; before it the packet passes")
  func cut() throws {
    let after = try Self.trace(["--from", "a", "--to", "b", "--tcp", "80"])
    #expect(after.status == 1)
    #expect(Self.said(after).contains("'repair' the link a:eth0 -- sw:to-a (lab.yaml:24), which step 'cut' has cut"))
    #expect(try Self.trace(["--from", "a", "--to", "b", "--tcp", "80", "--after", "flood"]).status == 0)
  }

  @Test("a datagram that a program takes is through, answered or not; one that no program takes is not")
  func datagrams() throws {
    #expect(try Self.trace(["--from", "a", "--to", "b", "--udp", "9", "--after", "first"]).status == 0)
    let closed = try Self.trace(["--from", "a", "--to", "b", "--udp", "10", "--after", "first"])
    #expect(closed.status == 1)
    #expect(closed.output.contains("error: 10.0.0.2 → 10.0.0.1, ICMP port unreachable, ttl 64\n"))
  }

  @Test(
    "the moment: what has begun by then, and nothing of what comes after",
    arguments: [
      ("0s", "at 0 s, before any step", 1), ("1s", "at 1 s, after step first", 1),
      ("1.5s", "at 1.5 s, after 2 steps, the last of which is lease", 0),
      ("5s", "at 5 s, after 2 steps, the last of which is lease", 0),
      ("25s", "at 25 s, after 4 steps, the last of which is flood", 0),
      ("60s", "at 60 s, after 4 steps, the last of which is flood", 0),
      ("65s", "at 65 s, after 5 steps, the last of which is cut", 0),
      ("90s", "at 90 s, after 6 steps, the last of which is end", 0),
    ])
  func moments(time: String, words: String, status: Int32) throws {
    let trace = try Self.trace(["--from", "b", "--to", "late", "--at", time])
    #expect(trace.status == status, "\(trace.output)\(trace.errors)")
    #expect(trace.output.hasPrefix("ping b → late, \(words)\n"), "\(trace.output)")
  }

  @Test("a page with its own port, and a name")
  func page() throws {
    let page = try Self.trace(["--from", "a", "--to", "b:80", "--http", "--after", "first"])
    #expect(page.output.contains("10.0.0.2:80, TCP SYN to :80"))
    #expect(page.output.hasPrefix("http a → b:80, "))
  }
}

import Configuration
import Devices
import Packets
import Protocols
import Simulation
import Testing

/// Linux, `xt_TCPMSS`.
@Suite("Lowered segment sizes") struct SegmentLimitTests {
  /// a – router – b, where the link to b takes 1400 bytes, after a has connected to b.
  private func connected(_ rule: Value, hook: String = "forward") -> Lab {
    var lab = Lab()
    lab.addStack("a", ["10.0.1.2/24"], gateway: "10.0.1.1")
    lab.addWritten(
      "router",
      [
        "interfaces": ["eth0": "10.0.1.1/24", "eth1": "10.0.2.1/24"], "forwards": true,
        "filter": .map([(hook, .list([rule]))]),
      ])
    lab.addWritten(
      "b", ["interfaces": ["eth0": "10.0.2.2/24"], "gateway": "10.0.2.1", "services": ["tcp/22"]])
    lab.wire(("a", 0), ("router", 0))
    var narrow = LinkConfiguration.inside
    narrow.mtu = 1400
    lab.wire(("router", 1), ("b", 0), narrow)
    lab.build()
    #expect(lab.play("a", TCPCommand(.address(address("10.0.2.2")), port: 22)).succeeded)
    return lab
  }

  /// The segment sizes that b and a were offered.
  private func offered(_ rule: Value, hook: String = "forward") -> [UInt16] {
    connected(rule, hook: hook).sent(by: "router").compactMap(\.segment).filter { $0.flags.contains(.syn) }.map(
      \.maximumSegmentSize)
  }

  @Test(
    "to what fits the path both ways: the narrower of the two, less forty bytes", arguments: ["forward", "postrouting"])
  func path(hook: String) {
    #expect(offered(["protocol": "tcp", "action": "accept"], hook: hook) == [1460, 1360])
    #expect(offered(["protocol": "tcp", "set-mss": "path"], hook: hook) == [1360, 1360])
  }

  @Test(
    "to so many bytes, and never up",
    arguments: [(1359, [1359, 1359]), (1360, [1360, 1360]), (1400, [1400, 1360]), (1461, [1460, 1360])])
  func bytes(limit: Int, sizes: [UInt16]) {
    #expect(offered(["protocol": "tcp", "set-mss": .integer(limit)]) == sizes)
  }

  @Test("only what the rule matches, and the rules behind it are still asked")
  func matches() {
    #expect(offered(["protocol": "tcp", "port": 23, "set-mss": 1000]) == [1460, 1360])
    #expect(offered(["protocol": "tcp", "port": 22, "set-mss": 1000]) == [1000, 1360])
  }

  @Test("what the machine sends itself is changed on its way out, by rules at output or postrouting")
  func own() {
    for hook in ["output", "postrouting"] {
      let rules: Value = [["protocol": "tcp", "set-mss": 1000]]
      var bench = TranslationBench(("filter", .map([(hook, rules)])))
      #expect(bench.perform(TCPCommand(.address(address("10.0.0.7")), port: 22))[0].hasSuffix("mss 1000"))
    }
    var bench = TranslationBench(("filter", ["forward": [["protocol": "tcp", "set-mss": 1000]]]))
    #expect(bench.perform(TCPCommand(.address(address("10.0.0.7")), port: 22))[0].hasSuffix("mss 1460"))
  }

  @Test("what it sends to itself is not")
  func looped() {
    var lab = Lab()
    lab.addWritten(
      "a",
      [
        "interfaces": ["eth0": "10.0.0.1/24"], "services": ["tcp/22"],
        "filter": ["output": [["protocol": "tcp", "set-mss": 1000]]],
      ])
    lab.build()
    #expect(lab.play("a", TCPCommand(.address(address("10.0.0.1")), port: 22)).succeeded)
    #expect(!lab.records(of: "a").contains { if case .segmentsLimited = $0.event { true } else { false } })
  }

  /// What leaves for a SYN without the option, with so much data and so many bytes of other options.
  private func leaves(_ limit: Int, data: UInt16 = 0, others: UInt8 = 0) -> String {
    var bench = TranslationBench(("filter", ["forward": [["protocol": "tcp", "set-mss": .integer(limit)]]]))
    var packet = IPv4Packet.tcp("10.0.0.7:5000", "198.51.100.80:22", .syn)
    guard case .tcp(var segment) = packet.payload else { return "" }
    segment.content = .pattern(length: data)
    segment.otherOptionsLength = others
    packet.payload = .tcp(segment)
    return bench.fromInside(packet).joined()
  }

  @Test("where none is offered 536 counts as offered, and is put in where there is room")
  func unoffered() {
    let way = "eth1 tcp 10.0.0.7:5000 > 198.51.100.80:22"
    #expect(leaves(535) == "\(way) mss 535")
    #expect(leaves(537) == "\(way) mss 536")
    #expect(leaves(537, data: 1) == way)
    #expect(leaves(537, others: 36) == "\(way) mss 536")
    #expect(leaves(537, others: 40) == way)
  }

  @Test("it is told what was offered instead, and by which rule")
  func origin() {
    let told = connected(["protocol": "tcp", "set-mss": 536]).records(of: "router").filter {
      if case .segmentsLimited(536) = $0.event { $0.origin != .none } else { false }
    }
    #expect(told.count == 2)
  }

  @Test(
    "mistakes",
    arguments: [
      (["forward": [["set-mss": 1000]]], ["HL0262"]),
      (["forward": [["protocol": "udp", "set-mss": "path"]]], ["HL0262"]),
      (["input": [["protocol": "tcp", "set-mss": "path"]]], ["HL0262"]),
      (["prerouting": [["protocol": "tcp", "set-mss": "path"]]], ["HL0262"]),
      (["output": [["protocol": "tcp", "set-mss": "path"]]], []),
      (["forward": [["protocol": "tcp", "set-mss": "wide"]]], ["HL0125"]),
      (["forward": [["protocol": "tcp", "set-mss": 35]]], ["HL0125"]),
      (["forward": [["protocol": "tcp", "set-mss": 36]]], []),
      (["forward": [["protocol": "tcp", "set-mss": 65496]]], ["HL0125"]),
    ] as [(Value, [String])])
  func mistakes(filter: Value, codes: [String]) {
    let said = Written<IPStackSettings>(["interfaces": ["eth0": "10.0.0.1/24"], "filter": filter]).said
    #expect(said.map { String($0.prefix(6)) } == codes)
  }
}

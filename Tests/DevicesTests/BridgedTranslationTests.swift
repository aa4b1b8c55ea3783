import Configuration
import Devices
import Packets
import Protocols
import Simulation
import Testing

/// A bridge that hands what it bridges to the stack on it (Linux, `bridge-nf-call-iptables` 1).
@Suite("What a bridge hands over") struct BridgedTranslationTests {
  /// Hosts a, b and c on the ports `pa`, `pb` and `pc`, and a box on the bridge whose 172.16.0.2 stands for b.
  private func bridged(_ more: (String, Value)..., hairpin: Bool = false, isOn: Bool = true) -> Lab {
    var lab = Lab()
    for (number, name) in ["a", "b", "c"].enumerated() {
      lab.addWritten(
        name,
        [
          "interfaces": ["eth0": .string("10.0.0.\(number + 1)/24")], "gateway": "10.0.0.254",
          "services": ["udp/7", "tcp/22"],
        ])
    }
    let own: [(String, Value)] = [
      ("interfaces", ["eth0": ["address": "10.0.0.254/24", "bridge-nf": .boolean(isOn)]]), ("forwards", true),
      ("owns", "172.16.0.2"), ("nat", ["prerouting": [["destination": "172.16.0.2/32", "dnat": "10.0.0.2"]]]),
    ]
    var box = Mapping(own)
    for (field, value) in more { box.set(field, to: value) }
    lab.addWritten("box", .map(box))
    let written = Written<BridgeSettings>([
      "ports": ["pa": [:], "pb": ["hairpin": .boolean(hairpin)], "pc": [:], "br0": [:]], "own-port": "br0",
      "bridge-nf": .boolean(isOn),
    ])
    guard let kind = written.kind, !written.diagnostics.hasErrors else {
      preconditionFailure("the test writes a bridge that cannot be: \(written.said)")
    }
    lab.add("bridge", kind.makeDevice(ports: 4), ports: 4)
    for (number, name) in ["a", "b", "c", "box"].enumerated() { lab.wire((name, 0), ("bridge", number)) }
    lab.build()
    return lab
  }

  private let a = Target.address(address("10.0.0.1"))
  private let b = Target.address(address("10.0.0.2"))
  private let outside = Target.address(address("172.16.0.2"))

  /// What the bridge has sent out of the port of a host.
  private func sent(to name: String, in lab: Lab) -> [IPv4Packet] {
    let port = ["a", "b", "c"].firstIndex(of: name).map(PortNumber.init)
    return lab.records(of: "bridge").compactMap { record -> IPv4Packet? in
      guard case .sent(let frame, _) = record.event, record.port == port else { return nil }
      return frame.packet
    }
  }

  @Test("whose new destination is behind the same bridge is bridged: no hop is paid, and answers are translated back")
  func bridgedDNAT() throws {
    var lab = bridged()
    #expect(lab.play("a", TCPCommand(outside, port: 22)).succeeded)
    let first = try #require(sent(to: "b", in: lab).first)
    #expect((first.source, first.destination) == (address("10.0.0.1"), address("10.0.0.2")))
    #expect(first.timeToLive == 64)
    let answer = try #require(sent(to: "a", in: lab).first)
    #expect((answer.source, answer.timeToLive) == (address("172.16.0.2"), 64))
    let frame = try #require(lab.sent(by: "bridge").first { $0.packet?.destination == address("10.0.0.2") })
    #expect(frame.source == Lab.madeHardware("a"), "the sender's station stays")
    #expect(lab.simulator.journal.counters.isBalanced)
  }

  @Test("without it the packet is routed, and an answer that is bridged goes past the translation")
  func routed() throws {
    var lab = bridged(isOn: false)
    #expect(lab.play("a", TCPCommand(outside, port: 22)).failure == .noAnswer)
    #expect(try #require(sent(to: "b", in: lab).first).timeToLive == 63)
    #expect(sent(to: "a", in: lab).first?.source == address("10.0.0.2"))
  }

  @Test("back by the port it came in by it goes only where that is a hairpin; otherwise it is lost without a word")
  func hairpin() {
    let hidden: Value = [
      "prerouting": [["destination": "172.16.0.2/32", "dnat": "10.0.0.2"]],
      "postrouting": [["source": "10.0.0.2/32", "destination-translated": true, "snat": "172.16.0.2"]],
    ]
    var lab = bridged(("nat", hidden))
    #expect(lab.play("b", PingCommand(outside)).failure == .noAnswer)
    #expect(lab.drops(at: "bridge").allSatisfy { $0 == .sameSegment })
    #expect(!lab.drops(at: "bridge").isEmpty)
    lab = bridged(("nat", hidden), hairpin: true)
    #expect(lab.play("b", PingCommand(outside)).succeeded, "b hears itself as 172.16.0.2")
  }

  @Test("what keeps its destination stays with its stations, and meets forward and postrouting of the stack")
  func rules() throws {
    var lab = bridged()
    #expect(lab.play("a", PingCommand(b)).succeeded)
    #expect(try #require(sent(to: "b", in: lab).first).timeToLive == 64)
    for hook in ["prerouting", "forward", "postrouting"] {
      let rules: Value = [["source": "10.0.0.1/32", "action": "drop"]]
      lab = bridged(("filter", .map([(hook, rules)])))
      #expect(lab.play("a", PingCommand(b)).failure == .noAnswer)
      #expect(lab.drops(at: "box").contains(.filtered))
      #expect(lab.play("c", PingCommand(b)).succeeded)
    }
    lab = bridged(("filter", ["forward": [["in": "eth0", "out": "eth0", "reject-with": "icmp-host-prohibited"]]]))
    #expect(lab.play("a", PingCommand(b)).failure == .hostProhibited)
  }

  @Test("sources are translated on a bridge as well")
  func snat() {
    var lab = bridged(("nat", ["postrouting": [["source": "10.0.0.1/32", "snat": "172.16.0.2"]]]))
    #expect(lab.play("a", PingCommand(b)).succeeded)
    #expect(sent(to: "b", in: lab).first?.source == address("172.16.0.2"))
  }

  @Test("segment sizes are lowered on a bridge as well")
  func segmentSize() {
    var lab = bridged(("filter", ["forward": [["protocol": "tcp", "set-mss": 1000]]]))
    #expect(lab.play("a", TCPCommand(b, port: 22)).succeeded)
    guard case .tcp(let opening)? = sent(to: "b", in: lab).first?.payload else {
      Issue.record("no segment has come")
      return
    }
    #expect(opening.maximumSegmentSize == 1000)
  }

  @Test("what is for the box itself reaches it, and it speaks to whom it likes")
  func own() {
    var lab = bridged()
    #expect(lab.play("a", PingCommand(.address(address("10.0.0.254")))).succeeded)
    #expect(lab.play("box", PingCommand(a)).succeeded)
    #expect(lab.play("box", TCPCommand(outside, port: 22)).failure == .refused, "prerouting is not for its own packets")
  }

  @Test("a datagram in parts is put together to be translated, and taken apart again")
  func fragments() {
    var lab = bridged()
    var datagram = UDPCommand(outside, port: 7)
    datagram.size = 4000
    #expect(lab.play("a", datagram).succeeded)
    let parts = sent(to: "b", in: lab).filter(\.isFragment)
    #expect(parts.count == 3)
    #expect(parts.allSatisfy { $0.destination == address("10.0.0.2") && $0.timeToLive == 64 })
    #expect(lab.simulator.journal.counters.isBalanced)
  }

  @Test("a neighbour that nobody answers for is told about by the box")
  func unresolved() {
    var lab = bridged(("nat", ["prerouting": [["destination": "172.16.0.2/32", "dnat": "10.0.0.77"]]]))
    #expect(lab.play("a", PingCommand(outside)).failure == .hostUnreachable)
  }

  @Test("a stack whose interface does not say so does not listen to what is for others")
  func oneSided() {
    var lab = bridged(("interfaces", ["eth0": "10.0.0.254/24"]))
    #expect(lab.play("a", PingCommand(b)).failure == .noAnswer)
    #expect(lab.drops(at: "box").contains(.notAddressedToUs))
  }

  @Test(
    "mistakes",
    arguments: [
      (["ports": ["p": [:]], "bridge-nf": true], ["HL0121"]),
      (["ports": ["p": ["access": 5]], "own-port": "p", "bridge-nf": true], ["HL0130"]),
      (
        [
          "ports": ["p": [:]], "own-port": "p", "bridge-nf": true,
          "filter": ["forward": [["action": "drop"]]],
        ], ["HL0130"]
      ),
      (
        [
          "ports": ["p": [:]], "own-port": "p", "bridge-nf": true,
          "filter": ["prerouting": [["action": "drop"]]],
        ], []
      ),
      (["ports": ["p": [:]], "bridge-nf": false], []), (["bridge-nf": "on"], ["HL0122"]),
    ] as [(Value, [String])])
  func mistakes(bridge: Value, codes: [String]) {
    #expect(Written<BridgeSettings>(bridge).said.map { String($0.prefix(6)) } == codes)
  }
}

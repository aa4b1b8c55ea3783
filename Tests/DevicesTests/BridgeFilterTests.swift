import Configuration
import Devices
import Packets
import Protocols
import Simulation
import Testing

/// IPv4 packets that cross a bridge meet its rules as if they were routed (Linux, `br_netfilter`); ARP does not.
@Suite("Rules of a bridge") struct BridgeFilterTests {
  /// Hosts a, b and c on the ports `pa`, `pb` and `pc` of one bridge; each echoes UDP on 7 and waits on TCP 22.
  private func bridged(_ filter: Value, ownPort: String? = nil) -> Lab {
    var lab = Lab()
    for (number, name) in ["a", "b", "c"].enumerated() {
      lab.addWritten(
        name, ["interfaces": ["eth0": .string("10.0.0.\(number + 1)/24")], "services": ["udp/7", "tcp/22"]])
    }
    var fields: [(String, Value)] = [("ports", ["pa": [:], "pb": [:], "pc": [:]]), ("filter", filter)]
    if let ownPort { fields.append(("own-port", .string(ownPort))) }
    let written = Written<BridgeSettings>(.map(fields))
    guard let kind = written.kind, !written.diagnostics.hasErrors else {
      preconditionFailure("the test writes a bridge that cannot be: \(written.said)")
    }
    lab.add("bridge", kind.makeDevice(ports: 3), ports: 3)
    for (number, name) in ["a", "b", "c"].enumerated() { lab.wire((name, 0), ("bridge", number)) }
    lab.build()
    return lab
  }

  private let a = Target.address(address("10.0.0.1"))
  private let b = Target.address(address("10.0.0.2"))
  private let c = Target.address(address("10.0.0.3"))

  @Test("a closed bridge drops IPv4 and lets ARP pass")
  func closed() {
    var lab = bridged(["policy": "drop"])
    #expect(lab.play("a", PingCommand(b)).failure == .noAnswer, "with ARP unanswered it would be host-unreachable")
    #expect(lab.drops(at: "bridge") == [.filtered])
    #expect(lab.simulator.journal.counters.isBalanced)
  }

  @Test("rules look at ports of the bridge, stations and the bridge itself")
  func conditions() {
    for (rule, passes) in [
      (["physdev-in": "pa"], true), (["physdev-in": "pb"], false), (["physdev-out": "pb"], true),
      (["physdev-out": "pc"], false), (["physdev-in": "!pa"], false), (["in": "stack", "out": "stack"], true),
      (["mac": .string("\(Lab.madeHardware("a"))")], true), (["mac": .string("\(Lab.madeHardware("b"))")], false),
      (["source": "10.0.0.1/32"], true),
    ] as [(Value, Bool)] {
      var request = rule.map ?? Mapping()
      request.set("action", to: "accept")
      var lab = bridged([
        "policy": "drop",
        "forward": [["icmp": "echo-reply", "action": "accept"], .map(request)],
      ])
      #expect(lab.play("a", PingCommand(b)).failure == (passes ? nil : .noAnswer), "\(rule)")
    }
  }

  /// What a compute node does for its guests: out freely, in only what was asked for.
  @Test("established and related come back, and nobody else gets in")
  func states() {
    var lab = bridged([
      "policy": "drop",
      "forward": [
        ["state": ["established", "related"], "action": "accept"], ["physdev-in": "pa", "action": "accept"],
      ],
    ])
    #expect(lab.play("a", PingCommand(b)).succeeded)
    #expect(lab.play("a", UDPCommand(b, port: 9)).failure == .portUnreachable, "the error is related")
    #expect(lab.play("a", TCPCommand(b, port: 22)).succeeded)
    #expect(lab.play("b", PingCommand(a)).failure == .noAnswer)
    #expect(lab.play("b", PingCommand(a)).failure == .noAnswer, "what was refused has begun nothing")
  }

  /// Linux, `nf_send_unreach_bridge` and `nf_send_reset_bridge`.
  @Test("a bridge answers in the name of whom the packet was for")
  func rejecting() throws {
    var lab = bridged([
      "forward": [
        ["protocol": "tcp", "port": 22, "reject-with": "tcp-reset"],
        ["protocol": "icmp", "icmp": "echo-request", "reject-with": "icmp-admin-prohibited"],
      ]
    ])
    let outcome = lab.play("a", PingCommand(b))
    #expect(outcome.failure == .adminProhibited)
    #expect(outcome.responder == address("10.0.0.2"))
    #expect(lab.play("a", TCPCommand(b, port: 22)).failure == .refused)
    #expect(lab.sent(by: "b").allSatisfy { $0.packet == nil }, "b has only answered ARP")
    #expect(lab.simulator.journal.counters.isBalanced)
  }

  @Test("of a flooded packet the copies that rules forbid stay, and the others go")
  func flooding() {
    var lab = bridged(["forward": [["physdev-out": "pb", "action": "drop"]]])
    // Nobody has that broadcast answered; it is only seen where it goes.
    _ = lab.play("a", UDPCommand(.address(address("10.0.0.255")), port: 7))
    let sent = lab.records(of: "bridge").filter {
      if case .sent(let frame, _) = $0.event { frame.packet?.destination == address("10.0.0.255") } else { false }
    }
    #expect(sent.map(\.port) == [2])
    let withheld = lab.records(of: "bridge").filter { $0.event == .withheld }
    #expect(withheld.map(\.port) == [1])
    #expect(withheld.allSatisfy { $0.origin != .none })
    #expect(lab.simulator.journal.counters.isBalanced)
    lab = bridged(["policy": "drop"])
    _ = lab.play("a", UDPCommand(.address(address("10.0.0.255")), port: 7))
    #expect(lab.drops(at: "bridge") == [.filtered], "no copy is left")
  }

  @Test("what goes to or comes from the machine's own stack is not bridged")
  func ownPort() {
    var lab = bridged(["policy": "drop"], ownPort: "pb")
    #expect(lab.play("a", PingCommand(b)).succeeded)
    #expect(lab.play("a", PingCommand(c)).failure == .noAnswer)
  }

  @Test("prerouting and postrouting meet all that crosses", arguments: ["prerouting", "postrouting"])
  func outerHooks(hook: String) {
    let rules: Value = [["source": "10.0.0.1/32", "action": "drop"]]
    var lab = bridged(Value.map([(hook, rules)]))
    #expect(lab.play("a", PingCommand(b)).failure == .noAnswer)
    #expect(lab.drops(at: "bridge") == [.filtered])
    #expect(lab.play("c", PingCommand(b)).succeeded)
  }
}

extension Lab {
  /// The address of `eth0` of a stack that was written.
  static func madeHardware(_ machine: String) -> MACAddress {
    .stationAddress(of: "eth0", device: "stack", machine: machine)
  }
}

import Configuration
import Devices
import Packets
import Simulation
import Testing

/// Rules that let packets pass or not, seen from those who send.
@Suite("Packet filter") struct FilterTests {
  private let b = Target.address(address("10.0.2.2"))

  @Test(
    "forwarded packets pass, die in silence, or earn ICMP 3/3 from the router",
    arguments: [("accept", nil), ("drop", FailureReason.noAnswer), ("reject", .portUnreachable)])
  func actions(action: String, failure: FailureReason?) {
    var lab = Lab.filtered(["forward": [["action": .string(action)]]])
    let outcome = lab.play("a", PingCommand(b))
    #expect(outcome.failure == failure)
    if failure == .portUnreachable { #expect(outcome.responder == address("10.0.1.1")) }
    #expect(lab.drops(at: "router") == (failure == nil ? [] : [.filtered]))
    #expect(lab.simulator.journal.counters.isBalanced)
  }

  @Test("the first rule that matches decides")
  func order() {
    let open = Value.map([("action", "accept"), ("protocol", "icmp")])
    let closed: Value = ["action": "drop"]
    var lab = Lab.filtered(["forward": [open, closed]])
    #expect(lab.play("a", PingCommand(b)).succeeded)
    #expect(lab.play("a", UDPCommand(b, port: 7)).failure == .noAnswer)
    lab = Lab.filtered(["forward": [closed, open]])
    #expect(lab.play("a", PingCommand(b)).failure == .noAnswer)
  }

  @Test("what no rule matches meets the policy, and the policy is for forwarded packets only")
  func policy() {
    var lab = Lab.filtered(["policy": "drop", "forward": [["action": "accept", "protocol": "icmp"]]])
    #expect(lab.play("a", PingCommand(b)).succeeded)
    #expect(lab.play("a", UDPCommand(b, port: 7)).failure == .noAnswer)
    #expect(lab.play("a", UDPCommand(.address(address("10.0.1.1")), port: 7)).succeeded, "that is input")
    #expect(lab.play("a", UDPCommand(.address(address("10.0.2.1")), port: 7)).succeeded, "by any of its addresses")
    #expect(lab.play("router", UDPCommand(b, port: 7)).succeeded, "and this output")
    lab = Lab.filtered(["policy": "reject"])
    #expect(lab.play("a", PingCommand(b)).failure == .portUnreachable)
    lab = Lab.filtered([:])
    #expect(lab.play("a", UDPCommand(b, port: 7)).succeeded, "without a policy packets pass")
  }

  /// The rules have no memory: one for `eth1` alone would match the answer.
  @Test(
    "every condition of a rule must hold",
    arguments: [
      (["in": "eth0"], true), (["in": "eth1", "source": "10.0.1.0/24"], false), (["out": "eth1"], true),
      (["out": "eth0", "source": "10.0.1.0/24"], false),
      (["source": "10.0.1.2/32"], true), (["source": "10.0.1.3/32"], false),
      (["destination": "10.0.2.0/24"], true), (["destination": "10.0.3.0/24"], false),
      (["protocol": "udp"], true), (["protocol": "tcp"], false), (["port": "7"], true), (["port": "8"], false),
      (["source": "!10.0.1.0/24", "port": "7"], false), (["source": "! 10.0.1.3/32", "port": "7"], true),
      (["port": "1-7"], true), (["port": "8-9"], false), (["port": "9,7"], true),
      (["port": "!7,9", "source": "10.0.1.0/24"], false),
      (["port": "!8", "protocol": "udp"], true), (["source-port": "!0-65535"], false), (["protocol": "!udp"], false),
      (["in": "!eth1", "port": "7"], true), (["icmp": "echo-request"], false),
      (["mac": "02:00:00:00:00:01"], false),
      (["in": "eth0", "port": "8"], false), (["in": "eth1", "port": "7"], false), (["in": "eth0", "port": "7"], true),
    ] as [([String: String], Bool)])
  func conditions(conditions: [String: String], matches: Bool) {
    let sorted = conditions.sorted { $0.key < $1.key }.map { ($0.key, Value.string($0.value)) }
    var lab = Lab.filtered(["forward": [.map([("action", "drop")] + sorted)]])
    #expect(lab.play("a", UDPCommand(b, port: 7)).failure == (matches ? .noAnswer : nil))
  }

  /// The firewall most people have: out freely, in only what was asked for.
  @Test("replies and errors of allowed connections come back through a closed firewall, and nothing else does")
  func states() {
    let rules: Value = [
      "policy": "drop",
      "forward": [
        ["action": "accept", "state": ["established", "related"]], ["action": "accept", "in": "eth0", "out": "eth1"],
      ],
    ]
    var lab = Lab.filtered(rules)
    #expect(lab.play("a", PingCommand(b)).succeeded)
    #expect(lab.play("a", UDPCommand(b, port: 7)).succeeded)
    #expect(lab.play("a", UDPCommand(b, port: 9)).failure == .portUnreachable, "the error is related")
    let a = Target.address(address("10.0.1.2"))
    #expect(lab.play("b", PingCommand(a)).failure == .noAnswer)
    #expect(lab.drops(at: "router") == [.filtered])
  }

  @Test("what was refused has begun nothing: its answer is not let through as established")
  func refusedConnections() {
    var lab = Lab.filtered(["policy": "drop", "forward": [["action": "accept", "state": "established"]]])
    #expect(lab.play("a", PingCommand(b)).failure == .noAnswer)
    #expect(lab.play("b", PingCommand(.address(address("10.0.1.2")))).failure == .noAnswer)
    #expect(lab.drops(at: "router") == [.filtered, .filtered])
  }

  @Test("a new connection is new once, and to the machine itself as well")
  func newConnections() {
    var lab = Lab.filtered(["input": [["action": "drop", "state": "new"]]])
    #expect(lab.play("a", PingCommand(.address(address("10.0.1.1")))).failure == .noAnswer)
    #expect(lab.play("router", PingCommand(b)).succeeded, "the answer to its own packet is established")
  }

  /// Linux tracks what a machine sends before its OUTPUT rules.
  @Test("what the machine itself sends has a state: it may answer, and report errors, but begin nothing")
  func statesOfOutput() {
    var lab = Lab.filtered([
      "policy": ["output": "drop"], "output": [["action": "accept", "state": "established,related"]],
    ])
    let router = Target.address(address("10.0.1.1"))
    #expect(lab.play("a", PingCommand(router)).succeeded)
    #expect(lab.play("a", UDPCommand(router, port: 7)).succeeded)
    #expect(lab.play("a", UDPCommand(router, port: 9)).failure == .portUnreachable)
    #expect(lab.play("router", PingCommand(b)).failure == .prohibited)
  }

  @Test("an error about a packet that began nothing is related to it all the same")
  func relatedToNothing() {
    var lab = Lab.filtered([
      "forward": [["action": "reject"]], "policy": ["output": "drop"],
      "output": [["action": "accept", "state": "related"]],
    ])
    #expect(lab.play("a", PingCommand(b)).failure == .portUnreachable)
  }

  @Test(
    "prerouting sees all that comes in, postrouting all that leaves, and neither what goes the other way",
    arguments: ["prerouting", "postrouting"])
  func outerHooks(hook: String) {
    let far = Target.address(address("10.0.1.1"))
    // The answers of `b` are what postrouting would drop toward eth0.
    let interface = hook == "prerouting" ? "in" : "out"
    let rule = Value.map([("action", .string("drop")), (interface, .string("eth1"))])
    var lab = Lab.filtered(Value.map([(hook, .list([rule]))]))
    #expect(lab.play("a", PingCommand(b)).failure == .noAnswer)
    #expect(lab.drops(at: "router") == [.filtered])
    #expect(lab.play("a", PingCommand(far)).succeeded)
    let own = lab.play("router", PingCommand(b)).failure
    #expect(own == (hook == "prerouting" ? .noAnswer : .prohibited))
    #expect(lab.simulator.journal.counters.isBalanced)
  }

  @Test("a mark of prerouting is read by forward and postrouting, and not on the next packet")
  func marks() {
    var lab = Lab.filtered([
      "prerouting": [["set-mark": "0x7", "protocol": "icmp"]],
      "forward": [["mark": 7, "set-mark": "0x100/0x100"]], "postrouting": [["mark": "0x107", "action": "drop"]],
    ])
    #expect(lab.play("a", UDPCommand(b, port: 7)).succeeded)
    #expect(lab.play("a", PingCommand(b)).failure == .noAnswer)
    #expect(lab.play("a", UDPCommand(b, port: 7)).succeeded)
    #expect(lab.play("router", PingCommand(b)).succeeded, "its own are not marked on their way in")
  }

  @Test("the machine reaches itself by lo: out, then in")
  func loopback() {
    let itself = Target.address(address("10.0.1.1"))
    let cases: [(Value, FailureReason?)] = [
      (["policy": ["input": "drop"]], .noAnswer),
      (["policy": ["input": "drop"], "input": [["in": "lo", "action": "accept"]]], nil),
      (["policy": ["input": "drop"], "input": [["in": "!lo", "action": "accept"]]], .noAnswer),
      (["output": [["out": "lo", "action": "drop"]]], .prohibited),
      (["output": [["out": "!lo", "action": "drop"]]], nil),
      (["input": [["in": "lo", "action": "reject"]]], .portUnreachable),
      (["policy": ["input": "drop"], "input": [["state": "established", "action": "accept"]]], .noAnswer),
    ]
    for (filter, failure) in cases {
      var lab = Lab.filtered(filter)
      #expect(lab.play("router", PingCommand(itself)).failure == failure, "\(filter)")
    }
  }

  @Test("a rule that logs is told with its line, and the packet goes on")
  func logging() {
    var lab = Lab.filtered(["forward": [["log": "seen", "protocol": "icmp"]]])
    #expect(lab.play("a", PingCommand(b)).succeeded)
    #expect(lab.play("a", UDPCommand(b, port: 7)).succeeded)
    let logged = lab.records(of: "router").filter { $0.event == .logged }
    #expect(logged.count == 2, "the request and the reply")
    #expect(logged.allSatisfy { $0.frame != .none && $0.origin != .none })
  }

  @Test("input rules are for what the machine itself receives")
  func input() {
    var lab = Lab.filtered([
      "input": [["action": "reject", "protocol": "udp", "port": 7], ["action": "drop", "protocol": "icmp"]]
    ])
    let router = Target.address(address("10.0.1.1"))
    let refused = lab.play("a", UDPCommand(router, port: 7))
    #expect(refused.failure == .portUnreachable)
    #expect(refused.responder == address("10.0.1.1"))
    #expect(lab.play("a", PingCommand(router)).failure == .noAnswer)
    #expect(lab.drops(at: "router") == [.filtered, .filtered])
    #expect(lab.play("a", UDPCommand(b, port: 7)).succeeded, "what passes through is not input")
  }

  /// Linux: EPERM from `sendto`, before anything is on the wire.
  @Test("output rules stop the machine's own packets at once, and no others", arguments: ["drop", "reject"])
  func output(action: String) {
    var lab = Lab.filtered(["output": [["action": .string(action), "destination": "10.0.2.0/24"]]])
    #expect(lab.play("router", PingCommand(b)).failure == .prohibited)
    #expect(lab.sent(by: "router").isEmpty)
    #expect(lab.play("a", PingCommand(b)).succeeded)
  }

  @Test("a rule that decided is told with its line, and so is the policy")
  func origins() {
    for (filter, label, line) in [
      (Value.map([("forward", [.map([("action", "drop")], at: place(4, 9))])]), "forward rule: drop", UInt32(4)),
      (.map([("policy", .string("drop", at: place(3, 11)))]), "forward policy drop", 3),
      (.map([("policy", ["forward": .string("drop", at: place(3, 30))])]), "forward policy drop", 3),
      (
        [
          "forward": [["jump": "guard"]],
          "chains": ["guard": [.map([("log", "no"), ("reject-with", "icmp-host-prohibited")], at: place(9, 5))]],
        ], "chain guard rule: log \"no\", reject with ICMP 3/10", 9
      ),
    ] as [(Value, String, UInt32)] {
      var lab = Lab()
      lab.addStack("a", ["10.0.1.2/24"], gateway: "10.0.1.1")
      let origins = lab.addWritten(
        "router",
        ["interfaces": ["eth0": "10.0.1.1/24", "eth1": "10.0.2.1/24"], "forwards": true, "filter": filter])
      lab.wire(("a", 0), ("router", 0))
      lab.build()
      let failure = lab.play("a", PingCommand(b)).failure
      #expect(failure == .noAnswer || failure == .hostProhibited)
      let drop = lab.records(of: "router").first { $0.event == .dropped(.filtered) }
      let entry = drop.flatMap { origins[$0.origin] }
      #expect(entry?.label == label)
      #expect(entry?.location.line == line)
    }
  }
}

import Configuration
import Scenarios
import Simulation
import Testing

/// Scenarios of one step each, on beds that know everything from the start, so that times are exact.
enum Bed {
  /// `a` and `b` a millisecond apart.
  static let line = """
    start: pre-learned
    nodes:
      a: { kind: host, interfaces: { eth0: 10.0.0.1/24 }, services: [udp/9] }
      b: { kind: host, interfaces: { eth0: 10.0.0.2/24 }, services: [udp/7, udp/9, tcp/80] }
    links: [{ endpoints: [a, b], delay: 1ms }]

    """

  /// A line that loses every second frame from `a` to `b`, the first to begin with.
  static let lossy = line.replacing("delay: 1ms", with: "there: { loss: { to-bad: 100%, to-good: 100% } }")

  /// `a` and `b` on one switch, `c` on another, behind it.
  static let switches = """
    nodes:
      a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
      b: { kind: host, interfaces: { eth0: 10.0.0.2/24 } }
      c: { kind: host, interfaces: { eth0: { address: 10.0.0.3/24, duplicate: true } } }
      twin: { kind: host, interfaces: { eth0: { address: 10.0.0.3/24, duplicate: true } } }
      sw1: { kind: switch }
      sw2: { kind: switch }
    links: [[a, sw1:p1], [b, sw1:p2], [sw1:up, sw2:up], [c, sw2:p1], { endpoints: [twin, sw2:p2], delay: 1ms }]

    """

  /// `a`, two routers and `b`; `r2` has no route to 10.0.9.0/24, where `r1` sends what is for it.
  static let routers = """
    nodes:
      a: { kind: host, interfaces: { eth0: 10.0.1.1/24 }, gateway: 10.0.1.254 }
      r1:
        kind: router
        interfaces: { lan0: 10.0.1.254/24, wan0: 10.0.8.1/30 }
        gateway: 10.0.8.2
      r2:
        kind: router
        interfaces: { wan0: 10.0.8.2/30, lan0: 10.0.2.254/24 }
        routes: [{ to: 10.0.1.0/24, via: 10.0.8.1 }]
      b: { kind: host, interfaces: { eth0: 10.0.2.1/24 }, gateway: 10.0.2.254, services: [udp/7] }
    links: [[a, r1:lan0], [r1:wan0, r2:wan0], [r2:lan0, b]]

    """

  /// The verdict on the last step.
  static func judge(_ bed: String, _ steps: String, _ expect: String) throws -> StepVerdict {
    let text = ScenarioText(bed + "steps: [\(steps)]\nexpect: { x: \(expect) }\n")
    let verdict = try text.verdict()
    #expect(verdict.imbalance == nil)
    return try #require(verdict.steps.first { $0.id == "x" })
  }

  static func expect(_ bed: String, _ steps: String, _ expected: String, holds: Bool) throws {
    let step = try judge(bed, steps, expected)
    #expect(step.result == (holds ? .held : .failed), "\(expected): \(step.findings)")
  }
}

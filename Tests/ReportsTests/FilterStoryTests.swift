import Reports
import Scenarios
import Testing

/// Stories name the rule that decided, with its own line.
@Suite("Stories of filters") struct FilterStoryTests {
  private static let lab = """
    nodes:
      a: { kind: host, interfaces: { eth0: 10.0.1.2/24 }, gateway: 10.0.1.1 }
      b: { kind: host, interfaces: { eth0: 10.0.2.2/24 }, gateway: 10.0.2.1 }
      fw:
        kind: firewall
        interfaces: { eth0: 10.0.1.1/24, eth1: 10.0.2.1/24 }
        filter:
          policy: { forward: drop }
          forward:
            - { jump: guard }
          chains:
            guard:
              - { icmp: echo-request, log: no, reject-with: icmp-admin-prohibited }
              - { protocol: udp, log: maybe }
          output:
            - { icmp: echo-request, action: drop }
    links: [[a, fw:eth0], [fw:eth1, b]]
    steps:
      - { id: ping, ping: a -> b }
      - { id: udp, udp: a -> b:7 }
      - { id: own, ping: fw -> b }
    expect: { ping: { fails: admin-prohibited } }
    """
  private let run: VariantRun

  init() throws { run = try #require(try Stage.runs(Self.lab, named: "lab.yaml").first) }

  private func story(_ id: String) throws -> String {
    let step = try #require(run.verdict.steps.firstIndex { $0.id == id })
    return StoryReport.text(of: step, in: run)
  }

  @Test("in a chain that was jumped to, the decider is the rule there")
  func jumps() throws {
    let text = try story("ping")
    let rule = "(`chain guard rule: log \"no\", reject with ICMP 3/13`, lab.yaml:13)"
    #expect(text.contains("writes it down in its log \(rule)"))
    #expect(text.contains("**drops it: a rule forbids it** \(rule) [filtered]"))
    #expect(text.contains("`a` sees: admin-prohibited"))
  }

  @Test("where no rule decided, the policy is named, behind what was logged")
  func policy() throws {
    let text = try story("udp")
    #expect(text.contains("writes it down in its log (`chain guard rule: log \"maybe\"`, lab.yaml:14)"))
    #expect(text.contains("**drops it: a rule forbids it** (`forward policy drop`, lab.yaml:8) [filtered]"))
  }

  @Test("what never left is told with the rule that kept it")
  func own() throws {
    let text = try story("own")
    let rule = "(`output rule: drop`, lab.yaml:16)"
    #expect(text.contains("No such packet ever left `fw`, which keeps it from leaving by eth1 \(rule)."))
  }
}

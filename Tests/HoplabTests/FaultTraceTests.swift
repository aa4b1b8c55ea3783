import Testing

/// What `hoplab trace` says of packets that a fault stops, wherever they died of it.
@Suite("hoplab trace after faults") struct FaultTraceTests {
  private static let lab = """
    name: lab
    nodes:
      a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
      b: { kind: host, interfaces: { eth0: 10.0.0.2/24 } }
      c: { kind: host, interfaces: { eth0: 10.0.0.3/24, eth1: 10.1.0.1/24 } }
      d: { kind: host, interfaces: { eth0: 10.1.0.2/24 } }
      e: { kind: host, interfaces: { eth0: 10.0.0.4/24 } }
      sw1: { kind: switch }
      sw2: { kind: switch }
    links: [[a, sw1], [c:eth0, sw1], [sw1:up, sw2:up], [b, sw2], [e, sw2], [c:eth1, d]]
    steps:
      - { id: known, ping: a -> b }
      - { id: off-e, fail: e }
      - { id: off-b, fail: b }
      - { id: off-sw2, fail: sw2 }
      - { id: on-again, repair: sw2 }
      - { id: cut, fail: sw1 -- sw2 }
      - { id: off-d, fail: d }
    expect: { known: reply }
    """

  @Test("a fault beside a way that is whole is not blamed: what stops the packet there is")
  func wayAround() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try folder.write(
      """
      name: lab
      nodes:
        a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
        b: { kind: host, interfaces: { eth0: 10.0.0.2/24 } }
        sw1: { kind: switch }
        sw2: { kind: switch, ports: { up: { access: 300 }, around: { access: 100 }, p: { access: 200 } } }
      links: [[a, sw1], [sw1:up, sw2:up], [sw1:around, sw2:around], [b, sw2:p]]
      steps:
        - { id: cut, fail: "sw1:up" }
        - { id: try, ping: a -> b }
      """, to: "lab.yaml")
    let trace = try Command.run(["trace", "lab.yaml", "--from", "a", "--to", "b"], in: folder.path)
    #expect(trace.status == 1)
    #expect(trace.output.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains("VLAN"))
    #expect(!trace.output.contains("'repair'"), "\(trace.output)")
  }

  @Test(
    "it names what failed on the way, with the step that made it so, and who was to be reached",
    arguments: [
      // The neighbour is known, so the packet itself goes out: to nobody, or to the wrong ones.
      ("off-b", "a", "b", "no other port here has a link", "it is on its way to b: 'repair' b, which is off"),
      (
        "off-sw2", "a", "b", "its destination address is another station's",
        "it is on its way to b: 'repair' sw2, which is off"
      ),
      ("cut", "a", "b", "another station's", "on its way to b: 'repair' the link sw1:up -- sw2:up (lab.yaml:10), "),
      // It is not known, and the question has no answer.
      ("off-e", "a", "e", "the next hop does not answer ARP", "e has 10.0.0.4: 'repair' e, which is off"),
      ("off-sw2", "a", "e", "the next hop does not answer ARP", "e has 10.0.0.4: 'repair' sw2, which is off"),
      ("off-d", "c", "d", "the next hop does not answer ARP", "d has 10.1.0.2: 'repair' d, which is off"),
    ])
  func named(step: String, sender: String, target: String, reason: String, remedy: String) throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try folder.write(Self.lab, to: "lab.yaml")
    let trace = try Command.run(
      ["trace", "lab.yaml", "--after", step, "--from", sender, "--to", target], in: folder.path)
    let said = trace.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(trace.status == 1)
    #expect(said.contains(reason), "\(trace.output)")
    #expect(said.contains(remedy.replacing("is off", with: "is switched off since step '\(step)'")), "\(trace.output)")
    #expect(said.contains("; or ask --after a step before it"))
    #expect(step != "cut" || said.contains("which step 'cut' has cut;"))
  }
}

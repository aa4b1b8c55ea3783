import Scenarios
import Simulation
import Testing
import Topology

/// Switches in a circle of links.
@Suite("Circles of links") struct LinkLoopTests {
  private func text(_ links: String, _ rest: String = "", events: String = "5k") -> ScenarioText {
    ScenarioText(
      """
      name: t
      nodes:
        a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
        b: { kind: host, interfaces: { eth0: 10.0.0.2/24 } }
        one: { kind: switch }
        two: { kind: switch }
        three: { kind: hub }
      links: [[a, one], [b, two], \(links)]
      limits: { events: \(events) }
      \(rest)
      """)
  }

  private static let twice = "['one:p1', 'two:p1'], ['one:p2', 'two:p2']"

  private func limit(_ links: String, _ rest: String = "steps: [{ ping: a -> b }]") throws -> String? {
    try text(links, rest).verdict().limit
  }

  @Test("a play that a storm ends names the switches and links of the circle, and no others")
  func names() throws {
    let two = try #require(try limit(Self.twice))
    #expect(two.contains("one, two are linked in a circle (one:p1 -- two:p1, one:p2 -- two:p2)"), "\(two)")
    let three = try #require(try limit("[one, two], [two, three], [three, one]"))
    #expect(three.contains("are linked in a circle"), "\(three)")
    #expect(three.contains("three:to-one -- one:to-three"), "\(three)")
    let itself = try #require(try limit("[one, two], [two, two]"))
    #expect(itself.contains("two is linked to itself"), "\(itself)")
  }

  @Test("a circle that spanning tree breaks, or that is cut, is none")
  func broken() throws {
    let topology = try text("[one, two], [two, three], [three, one]").play.topology
    let loop = try #require(topology.loop())
    #expect(loop.links.count == 3 && loop.devices.count == 3)
    for link in loop.links { #expect(topology.loop(withoutLinks: [link]) == nil) }
    for device in loop.devices { #expect(topology.loop(devices: [device]) == nil) }
  }

  /// Switches one and two with two links, whose ports say what is given.
  private func vlanLoop(_ first: String, _ second: String, _ host: String = "access: 100") throws -> LinkLoop? {
    let text = ScenarioText(
      """
      name: t
      nodes:
        a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
        one: { kind: switch, ports: { a: { \(host) }, p1: { \(first) }, p2: { \(second) } } }
        two: { kind: switch, ports: { p1: { \(first) }, p2: { \(second) } } }
      links: [[a, "one:a"], ["one:p1", "two:p1"], ["one:p2", "two:p2"]]
      steps: [{ ping: a -> 10.0.0.9 }]
      """)
    return try text.play.topology.loop()
  }

  @Test("a circle of links is none where no VLAN goes round in it, and is one where somebody's does")
  func vlans() throws {
    #expect(try vlanLoop("trunk: [100, 200]", "trunk: [100, 300]")?.links == [1, 2])
    #expect(try vlanLoop("trunk: [100, 200]", "trunk: [200, 300]") == nil, "nobody speaks in 200")
    #expect(try vlanLoop("access: 100", "access: 200") == nil)
    #expect(try vlanLoop("access: 100", "access: 100")?.devices.count == 2)
    #expect(try vlanLoop("trunk: [200], native: 100", "access: 100") != nil, "neither has a tag")
    #expect(try vlanLoop("trunk: [100]", "trunk: all, native: 7") != nil)
    #expect(try vlanLoop("trunk: [100]", "trunk: all, native: 7", "access: 7") == nil)
  }

  /// One's VLAN 100 is two's 200 on the first link, and each is itself on the second.
  @Test("two VLANs that a link joins by mistake are no circle by that")
  func mismatch() throws {
    func loop(_ second: String) throws -> LinkLoop? {
      try ScenarioText(
        """
        name: t
        nodes:
          a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
          one: { kind: switch, ports: { a: { access: 100 }, p1: { access: 100 }, p2: { trunk: \(second) } } }
          two: { kind: switch, ports: { p1: { access: 200 }, p2: { trunk: \(second) } } }
        links: [[a, "one:a"], ["one:p1", "two:p1"], ["one:p2", "two:p2"]]
        steps: [{ ping: a -> 10.0.0.9 }]
        """
      ).play.topology.loop()
    }
    #expect(try loop("[100]") == nil)
    #expect(try loop("[200]") == nil)
  }

  @Test("two bonds with several links between them are no circle, and a third way is one")
  func bonds() throws {
    func loop(_ more: String) throws -> LinkLoop? {
      let text = ScenarioText(
        """
        name: t
        nodes:
          a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
          one: { kind: switch, bonds: { po1: { interfaces: [p1, p2], mode: 802.3ad } } }
          two: { kind: switch, bonds: { po1: { interfaces: [p1, p2], mode: 802.3ad } } }
        links: [[a, "one:a"], ["one:p1", "two:p1"], ["one:p2", "two:p2"]\(more)]
        steps: [{ ping: a -> 10.0.0.9 }]
        """)
      return try text.play.topology.loop()
    }
    #expect(try loop("") == nil)
    #expect(try loop(", [\"one:p3\", \"two:p3\"]") != nil)
  }

  @Test("an expected storm holds, ends its step early, and what follows is played")
  func expected() throws {
    let verdict = try text(
      Self.twice,
      """
      steps: [{ id: s, ping: a -> b }, { fail: "one:p1" }, { wait: 1s }, { id: t, ping: a -> b }]
      expect: { s: { storms: [one, two] }, t: reply }
      """, events: "1M"
    ).verdict()
    #expect(verdict.limit == nil && verdict.holds, "\(verdict)")
  }

  @Test("where there is none, an expected storm fails and says how often a frame was flooded")
  func none() throws {
    let verdict = try text(
      "[one, two]", "steps: [{ id: s, ping: a -> b }]\nexpect: { s: { storms: [one, a] } }"
    ).verdict()
    #expect(verdict.limit == nil && !verdict.holds)
    #expect(verdict.steps[0].findings.map(\.got) == ["one floods one frame 1 times, a floods one frame 0 times"])
  }
}

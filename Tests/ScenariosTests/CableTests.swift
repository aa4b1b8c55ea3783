import Simulation
import Testing
import Topology

/// What is written of a link, in each of its directions.
@Suite("Cables") struct CableTests {
  private func cables(_ fields: String) throws -> (there: Cable, back: Cable) {
    let reading = TopologyReading(
      """
      nodes:
        a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
        b: { kind: host, interfaces: { eth0: 10.0.0.2/24 } }
      links: [{ endpoints: [a, b], \(fields) }]
      """)
    try #require(reading.rendered == "", "\(reading.rendered)")
    return try #require(reading.topology.links.first).cables
  }

  @Test("what is said of the link holds for both directions")
  func both() throws {
    let (there, back) = try cables("delay: 5ms, jitter: 1ms, duplication: 2%, corruption: 3%, rate: 1Mbit")
    #expect(there == back)
    #expect(there.configuration == LinkConfiguration(delay: .milliseconds(5), rate: 1_000_000))
    #expect(there.impairments.jitter == .init(.milliseconds(1)))
    #expect((there.impairments.duplication, there.impairments.corruption) == (0.02, 0.03))
  }

  @Test("what is said of one direction holds there in place of it, and the rest stays")
  func each() throws {
    let (there, back) = try cables(
      "delay: 5ms, loss: 1%, there: { delay: 9ms }, back: { loss: { to-bad: 1%, to-good: 20% } }")
    #expect(there.configuration == LinkConfiguration(delay: .milliseconds(9), loss: 0.01))
    #expect(there.impairments == .none)
    #expect(back.configuration == LinkConfiguration(delay: .milliseconds(5)))
    #expect(back.impairments.bursts == .init(good: 0, bad: 1, toBad: 0.01, toGood: 0.2))
  }

  @Test("a plain link has no impairments")
  func plain() throws {
    let (there, back) = try cables("delay: 5ms, loss: 1%, queue: 7, mtu: 1400")
    #expect(there.impairments == .none && back.impairments == .none)
  }

  @Test("the longer forms say more")
  func long() throws {
    let (there, _) = try cables(
      "delay: 5ms, jitter: { spread: 5ms, distribution: normal }, reordering: { share: 25%, by: 5ms }")
    #expect(there.impairments.jitter == .init(.milliseconds(5), .normal))
    #expect(there.impairments.reordering == .init(share: 0.25, gain: .milliseconds(5)))
    let (all, _) = try cables("delay: 5ms, reordering: 25%")
    #expect(all.impairments.reordering?.share == 0.25)
    #expect((all.impairments.reordering?.gain ?? .zero) > .milliseconds(5))
  }

  @Test("a delay said of each direction is what its jitter is compared with")
  func jitterOfEach() throws {
    let (there, back) = try cables("jitter: 2ms, there: { delay: 2ms }, back: { delay: 3ms }")
    #expect(there.impairments == back.impairments)
  }
}

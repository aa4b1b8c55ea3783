import Packets
import Protocols
import Simulation
import Testing

/// Verification that nothing confirms has an end.
@Suite("Verifying a neighbour")
struct NeighborProbeTests {
  private let neighbor = IPv4Address(rawValue: 0x0a00_0001)
  private let station = MACAddress(rawValue: 0x0200_0000_0001)
  private let port = PortNumber(0)

  /// Asks unicast until nothing more is asked; `confirming` is what is heard after each question.
  private func questions(confirming evidence: NeighborCache.Evidence?) -> Int {
    var cache = NeighborCache()
    var random = RandomSource(seed: 1, name: "test")
    var now = Instant.start
    _ = cache.learn(neighbor, at: station, on: port, from: .request, now: now, random: &random)
    _ = cache.use(neighbor, on: port, now: now)
    now = now + NeighborCache.delayBeforeProbe
    var count = 0
    while count < 20, case .askUnicast(_, let next) = cache.tick(neighbor, on: port, now: now) {
      count += 1
      if let evidence {
        _ = cache.learn(neighbor, at: station, on: port, from: evidence, now: now, random: &random)
      }
      now = now + next
    }
    return count
  }

  @Test("what is only overheard confirms nothing: after three questions it is over, as in silence")
  func overheard() {
    #expect(questions(confirming: nil) == NeighborCache.questions)
    #expect(questions(confirming: .overheard) == NeighborCache.questions)
    #expect(questions(confirming: .gratuitous) == NeighborCache.questions)
  }

  @Test("a reply ends the verification at the first question")
  func reply() { #expect(questions(confirming: .reply) == 1) }
}

import Scenarios
import Simulation
import Testing

/// The small scenarios that each show one behaviour.
@Suite("Scenarios/behaviour") struct BehaviourTests {
  static let names = Shipped.names(in: "behaviour") + Shipped.names(in: "openstack")

  @Test("there are some")
  func some() { #expect(!Self.names.isEmpty) }

  @Test(
    "every expectation holds, every frame is accounted for, and twice is the same", arguments: names)
  func holds(name: String) throws {
    let scenario = try Shipped.scenario(name)
    #expect(!scenario.title.isEmpty)
    for play in scenario.plays {
      #expect(play.steps.contains { !$0.expectations.isEmpty })
      let playback = Player(play).run()
      let verdict = Judge(play, playback).verdict()
      #expect(verdict.holds, "\(play.variant): \(verdict.steps.filter { $0.result == .failed })")
      #expect(playback.imbalance == nil)
      #expect(Player(play).run().journal.records == playback.journal.records)
    }
  }
}

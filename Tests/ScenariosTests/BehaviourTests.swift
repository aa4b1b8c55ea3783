import Scenarios
import Simulation
import Testing

/// The small scenarios that each show one behaviour, as written and as shown in the plain language.
@Suite("Scenarios/behaviour") struct BehaviourTests {
  static let names = Shipped.names(in: "behaviour") + Shipped.names(in: "openstack")

  @Test("there are some")
  func some() { #expect(!Self.names.isEmpty) }

  @Test(
    "every expectation holds, every frame is accounted for, and twice is the same, from what is shown of it as well",
    arguments: names)
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
      let shown = Player(try Shipped.reread(play)).run()
      #expect(shown.journal.records.map(\.withoutOrigin) == playback.journal.records.map(\.withoutOrigin))
    }
  }
}

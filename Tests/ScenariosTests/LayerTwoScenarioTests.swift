import Foundation
import Scenarios
import Simulation
import Testing

/// The short scenarios that each show one behaviour, as written and as shown in the plain language.
@Suite("Scenarios/behaviour, shown") struct LayerTwoScenarioTests {
  static let names: [String] = {
    let folder = Shipped.folder.appending(path: "behaviour").path
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  }()

  @Test("every one of them holds in every variant, with every frame accounted for", arguments: names)
  func holds(name: String) throws {
    let scenario = try Shipped.scenario("behaviour/\(name)")
    #expect(!scenario.title.isEmpty)
    for play in scenario.plays {
      let playback = Player(play).run()
      let verdict = Judge(play, playback).verdict()
      #expect(verdict.holds, "\(play.variant): \(verdict.steps.filter { $0.result == .failed })")
      #expect(playback.imbalance == nil)
      #expect(play.steps.contains { !$0.expectations.isEmpty })
    }
  }

  @Test("what is shown of each is itself a scenario, and plays the same", arguments: names)
  func shown(name: String) throws {
    for play in try Shipped.scenario("behaviour/\(name)").plays {
      let again = try Shipped.reread(play)
      #expect(
        Player(play).run().journal.records.map(\.withoutOrigin)
          == Player(again).run().journal.records.map(\.withoutOrigin))
    }
  }
}

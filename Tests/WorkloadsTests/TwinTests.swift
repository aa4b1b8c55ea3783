import Configuration
import Foundation
import Reports
import Scenarios
import Simulation
import Testing
import Workloads
import YAMLSource

/// What the benchmark builds by itself is what `hoplab run` would build: both write the same journal, to the last origin.
@Suite("Twins of the workloads") struct TwinTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Benchmarks/twins").standardizedFileURL.path

  private func play(_ name: String, start: PlayStart) throws -> VariantRun {
    var diagnostics = Diagnostics()
    var sources = SourceMap()
    let text = try String(contentsOfFile: "\(TwinTests.folder)/\(name).yaml", encoding: .utf8)
    let value = try #require(YAMLSource.read(text: text, name: name, into: &sources, &diagnostics))
    let scenario = try #require(Scenario.read(value, &diagnostics), "\(diagnostics.all)")
    var play = try #require(scenario.plays.first)
    play.start = start
    return VariantRun(playing: play, of: scenario.name, seed: 1, sources: sources)
  }

  private func digest(_ kind: any Workload.Type, size: Int, isPrelearned: Bool) -> (String, Counters) {
    var plan = kind.plan(size: size)
    var simulator = plan.makeSimulator(detail: .folded, isPrelearned: isPrelearned)
    plan.play(on: &simulator)
    simulator.completeJournal()
    return (JournalDigest.of(simulator.journal, simulator.messages), simulator.journal.counters)
  }

  @Test(
    "play the same",
    arguments: [
      ("W2", 8), ("W3", 50), ("W4", 3), ("W4-nat", 3), ("W5", 40), ("W6", 1000), ("W9-dhcp", 50), ("W9-nat", 200),
    ] as [(String, Int)],
    PlayStart.allCases)
  func sameJournal(_ workload: (word: String, size: Int), start: PlayStart) throws {
    let run = try play(workload.word, start: start)
    let kind = try #require(workloads.first { $0.word == workload.word })
    let (digest, counters) = digest(kind, size: workload.size, isPrelearned: start == .preLearned)
    #expect(counters == run.playback.counters)
    #expect(digest == run.journalDigest)
  }

  @Test("there is one for each workload")
  func complete() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: TwinTests.folder).sorted()
    #expect(files == workloads.map { "\($0.word).yaml" }.sorted())
  }
}

import Configuration
import Devices
import Foundation
import Platforms
import Reports
import Scenarios
import Simulation
import Testing
import Topology
import YAMLSource

/// What `hoplab show --topology` prints of every shipped scenario, read again and played.
@Suite("Every scenario in the plain language") struct ExpansionTests {
  /// By their paths below `Scenarios`, in every folder there is.
  static let files: [String] = {
    let found = FileManager.default.enumerator(atPath: "\(Command.root)/Scenarios")?.compactMap { $0 as? String } ?? []
    return found.filter { $0.hasSuffix(".yaml") }.sorted()
  }()

  @Test("they are found, in the folders as well, and no two have one name")
  func found() {
    let folders = Set(Self.files.map { $0.split(separator: "/").dropLast().joined(separator: "/") })
    let known: Set = ["", "behaviour", "docker", "faults", "libvirt", "openstack", "virtualbox", "vmware"]
    #expect(folders.isSuperset(of: known))
    let names = Self.files.map { String($0.split(separator: "/").last ?? "") }
    #expect(names.count == Set(names).count)
  }

  /// The journals are compared by all that their records say: times, places, causes, the numbers of what decided, and the
  /// bytes of frames and messages. What decided is compared by its words, not by its line.
  @Test(
    "the wiring that is shown is a scenario, and with the same steps it plays and is judged the same",
    arguments: files)
  func same(file: String) throws {
    let path = "\(Command.root)/Scenarios/\(file)"
    let scenario = try read([UInt8](Data(contentsOf: URL(fileURLWithPath: path))), of: path)
    #expect("\(scenario.name).yaml" == file.split(separator: "/").last ?? "")
    for play in scenario.plays {
      #expect(play.steps.contains { !$0.expectations.isEmpty })
      let shown = try Command.run("show", path, "--topology", "--variant", play.variant)
      try #require(shown.status == 0, "\(play.variant): \(shown.errors)")
      let wiring = try #require(try read(Array(shown.output.utf8), of: "wiring").plays.first)
      #expect(wiring.expanded["nodes"]?.map?.entries.allSatisfy { $0.value["kind"]?.text == "machine" } == true)
      let text = shown.output + play.expanded.without("nodes", "links").yaml()
      let again = try #require(try read(Array(text.utf8), of: "shown").plays.first)
      try compare(play, again)
    }
  }

  private func compare(_ play: Play, _ again: Play) throws {
    let first = Player(play).run()
    let second = Player(again).run()
    #expect(first.imbalance == nil, "\(play.variant)")
    #expect(first.limit == second.limit && first.stepsPlayed == second.stepsPlayed, "\(play.variant)")
    #expect(first.journal.records.count == second.journal.records.count, "\(play.variant)")
    #expect(
      JournalDigest.of(first.journal, first.messages) == JournalDigest.of(second.journal, second.messages),
      "\(play.variant)")
    #expect(decisions(of: play) == decisions(of: again), "\(play.variant)")
    let verdict = Judge(play, first).verdict()
    #expect(verdict.holds, "\(play.variant): \(verdict.steps.filter { $0.result == .failed })")
    #expect(judgement(verdict) == judgement(Judge(again, second).verdict()), "\(play.variant)")
  }

  private func read(_ bytes: [UInt8], of name: String) throws -> Scenario {
    var sources = SourceMap()
    var diagnostics = Diagnostics()
    let value = YAMLSource.read(bytes: bytes, name: name, into: &sources, &diagnostics)
    var files = TextFiles(sources) { name, sources, diagnostics in
      YAMLSource.readText(name, into: &sources, &diagnostics) {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: $0)))
      }
    }
    let scenario = value.flatMap { Scenario.read($0, files: &files, &diagnostics) }
    sources = files.sources
    try #require(!diagnostics.hasErrors, "\(DiagnosticRenderer(sources: sources, colour: false).render(diagnostics))")
    return try #require(scenario)
  }

  /// What may decide about a packet, in its own words.
  private func decisions(of play: Play) -> [String] {
    play.topology.origins.entries.map { "\($0.machine).\($0.device): \($0.label)" }
  }

  private func judgement(_ verdict: VariantVerdict) -> [String] {
    verdict.steps.flatMap { step in
      ["\(step.id): \(step.words): \(step.result)"]
        + step.findings.map { "\($0.holds) \($0.wanted), \($0.got)" }
    }
  }
}

extension Value {
  /// The map without these keys.
  fileprivate func without(_ keys: String...) -> Value {
    .map((map?.entries ?? []).filter { !keys.contains($0.key) }.map { ($0.key, $0.value) })
  }
}

import Configuration
import Scenarios
import Simulation
import Topology
import YAMLSource

/// What must be true of whatever is read as a scenario.
enum ScenarioScrutiny {
  /// What is wrong with how these bytes are read and played; nil when nothing is.
  static func fault(in bytes: [UInt8]) -> String? {
    var sources = SourceMap()
    var diagnostics = Diagnostics()
    let value = YAMLSource.read(bytes: bytes, name: "fuzz.yaml", into: &sources, &diagnostics)
    let scenario = value.flatMap { Scenario.read($0, &diagnostics) }
    let told = DiagnosticRenderer(sources: sources, colour: false).render(diagnostics)
    guard let scenario else { return diagnostics.hasErrors && !told.isEmpty ? nil : "refused without a reason" }
    guard !diagnostics.hasErrors else { return "accepted in spite of: \(told)" }
    for play in scenario.plays.prefix(2) {
      if let fault = fault(of: play) { return fault }
    }
    return nil
  }

  private static func fault(of play: Play) -> String? {
    // A network of thousands is not read wrongly, only slowly.
    guard play.topology.devices.count < 200 else { return nil }
    var limits = Simulator.Limits()
    limits.events = 20_000
    limits.memory = 1 << 26
    let playback = Player(play, limits: limits).run()
    if let imbalance = playback.imbalance { return imbalance }
    let verdict = Judge(play, playback).verdict()
    return verdict.steps.count == play.steps.count ? nil : "a step has no verdict"
  }
}

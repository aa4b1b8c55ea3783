import ArgumentParser
import Configuration
import Reports
import Scenarios
import Simulation

/// Plays variants side by side; what comes out is in their order.
enum Playing {
  static func run(
    _ plays: [Play], of scenario: String, seed: UInt64, sources: SourceMap, limits: PlayLimits = PlayLimits(),
    detail: Journal.Detail = .folded, watch: Progress.Watch? = nil
  ) async -> [VariantRun] {
    @Sendable func run(_ play: Play) -> VariantRun {
      VariantRun(
        playing: play, of: scenario, seed: seed, sources: sources, limits: limits, detail: detail, watch: watch)
    }
    guard plays.count > 1 else { return plays.map(run) }
    return await withTaskGroup(of: (Int, VariantRun).self) { group in
      for (index, play) in plays.enumerated() {
        group.addTask { (index, run(play)) }
      }
      var runs: [(Int, VariantRun)] = []
      for await run in group { runs.append(run) }
      return runs.sorted { $0.0 < $1.0 }.map { $0.1 }
    }
  }

  /// Writes the reports of all variants below `root`, made side by side; gives back the folders, in the order of the
  /// variants. Nothing is written unless all of it could be made.
  static func write(
    _ runs: [VariantRun], below root: String, _ options: ReportOptions
  ) async throws -> [(folder: OutputFolder, files: [ReportFile])] {
    do {
      let made = try await files(of: runs, options)
      return try zip(runs, made).map { run, files in
        let folder = OutputFolder(root, scenario: run.scenario, variant: run.variant)
        try folder.write(files)
        return (folder, files)
      }
    } catch let error as OutputError {
      Terminal.note("hoplab: \(error)\n")
      throw ExitCode.stopped
    }
  }

  private static func files(of runs: [VariantRun], _ options: ReportOptions) async throws -> [[ReportFile]] {
    try await withThrowingTaskGroup(of: (Int, [ReportFile]).self) { group in
      for (index, run) in runs.enumerated() {
        group.addTask { (index, try reportFiles(of: run, options)) }
      }
      var made = Array(repeating: [ReportFile](), count: runs.count)
      for try await (index, files) in group { made[index] = files }
      return made
    }
  }

  static func atlas(of runs: [VariantRun]) throws -> Atlas {
    do {
      return try Atlas(of: runs)
    } catch {
      Terminal.note("hoplab: \(error)\n")
      throw ExitCode.stopped
    }
  }
}

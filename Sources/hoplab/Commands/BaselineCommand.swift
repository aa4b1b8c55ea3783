import ArgumentParser
import Reports
import Scenarios

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// `hoplab baseline`
struct BaselineCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "baseline", abstract: "Play all scenarios of a folder again and keep what came out.",
    discussion: """
      What is kept is what later runs are compared with, and what people look at who have nothing installed.

      Example: hoplab baseline Scenarios Output/gallery
      """)

  @Argument(help: "The folder with the scenarios.", completion: .directory)
  var folder: String

  @Argument(help: "Where to keep what comes out.", completion: .directory)
  var out: String

  func run() async throws {
    let files = try BaselineCommand.scenarios(in: folder)
    guard !files.isEmpty else {
      Terminal.note("hoplab: there is no scenario in '\(folder)'\n")
      throw ExitCode.invalid
    }
    var allHold = true
    for path in files {
      let file = ScenarioFile(path)
      let scenario = try file.playable()
      let runs = await Playing.run(scenario.plays, of: scenario.name, seed: 1, sources: file.sources)
      var options = ReportOptions()
      options.atlas = try Playing.atlas(of: runs)
      // Nobody could read how one differs from the one before.
      options.leavesCaptureOut = true
      for (folder, files) in try await Playing.write(runs, below: out, options) {
        BaselineCommand.clear(folder, keeping: files)
      }
      for run in runs where !run.verdict.holds {
        allHold = false
        Terminal.print("\(path):\n\(VerdictTable(run).text)\(VerdictTable(run).failures)")
      }
      Terminal.print(
        "\(path): \(runs.count) variant\(runs.count == 1 ? "" : "s") kept below \(out)/\(scenario.name)\n")
    }
    guard allHold else { throw ExitCode.notHeld }
  }

  /// The scenario files of a folder, in the order of their names.
  private static func scenarios(in folder: String) throws -> [String] {
    guard let names = FolderListing.names(in: folder) else {
      Terminal.note("hoplab: the folder '\(folder)' cannot be read\n")
      throw ExitCode.invalid
    }
    return names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.map { "\(folder)/\($0)" }
  }

  /// Pictures of steps that are no more would be taken for true.
  private static func clear(_ folder: OutputFolder, keeping files: [ReportFile]) {
    let kept = Set(files.map(\.path))  // looked up, never iterated
    for name in FolderListing.names(in: "\(folder.path)/steps") ?? [] {
      let path = "steps/\(name)"
      guard !kept.contains(path), name.hasSuffix(".svg") || name.hasSuffix(".dot") else { continue }
      unlink("\(folder.path)/\(path)")
    }
  }
}

/// The names in a folder, sorted; nil when it cannot be read.
enum FolderListing {
  static func names(in folder: String) -> [String]? {
    guard let stream = opendir(folder) else { return nil }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }
}

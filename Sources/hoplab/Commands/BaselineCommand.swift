import ArgumentParser
import Reports
import Scenarios

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
    guard let files = ScenarioFolder.files([folder]) else { throw ExitCode.invalid }
    var allHold = true
    for path in files {
      let file = ScenarioFile(path)
      let scenario = try file.playable()
      let runs = await Playing.run(scenario.plays, of: scenario.name, seed: 1, sources: file.sources)
      // Scenarios in a folder of the folder come to a folder of the same name.
      let root = out + BaselineCommand.place(of: path, below: folder)
      var options = ReportOptions.ofGallery(inFolder: root != out)
      options.atlas = try Playing.atlas(of: runs)
      for (folder, files) in try await Playing.write(runs, below: root, options) {
        folder.clear(keeping: files)
      }
      for run in runs where !run.verdict.holds {
        allHold = false
        Terminal.print("\(path):\n\(VerdictTable(run).text)\(VerdictTable(run).failures)")
      }
      Terminal.print(
        "\(path): \(runs.count) variant\(runs.count == 1 ? "" : "s") kept below \(root)/\(scenario.name)\n")
    }
    guard allHold else { throw ExitCode.notHeld }
  }

  /// `/behaviour` of `Scenarios/behaviour/arp.yaml` below `Scenarios`; empty for what lies in it.
  private static func place(of path: String, below folder: String) -> String {
    let parts = path.split(separator: "/").dropLast()
    let above = folder.split(separator: "/")
    return parts.dropFirst(above.count).map { "/\($0)" }.joined()
  }
}

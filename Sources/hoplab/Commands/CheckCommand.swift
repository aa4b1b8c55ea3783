import ArgumentParser
import Configuration
import Reports
import Scenarios

/// `hoplab check`
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Read scenarios and tell every mistake, without playing them.",
    discussion: "Example: hoplab check Scenarios")

  @Argument(
    help: "Scenario files, or folders of them; - reads standard input.", completion: .file(extensions: ["yaml", "yml"]))
  var files: [String]

  @Flag(name: .long, help: "Print what was found as JSON.")
  var json = false

  func run() throws {
    guard let files = ScenarioFolder.files(self.files) else { throw ExitCode.invalid }
    var isValid = true
    var found: [JSONValue] = []
    for path in files.map(\.path) {
      let file = ScenarioFile(path)
      isValid = isValid && file.scenario != nil
      if json {
        found.append(CheckCommand.json(of: file))
      } else {
        file.tell()
        Terminal.print(CheckCommand.line(of: file))
      }
    }
    if json {
      Terminal.print(JSONValue.members([("version", .integer(1)), ("files", .list(found))]).written())
    }
    guard isValid else { throw ExitCode.invalid }
  }

  private static func line(of file: ScenarioFile) -> String {
    guard let scenario = file.scenario else {
      let count = file.diagnostics.errorCount
      return "\(file.path): \(count) mistake\(count == 1 ? "" : "s")\n"
    }
    let variants = scenario.plays.count
    let steps = scenario.plays.map(\.steps.count).max() ?? 0
    return
      "\(file.path): valid, \(variants) variant\(variants == 1 ? "" : "s") of \(steps) step\(steps == 1 ? "" : "s")\n"
  }

  private static func json(of file: ScenarioFile) -> JSONValue {
    let diagnostics = file.diagnostics.sorted.map { diagnostic in
      JSONValue.members([
        ("code", .text(diagnostic.code.rawValue)), ("severity", .text(diagnostic.severity.rawValue)),
        ("message", .text(diagnostic.message)), ("file", .text(file.name(at: diagnostic.location))),
        ("line", diagnostic.location.isNone ? nil : .integer(diagnostic.location.line)),
        ("column", diagnostic.location.isNone ? nil : .integer(diagnostic.location.column)),
        ("notes", .list(diagnostic.notes.map { .text($0.message) })),
      ])
    }
    return .members([
      ("file", .text(file.path)), ("valid", .boolean(file.scenario != nil)),
      ("diagnostics", .list(diagnostics)),
      ("suppressed", .integer(file.diagnostics.suppressedCount)),
    ])
  }
}

extension ScenarioFile {
  fileprivate func name(at location: SourceLocation) -> String {
    Int(location.file) < sources.files.count ? sources.files[Int(location.file)].name : path
  }
}

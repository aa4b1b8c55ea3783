import ArgumentParser
import Configuration
import Reports
import Scenarios

/// `hoplab schema`
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print the JSON Schema of scenario files for editors, or of what comes out.",
    discussion: """
      Example: hoplab schema --out Scenarios/scenario.schema.json
      Example: hoplab schema result
      """)

  /// Which files are described.
  enum Subject: String, ExpressibleByArgument, CaseIterable {
    case scenario, result, journal
  }

  @Argument(help: "What is described: scenario, result (result.json, run --json) or journal (journal.json).")
  var subject = Subject.scenario

  @Option(name: .long, help: "Write it to this file instead.", completion: .file(extensions: ["json"]))
  var out: String?

  static func text(of subject: Subject) -> String {
    switch subject {
    // A text with a dollar sign may stand for any value.
    case .scenario: SchemaWriter(title: "Hoplab scenario", variablePattern: #"\$"#).write(Scenario.schema)
    case .result: output(.result, ResultReport.version, ResultReport.schema)
    case .journal: output(.journal, JournalFile.version, JournalReport.schema)
    }
  }

  /// The version stands in the files and in the name of the schema.
  private static func output(_ subject: Subject, _ version: Int, _ schema: SchemaNode) -> String {
    SchemaWriter(
      title: "Hoplab \(subject.rawValue), version \(version)", id: "urn:hoplab:\(subject.rawValue):\(version)",
      subject: .output
    ).write(schema)
  }

  func run() throws {
    let text = SchemaCommand.text(of: subject)
    guard let out else { return Terminal.print(text) }
    do {
      try OutputFile.write(Array(text.utf8), to: out)
    } catch {
      Terminal.note("hoplab: \(error)\n")
      throw ExitCode.stopped
    }
  }
}

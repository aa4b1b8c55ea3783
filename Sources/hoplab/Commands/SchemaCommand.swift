import ArgumentParser
import Configuration
import Reports
import Scenarios

/// `hoplab schema`
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print the JSON Schema of scenario files, for editors.",
    discussion: "Example: hoplab schema --out Scenarios/scenario.schema.json")

  @Option(name: .long, help: "Write it to this file instead.", completion: .file(extensions: ["json"]))
  var out: String?

  /// A text with a dollar sign may stand for any value.
  static var text: String {
    SchemaWriter(title: "Hoplab scenario", variablePattern: #"\$"#).write(Scenario.schema)
  }

  func run() throws {
    let text = SchemaCommand.text
    guard let out else { return Terminal.print(text) }
    do {
      try OutputFile.write(Array(text.utf8), to: out)
    } catch {
      Terminal.note("hoplab: \(error)\n")
      throw ExitCode.stopped
    }
  }
}

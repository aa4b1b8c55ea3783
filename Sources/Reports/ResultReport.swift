import Configuration
import Packets
import Scenarios
import Simulation

/// `result.json`: what became of each step, for machines.
///
/// What stands in it is declared in `ResultForms`, from which its schema is made as well.
public struct ResultReport: ReportKind {
  public static let word = "result"
  public static let summary = "Verdicts, paths and numbers of each step as JSON"

  /// Rises when a reader of the old form could not read the new one.
  public static let version = 1

  public static func files(of run: VariantRun, _ options: ReportOptions) -> [ReportFile] {
    [ReportFile("result.json", text: json(of: run).written())]
  }

  /// One variant; `version` and `scenario` lead, so that each file can stand alone.
  public static func json(of run: VariantRun) -> JSONValue { ResultForms.run.write(run) }

  /// All variants of a run in one value.
  public static func json(of runs: [VariantRun]) -> JSONValue { ResultForms.runs.write(runs) }

  /// - Parameter variants: What is said of each.
  static func json(of variants: [JSONValue], of scenario: String?) -> JSONValue {
    .members([
      ("version", .integer(version)), ("scenario", .optional(scenario)),
      ("holds", .boolean(variants.allSatisfy { $0["holds"]?.truth == true })), ("variants", .list(variants)),
    ])
  }

  /// A file is of one variant, and `hoplab run --json` prints all of them.
  public static let schema = SchemaNode.anyOf([ResultForms.run.schema, ResultForms.runs.schema])
}

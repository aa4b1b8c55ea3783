import Configuration
import Reports
import Scenarios

/// The verdicts of a run as lines for a terminal.
struct VerdictTable {
  private let run: VariantRun

  init(_ run: VariantRun) { self.run = run }

  /// The variant's name, and below it each step in aligned columns.
  var text: String {
    let steps = run.verdict.steps
    let ids = steps.map { DisplayWidth.of($0.id) }.max() ?? 0
    let words = steps.map { DisplayWidth.of($0.words) }.max() ?? 0
    let start = run.play.start == .cold ? "" : " (\(run.play.start.rawValue))"
    var text = Terminal.painted(run.variant, .bold) + start + "\n"
    for step in steps {
      let id = VerdictTable.padded(step.id, to: ids)
      let does = VerdictTable.padded(step.words, to: min(words, 48))
      text +=
        "  \(VerdictTable.mark(of: step.result)) \(id)  \(does)  \(VerdictWords.happened(in: step, run.language))\n"
    }
    return text + problems
  }

  /// The story of each step that did not come out as expected, with what was wanted and got at its end.
  var failures: String {
    let failed = run.verdict.steps.indices.filter { run.verdict.steps[$0].result == .failed }
    return Terminal.told(failed.map { "\n" + StoryReport.text(of: $0, in: run) }.joined(), on: .output)
  }

  private var problems: String {
    var text = ""
    if let limit = run.playback.reachedLimit { text += "  \(run.language.terminal.ended(limit))\n" }
    if let imbalance = run.verdict.imbalance { text += "  \(run.language.terminal.mistaken(imbalance))\n" }
    return text
  }

  private static func mark(of result: StepVerdict.Result) -> String {
    switch result {
    case .held: Terminal.painted("✓", .green)
    case .failed: Terminal.painted("✗", .red)
    case .unjudged: "·"
    case .unplayed: Terminal.painted("–", .red)
    }
  }

  private static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - DisplayWidth.of(text)))
  }
}

import Configuration
import Reports

/// A comparison as lines for a terminal.
struct ComparisonTable {
  private let comparison: RunComparison
  private let steps: [StepComparison]
  private let isWhole: Bool
  private let all: Bool
  private let width: Int
  private let labels: [Side: String]  // looked up, never iterated

  /// So many lines of one kind are told; compare.md has them all.
  private static let longest = 12

  /// - Parameters:
  ///   - steps: The ids of those to tell; all where it is empty.
  ///   - all: Interfaces that carried the same are told too.
  init(_ comparison: RunComparison, steps: [String], all: Bool, width: Int) {
    self.comparison = comparison
    self.steps = comparison.steps.filter { steps.isEmpty || steps.contains($0.id) }
    isWhole = steps.isEmpty
    self.all = all
    self.width = width
    labels = [.first: comparison.firstLabel, .second: comparison.secondLabel]
  }

  var text: String {
    let heading =
      Terminal.painted(comparison.title, .bold) + "\n"
      + Side.allCases.map { name(of: $0) }.joined(separator: "  ") + "\n"
    if comparison.isSame, isWhole, !all {
      return "\(heading)\n\(words.noDifference(steps: steps.count))\n"
    }
    var text = heading + "\n" + stepLines
    if isWhole, !comparison.wiring.isEmpty { text += "\n" + title(words.network) + lines(comparison.wiring) }
    for step in steps where !step.isSame || all {
      if !step.lines.isEmpty { text += "\n" + title("\(step.id): \(step.words)") + lines(step.lines) }
      if !isWhole { text += "\n" + title(words.load(of: step.id)) + loads(step.loads) }
    }
    if isWhole { text += "\n" + title(words.wholeLoad) + loads(comparison.loads) }
    return text
  }

  private var words: any ComparisonWording { comparison.words }

  private func amount(_ amount: InterfaceLoad.Amount) -> String { amount.words(in: comparison.language) }

  private func name(of side: Side) -> String {
    Terminal.painted("\(side.mark) \(labels[side] ?? "")", side == .first ? .blue : .yellow)
  }

  private func title(_ text: String) -> String { Terminal.painted(text, .bold) + "\n" }

  // MARK: Steps

  /// Both outcomes side by side where they fit, or else below each other.
  private var stepLines: String {
    let ids = steps.map { DisplayWidth.of($0.id) }.max() ?? 0
    let words = min(steps.map { DisplayWidth.of($0.words) }.max() ?? 0, 40)
    let outcomes = steps.filter { !isAlike($0) }.map { DisplayWidth.of($0.first ?? missing) }.max() ?? 0
    let seconds = steps.filter { !isAlike($0) }.map { DisplayWidth.of($0.second ?? missing) }.max() ?? 0
    let isWide = 2 + 2 + ids + 2 + words + 4 + outcomes + 4 + seconds <= width
    var text = ""
    for step in steps {
      let start = "  \(step.difference.mark) \(padded(step.id, to: ids))  \(padded(step.words, to: words))"
      if isAlike(step) {
        let outcome = step.first ?? missing
        let isShort = DisplayWidth.of(start) + 2 + DisplayWidth.of(outcome) <= width
        text += isShort ? "\(start)  \(outcome)\n" : "\(start)\n      \(outcome)\n"
      } else if isWide {
        text += "\(start)  \(told(step, .first, padding: outcomes))  \(told(step, .second, padding: 0))\n"
      } else {
        text += "  \(step.difference.mark) \(padded(step.id, to: ids))  \(step.words)\n"
        for side in Side.allCases { text += "      \(told(step, side, padding: 0))\n" }
      }
    }
    return text + "\n  \(comparison.words.marks)\n"
  }

  private var missing: String { words.noSuchStep }

  private func isAlike(_ step: StepComparison) -> Bool { step.first == step.second }

  private func told(_ step: StepComparison, _ side: Side, padding: Int) -> String {
    let mark = Terminal.painted(side.mark, side == .first ? .blue : .yellow)
    return "\(mark) \(padded(step[side] ?? missing, to: padding))"
  }

  // MARK: What differs

  private func lines(_ lines: [String]) -> String {
    let shown = lines.prefix(isWhole ? ComparisonTable.longest : lines.count)
    let rest = lines.count - shown.count
    return shown.map { Terminal.wrapped($0, indent: 2, hanging: 2, width: width) }.joined()
      + (rest > 0 ? "  \(words.moreInFile(rest))\n" : "")
  }

  // MARK: Loads

  private func loads(_ rows: [LoadRow]) -> String {
    let rows = rows.filter { all || $0.isNamed && !$0.isSame }
    guard !rows.isEmpty else { return "  \(words.sameLoads)\n" }
    let names = rows.map { DisplayWidth.of($0.interface) }.max() ?? 0
    let sides = Side.allCases.map { DisplayWidth.of(labels[$0] ?? "") }.max() ?? 0
    let sent =
      rows.flatMap { row in Side.allCases.map { DisplayWidth.of(row[$0].map { amount($0.sent) } ?? "") } }.max() ?? 0
    var text = ""
    for row in rows {
      for side in Side.allCases {
        let name = padded(side == .first ? row.interface : "", to: min(names, 28))
        let mark = Terminal.painted(side.mark, side == .first ? .blue : .yellow)
        let load =
          row[side].map { load in
            let crossings = String(repeating: " ", count: max(0, 4 - "\(load.crossings)".count)) + "\(load.crossings)×"
            return "\(crossings)  \(words.load(out: padded(amount(load.sent), to: sent), in: amount(load.received)))"
          } ?? "   \(words.notThere)"
        text += "  \(name)  \(mark) \(padded(labels[side] ?? "", to: sides))\(load)\n"
      }
    }
    return text + "\n  \(words.crossings)\n"
  }

  private func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - DisplayWidth.of(text)))
  }
}

import Configuration

extension RunComparison {
  /// The drawings of all steps and of each that differs, and `compare.md`; all could be made, or none is given.
  ///
  /// - Parameter formats: Nil draws nothing.
  public func files(drawnAs formats: [PictureFormat]?) throws(OutputError) -> [ReportFile] {
    var files = [ReportFile("compare.md", text: ComparisonDocument(self, pictures: formats?.first).text)]
    guard let formats else { return files }
    var options = ReportOptions()
    options.formats = formats
    for (name, drawing) in try drawings() { files += try Atlas.files(of: drawing, named: name, options) }
    return files
  }

  /// `compare`, and `steps/<id>` for each step that differs.
  package func drawings() throws(OutputError) -> [(name: String, drawing: Drawing?)] {
    let arrangement: Arrangement
    do {
      arrangement = try Arrangement(of: [plan.union.plan], loads: [plan.loads])
    } catch {
      throw OutputError("the pictures cannot be laid out: \(error)")
    }
    let steps = plan.steps.filter { !$0.isSame }.map { step in
      ("steps/\(step.id)", Drawing.comparedStep(step, of: plan, in: arrangement))
    }
    return [("compare", Drawing.comparison(plan, in: arrangement))] + steps
  }
}

/// `compare.md`
struct ComparisonDocument {
  private let comparison: RunComparison
  private let pictures: PictureFormat?

  /// - Parameter pictures: The form of those it shows; nil where there are none.
  init(_ comparison: RunComparison, pictures: PictureFormat?) {
    self.comparison = comparison
    self.pictures = pictures
  }

  var text: String {
    let labels = comparison.labels
    let names = Side.allCases.map { "\($0.mark) **\(labels[$0])**" }.joined(separator: " beside ")
    var text = "# \(comparison.title)\n\n\(names)\n"
    if let pictures { text += "\n![All steps of both: grey where both went](compare.\(pictures.rawValue))\n" }
    text += "\n" + steps
    if !comparison.wiring.isEmpty {
      text += "\n## The network\n\n" + comparison.wiring.map { "- \($0)\n" }.joined()
    }
    for step in comparison.steps where !step.isSame { text += "\n" + section(of: step) }
    text += "\n## Load of the whole run\n\n" + table(of: comparison.loads)
    return text
  }

  private var steps: String {
    let labels = comparison.labels
    var text = "| | step | does | \(labels.first) | \(labels.second) |\n|---|---|---|---|---|\n"
    for step in comparison.steps {
      let outcomes = Side.allCases.map { step[$0] ?? "no such step" }
      text += "| \(step.difference.mark) | \(step.id) | \(step.words) | \(outcomes[0]) | \(outcomes[1]) |\n"
    }
    return text + "\n" + StepComparison.Difference.legend + "\n"
  }

  private func section(of step: StepComparison) -> String {
    var text = "## \(step.id): \(step.words)\n\n"
    for side in Side.allCases {
      text += "- \(side.mark) \(comparison.labels[side]): \(step[side] ?? "no such step")\n"
    }
    if let pictures { text += "\n![\(step.id) of both](steps/\(step.id).\(pictures.rawValue))\n" }
    if !step.lines.isEmpty { text += "\n" + step.lines.map { "- \($0)\n" }.joined() }
    return text + "\n" + table(of: step.loads)
  }

  /// Frames and bytes each way; interfaces that carried the same on both sides are left out.
  private func table(of rows: [LoadRow]) -> String {
    let shown = rows.filter { $0.isNamed && !$0.isSame }
    guard !shown.isEmpty else { return "Every interface carried the same.\n" }
    let labels = comparison.labels
    var text = "| interface |"
    for side in Side.allCases { text += " \(labels[side]): crossed | out | in |" }
    text += "\n|---|" + String(repeating: "--:|--:|--:|", count: 2) + "\n"
    for row in shown {
      text += "| \(row.interface) |"
      for side in Side.allCases {
        let load = row[side]
        text += load.map { " \($0.crossings) | \($0.sent.words) | \($0.received.words) |" } ?? " – | – | – |"
      }
      text += "\n"
    }
    return text
  }
}

extension InterfaceLoad.Amount {
  /// `12 (1.2 kB)`
  public var words: String { frames == 0 ? "0" : "\(Amounts.grouped(frames)) (\(Amounts.bytes(bytes)))" }
}

extension StepComparison.Difference {
  public var mark: String {
    switch self {
    case .none: "="
    case .time: "≈"
    case .way: "~"
    case .outcome, .missing: "≠"
    }
  }

  public static let legend = "= the same, ≈ another time, ~ another way or load, ≠ something else came of it"
}

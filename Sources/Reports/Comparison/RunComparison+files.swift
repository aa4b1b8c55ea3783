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
    let words = comparison.words
    let names = Side.allCases.map { "\($0.mark) **\(labels[$0])**" }
    var text = "# \(comparison.title)\n\n\(words.beside(names[0], names[1]))\n"
    if let pictures { text += "\n![\(words.allSteps)](compare.\(pictures.rawValue))\n" }
    text += "\n" + steps
    if !comparison.wiring.isEmpty {
      text += "\n## \(words.network)\n\n" + comparison.wiring.map { "- \($0)\n" }.joined()
    }
    for step in comparison.steps where !step.isSame { text += "\n" + section(of: step) }
    text += "\n## \(words.wholeLoad)\n\n" + table(of: comparison.loads)
    return text
  }

  private var steps: String {
    let labels = comparison.labels
    let words = comparison.words
    let columns = words.stepColumns
    var text = "| | \(columns.step) | \(columns.does) | \(labels.first) | \(labels.second) |\n|---|---|---|---|---|\n"
    for step in comparison.steps {
      let outcomes = Side.allCases.map { step[$0] ?? words.noSuchStep }
      text += "| \(step.difference.mark) | \(step.id) | \(step.words) | \(outcomes[0]) | \(outcomes[1]) |\n"
    }
    return text + "\n" + words.marks + "\n"
  }

  private func section(of step: StepComparison) -> String {
    var text = "## \(step.id): \(step.words)\n\n"
    for side in Side.allCases {
      text += "- \(side.mark) \(comparison.labels[side]): \(step[side] ?? comparison.words.noSuchStep)\n"
    }
    if let pictures { text += "\n![\(comparison.words.stepOfBoth(step.id))](steps/\(step.id).\(pictures.rawValue))\n" }
    if !step.lines.isEmpty { text += "\n" + step.lines.map { "- \($0)\n" }.joined() }
    return text + "\n" + table(of: step.loads)
  }

  /// Frames and bytes each way; interfaces that carried the same on both sides are left out.
  private func table(of rows: [LoadRow]) -> String {
    let shown = rows.filter { $0.isNamed && !$0.isSame }
    let words = comparison.words
    guard !shown.isEmpty else { return "\(words.sameLoads)\n" }
    let labels = comparison.labels
    var text = "| \(words.interfaceColumn) |"
    for side in Side.allCases { text += " \(words.loadColumns(labels[side]).joined(separator: " | ")) |" }
    text += "\n|---|" + String(repeating: "--:|--:|--:|", count: 2) + "\n"
    for row in shown {
      text += "| \(row.interface) |"
      for side in Side.allCases {
        let load = row[side]
        let amounts = load.map { [$0.sent, $0.received].map { $0.words(in: comparison.language) } }
        text += amounts.map { " \(load?.crossings ?? 0) | \($0[0]) | \($0[1]) |" } ?? " – | – | – |"
      }
      text += "\n"
    }
    return text
  }
}

extension InterfaceLoad.Amount {
  /// `12 (1.2 kB)`
  public func words(in language: Language) -> String {
    frames == 0 ? "0" : "\(Amounts.grouped(frames)) (\(language.words.bytes(bytes)))"
  }
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
}

/// `sequence.svg`: who told whom what when, as a ladder; more pages are `sequence-2.svg` and so on.
public struct SequencePicture: ReportKind {
  public static let word = "sequence"
  public static let summary = "The ladder: who told whom what when, step by step"
  public static let isPicture = true

  public static func files(of run: VariantRun, _ options: ReportOptions) throws(OutputError) -> [ReportFile] {
    guard options.atlas != nil else { return [] }
    var files: [ReportFile] = []
    var options = options
    options.keepsDOT = options.keepsDOT && !options.withoutDOT.contains(word)
    for (place, drawing) in Drawing.ladder(of: run).enumerated() {
      files += try Atlas.files(of: drawing, named: place == 0 ? "sequence" : "sequence-\(place + 1)", options)
    }
    return files
  }
}

/// `sequence.mmd`: the same as text that Mermaid draws, as GitHub and GitLab do.
public struct SequenceText: ReportKind {
  public static let word = "mermaid"
  public static let summary = "The ladder as text for Mermaid"

  public static func files(of run: VariantRun, _ options: ReportOptions) -> [ReportFile] {
    [ReportFile("sequence.mmd", text: MermaidLadder(LadderMaker.ladder(of: run)).text)]
  }
}

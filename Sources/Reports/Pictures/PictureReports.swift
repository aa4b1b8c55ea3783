/// `topology.svg`: the wiring alone.
public struct TopologyPicture: ReportKind {
  public static let word = "topology"
  public static let summary = "Machines, devices, interfaces and links"
  public static let isPicture = true

  public static func files(of run: VariantRun, _ options: ReportOptions) throws(OutputError) -> [ReportFile] {
    guard let atlas = options.atlas, let chapter = atlas.chapter(of: run) else { return [] }
    return try Atlas.files(
      of: .topology(of: chapter.plan, in: atlas.arrangement), named: "topology", options)
  }
}

/// `flow.svg`: every step as a line along the links it used.
public struct FlowPicture: ReportKind {
  public static let word = "flow"
  public static let summary = "The overview: every step as a coloured line along the links it used"
  public static let isPicture = true

  public static func files(of run: VariantRun, _ options: ReportOptions) throws(OutputError) -> [ReportFile] {
    guard let atlas = options.atlas, let chapter = atlas.chapter(of: run) else { return [] }
    return try Atlas.files(
      of: .overview(of: chapter.plan, OverviewSheet(steps: chapter.sheets), in: atlas.arrangement),
      named: "flow", options)
  }
}

/// `steps/<id>.svg`: the traffic-flow graph of one step.
public struct StepPictures: ReportKind {
  public static let word = "steps"
  public static let summary = "One picture for each step: numbered arrows, rewriting, where packets died"
  public static let isPicture = true

  public static func files(of run: VariantRun, _ options: ReportOptions) throws(OutputError) -> [ReportFile] {
    guard let atlas = options.atlas, let chapter = atlas.chapter(of: run) else { return [] }
    var files: [ReportFile] = []
    for sheet in chapter.sheets {
      let drawing = Drawing.step(sheet, of: chapter.plan, in: atlas.arrangement)
      files += try Atlas.files(of: drawing, named: "steps/\(sheet.id)", options)
    }
    return files
  }
}

/// `journal.json`: every record of the run.
public struct JournalReport: ReportKind {
  public static let word = "journal"
  public static let summary = "Every record of the run, with its frames as bytes"
  public static let isOnRequest = true

  public static func files(of run: VariantRun, _ options: ReportOptions) -> [ReportFile] {
    [ReportFile("journal.json", text: run.journalFile.written())]
  }
}

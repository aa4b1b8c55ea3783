/// `statistics/`: what links, interfaces and flows had to carry, as CSV and as a plot.
public struct StatisticsReport: ReportKind {
  public static let word = "statistics"
  public static let summary = "Loads, queues, drops and latencies as CSV tables, and a plot over time"
  public static let isOnRequest = true

  public static func files(of run: VariantRun, _ options: ReportOptions) throws(OutputError) -> [ReportFile] {
    let statistics = RunStatistics(of: run)
    let tables = StatisticsTables(statistics)
    var files = (tables.all + [tables.series]).map { ReportFile("statistics/\($0.name).csv", text: $0.csv) }
    // A plot is a picture, though it needs no plan of the network.
    if options.atlas != nil { files += try Atlas.files(of: .plot(of: tables), named: "statistics/plot", options) }
    return files
  }
}

import Scenarios
import Simulation

/// The tables as people read them in a terminal.
extension StatisticsTables {
  public struct Shown: Sendable {
    public var columns: [String]
    public var rows: [[String]]
    /// Columns that a narrow terminal can do without, the first to go first.
    public var spare: [String]
  }

  public var shown: [Shown] { [shownLinks, shownFlows] }

  /// So many rows are told.
  private static let most = 16

  private var shownLinks: Shown {
    let rows = byLoad.map { used[$0] }.map { use -> [String] in
      let hasRate = use.configuration.rate > 0
      func span(_ span: TimeSpan?) -> String { use.deepest > 0 ? span?.words ?? "" : "" }
      let share = Double(use.busy) / Double(max(1, statistics.run.playback.duration.nanoseconds))
      return [
        names.way(of: use), hasRate ? Amounts.rate(use.configuration.rate) : "–", Amounts.grouped(use.frames),
        English().bytes(use.bytes), hasRate ? percent(share) : "", statistics.peak(of: use).map(percent) ?? "",
        use.deepest > 0 ? "\(use.deepest)" : "", span(use.waits.percentile(50)), span(use.waits.percentile(99)),
        use.drops.total > 0 ? Amounts.grouped(use.drops.total) : "",
        use.drops.sorted.map(\.reason.plainWord).joined(separator: ", "),
      ]
    }
    return cut(
      Shown(
        columns: ["LINK", "RATE", "FRAMES", "BYTES", "BUSY", "PEAK", "QUEUE", "WAIT p50", "p99", "DROPPED", ""],
        rows: rows, spare: ["WAIT p50", "BYTES", "BUSY", "FRAMES"]))
  }

  private var shownFlows: Shown {
    let rows = statistics.flows.filter { $0.sent > 0 }.map { flow -> [String] in
      let trips = flow.roundTrips.count > 0 ? flow.roundTrips : flow.oneWay
      let losses = flow.deaths.map { "\(names.end($0.end)): \($0.reason.plainWord) \(Amounts.grouped($0.packets))" }
      return [
        step(flow.step) + (flow.name.isEmpty ? "" : "  \(flow.name)"), Amounts.grouped(flow.sent),
        Amounts.grouped(flow.arrived), flow.bitsPerSecond.map { Amounts.rate($0) } ?? "",
        trips.count == 0 ? "" : flow.roundTrips.count > 0 ? "round trip" : "one way",
        trips.count > 0 ? trips.least.words : "", trips.percentile(50)?.words ?? "", trips.percentile(90)?.words ?? "",
        trips.percentile(99)?.words ?? "", trips.count > 0 ? trips.most.words : "", losses.joined(separator: ", "),
      ]
    }
    return cut(
      Shown(
        columns: ["FLOW", "SENT", "ARRIVED", "RATE", "LATENCY", "min", "p50", "p90", "p99", "max", "LOST AT"],
        rows: rows, spare: ["p90", "min", "LATENCY", "max"]))
  }

  private func percent(_ share: Double) -> String { "\(Decimal(share * 100, places: 1)) %" }

  private func cut(_ table: Shown) -> Shown {
    guard table.rows.count > Self.most else { return table }
    var cut = table
    let rest = table.rows.count - Self.most
    cut.rows = Array(table.rows.prefix(Self.most))
    cut.rows.append(["and \(rest) more"] + Array(repeating: "", count: table.columns.count - 1))
    return cut
  }
}

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

  private var words: any Wording { statistics.run.names.words }

  /// So many rows are told.
  private static let most = 16

  private var shownLinks: Shown {
    let rows = byLoad.map { used[$0] }.map { use -> [String] in
      let hasRate = use.configuration.rate > 0
      func span(_ span: TimeSpan?) -> String { use.deepest > 0 ? span?.words ?? "" : "" }
      let share = Double(use.busy) / Double(max(1, statistics.run.playback.duration.nanoseconds))
      return [
        names.way(of: use), hasRate ? Amounts.rate(use.configuration.rate) : "–", Amounts.grouped(use.frames),
        words.bytes(use.bytes), hasRate ? percent(share) : "", statistics.peak(of: use).map(percent) ?? "",
        use.deepest > 0 ? "\(use.deepest)" : "", span(use.waits.percentile(50)), span(use.waits.percentile(99)),
        use.drops.total > 0 ? Amounts.grouped(use.drops.total) : "",
        words.listed(use.drops.sorted.map { words.short($0.reason) }),
      ]
    }
    return shown(
      [.link, .rate, .frames, .bytes, .busy, .peak, .queue, .wait50, .wait99, .dropped, .reasons], rows,
      spare: [.wait50, .bytes, .busy, .frames])
  }

  private var shownFlows: Shown {
    let rows = statistics.flows.filter { $0.sent > 0 }.map { flow -> [String] in
      let trips = flow.roundTrips.count > 0 ? flow.roundTrips : flow.oneWay
      let losses = flow.deaths.map { words.lost(at: names.end($0.end), $0.reason, Amounts.grouped($0.packets)) }
      return [
        step(flow.step) + (flow.name.isEmpty ? "" : "  \(flow.name)"), Amounts.grouped(flow.sent),
        Amounts.grouped(flow.arrived), flow.bitsPerSecond.map { Amounts.rate($0) } ?? "",
        trips.count == 0 ? "" : words.latency(isRoundTrip: flow.roundTrips.count > 0),
        trips.count > 0 ? trips.least.words : "", trips.percentile(50)?.words ?? "", trips.percentile(90)?.words ?? "",
        trips.percentile(99)?.words ?? "", trips.count > 0 ? trips.most.words : "", words.listed(losses),
      ]
    }
    return shown(
      [.flow, .sent, .arrived, .rate, .latency, .least, .p50, .p90, .p99, .most, .losses], rows,
      spare: [.p90, .least, .most])
  }

  private func percent(_ share: Double) -> String { "\(Decimal(share * 100, places: 1)) %" }

  private func shown(_ columns: [StatisticsColumn], _ rows: [[String]], spare: [StatisticsColumn]) -> Shown {
    var shown = Shown(
      columns: columns.map { words.heading($0) }, rows: Array(rows.prefix(Self.most)),
      spare: spare.map { words.heading($0) })
    if rows.count > Self.most {
      let more = words.moreRows(rows.count - Self.most)
      shown.rows.append([more] + Array(repeating: "", count: columns.count - 1))
    }
    return shown
  }
}

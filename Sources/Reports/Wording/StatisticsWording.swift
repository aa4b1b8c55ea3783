import Simulation

/// What the numbers of a run come to, in sentences, in the heads of tables and beside the axes of plots.
protocol StatisticsWording: Sendable {
  func quiet(_ share: Int, part: String) -> String
  func moreCables(_ count: Int) -> String
  /// - Parameters:
  ///   - way: `ctl:eth0 → psw`.
  ///   - clauses: What else is to be said of it.
  func cable(_ way: String, _ load: CableLoad?, _ clauses: [String]) -> String
  func queued(_ deepest: Int, wait: String) -> String
  func dropped(_ count: UInt64, share: String, _ reasons: [(reason: DropReason, frames: UInt64)]) -> String
  /// - Parameter rest: How many steps are not named.
  func crossedTwice(by steps: [String], more rest: Int) -> String
  /// The reason in a word or two.
  func short(_ reason: DropReason) -> String

  func heading(_ column: StatisticsColumn) -> String
  func latency(isRoundTrip: Bool) -> String
  func lost(at place: String, _ reason: DropReason, _ count: String) -> String
  func moreRows(_ count: Int) -> String

  var statisticsSubject: String { get }
  func axis(_ axis: StatisticsAxis) -> String
}

/// How busy a cable was in its longest busy time.
struct CableLoad {
  var share: String
  var start: String
  var end: String
  var rate: String
}

enum StatisticsColumn: Sendable {
  case link, rate, frames, bytes, busy, peak, queue, wait50, wait99, dropped, reasons
  case flow, sent, arrived, latency, least, p50, p90, p99, most, losses
}

enum StatisticsAxis {
  case busy
  case sent(unit: String)
  case waiting
  case dropped(part: String)
}

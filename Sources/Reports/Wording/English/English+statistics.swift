import Simulation

extension English {
  func quiet(_ share: Int, part: String) -> String {
    "No cable was busy for \(share) % of any \(part), and none lost a frame."
  }
  func moreCables(_ count: Int) -> String { "\(count) more were busy or lost frames." }
  func cable(_ way: String, _ load: CableLoad?, _ clauses: [String]) -> String {
    var words = way
    if let load {
      words += " was \(load.share) % busy between \(load.start) and \(load.end) (of \(load.rate))"
    }
    if !clauses.isEmpty { words += (load == nil ? ": " : "; ") + clauses.joined(separator: "; ") }
    return words + "."
  }
  func queued(_ deepest: Int, wait: String) -> String {
    "its queue was \(deepest) deep, and frames waited up to \(wait)"
  }
  func dropped(_ count: UInt64, share: String, _ reasons: [(reason: DropReason, frames: UInt64)]) -> String {
    let words = reasons.map { (reasons.count > 1 ? "\(Amounts.grouped($0.frames)) " : "") + short($0.reason) }
    return "\(Amounts.grouped(count)) frame\(count == 1 ? "" : "s") (\(share) %) dropped: "
      + words.joined(separator: ", ")
  }
  func crossedTwice(by steps: [String], more rest: Int) -> String {
    let noun = steps.count + rest == 1 ? "step" : "steps"
    return "packets of \(noun) \(steps.joined(separator: ", "))\(rest > 0 ? " and \(rest) more" : "") cross this cable "
      + "twice"
  }
  /// `queue full`
  func short(_ reason: DropReason) -> String { String(reason.word.map { $0 == "-" ? " " : $0 }) }

  func heading(_ column: StatisticsColumn) -> String {
    switch column {
    case .link: "LINK"
    case .rate: "RATE"
    case .frames: "FRAMES"
    case .bytes: "BYTES"
    case .busy: "BUSY"
    case .peak: "PEAK"
    case .queue: "QUEUE"
    case .wait50: "WAIT p50"
    case .wait99: "WAIT p99"
    case .dropped: "DROPPED"
    case .reasons: ""
    case .flow: "FLOW"
    case .sent: "SENT"
    case .arrived: "ARRIVED"
    case .latency: "LATENCY"
    case .least: "min"
    case .p50: "p50"
    case .p90: "p90"
    case .p99: "p99"
    case .most: "max"
    case .losses: "LOST AT"
    }
  }
  func latency(isRoundTrip: Bool) -> String { isRoundTrip ? "round trip" : "one way" }
  func lost(at place: String, _ reason: DropReason, _ count: String) -> String { "\(place): \(short(reason)) \(count)" }
  func moreRows(_ count: Int) -> String { "and \(count) more" }

  var statisticsSubject: String { "statistics" }
  func axis(_ axis: StatisticsAxis) -> String {
    switch axis {
    case .busy: "busy, % of each link's rate"
    case .sent(let unit): "accepted for sending, \(unit)"
    case .waiting: "waiting, frames"
    case .dropped(let part): "dropped, frames in \(part)"
    }
  }
}

import Simulation

extension Chinese {
  func quiet(_ share: Int, part: String) -> String {
    "任何链路在任一 \(part) 内的利用率都未达到 \(share) %，也没有丢帧。"
  }
  func moreCables(_ count: Int) -> String { "另有 \(count) 个方向繁忙或丢帧。" }
  func cable(_ way: String, _ load: CableLoad?, _ clauses: [String]) -> String {
    var words = way
    if let load {
      words += " 在 \(load.start) 至 \(load.end) 之间利用率为 \(load.share) %（速率 \(load.rate)）"
    }
    if !clauses.isEmpty { words += (load == nil ? "：" : "；") + clauses.joined(separator: "；") }
    return words + "。"
  }
  func queued(_ deepest: Int, wait: String) -> String { "队列最长 \(deepest) 帧，最长等待 \(wait)" }
  func dropped(_ count: UInt64, share: String, _ reasons: [(reason: DropReason, frames: UInt64)]) -> String {
    let words = reasons.map {
      short($0.reason) + (reasons.count > 1 ? " \(Amounts.grouped($0.frames)) 帧" : "")
    }
    return "丢弃 \(Amounts.grouped(count)) 帧（\(share) %）：\(list(words))"
  }
  func crossedTwice(by steps: [String], more rest: Int) -> String {
    let named = list(steps) + (rest > 0 ? " 等 \(steps.count + rest) 个步骤" : "")
    return "步骤 \(named) 的包两次经过该链路"
  }
  func short(_ reason: DropReason) -> String { explanation(reason) }

  func heading(_ column: StatisticsColumn) -> String {
    switch column {
    case .link: "链路"
    case .rate: "速率"
    case .frames: "帧数"
    case .bytes: "字节数"
    case .busy: "利用率"
    case .peak: "峰值"
    case .queue: "队列"
    case .wait50: "等待 p50"
    case .wait99: "等待 p99"
    case .dropped: "丢弃"
    case .reasons: ""
    case .flow: "流"
    case .sent: "发出"
    case .arrived: "到达"
    case .latency: "时延"
    case .least: "最小"
    case .p50: "p50"
    case .p90: "p90"
    case .p99: "p99"
    case .most: "最大"
    case .losses: "丢失处"
    }
  }
  func latency(isRoundTrip: Bool) -> String { isRoundTrip ? "往返" : "单向" }
  func lost(at place: String, _ reason: DropReason, _ count: String) -> String {
    "\(place)：\(short(reason)) \(count)"
  }
  func moreRows(_ count: Int) -> String { "另有 \(count) 项" }

  var statisticsSubject: String { "统计" }
  func axis(_ axis: StatisticsAxis) -> String {
    switch axis {
    case .busy: "利用率，占各链路速率的 %"
    case .sent(let unit): "进入发送队列，\(unit)"
    case .waiting: "排队，帧"
    case .dropped(let part): "丢弃，每 \(part) 的帧数"
    }
  }
}

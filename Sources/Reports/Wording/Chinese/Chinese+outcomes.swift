import Packets
import Scenarios
import Simulation

extension Chinese {
  var nobody: String { "无人" }
  var notPlayed: String { "未运行" }
  var done: String { "完成" }
  func of(_ who: String, _ words: String) -> String { "\(who)：\(words)" }
  func joined(_ words: [String]) -> String { words.joined(separator: "；") }
  func listed(_ words: [String]) -> String { words.joined(separator: "，") }
  func span(_ least: TimeSpan, _ most: TimeSpan) -> String {
    least == most ? least.words : "\(least.words) 至 \(most.words)"
  }

  func succeeded(_ count: Int, of all: Int, _ family: StepFamily, in span: String?) -> String {
    let success =
      switch family {
      case .exchange, .query: "得到应答"
      case .trace: "到达"
      case .stream: "发出"
      case .connection: "建立连接"
      case .lease: "获得租约"
      case .lookup: "解析成功"
      case .change: "完成"
      }
    return "\(all) 个中有 \(count) 个\(success)" + (span.map { "，用时 \($0)" } ?? "")
  }
  func count(_ count: Int, _ reason: FailureReason) -> String { "\(count) 个\(short(reason))" }
  func failed(_ reason: FailureReason, _ place: FailurePlace) -> String {
    switch place {
    case .untold: short(reason)
    case .atSender(let who): "\(short(reason))（在 \(who)）"
    case .told(let who): "\(short(reason))（由 \(who) 告知）"
    case .ends(let who): "\(short(reason))（止于 \(who)）"
    }
  }
  func leased(_ address: IPv4Address, from server: IPv4Address?) -> String {
    "\(address)" + (server.map { "，来自 \($0)" } ?? "")
  }
  func transferred(_ outcome: Outcome) -> String? {
    guard outcome.bytes > 0 else { return nil }
    return "\(bytes(outcome.bytes))，用时 \(outcome.duration.words)" + (outcome.rate.map { "，\($0)" } ?? "")
      + (outcome.repeats > 0 ? "，重传 \(Amounts.grouped(UInt64(outcome.repeats))) 个报文段" : "")
  }
  func succeeded(_ success: Success, in time: TimeSpan?, seenAs address: IPv4Address?) -> String {
    let what =
      switch success {
      case .done: done
      case .sent: "已发出"
      case .reply: "有应答"
      case .page(let status): "HTTP \(status)"
      }
    return what + (time.map { "，用时 \($0.words)" } ?? "") + (address.map { "，对端所见源地址 \($0)" } ?? "")
  }
  func answered(by names: [String?], in time: TimeSpan) -> String { "由 \(list(names)) 应答，用时 \(time.words)" }
  var nobodyAnswers: String { "无人应答" }
  func hops(_ names: [String?]) -> String { "\(names.count) 跳：\(list(names))" }
  func failed(_ reason: FailureReason, after names: [String?]) -> String { "经过 \(list(names)) 之后\(short(reason))" }
  private func list(_ names: [String?]) -> String { list(names.map { $0 ?? "无应答者" }) }
  func answered(_ count: Int, of sent: Int, in span: String) -> String { "发出 \(sent) 个，\(count) 个得到应答，用时 \(span)" }
  func streamed(_ sent: Int, lost: Int, rate: String?, seenAs address: IPv4Address?) -> String {
    "发出 \(sent) 个，\(lost == 0 ? "无丢失" : "丢失 \(lost) 个")" + (rate.map { "，\($0)" } ?? "")
      + (address.map { "，对端所见源地址 \($0)" } ?? "")
  }
  func bytes(_ count: UInt64) -> String { Amounts.large(count) ?? "\(count) 字节" }

  func outcome(_ outcome: Outcome) -> String {
    if let failure = outcome.failure { return "\(short(failure)) [\(failure.word)]：\(meaning(failure))" }
    var parts: [String] = []
    if outcome.responder != .any { parts.append("收到 \(outcome.responder) 的应答") }
    if outcome.address != .any { parts.append("得到地址 \(outcome.address)") }
    if let status = outcome.httpStatus { parts.append("HTTP 状态码 \(status)") }
    if parts.isEmpty { parts.append("成功") }
    let text = parts.joined(separator: "，")
    if let words = transferred(outcome) { return "\(text)；对方收下 \(words)" }
    return text + (outcome.roundTrip > .zero ? "，用时 \(outcome.roundTrip.words)" : "")
      + (outcome.timeToLive > 0 ? "，到达时 TTL 为 \(outcome.timeToLive)" : "")
  }
}

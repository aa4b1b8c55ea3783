import Packets
import Scenarios
import Simulation

extension Chinese {
  func setting(scenario: String, variant: String, seed: UInt64) -> String {
    "场景 `\(scenario)`，变体 `\(variant)`，随机种子 \(seed)。"
  }
  var startedPreLearned: String { "开始时各表已预先学好：对参与通信的各站点，既不必发 ARP 请求，也不必泛洪。" }
  func held(_ everything: Bool) -> String { everything ? "所有预期都成立。" : "**并非所有预期都成立。**" }
  func ended(by limit: ReachedLimit) -> String {
    let what =
      switch limit.stop {
      case .tooMuchMemory: "占用的内存超出了限制"
      case .tooLate: "虚拟时间超出了限制"
      default: "事件数超出了限制"
      }
    guard !limit.circle.isEmpty else {
      let advice = limit.stop == .tooLate ? "" : "；交换机或集线器连成环路时，帧会不断循环并成倍增加"
      return "运行提前结束，因为\(what)\(advice)。"
    }
    let shown = limit.cables.prefix(ReachedLimit.mostCables)
    let rest = limit.cables.count - shown.count
    let cables = shown.joined(separator: "，") + (rest > 0 ? " 等 \(limit.cables.count) 条链路" : "")
    let circle = limit.circle.count == 1 ? "\(limit.circle[0]) 自己与自己相连" : "\(list(limit.circle)) 连成了环路"
    return "运行提前结束，因为\(what)；\(circle)（\(cables)），帧在其中不断循环并成倍增加；"
      + "请去掉一条链路，或写上 `spanning-tree: rstp`。"
  }
  func mistake(_ imbalance: String) -> String { "模拟器自身有错（帧数不守恒）：\(imbalance)。" }
  func unplayed(isBegun: Bool) -> String { isBegun ? "运行在本步骤进行当中就结束了。" : "运行在本步骤开始之前就结束了。" }

  var sideTraffic: String { "本步骤还引发了：" }
  var expected: String { "预期：" }
  func found(_ word: String, _ wish: Phrase, at place: String?) -> String {
    "`\(word)`：\(phrase(wish))\(source(place))"
  }
  func missed(_ word: String, _ wish: Phrase, _ fact: Phrase, at place: String?) -> String {
    "`\(word)`：**预期为“\(phrase(wish))”，实际为“\(phrase(fact))”**\(source(place))"
  }

  // MARK: Ways
  var question: String { "域名查询" }
  var request: String { "请求" }
  var reply: String { "应答" }
  var nextRequest: String { "下一个请求" }
  var itsReply: String { "它的应答" }
  func trace(timeToLive: UInt8) -> String { "TTL 为 \(timeToLive) 的探测包" }
  func others(_ count: Int, of all: Int) -> String { "共 \(all) 个，其余 \(count) 个见 `result.json`。" }

  func leg(_ title: String, _ packet: String) -> String { "**\(title)**：`\(packet)`" }
  func neverLeft(_ title: String, _ device: String, _ clauses: [String]) -> String {
    "**\(title)**没有离开 `\(device)`：它\(sentence(clauses))"
  }
  func neverSent(at device: String, _ decision: String?) -> String {
    "`\(device)` 没有发出过这样的包" + (decision.map { "：它\($0)" } ?? "") + "。"
  }
  func deed(of device: String, _ clauses: [String]) -> String { "`\(device)` \(sentence(clauses))" }
  func nowReads(_ packet: String) -> String { "此时包的内容为 `\(packet)`。" }
  func tooLate(_ device: String, by wait: TimeSpan) -> String {
    "来得太迟：`\(device)` 已在 \(wait.words) 之前放弃等待。"
  }
  func sees(_ device: String, _ outcome: Outcome) -> String { "`\(device)` 看到的结果：\(self.outcome(outcome))。" }

  // MARK: Changes
  var nothingSent: String { "没有发送任何包。" }
  func link(_ ends: (String, String), isMended: Bool) -> String {
    "`\(ends.0)` 与 `\(ends.1)` 之间的链路\(isMended ? "恢复" : "断开")。"
  }
  func direction(from: String, to: String, isMended: Bool) -> String {
    "从 `\(from)` 到 `\(to)` 的方向" + (isMended ? "恢复。" : "中断，而两端都察觉不到。")
  }
  func link(_ ends: (String, String), treatsFramesBy change: String) -> String {
    "`\(ends.0)` 与 `\(ends.1)` 之间的链路从此改变参数：`\(change)`。"
  }
  func device(_ device: String, isOn: Bool) -> String { "`\(device)` \(isOn ? "开机" : "关机")。" }
  func service(_ service: String, of device: String, isStarted: Bool) -> String {
    "`\(device)` 的服务 `\(service)` \(isStarted ? "启动" : "停止")。"
  }
  func gateway(_ router: IPv4Address, of device: String) -> String {
    router.isAny ? "`\(device)` 从此没有默认网关。" : "`\(device)` 的默认网关从此为 \(router)。"
  }
  func rules(of device: String, _ origin: String?) -> String {
    "`\(device)` 从此使用新的规则\(source(origin))。"
  }
  func address(_ address: String, of place: String, isNew: Bool) -> String {
    isNew ? "`\(place)` 从此拥有地址 \(address)。" : "`\(place)` 不再拥有地址 \(address)。"
  }

  // MARK: Side traffic
  func line(after wait: TimeSpan, _ words: String) -> String {
    (wait > .zero ? "\(wait.words) 后：" : "立即：") + words
  }
  func sends(_ who: String, _ packet: String, isDuplicate: Bool) -> String {
    "`\(who)` 发送 `\(packet)`\(isDuplicate ? "，这是链路复制出来的第二份" : "")"
  }
  func asks(
    _ who: String, for address: IPv4Address, answer: (who: String, hardware: MACAddress)?, times: Int
  ) -> String {
    let question = "ARP：`\(who)` 询问\(times > 1 ? "了 \(times) 次" : "") \(address) 的 MAC 地址"
    guard let answer else { return "\(question)，无人应答" }
    return "\(question)；`\(answer.who)` 应答：\(answer.hardware)"
  }
  func answers(_ who: String, _ asker: IPv4Address, _ address: IPv4Address, isAt hardware: MACAddress) -> String {
    "ARP：`\(who)` 应答 \(asker)：\(address) 的 MAC 地址是 \(hardware)"
  }
  func announces(_ who: String, _ address: IPv4Address) -> String { "ARP：`\(who)` 通告自己拥有地址 \(address)（免费 ARP）" }
  func alike(_ count: Int, until last: TimeSpan) -> String {
    "，到 \(last.words) 为止又重复 \(Amounts.grouped(UInt64(count))) 次"
  }
  func repeated(_ count: Int) -> String { "另有同样数据流的 \(count) 个包，见 `journal.json`" }
  func morePackets(_ count: Int) -> String { "另有 \(count) 个包，见 `journal.json`" }
  func talks(
    _ speech: ControlTraffic.Speech, _ who: String, _ other: String, _ counts: (there: Int, back: Int)
  ) -> String {
    let topic =
      switch speech {
      case .spanningTree: "生成树协议"
      case .aggregation: "链路聚合"
      }
    return "\(topic)：`\(who)` 向 `\(other)` 发送 \(counts.there) 个 \(speech.unit)"
      + (counts.back > 0 ? "，收到 \(counts.back) 个" : "")
  }
  func moreNeighbors(_ count: Int) -> String { "另有 \(count) 对相邻设备，见 `journal.json`" }
  func folded(_ who: String, frames: UInt64, bytes: UInt64) -> String {
    "`\(who)` 又发送同类的帧 \(Amounts.grouped(frames)) 个，共 \(self.bytes(bytes))"
  }
  func foldedDrops(_ place: String, _ reason: DropReason, frames: UInt64) -> String {
    "这样的帧有 \(Amounts.grouped(frames)) 个在 `\(place)` 被丢弃：\(explanation(reason)) [\(reason.word)]"
  }
}

import Simulation

extension Chinese {
  func moment(_ time: String, after steps: Int, last: String?) -> String {
    guard let last else { return "，发出时刻 \(time)，在所有步骤之前" }
    return steps == 1
      ? "，发出时刻 \(time)，在步骤 \(last) 之后" : "，发出时刻 \(time)，在 \(steps) 个步骤之后，其中最后一个是 \(last)"
  }
  func ways(in ingress: String?, out egress: String?) -> String {
    list([ingress.map { "入 \($0)" }, egress.map { "出 \($0)" }].compactMap { $0 })
  }
  func fate(_ fate: PacketFate) -> String {
    switch fate {
    case .rewritten: "此时为"
    case .taken: "接收"
    case .dropped: "丢弃"
    case .waiting: "等待"
    }
  }
  func taken(by program: String) -> String { "由 \(program) 处理" }
  var stillThere: String { "运行结束时仍在此处" }
  func stopped(at place: String, because reason: String) -> String { "止于 \(place)：\(reason)" }
  func wouldPass(with remedy: String) -> String { "若要通过，需要：\(remedy)" }

  func leg(_ leg: TraceLeg) -> String {
    switch leg {
    case .nameQuestion: "域名查询"
    case .request: "请求"
    case .reply: "应答"
    case .error: "差错报文"
    }
  }
  func titled(_ leg: String, _ summary: String) -> String { "\(leg)：\(summary)" }
  func summary(_ ends: String, _ words: String, timeToLive: UInt8) -> String { "\(ends)，\(words)，TTL \(timeToLive)" }
  var neverLeft: String { "没有发出" }
  var deliveredUnanswered: String { "已送达；没有应答，也不需要应答" }

  func says(_ answer: TableAnswer) -> String {
    switch answer {
    case .repeats(let copies): return "向\(others(copies))原样重发"
    case .floods(let copies, let isForAll):
      return "向\(others(copies))泛洪：" + (isForAll ? "这是广播帧或组播帧" : "还没有学到目的站")
    case .isBehind(let address, let place): return "\(address) 在\(port(place))一侧"
    case .learned(let address, let place): return "学到 \(address) 在\(port(place))一侧"
    case .isOnLink(let prefix): return "\(prefix) 是直连网络"
    case .goes(let prefix, let router): return "\(prefix)，下一跳 \(router)"
    case .rewrites(let side, let before, let after, _):
      return "\(side == .source ? "源地址" : "目的地址") \(before) → \(after)"
    case .saysAgain(let before, let after): return "用自己的套接字发出同样的内容：\(before) → \(after)"
    case .hearsAnswer(let after): return "从套接字收到内容，再把同样的内容发给 \(after)"
    case .waitsForParts: return "等待其余分片"
    case .asks(let address): return "询问 \(address) 的 MAC 地址，并等待应答"
    case .isAt(let address, let hardware): return "\(address) 的 MAC 地址是 \(hardware)"
    case .noAnswer(let address): return "对 \(address) 的请求无人应答"
    case .isLocal: return "目的地就是本机"
    case .tellsSender(let kind): return "告知发送方：\(refused(kind) ?? "差错")"
    case .rationed: return "不作声：差错报文的发送速率受限"
    case .writesDown: return "记入日志"
    case .limitsSegments(let size): return "把通告的最大报文段长度（MSS）降为 \(size)"
    case .withholds(let place): return "不让它从\(port(place))离开"
    case .isDuplicate: return "链路复制出来的第二份"
    case .wraps(let network): return "封装进虚拟网络 \(network) 的数据报"
    case .unwraps(let network): return "从虚拟网络 \(network) 的数据报中解封装"
    case .timeToLive(let before, let after): return "\(before) → \(after)"
    case .tag(let vlan): return vlan.map { "打上 VLAN \($0) 的标签" } ?? "去掉标签"
    }
  }
  private func others(_ copies: UInt16) -> String { copies == 1 ? "另外唯一的一个端口" : "其余 \(copies) 个端口" }
  private func port(_ name: String?) -> String { name.map { " \($0) " } ?? "唯一的端口" }
}

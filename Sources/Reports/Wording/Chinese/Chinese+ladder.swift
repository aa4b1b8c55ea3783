import Packets
import Simulation

extension Chinese {
  func says(_ speech: Speech) -> String {
    let words = words(of: speech.saying, speech.destination)
    guard let destination = speech.destination, !speech.saying.hasPort else { return words }
    return "\(words)，去往 \(destination)"
  }

  private func words(of saying: Saying, _ destination: IPv4Address?) -> String {
    switch saying {
    case .asksFor(let address): "ARP 谁是 \(address)？"
    case .probes(let address): "ARP 探测：谁是 \(address)？"
    case .announces(let address): "ARP 我是 \(address)"
    case .tells(let address, let hardware): "ARP \(address) 的 MAC 地址是 \(hardware)"
    case .lease(let kind, let address): "DHCP \(kind?.name ?? "报文")" + (address.map { " \($0)" } ?? "")
    case .asksForName(let name): "DNS 查询 \(name)"
    case .name(let name, let address): "DNS \(name) 的地址是 \(address)"
    case .noAddress: "DNS 没有地址"
    case .noSuchName: "DNS 域名不存在"
    case .nameRefused: "DNS 查询被拒绝"
    case .serverFailure: "DNS 服务器失败"
    case .nameError(let code): "DNS 差错 \(code)"
    case .syn(let port): "TCP SYN 到\(end(destination, port))"
    case .synAck: "TCP SYN ACK"
    case .ack: "TCP ACK"
    case .rst: "TCP RST"
    case .data(let bytes): "TCP " + (bytes.map { "\($0) 字节" } ?? "数据")
    case .fin(let bytes): "TCP FIN\(amount(bytes))"
    case .segments: "TCP 报文段"
    case .get(let path): "HTTP GET \(path)"
    case .page(let status, let bytes): "HTTP \(status)\(amount(bytes))"
    case .echoRequest: "ICMP 回显请求"
    case .echoReply: "ICMP 回显应答"
    case .redirect(let gateway): "ICMP 重定向到 \(gateway)"
    case .tooBig(let mtu): "ICMP 需要分片，MTU \(mtu)"
    case .refusal(let kind): refused(kind) ?? "ICMP 差错"
    case .icmp(let type, let code): "ICMP 类型 \(type)，代码 \(code)"
    case .datagram(let port, let bytes): "UDP 到\(end(destination, port))\(amount(bytes))"
    case .bridgeUnit: "BPDU"
    case .topologyChange: "BPDU：拓扑改变"
    case .rapidUnit(.plain): "RSTP BPDU"
    case .rapidUnit(.proposal): "RSTP 提议"
    case .rapidUnit(.agreement): "RSTP 同意"
    case .aggregationUnit: "LACPDU"
    case .fragment: "数据报的一个分片"
    case .payload(let number, _): "IP 协议 \(number.rawValue)"
    case .frame(let type, _): "以太网类型 \(type.rawValue)"
    }
  }

  private func amount(_ bytes: Int?) -> String { bytes.map { "，\($0) 字节" } ?? "" }
  private func end(_ address: IPv4Address?, _ port: UInt16) -> String {
    address.map { " \($0):\(port)" } ?? "端口 \(port)"
  }

  func copied(_ words: String, _ copies: UInt64) -> String { "\(words)，\(Amounts.grouped(copies)) 份" }
  func summed(_ words: String, bytes: UInt64) -> String { "\(words)，共 \(self.bytes(bytes))" }
  func change(_ change: Ladder.Change) -> String {
    switch change {
    case .source(let before, let after): "源地址 \(before) → \(after)"
    case .destination(let before, let after): "目的地址 \(before) → \(after)"
    case .back(let end): back(to: end)
    case .ownSocket: "用自己的套接字发出"
    }
  }
  func loss(_ loss: Ladder.Loss) -> String {
    switch loss {
    case .dropped(let reason, let place): (place.map { "在 \($0)：" } ?? "") + explanation(reason)
    case .withheld: "规则不让它离开"
    case .unanswered: nobodyAnswers
    case .untaken: "无人收下"
    case .underWay: "结束时仍在途中"
    }
  }

  var manyMore: String { "另有许多" }
  var againAndAgain: String { "反复多次" }
  func until(_ time: TimeSpan, _ times: String) -> String { "\(times)，到 \(time.words) 为止" }
  func omission(_ omission: Ladder.Omission) -> String {
    switch omission {
    case .messages(let count): "另有 \(Amounts.grouped(count)) 条消息没有画出"
    case .ofOthers(let count): "其他机器的 \(Amounts.grouped(count)) 条消息没有画出"
    case .drops(let reason, let place, let frames):
      "这样的帧有 \(Amounts.grouped(frames)) 个在 \(place) 被丢弃：\(explanation(reason))"
    }
  }

  func topic(_ topic: Topic) -> String {
    switch topic {
    case .arp, .dhcp, .dns, .tcp, .http, .icmp, .udp: topic.name
    case .control: "网桥"
    case .other: "其他"
    }
  }
  var answer: String { "应答" }
  var ladderSubject: String { "谁在何时对谁说了什么" }
  func page(_ number: Int, of all: Int) -> String { "第 \(number) 页，共 \(all) 页" }
  func continued(_ step: String) -> String { "\(step)（续）" }
  func moment(_ time: TimeSpan) -> String { time == .zero ? "开始时" : "\(time.words) 时" }
  var nothingSaid: String { "没有任何消息" }
  var nobodySpeaks: String { "无人发送任何消息" }
}

import Packets
import Simulation

extension Chinese {
  func floods(copies: UInt16, to destination: MACAddress, isHub: Bool) -> String {
    let ports = copies == 1 ? "另外唯一的一个端口" : "其余 \(copies) 个端口"
    guard !isHub else { return "把它从\(ports)原样重发，集线器对任何帧都这样做" }
    return "向\(ports)泛洪，因为" + (destination.isGroup ? "这是广播帧或组播帧" : "还没有学到 \(destination) 在哪个端口")
  }
  func forwards(to destination: MACAddress, at port: String) -> String {
    "查 MAC 地址表，得知 \(destination) 在\(port)一侧"
  }
  func learns(_ address: MACAddress, at port: String) -> String { "学到 \(address) 在\(port)一侧" }
  func cable(to end: String) -> String { "通往 \(end) 的网线" }
  func sends(from port: String, to target: String?, isCopy: Bool) -> String {
    let from = port.isEmpty ? "" : "从 \(port) "
    guard let target else { return "\(isCopy ? "一个副本" : "")\(from)发往一个没有接线的端口" }
    return "\(isCopy ? "一个副本" : "")\(from)发往 `\(target)`"
  }

  func routes(_ destination: IPv4Address, _ prefix: IPv4Prefix, nextHop: IPv4Address, _ origin: String?) -> String {
    guard nextHop != destination else {
      return "查路由表，\(destination) 在直连网络 \(prefix) 中\(source(origin))"
    }
    let match = prefix.length == 0 ? "只有默认路由可用" : "匹配路由 \(prefix)"
    return "查路由表，去往 \(destination) \(match)\(source(origin))，下一跳是 \(nextHop)"
  }

  func translates(_ rewriting: Rewriting, _ origin: String?) -> String {
    let side = rewriting.side == .source ? "源地址" : "目的地址"
    if rewriting.isReverse {
      return "在连接跟踪表中找到该连接，把\(side) \(rewriting.before) 还原为 \(rewriting.after)"
    }
    return "做地址转换，把\(side) \(rewriting.before) 改写为 \(rewriting.after)\(source(origin))，并记下映射，供返回的包使用"
  }

  func proxies(_ rewriting: Rewriting, _ origin: String?) -> String {
    if rewriting.isReverse { return "从自己的套接字收到内容，再把同样的内容发给 \(rewriting.after)" }
    return "并不转发：它把包收下，再用自己的套接字发出同样的内容\(source(origin))，于是 \(rewriting.before) 变成 \(rewriting.after)"
  }

  func wraps(_ network: UInt32, ends: UInt16, _ origin: String?) -> String {
    let datagrams = ends == 1 ? "一个 UDP 数据报" : "\(ends) 个 UDP 数据报（对端各一个）"
    return "把整个帧原样封装进\(datagrams)，虚拟网络 \(network)\(source(origin))"
  }
  func unwraps(_ network: UInt32, _ origin: String?) -> String {
    "从虚拟网络 \(network) 的数据报中解封装出该帧\(source(origin))"
  }

  func tags(_ vlan: UInt16?, _ origin: String?) -> String {
    (vlan.map { "打上 VLAN \($0) 的标签" } ?? "去掉 VLAN 标签") + source(origin)
  }

  var repeats: String { "在它两条连接中的另一条上发出同样的内容" }
  var handsOver: String { "找到等待它的套接字" }
  func waits(for address: IPv4Address?) -> String {
    address.map { "先让它等待，直到 ARP 解析出 \($0)" } ?? "先把它留下，等同一数据报的其余分片到齐"
  }
  func resolves(_ address: IPv4Address, _ hardware: MACAddress) -> String {
    "由 ARP 得知 \(address) 的 MAC 地址是 \(hardware)"
  }
  func cannotResolve(_ address: IPv4Address) -> String { "对 \(address) 的 ARP 请求得不到应答" }
  var isDuplicated: String { "的包被链路复制，这是两份中的第二份" }
  var loops: String { "发现目的地就是自己" }

  func refuses(_ kind: ICMPMessage.Kind) -> String { "用 ICMP 告知发送方：\(words(of: kind))" }
  func rations(_ kind: ICMPMessage.Kind) -> String { "没有为此发出 ICMP 差错报文（\(words(of: kind))），因为其发送速率受限" }
  private func words(of kind: ICMPMessage.Kind) -> String {
    switch kind {
    case .unreachable(let code, _): "目的不可达，代码 \(code.rawValue)"
    case .timeExceeded(let code): "超时，代码 \(code)"
    case .redirect(_, let gateway): "重定向到 \(gateway)"
    default: "差错"
    }
  }

  func limitsSegments(to size: UInt16, _ origin: String?) -> String {
    "把其中通告的最大报文段长度（MSS）降为 \(size)\(source(origin))"
  }

  func logs(_ origin: String?) -> String { "把它记入日志\(source(origin))" }
  func relays(toServer: Bool, by agent: IPv4Address) -> String {
    toServer
      ? "作为 DHCP 中继代理把它收下，填入自己的地址 \(agent)（giaddr），代客户端转发给服务器"
      : "作为 DHCP 中继代理（\(agent)）把它收下，转交给客户端"
  }
  func withholds(from port: String, _ origin: String?) -> String {
    "不让它\(port.isEmpty ? "" : "从 \(port) ")离开\(source(origin))"
  }
  func timeToLive(_ count: UInt8, isOneLess: Bool) -> String {
    isOneLess ? "把 TTL 减 1，剩下 \(count)" : "重新设置 TTL 为 \(count)"
  }

  // MARK: Ends
  func takesIn(_ absorber: Absorber, isAnswered: Bool) -> String {
    switch absorber {
    case .arp: "读取它，用来更新 ARP 表"
    case .icmp, .tcp, .http: isAnswered ? "正是目的主机，于是作出应答" : "正是目的主机，把它收下"
    case .udp: "把它交给监听该端口的程序"
    case .dhcp: isAnswered ? "按 DHCP 报文处理，并作出应答" : "按 DHCP 报文处理"
    case .dns: isAnswered ? "读取查询，并作出应答" : "按 DNS 报文处理"
    case .proxy: "把它收进套接字"
    case .tunnel: "由此得知隧道的对端在线"
    case .reassembly: "把它与同一数据报的其他分片重组"
    case .spanningTree: "读取它，用于生成树计算"
    case .linkAggregation: "读取它，用于链路聚合"
    case .test: "把它收下"
    }
  }
  func dies(_ reason: DropReason, _ origin: String?) -> String {
    "**将其丢弃：\(explanation(reason))**\(source(origin)) [\(reason.word)]"
  }
  var stillHasIt: String { "在本步骤结束时仍持有它" }
  func neverArrived(_ reason: DropReason?) -> String {
    "未到达：" + (reason.map { "\(explanation($0)) [\($0.word)]" } ?? "运行在此之前就结束了")
  }
}

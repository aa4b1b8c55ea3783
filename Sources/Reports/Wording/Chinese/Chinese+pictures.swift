import Devices
import Packets
import Scenarios

extension Chinese {
  func remark(_ remark: Remark) -> String {
    switch remark {
    case .text(let text): text
    case .forwards: "转发"
    case .filters: "过滤"
    case .translatesAddresses: "地址转换"
    case .owns(let address): "拥有 \(address)"
    case .more(let count): "等，另有 \(count) 个"
    case .masquerades(let interface): "从 \(interface) 出去时伪装源地址"
    case .ownSockets: "用宿主机上自己的套接字"
    case .hostPort(let port, let guest): "宿主机端口 \(port) 转到 \(guest)"
    case .oneAddressForAll: "共用一个地址"
    case .spanningTree(let isRapid): isRapid ? "快速生成树" : "生成树"
    case .allVLANs: "全部 VLAN"
    case .vlans(let count): "\(count) 个 VLAN"
    case .tagsVLAN(let id): "打 VLAN \(id) 标签"
    case .tagsVLANs(let count): "打 \(count) 个 VLAN 的标签"
    case .proxy(let name, let port): "\(name) 代理" + (port.map { "，端口 \($0)" } ?? "")
    case .server(let name, let port): "\(name)，端口 \(port)"
    case .tunnel(let end): "到 \(end) 的隧道"
    case .listens(let port): "监听 UDP \(port)"
    case .leaseRelay(let servers): "DHCP 中继到 \(list(servers.map(\.description)))"
    }
  }

  func label(_ there: String?, back: String?) -> String { "去 \(there ?? "无限制")，回 \(back ?? "无限制")" }
  func loses(_ share: String) -> String { "丢包 \(share)" }
  var losesInBursts: String { "成串丢包" }
  func reorders(_ share: String) -> String { "乱序 \(share)" }
  func doubles(_ share: String) -> String { "重复 \(share)" }
  func damages(_ share: String) -> String { "损坏 \(share)" }

  func failsAsExpected(_ words: String) -> String { "如预期失败：\(words)" }
  func missed(_ word: String, _ wish: Phrase, _ fact: Phrase) -> String {
    "\(word)：预期为“\(phrase(wish))”，实际为“\(phrase(fact))”"
  }
  func drawn(_ count: Int, of all: Int) -> String { "（\(all) 个中画出 \(count) 个）" }
  func back(to end: String) -> String { "还原为 \(end)" }
  func wrapped(_ network: UInt32) -> String { "封装进数据报，VNI \(network)" }
  func unwrapped(_ network: UInt32) -> String { "从数据报解封装，VNI \(network)" }
  var socketTranslation: String { "用自己的套接字做 NAT" }
  var tagOff: String { "去标签" }
  func refused(_ kind: ICMPMessage.Kind) -> String? {
    switch kind {
    case .unreachable(let code, _):
      switch code {
      case .network: "ICMP 网络不可达"
      case .host: "ICMP 主机不可达"
      case .protocol: "ICMP 协议不可达"
      case .port: "ICMP 端口不可达"
      case .fragmentationNeeded: "ICMP 需要分片"
      default: "ICMP 不可达，代码 \(code.rawValue)"
      }
    case .timeExceeded: "ICMP 超时"
    default: nil
    }
  }
  func noRoute(to address: IPv4Address) -> String { "没有去往 \(address) 的路由" }
  func cut(to machine: String, isDirection: Bool) -> String {
    isDirection ? "中断：去往 \(machine) 的方向" : "断开：与 \(machine) 的链路"
  }
  var switchedOff: String { "已关机" }
  func stopped(_ service: String) -> String { "已停止：\(service)" }

  var overviewSubject: String { "各步骤的包走过的路" }
  var topologySubject: String { "拓扑" }
  func asExpected(_ count: Int) -> String { "\(count) 个步骤全部符合预期" }
  func notAsExpected(_ count: Int, of all: Int) -> String { "\(all) 个步骤中有 \(count) 个不符合预期" }

  func legend(_ mark: LegendMark) -> String {
    switch mark {
    case .request: "请求"
    case .reply: "应答"
    case .order: "各跳的顺序"
    case .death: "包在此终止"
    case .terminals: "请求的起点和终点"
    case .uninvolved: "未参与"
    case .fault: "已断开，或已关机"
    case .host: "主机：有地址，不转发"
    case .router: "在各接口之间转发"
    case .nat: "改写地址"
    case .joins: "交换机、网桥或集线器：连接线路"
    case .server: "服务器：只应答，不转发"
    case .interface: "接口及其地址"
    case .both: "两者都有"
    case .replyAndOrder: "虚线：应答；数字：顺序"
    }
  }
}

import Scenarios
import Simulation

extension Chinese {
  func remedy(for stop: StopFacts) -> String {
    let (here, place) = (stop.here, stop.place)
    switch stop.reason {
    // 链路
    case .linkDown: return mending(.cut(stop.link, by: stop.cutBy))
    case .noLink: return "给 \(stop.exit) 接线：写一条以它为一端的链路"
    case .queueFull: return "加大\(words(of: stop.link))的队列 'queue' 或速率 'rate'，或减少当时的流量"
    case .lost: return "去掉\(words(of: stop.link))的丢包率 'loss'，或换一个随机种子 --seed，因为只有一部分包会丢失"
    case .corrupted: return "去掉\(words(of: stop.link))的误码 'corruption'，或换一个随机种子 --seed，因为只有一部分帧会受损"
    case .tooBig: return "加大\(words(of: stop.link))的 'mtu'，或在发送方的接口上使用同样较小的 'mtu'"
    case .deviceDown: return mending(.off(here, by: stop.switchedOffBy))
    case .noCarrier: return stop.farEnd.map { mending($0) } ?? "让 \(place) 对端的设备重新开机"
    // 数据链路层
    case .sameSegment: return "此处并无差错：目的站已经在它来自的线路上听到了它"
    case .noPortUp: return beyond(stop) ?? "让 \(here) 除入端口以外还有接通的链路"
    case .notAddressedToUs: return beyond(stop) ?? "让发送方重新做 ARP：它发往的 \(hardware(stop)) 是别的站的地址"
    case .reservedGroupAddress: return "换一个网桥肯转发的目的地址：\(hardware(stop)) 不得离开本链路"
    case .groupSource:
      let source = stop.senderHardware.map { "\($0)" } ?? "现在的地址"
      return "把发送方的 'mac' 改为单播地址；\(source) 是组地址"
    case .malformed: return "让发送方遵守协议；可在 capture.pcapng 中对照标准查看它发出的内容"
    case .unknownVLAN: return "把\(vlan(stop))写进 \(place) 的 'vlans'，或不给发往那里的帧打标签"
    case .unknownProtocol: return "改用 \(here) 会的协议：TCP、UDP 或 ICMP"
    case .noTunnelEnd: return "给隧道 \(here) 写上 'remote'，或让对端先发来一个包"
    case .foreignNetwork: return "在隧道 \(here) 的两端写同样的 'vni'"
    case .tagInTunnel: return "在隧道 \(here) 的两端写上 'vlan-tags: true'，或不给发往那里的帧打标签"
    case .untagged: return "给中继端口 \(place) 写上 'native' VLAN，或让对端给帧打上标签"
    case .alreadyTagged: return "让到达 \(place) 的帧不带标签：去掉前一端的 VLAN"
    case .vlanNotCarried:
      let now = stop.rule.map { "；现在的配置是\(words(of: $0))" } ?? ""
      return "把\(vlan(stop))写进 \(place) 的 'trunk'，或作为它的 'access'\(now)"
    case .vlanEndsHere: return "让 \(here) 再有一个端口承载\(vlan(stop))：作为 'access'，或写进通往目的站一侧的 'trunk'"
    case .portBlocked: return "改变生成树：在应当做根桥的交换机上写较小的 'priority'，或先用 'wait' 等到端口进入转发状态"
    case .inactiveMember: return "让两端的绑定接口使用同样的链路和同样的 'mode'"
    case .noActiveMember: return "让绑定接口 \(here) 有一条可用的链路，并且对端是使用同样 'mode' 的绑定接口"
    case .notAssociated: return "让发送方用自己的 Wi-Fi 链路连接 \(here)：无线网卡只能用自己的地址发送"
    case .foreignProtocol: return "改用 IPv4 或 ARP；无线网卡后面的虚拟机只能用这两种协议，因为它的帧要换成网卡的地址"
    case .isolatedPort: return "去掉两个端口之一的 'isolated: true'"
    // 网络层
    case .notForwarding: return "在 \(here) 写上 'forwards: true' 或 'kind: router'；或让发送方把网关设为路由器"
    case .noRoute: return missingRoute(stop)
    case .unreachableRoute:
      return "从 \(here) 去掉\(stop.rule.map { words(of: $0) } ?? "该路由")，或另写一条前缀更长、通往目的地的路由"
    case .timeToLiveExceeded: return "减少途中的路由器，或加大 'ttl'；若同一路由器在途中出现两次，则路由成环"
    case .noNeighbor, .neighborQueueFull: return missingNeighbor(stop.neighbor, from: here)
    case .neighborTableFull: return "增大 \(here) 的 'gc-thresh3'，或减少同一网段的邻居：用路由器分成较小的网络"
    case .martianSource: return "使用在 \(place) 可能属实的源地址：\(source(stop))是它自己的地址、组地址，或不属于任何网络"
    case .reversePath: return "写一条经 \(place) 返回\(source(stop))的路由，或在 \(here) 写上 'rp-filter: off'"
    case .noAddress: return "给 \(place) 一个地址：写在文件里，或在此之前加一个 'dhcp' 步骤"
    case .martianDestination: return "换一个可以出现在线路上的目的地址；\(destination(stop))不可以"
    case .fragmentationNeeded:
      return "发送较小的包（最多 \(stop.mtu.map { "\($0) 字节" } ?? "下一链路的 MTU")），或关闭 'dont-fragment'"
    case .notForUs:
      let owner = stop.owner.map { "：它属于 \($0)" } ?? ""
      return "让 \(here) 拥有地址\(destination(stop))，或让发送方知道该地址属于谁\(owner)"
    case .unhandledFragment: return "发送不必分片的包：不超过途中最小的 'mtu'"
    case .reassemblyTimedOut, .duplicateFragment, .overlappingFragments, .mixedFragments:
      return "发送不必分片的包，或走一条既不丢失也不重复分片的路"
    case .reassemblyFull: return "减少 \(here) 同时重组的数据报"
    // 运输层和应用层
    case .noSocket: return missingListener(stop)
    case .noConnection: return "先用 SYN 建立连接，并且 \(here) 仍记得它；该连接可能已被放弃"
    case .unexpected: return "先由 \(here) 发出询问：它只接收对自己询问的应答"
    case .badRequest: return "发送 \(here) 的服务器能够理解的请求"
    case .noFreeAddress:
      return "扩大\(stop.rule.map { words(of: $0) } ?? " \(here) 的地址池")的 'range'，或让别的客户端用 'release' 释放租约"
    case .notOurServer: return "此处无须改变：客户端选择了另一台 DHCP 服务器，由那一台应答"
    // 过滤和地址转换
    case .filtered: return filtered(stop)
    case .portsExhausted: return "给 \(here) 的地址转换更多 'ports'，或结束一些连接"
    case .staleMapping: return "更早应答，或让 \(here) 更久地保留映射"
    case .unsolicited: return "先由内部向\(source(stop))发包，或\(words(of: stop.portForward))"
    }
  }

  func remedy(for failure: FailureReason, _ facts: FailureFacts) -> String {
    let (sender, target) = (facts.sender, facts.target)
    return switch failure {
    case .noAnswer: "让 \(target) 上有应答的程序"
    case .noRoute where facts.senderHasNoAddress: address(for: [sender])
    case .noRoute: "在 \(sender) 写一条去往 \(target) 的路由，或写上 'gateway'"
    case .networkUnreachable: "在应答的路由器上写一条去往 \(target) 的路由"
    case .hostUnreachable: "让最后一个网络中有主机拥有 \(target) 的地址"
    case .protocolUnreachable: "改用 \(target) 会的协议"
    case .portUnreachable: "在 \(target) 打开该端口：'services'"
    case .fragmentationNeeded: "发送较小的包，或加大途中的 'mtu'"
    case .prohibited: "改变 \(sender) 自己的规则或路由，让它通过"
    case .networkProhibited, .hostProhibited, .adminProhibited: "在拒绝它的设备上写一条让它通过的规则"
    case .timeExceeded: "减少途中的路由器，或加大 'ttl'"
    case .refused: "在 \(target) 打开该端口：'services'"
    case .reset: "让 \(target) 上的程序保持连接"
    case .noAddress: address(for: facts.withoutAddress)
    case .noLease: "在 \(sender) 的网络中放一台 DHCP 服务器"
    case .noNameserver: "给 \(sender) 指定 DNS 服务器：写上 'dns'，或由租约带来"
    case .nameNotFound: "把域名 \(target) 写进某台 DNS 服务器的 'names'"
    case .nameRefused: "使用一台肯应答 \(sender) 的 DNS 服务器"
    case .nameUnresolved: "使用一台 \(sender) 能够到达的 DNS 服务器"
    case .interrupted: "让运行能够结束：见 'limits'"
    case .notSupported: "换一台能做这件事的机器；\(sender) 做不到"
    case .switchedOff: "用 'repair' 让 \(sender) 重新开机"
    case .nameWithoutAddress: "在 DNS 服务器上给域名 \(target) 一个地址"
    case .portTaken: "使用 \(sender) 上没有程序占用的端口"
    }
  }
}

// MARK: - 句子的成分

extension Chinese {
  private func address(for machines: [String]) -> String {
    let who = machines.isEmpty ? "两端之一" : " " + machines.joined(separator: " 和 ") + " "
    return "给\(who)一个地址：写在文件里，或在此之前加一个 'dhcp' 步骤"
  }

  // Names stand between spaces, words do not.
  private func hardware(_ stop: StopFacts) -> String { stop.hardware.map { "\($0)" } ?? "目的 MAC 地址" }
  private func vlan(_ stop: StopFacts) -> String { stop.vlan.map { " VLAN \($0) " } ?? "它所属的 VLAN " }
  private func source(_ stop: StopFacts) -> String { stop.source.map { " \($0) " } ?? "源地址" }
  private func destination(_ stop: StopFacts) -> String { stop.destination.map { " \($0) " } ?? "该目的地址" }

  private func words(of link: LosingLink) -> String {
    switch link {
    case .between(let one, let other, let line): "链路 \(one) -- \(other)\(line == nil ? " " : source(line))"
    case .at(let place): " \(place) 处的链路"
    }
  }

  private func words(of rule: DecidingRule) -> String {
    switch rule {
    case .numbered(let number, let chain, let line): "链 \(chain) 的第 \(number) 条规则\(source(line))"
    case .labelled(let label, let line): "“\(label)”\(source(line))"
    }
  }

  private func words(of forward: PortForward) -> String {
    switch forward {
    case .proxy(let device): "由 \(device) 转发端口（'forwards'）"
    case .rule(let port, let device): "由 \(device) 做端口转发，例如 'prerouting: [{ \(port), dnat: … }]'"
    case .address(let device): "由 \(device) 做端口转发，或使用浮动地址（'one-to-one'）"
    }
  }

  private func beyond(_ stop: StopFacts) -> String? {
    stop.beyond.map { "它要去 \($0.station)：\(mending($0.fault))" }
  }

  private func mending(_ fault: Fault) -> String {
    func by(_ step: String?, _ done: String) -> String {
      step.map { "，它被步骤“\($0)”\(done)；或用 --after 在更早的步骤之后发送" } ?? ""
    }
    switch fault {
    case .cut(let link, let step): return "用 'repair' 恢复\(words(of: link))\(by(step, "断开"))"
    case .off(let device, let step): return "用 'repair' 让 \(device) 重新开机\(by(step, "关机"))"
    }
  }

  private func filtered(_ stop: StopFacts) -> String {
    guard let rule = stop.rule.map({ words(of: $0) }) else {
      return "在 \(stop.here) 写一条接受\(stop.service.map { " \($0) " } ?? "它")的规则"
    }
    let what = "'\(stop.acceptRule)'"
    return stop.isInChain
      ? "在 \(stop.here) 的\(rule)之前写 \(what)" : "在 \(stop.here) 的规则中写 \(what)，使它先于\(rule)"
  }

  private func missingRoute(_ stop: StopFacts) -> String {
    let missing = stop.missingRoute
    let target = missing.map { " \($0.target) " } ?? destination(stop)
    let words = "在 \(stop.here) 写一条去往\(target)的路由，或写上 'gateway'"
    guard let hidden = missing?.hidden else { return words }
    return "\(words)；从外部到达这样的主机，要\(self.words(of: hidden))"
  }

  private func missingListener(_ stop: StopFacts) -> String {
    let open = stop.openServices
    // As many as people read.
    let shown = list(Array(open.prefix(5))) + (open.count > 5 ? " 等 \(open.count) 个" : "")
    return "在 \(stop.here) 有监听该端口的程序：'services: [\(stop.service ?? "…")]'"
      + (open.isEmpty ? "" : "（现有 \(shown)）") + (stop.ownPortForward.map { "，或\(words(of: $0))" } ?? "")
  }

  private func missingNeighbor(_ missing: MissingNeighbor, from here: String) -> String {
    func whose(_ sought: MissingNeighbor.Sought) -> String {
      sought.isGateway ? "网关 \(sought.address) " : "地址 \(sought.address) "
    }
    func holds(_ who: String, _ sought: MissingNeighbor.Sought) -> String { "\(whose(sought))属于 \(who)" }
    switch missing {
    case .unknown: return "让下一跳应答 ARP"
    case .nobody(let sought): return "让 \(here) 的网络中有机器拥有\(whose(sought))；现在无人拥有该地址"
    case .silent(let sought, let who): return "\(holds(who, sought))，它收到了 ARP 请求却不应答：见 'arp-ignore'"
    case .refused(let sought, let who, let death):
      return "\(holds(who, sought))，它没有接收 ARP 请求（\(explanation(death.reason))）：\(remedy(for: death))"
    case .lost(let sought, let who, let isAnswer, let death):
      let what = isAnswer ? "它的 ARP 应答" : "发给它的 ARP 请求"
      return "\(holds(who, sought))，\(what)止于 \(death.here)：\(explanation(death.reason))；需要\(remedy(for: death))"
    case .severed(let sought, let who, let fault): return "\(holds(who, sought))：\(mending(fault))"
    case .apart(let sought, let who):
      return "让两者处于同一网段：\(holds(who, sought))，与 \(here) 不在同一网段，也没有网桥或网线把两者连接起来；"
        + "或在两者之间放一台路由器，两边使用不同的前缀"
    }
  }
}

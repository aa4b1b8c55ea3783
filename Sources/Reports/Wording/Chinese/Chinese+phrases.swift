import Packets
import Scenarios
import Simulation

/// What was expected and what was found.
extension Chinese {
  func phrase(_ phrase: Phrase) -> String {
    switch phrase {
    case .text(let text): text
    case .list(let phrases, let more): list(phrases) + (more > 0 ? " 等 \(phrases.count + more) 个" : "")
    case .of(let who, let phrase): "\(who)：\(self.phrase(phrase))"
    case .range(let low, let high): "\(low) 至 \(high)"
    case .nobody: "无人"
    case .success(let time): "成功" + (time.map { "，用时 \($0)" } ?? "")
    case .failure: "失败"
    case .failed(let reason, let who): short(reason) + (who.map { "（由 \($0)）" } ?? "")
    case .failureBy(let who): "由 \(who) 导致失败"
    case .reply(let comes, let ways): (comes ? "有应答" : "无应答") + ways.map { "，应答\(self.phrase($0))" }.joined()
    case .connection(let isMade): isMade ? "连接建立" : "连接未建立"
    case .refusal(let comes): comes ? "连接被拒绝" : "连接未被拒绝"
    case .answer(let what): "结果为 \(what)"
    case .nothingBegun: "什么也没有开始"
    case .nothingSent: "什么也没有发出"
    case .noReply: "没有应答"
    case .noAnswer: "没有收到应答"
    case .via(let places): "依次经过 \(list(places))"
    case .avoids(let places): "不经过 \(list(places))"
    case .crosses(let counts): "经过 \(list(counts))"
    case .times(let place, let count): "\(place) \(count) 次"
    case .passed(let routers): "经过 \(routers) 台路由器"
    case .seenAs(let name): "对端所见源地址 \(name)"
    case .way(let way, let place, let again): "\(way)，其中\(again ? "没有再次出现" : "没有") \(place)"
    case .notArrived(let end): "没有到达：\(self.phrase(end))"
    case .taken(let device, let absorber): "被 \(device) 收下（\(absorber.word)）"
    case .dropped(let device, let reason): "在 \(device) 被丢弃：\(explanation(reason))"
    case .underWay(let device): "还在 \(device)，没有走完"
    case .reaches(let place): "请求到达 \(place)"
    case .replyDropped(let place): "应答被 \(place) 丢弃"
    case .redirect(let who): who.map { "由 \(self.phrase($0)) 发出 ICMP 重定向" } ?? "没有 ICMP 重定向"
    case .flooded(let names): "泛洪到：\(self.phrase(names))"
    case .storm(let places): "在 \(list(places)) 形成广播风暴"
    case .floods(let place, let times): "\(place) 把同一个帧泛洪了 \(times) 次"
    case .trace(let hops): "逐跳为 \(list(hops.map { $0 ?? "无应答者" }))"
    case .from(let server): "来自 \(server)"
    case .router(let router): router.isAny ? "没有默认网关" : "默认网关 \(router)"
    case .noLease: "没有租约"
    case .askedForNone(let client): "\(client) 没有请求租约"
    case .roundTrip(let wishes): "往返时间 \(list(wishes))"
    case .statistic(let name, let phrase): "\(name) \(self.phrase(phrase))"
    case .loss(let share): "丢包率 \(self.phrase(share))"
    case .lost(let share, let lost, let sent): "丢包率 \(share)：\(sent) 个中丢失 \(lost) 个"
    case .throughput(let rate): "吞吐量 \(self.phrase(rate))"
    case .answers(let count): "应答数 \(self.phrase(count))"
    case .answered(let names): "应答者：\(self.phrase(names))"
    case .beginning(let time): "在 \(time) 开始"
    case .delayed(let time): "\(time)，因为前面的步骤用时更长"
    }
  }

  private func list(_ phrases: [Phrase]) -> String { list(phrases.map { phrase($0) }) }
}

extension Chinese {
  func only(in label: String) -> String { "仅 \(label)" }
  private func inside(_ label: String, _ words: String) -> String { "\(label) 中为 \(words)" }
  func hops(_ range: String, count: Int, otherwise: (range: String, label: String)?) -> String {
    "第 \(range) 跳" + (otherwise.map { "（\($0.label) 中为第 \($0.range) 跳）" } ?? "")
  }
  func way(_ hops: String, _ way: String, isReply: Bool, onlyIn label: String) -> String {
    "\(isReply ? "应答的" : "")\(hops)，仅 \(label) 有：\(way)"
  }
  var noPacket: String { "没有 IP 包" }
  func contents(_ hops: String, _ first: (String, label: String), _ second: (String, label: String)) -> String {
    "\(hops)：\(inside(first.label, first.0))，\(inside(second.label, second.0))"
  }
  func deed(_ hops: String, at device: String, _ deed: String, onlyIn label: String) -> String {
    "\(hops)，在 \(device)，仅 \(label) 有：\(deed)"
  }
  func deeds(_ hops: String, at device: String, _ deeds: [(deed: String?, label: String)]) -> String {
    let words = deeds.map { side in side.deed.map { inside(side.label, $0) } ?? "\(side.label) 中没有" }
    return "\(hops)，在 \(device)：\(words.joined(separator: "；"))"
  }
  func end(at device: String, _ reason: String, onlyIn label: String) -> String {
    "止于 \(device)，仅 \(label) 如此：\(reason)"
  }

  func machine(_ name: String, onlyIn label: String) -> String { "仅 \(label) 有：机器 \(name)" }
  func part(_ name: String, onlyIn label: String) -> String { "仅 \(label) 有：\(name)" }
  func link(_ ends: String, onlyIn label: String) -> String { "仅 \(label) 有：链路 \(ends)" }
  func link(_ ends: String, _ words: String) -> String { "链路 \(ends)：\(words)" }
  func words(of name: String, _ words: [(words: String, label: String)]) -> String {
    let sides = words.map { $0.words.isEmpty ? "\($0.label) 中没有" : inside($0.label, $0.words) }
    return "\(name)：\(sides.joined(separator: "，"))"
  }

  func beside(_ first: String, _ second: String) -> String { "\(first) 与 \(second) 对照" }
  var allSteps: String { "两者的全部步骤：灰色为两者都走的路" }
  func stepOfBoth(_ id: String) -> String { "两者的 \(id)" }
  var network: String { "网络" }
  var wholeLoad: String { "整个运行的负载" }
  func load(of step: String) -> String { "\(step) 的负载" }
  var sameLoads: String { "各接口的负载相同。" }
  var stepColumns: (step: String, does: String) { ("步骤", "内容") }
  var interfaceColumn: String { "接口" }
  func loadColumns(_ label: String) -> [String] { ["\(label)：经过", "出", "入"] }
  var noSuchStep: String { "没有这一步" }
  var marks: String { "= 相同，≈ 用时不同，~ 路径或负载不同，≠ 结果不同" }
  func differing(_ count: Int, of all: Int) -> String { count == 0 ? "各步骤都相同" : "\(all) 个步骤中有 \(count) 个不同" }
  func noDifference(steps: Int) -> String { "没有差别：\(steps) 个步骤、网络和各处负载都相同" }
  func moreInFile(_ count: Int) -> String { "另有 \(count) 条，见 compare.md" }
  func load(out: String, in: String) -> String { "出 \(out)  入 \(`in`)" }
  var notThere: String { "没有" }
  var crossings: String { "× 为步骤所关注的包经过该接口的次数；出、入为全部的帧" }
}

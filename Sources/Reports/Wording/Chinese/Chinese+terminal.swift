import Scenarios

extension Chinese {
  func happened(in variant: String) -> String { "\(variant) 中发生了什么：" }
  func ended(_ limit: ReachedLimit) -> String { ended(by: limit) }
  func mistaken(_ imbalance: String) -> String { mistake(imbalance) }
  var pictures: String { "图（各步骤另有单独的图，在 steps/ 中；文字说明在 story.md 中）：" }
  var writtenTo: String { "已写入：" }
}

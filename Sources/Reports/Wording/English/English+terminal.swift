import Scenarios

extension English {
  func happened(in variant: String) -> String { "What happened in \(variant):" }
  func ended(_ limit: ReachedLimit) -> String { "the play was ended because \(limit)" }
  func mistaken(_ imbalance: String) -> String { "a mistake of the simulator: \(imbalance)" }
  var pictures: String { "Pictures (each step has its own below steps/, its story is in story.md):" }
  var writtenTo: String { "Written to:" }
}

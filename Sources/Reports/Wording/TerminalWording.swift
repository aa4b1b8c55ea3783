import Scenarios

/// What a terminal says around a table of verdicts.
public protocol TerminalWording: Sendable {
  /// `nat: …` before the stories of what failed there.
  func happened(in variant: String) -> String
  func ended(_ limit: ReachedLimit) -> String
  func mistaken(_ imbalance: String) -> String
  var pictures: String { get }
  var writtenTo: String { get }
}

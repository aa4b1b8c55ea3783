import Configuration
import Scenarios

/// What was not held: an expectation's word, a code of a mistake, or one of the rules every test has.
public enum TestRule: Hashable, Sendable {
  case expectation(String)
  case mistake(DiagnosticCode)
  /// A step that did not come to its end.
  case unplayed
  case baseline
  case limit
  /// Frames were not conserved.
  case imbalance
  /// Played twice, it did not do the same.
  case determinism

  /// Stable, for servers that remember what they have seen.
  public var id: String {
    switch self {
    case .expectation(let word): "expectation/\(word)"
    case .mistake(let code): code.rawValue
    case .unplayed: "unplayed"
    case .baseline: "baseline"
    case .limit: "limit"
    case .imbalance: "imbalance"
    case .determinism: "determinism"
    }
  }

  public var summary: String {
    switch self {
    case .expectation(let word):
      expectationKinds.first { $0.word == word }?.summary ?? "The step begins at the time that is written"
    case .mistake(let code): code.title
    case .unplayed: "Every step is played to its end"
    case .baseline: "What happens is what was recorded"
    case .limit: "The play comes to its end within its limits"
    case .imbalance: "Every frame has one fate"
    case .determinism: "The same scenario with the same seed does the same"
    }
  }

  /// Whether no verdict can be trusted where it is broken.
  public var isOfHoplab: Bool {
    switch self {
    case .limit, .imbalance, .determinism: true
    case .expectation, .mistake, .unplayed, .baseline: false
    }
  }
}

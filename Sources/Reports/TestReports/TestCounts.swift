/// How many of what there were.
public struct TestCounts: Hashable, Sendable {
  public var scenarios = 0
  public var held = 0
  public var failed = 0
  public var unchecked = 0
  public var stopped = 0
  public var invalid = 0
  public var steps = 0
  public var expectations = 0
  /// Files that were left out.
  public var unplayed = 0

  public init(_ outcome: TestOutcome) {
    unplayed = outcome.unplayed
    for file in outcome.files {
      guard file.isValid else {
        invalid += 1
        continue
      }
      scenarios += 1
      for variant in file.variants {
        switch variant.status {
        case .held: held += 1
        case .failed: failed += 1
        case .unchecked: unchecked += 1
        case .stopped: stopped += 1
        }
        steps += variant.steps.count
        expectations += variant.steps.reduce(0) { $0 + $1.expectations }
      }
    }
  }

  public var variants: Int { held + failed + unchecked + stopped }

  /// `12 scenarios: 14 variants held, 1 failed; 60 steps, 90 expectations`.
  public var words: String {
    let parts = [
      (held, "held"), (failed, "failed"), (unchecked, "with nothing to check"), (stopped, "stopped by a limit"),
    ].filter { $0.0 > 0 }
    var words = parts.enumerated().map { index, part in
      "\(part.0)\(index == 0 ? " variant\(part.0 == 1 ? "" : "s")" : "") \(part.1)"
    }
    if invalid > 0 { words.append("\(invalid) file\(invalid == 1 ? "" : "s") invalid") }
    if unplayed > 0 { words.append("\(counted(unplayed, "file")) left out") }
    if words.isEmpty { words = ["nothing was played"] }
    return "\(counted(scenarios, "scenario")): \(words.joined(separator: ", ")); \(counted(steps, "step")), "
      + "\(counted(expectations, "expectation"))"
  }

  private func counted(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }
}

/// What a test came to in all.
public enum TestVerdict: Hashable, Sendable {
  case held, failed, invalid, nothingToCheck, stopped
}

extension TestOutcome {
  public var counts: TestCounts { TestCounts(self) }

  /// The worst of all: what did not come to its end, then a file that is invalid, then a failure, then nothing to check,
  /// where that is so of every scenario.
  public var verdict: TestVerdict {
    let counts = counts
    if ended != nil || counts.stopped > 0 { return .stopped }
    if counts.invalid > 0 { return .invalid }
    if counts.failed > 0 || !problems.isEmpty { return .failed }
    return counts.held == 0 ? .nothingToCheck : .held
  }

  public var holds: Bool { verdict == .held }
}

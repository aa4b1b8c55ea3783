import ArgumentParser
import Configuration
import Reports
import Scenarios

/// Many scenarios one after another: a line for each variant, and what it came to in all.
struct Batch {
  private var counts = (held: 0, failed: 0, unchecked: 0, stopped: 0, invalid: 0)
  private var scenarios = 0
  private var steps = 0
  private var expectations = 0
  private var written: [(name: String, path: String)] = []
  private(set) var json: [JSONValue] = []

  /// Counts a file that cannot be played, whose mistakes have been told.
  mutating func addInvalid(_ path: String) -> String {
    counts.invalid += 1
    json.append(.members([("file", .text(path)), ("valid", .boolean(false))]))
    return "\(Terminal.painted("✗", .red)) \(path): it is no valid scenario\n"
  }

  /// False where two files would be written to the same folders, which is told.
  mutating func takesOn(_ scenario: Scenario, at path: String) -> Bool {
    if let other = written.first(where: { $0.name == scenario.name }) {
      Terminal.note(
        "\(path): its name '\(scenario.name)' is that of \(other.path) too, and folders are named after it\n")
      return false
    }
    written.append((scenario.name, path))
    return true
  }

  /// One line for each variant.
  mutating func add(_ path: String, _ runs: [VariantRun]) -> String {
    scenarios += 1
    json.append(
      .members([
        ("file", .text(path)), ("valid", .boolean(true)), ("result", ResultReport.json(of: runs)),
      ]))
    return runs.map { line(path, $0) }.joined()
  }

  private mutating func line(_ path: String, _ run: VariantRun) -> String {
    let steps = run.verdict.steps
    self.steps += steps.count
    expectations += steps.reduce(0) { $0 + $1.findings.count }
    let judged = steps.filter { !$0.findings.isEmpty }
    let place = run.variant == Play.defaultVariant ? path : "\(path) \(run.variant)"
    if let problem = run.verdict.limit ?? run.verdict.imbalance {
      counts.stopped += 1
      return "\(Terminal.painted("✗", .red)) \(place): ended because \(problem)\n"
    }
    guard run.verdict.holds else {
      counts.failed += 1
      let failed = steps.filter { $0.result == .failed }.map(\.id).joined(separator: ", ")
      return "\(Terminal.painted("✗", .red)) \(place): \(failed) failed\n"
    }
    guard !judged.isEmpty else {
      counts.unchecked += 1
      return "· \(place): nothing is expected\n"
    }
    counts.held += 1
    return "\(Terminal.painted("✓", .green)) \(place): \(judged.count) of \(steps.count) steps judged, all held\n"
  }

  /// `12 scenarios: 14 variants held, 1 failed; 60 steps, 90 expectations`.
  var summary: String {
    let parts = [
      (counts.held, "held"), (counts.failed, "failed"), (counts.unchecked, "with nothing to check"),
      (counts.stopped, "stopped by a limit"),
    ].filter { $0.0 > 0 }
    var words = parts.enumerated().map { index, part in
      "\(part.0)\(index == 0 ? " variant\(part.0 == 1 ? "" : "s")" : "") \(part.1)"
    }
    if counts.invalid > 0 { words.append("\(counts.invalid) file\(counts.invalid == 1 ? "" : "s") invalid") }
    func counted(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }
    return "\(counted(scenarios, "scenario")): \(words.joined(separator: ", ")); \(counted(steps, "step")), "
      + "\(counted(expectations, "expectation"))\n"
  }

  /// The worst of all: a play that did not come to its end, then a file that is invalid, then a failure, then nothing to
  /// check, where that is so of every scenario.
  var exitCode: ExitCode? {
    if counts.stopped > 0 { return .stopped }
    if counts.invalid > 0 { return .invalid }
    if counts.failed > 0 { return .notHeld }
    return counts.held == 0 ? .nothingToCheck : nil
  }
}

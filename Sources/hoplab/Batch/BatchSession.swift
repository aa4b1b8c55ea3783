import ArgumentParser
import Configuration
import Dispatch
import Reports
import Scenarios
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What has come of a batch so far: told and written in the order of the files, whatever order they were played in.
final class BatchSession: Sendable {
  /// What came of one file.
  enum Delivery: Sendable {
    case played(PlayedFile)
    case invalid(ScenarioFile)
    /// It could not be written or drawn.
    case failed(OutputError)
    /// Nothing of it was wanted.
    case nothing
  }

  private struct State {
    var outcome: TestOutcome
    /// What waits for a file before it.
    var waiting: [Int: Delivery] = [:]  // looked up, never iterated
    var next = 0
    var folders: [String: String] = [:]  // looked up, never iterated
    var isOver = false
    var isConcluded = false
    var hasFailedToWrite = false
  }

  private let state: Mutex<State>
  private let table: BatchTable
  private let reports: [ReportWish]
  private let stopsAtFailure: Bool
  private let isPart: Bool
  private let untold: DiagnosticCode?
  private let files: Int
  private let progress: BatchProgress?

  /// - Parameters:
  ///   - isPart: Others play the rest, so that there may be nothing to check here.
  ///   - untold: A warning that says nothing here.
  init(
    files: Int, seed: UInt64, _ table: BatchTable, reports: [ReportWish], stopsAtFailure: Bool = false,
    isPart: Bool = false, untold: DiagnosticCode? = nil, showsProgress: Bool = true
  ) {
    state = Mutex(State(outcome: TestOutcome(seed: seed, version: Hoplab.version)))
    self.table = table
    self.reports = reports
    self.stopsAtFailure = stopsAtFailure
    self.isPart = isPart
    self.untold = untold
    self.files = files
    progress = showsProgress ? BatchProgress(files: files) : nil
  }

  /// Hears how far plays have come.
  var watch: Progress.Watch? { progress?.watch }

  /// Whether nothing more is to be begun.
  var isOver: Bool { state.withLock { $0.isOver } }

  /// Takes what came of a file, and tells it as soon as those before it were told.
  func deliver(_ delivery: Delivery, _ number: Int) {
    state.withLock { state in
      state.waiting[number] = delivery
      while !state.isOver, let delivery = state.waiting.removeValue(forKey: state.next) {
        state.next += 1
        settle(delivery, &state)
        progress?.advance(to: state.next, failed: state.outcome.files.count { !$0.isGood })
      }
    }
  }

  private func settle(_ delivery: Delivery, _ state: inout State) {
    switch delivery {
    case .nothing: return
    case .failed(let error):
      tell { Terminal.note("hoplab: \(error)\n") }
      state.hasFailedToWrite = true
      state.isOver = true
    case .invalid(let file):
      tell { file.tell() }
      add(TestedFile(path: file.path, file.diagnostics, file.sources), [], &state)
    case .played(let played):
      tell { played.file.tell(leavingOut: untold) }
      guard write(played, &state) else { return }
      add(
        TestedFile(path: played.path.path, scenario: played.scenario.name, variants: played.tested), played.notes,
        &state)
    }
  }

  private func add(_ file: TestedFile, _ notes: [String], _ state: inout State) {
    state.outcome.files.append(file)
    tell { Terminal.write(table.lines(of: file, notes), to: table.stream) }
    if stopsAtFailure, !file.isGood { state.isOver = true }
  }

  /// False where two files would be written to one folder, or it cannot be written, which is told.
  private func write(_ played: PlayedFile, _ state: inout State) -> Bool {
    for (folder, _) in played.outputs {
      guard let other = state.folders[folder.path], other != played.path.path else { continue }
      let clash = TestProblem(
        "its name '\(played.scenario.name)' is that of \(other) too, and folders are named after it",
        .mistake(.duplicateName), at: TestPlace(file: played.path.path))
      tell { Terminal.note("\(played.path.path): \(clash.message)\n") }
      add(TestedFile(path: played.path.path, scenario: nil, mistakes: [clash]), [], &state)
      return false
    }
    do {
      for (folder, files) in played.outputs {
        state.folders[folder.path] = played.path.path
        try folder.write(files)
        if played.clears { folder.clear(keeping: files) }
      }
      return true
    } catch {
      tell { Terminal.note("hoplab: \(error)\n") }
      state.hasFailedToWrite = true
      state.isOver = true
      return false
    }
  }

  /// What is told stands on lines of its own, above the bar.
  private func tell(_ telling: () -> Void) {
    progress?.erase()
    telling()
  }

  // MARK: Changes afterwards

  var outcome: TestOutcome { state.withLock { $0.outcome } }

  /// Something that was found out about a variant when it had been told already.
  func add(_ problem: TestProblem, toVariant variant: Int, ofFile file: Int) {
    state.withLock { state in
      state.outcome.files[file].variants[variant].problems.append(problem)
      let tested = state.outcome.files[file]
      tell { Terminal.write(table.line(for: problem, of: tested.variants[variant], in: tested), to: table.stream) }
    }
  }

  /// So many files have been played once more.
  func tellAgain(_ count: Int) {
    state.withLock { state in
      progress?.advance(to: count, failed: state.outcome.files.count { !$0.isGood }, again: true)
    }
  }

  func note(_ words: String) { tell { Terminal.write(words + "\n", to: table.stream) } }

  func add(_ problem: TestProblem) {
    state.withLock { state in
      state.outcome.problems.append(problem)
      tell { Terminal.write(table.line(for: problem), to: table.stream) }
    }
  }

  // MARK: The end

  /// Ends the whole program when so much time has passed, with what is known by then.
  ///
  /// Plays do not look at the clock, and all threads may be busy with them: this one has a queue of its own.
  func end(after limit: Duration, _ words: String) {
    let queue = DispatchQueue(label: "hoplab.time-limit")
    queue.asyncAfter(deadline: .now() + .milliseconds(Int(limit / .milliseconds(1)))) {
      let code = self.conclude(because: "the time limit of \(words) was reached")
      // Others are still busy, and there is nothing to wait for.
      _exit(code?.rawValue ?? ExitCode.stopped.rawValue)
    }
  }

  /// Tells the rest and writes the reports, once; gives back what the program ends with.
  func conclude(because reason: String? = nil) -> ExitCode? {
    state.withLock { state in
      guard !state.isConcluded else { return nil }
      state.isConcluded = true
      state.isOver = true
      state.outcome.ended = reason
      state.outcome.unplayed = files - state.next
      let outcome = state.outcome
      tell { Terminal.write(table.end(of: outcome), to: table.stream) }
      for report in reports {
        do {
          try report.write(outcome)
        } catch {
          Terminal.note("hoplab: \(error)\n")
          state.hasFailedToWrite = true
        }
      }
      if state.hasFailedToWrite { return .stopped }
      return isPart && outcome.verdict == .nothingToCheck ? .success : ExitCode(outcome.verdict)
    }
  }
}

extension BatchSession {
  /// Ends the command as what came of it demands.
  func finish() throws {
    if let code = conclude(), code != .success { throw code }
  }
}

extension TestedFile {
  /// Whether nothing is wrong with it.
  var isGood: Bool { isValid && variants.allSatisfy { $0.problems.isEmpty } }
}

extension ExitCode {
  init(_ verdict: TestVerdict) {
    self =
      switch verdict {
      case .held: .success
      case .failed: .notHeld
      case .invalid: .invalid
      case .nothingToCheck: .nothingToCheck
      case .stopped: .stopped
      }
  }
}

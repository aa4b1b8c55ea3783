import Configuration
import Reports
import Scenarios
import Simulation

/// Many scenarios: every variant is played on a core of its own, and what came of it is told in the order of the files.
///
/// `hoplab test` and `hoplab run` with several files are both this; they differ in the work that is done with the runs.
struct Batch: Sendable {
  var paths: [ScenarioPath]
  var selection = BatchSelection()
  var seed: UInt64
  var limits = PlayLimits()
  var detail = Journal.Detail.folded
  var jobs: Int
  /// Whether a report wants all that `result.json` says.
  var keepsResults = false
  /// What is done with all the runs of a file before they are forgotten; without any, each is forgotten once it is judged.
  var work: Work?

  typealias Work = @Sendable (inout PlayedFile) throws -> Void

  /// One piece of it that one core does.
  private enum Job: Sendable {
    case read(number: Int)
    case play(number: Int, variant: Int, Play, ScenarioFile)
    case finish(number: Int, PlayedFile)
  }

  private enum Product: Sendable {
    case read(number: Int, ScenarioFile)
    case played(number: Int, variant: Int, TestedVariant, VariantRun?)
    case finished(number: Int, PlayedFile)
    case failed(number: Int, OutputError)
  }

  /// A file of which some variants are still being played.
  private struct Pending {
    var file: ScenarioFile
    var scenario: Scenario
    var tested: [TestedVariant?]
    var runs: [VariantRun?]
  }

  /// Plays all of it, or until the session has seen enough.
  func run(_ session: BatchSession) async {
    var queue: [Job] = []
    var nextToRead = 0
    var pending: [Int: Pending] = [:]  // looked up, never iterated
    await withTaskGroup(of: Product.self) { group in
      var running = 0
      while true {
        // What is begun is finished first, so that few runs are held at a time.
        while running < jobs, !session.isOver, !queue.isEmpty || nextToRead < paths.count {
          let job: Job
          if queue.isEmpty {
            job = .read(number: nextToRead)
            nextToRead += 1
          } else {
            job = queue.removeFirst()
          }
          group.addTask { perform(job, session) }
          running += 1
        }
        guard let product = await group.next() else { return }
        running -= 1
        take(product, &pending, &queue, session)
      }
    }
  }

  private func perform(_ job: Job, _ session: BatchSession) -> Product {
    switch job {
    case .read(let number): return .read(number: number, ScenarioFile(paths[number].path))
    case .play(let number, let variant, let play, let file):
      let run = VariantRun(
        playing: play, of: file.scenario?.name ?? "", seed: seed, sources: file.sources, limits: limits,
        detail: detail, watch: session.watch)
      let tested = TestedVariant(run, keepsResult: keepsResults)
      return .played(number: number, variant: variant, tested, work == nil ? nil : run)
    case .finish(let number, var played):
      do {
        try work?(&played)
        played.runs = []
        return .finished(number: number, played)
      } catch {
        return .failed(number: number, error as? OutputError ?? OutputError("\(error)"))
      }
    }
  }

  private func take(
    _ product: Product, _ pending: inout [Int: Pending], _ queue: inout [Job], _ session: BatchSession
  ) {
    switch product {
    case .read(let number, let file):
      guard let scenario = file.scenario else {
        let isWanted = selection.includes(unreadable: file.path, number: number)
        return session.deliver(isWanted ? .invalid(file) : .nothing, number)
      }
      let plays = selection.plays(of: scenario, at: file.path, number: number)
      guard !plays.isEmpty else { return session.deliver(.nothing, number) }
      pending[number] = Pending(
        file: file, scenario: scenario, tested: Array(repeating: nil, count: plays.count),
        runs: Array(repeating: nil, count: plays.count))
      queue += plays.enumerated().map { .play(number: number, variant: $0.offset, $0.element, file) }
    case .played(let number, let variant, let tested, let run):
      pending[number]?.tested[variant] = tested
      pending[number]?.runs[variant] = run
      guard let whole = pending[number], !whole.tested.contains(where: { $0 == nil }) else { return }
      pending[number] = nil
      let played = PlayedFile(
        paths[number], whole.file, whole.scenario, whole.tested.compactMap { $0 }, whole.runs.compactMap { $0 })
      guard work != nil else { return session.deliver(.played(played), number) }
      queue.insert(.finish(number: number, played), at: 0)
    case .finished(let number, let played): session.deliver(.played(played), number)
    case .failed(let number, let error): session.deliver(.failed(error), number)
    }
  }
}

/// A file whose variants have been played.
struct PlayedFile: Sendable {
  let path: ScenarioPath
  let file: ScenarioFile
  let scenario: Scenario
  var tested: [TestedVariant]
  /// Forgotten once they are worked on.
  var runs: [VariantRun]
  /// What is to be written, once it is this file's turn.
  var outputs: [(folder: OutputFolder, files: [ReportFile])] = []
  /// Whether what is no longer made is removed from the folders.
  var clears = false
  /// What is said of it, beside its verdicts.
  var notes: [String] = []

  init(
    _ path: ScenarioPath, _ file: ScenarioFile, _ scenario: Scenario, _ tested: [TestedVariant], _ runs: [VariantRun]
  ) {
    self.path = path
    self.file = file
    self.scenario = scenario
    self.tested = tested
    self.runs = runs
  }
}

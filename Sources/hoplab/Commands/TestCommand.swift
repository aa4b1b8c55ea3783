import ArgumentParser
import Configuration
import Reports
import Scenarios
import Simulation

/// `hoplab test`
struct TestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Judge many scenarios on all cores, for CI, and compare them with what was recorded.",
    discussion: """
      Nothing is drawn and nothing written but the reports that are asked for; 'hoplab run' draws. What failed gets a line \
      each, then its story. The output is in the order of the files and the same every time, whatever the number of jobs.

      Forms of reports:
      \(testReportKinds.map { "  \($0.word): \($0.summary)" }.joined(separator: "\n"))

      Example: hoplab test Scenarios --report junit=results.xml --report github
      Example: hoplab test Scenarios --baselines Recorded --shard 2/8
      Example: hoplab test Scenarios --baselines Recorded --update

      Exit codes: 0 everything held; 1 an expectation failed, or what happens is not what was recorded; 2 a file is \
      invalid; 3 nothing to check; 4 internal error, a limit or the time limit was reached; 64 wrong usage.
      """)

  @Argument(
    help: "Scenario files, or folders of them; - reads standard input.", completion: .file(extensions: ["yaml", "yml"]))
  var paths: [String]

  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      Write a report: \(ReportWish.allValueStrings.joined(separator: ", ")); to standard output if FILE is - or not \
      given. May be given several times.
      """, valueName: "form[=FILE]"),
    completion: .list(ReportWish.allValueStrings.map { "\($0)=" }))
  var report: [ReportWish] = []

  @Flag(name: .long, help: "The same as --report json.")
  var json = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      Play only these: a scenario, a scenario/variant, a path, or a pattern of them such as 'tcp-*'. May be given \
      several times.
      """, valueName: "name"))
  var only: [String] = []

  @Option(name: .long, help: "Play one part of several that together are everything, such as 2/8.")
  var shard = Shard.whole

  @Option(name: .shortAndLong, help: "So many plays at once, at most; all cores unless given.")
  var jobs: Int?

  @Flag(name: .long, help: "End after the first file in which something failed.")
  var failFast = false

  @Option(
    name: .long, help: ArgumentHelp("End after so much real time, such as 5m, with what is known.", valueName: "time"))
  var timeLimit: String?

  @Option(name: .long, help: "Where chance comes from: the same seed gives the same run.")
  var seed: UInt64 = 1

  @Option(
    name: .long,
    help: ArgumentHelp("Compare what happens with what is recorded there, and say what changed.", valueName: "dir"),
    completion: .directory)
  var baselines: String?

  @Flag(name: .long, help: "Record what happens below --baselines, and say what changed.")
  var update = false

  @Flag(name: .long, help: "With --update, draw what happens as well.")
  var pictures = false

  @Flag(name: .long, help: "Play everything once more, one after another, and fail where not the same happens.")
  var verifyDeterminism = false

  @Flag(name: .shortAndLong, help: "A line for each variant that held as well.")
  var verbose = false

  @OptionGroup var limits: LimitOptions

  mutating func validate() throws {
    if let clash = ReportWish.clash(among: reports) { throw ValidationError(clash) }
    if let jobs, jobs < 1 { throw ValidationError("--jobs: at least one play has to go on") }
    if update, baselines == nil { throw ValidationError("--update needs --baselines DIR, where to record") }
    if pictures, !update { throw ValidationError("--pictures draws what --update records, which is not given") }
    if verifyDeterminism, paths.contains("-") {
      throw ValidationError("--verify-determinism reads every file twice, and standard input can be read once")
    }
    _ = try timeLimitSpan()
  }

  private var reports: [ReportWish] { report + (json ? [ReportWish(JSONTestReport.self, to: "-")] : []) }

  func run() async throws {
    guard let found = ScenarioFolder.files(paths) else { throw ExitCode.invalid }
    let reports = reports
    let table = BatchTable(stream: reports.contains(where: \.isOnOutput) ? .error : .output, showsHeld: verbose)
    let selection = BatchSelection(patterns: only, shard: shard)
    let session = BatchSession(
      files: found.count, seed: seed, table, reports: reports, stopsAtFailure: failFast, isPart: shard.count > 1,
      untold: baselines == nil ? nil : .nothingToCheck)
    if let (span, words) = try timeLimitSpan() { session.end(after: span, words) }
    let work = baselines.map { BaselineWork(root: $0, updates: update, draws: pictures) }
    var batch = Batch(
      paths: found, selection: selection, seed: seed, limits: try limits.limits(), jobs: jobs ?? ProcessorCount.usable,
      keepsResults: reports.contains { $0.kind == JSONTestReport.self })
    if let work { batch.work = { try work.settle(&$0) } }
    await batch.run(session)
    if verifyDeterminism { batch.verify(session) }
    if let work, selection.isWhole, !session.isOver, paths.allSatisfy(ScenarioFolder.isFolder) {
      work.settleLeftovers(found, session)
    }
    if !only.isEmpty, session.outcome.files.isEmpty { try tellNothingFound() }
    try session.finish()
  }

  /// Of a part it is not known what the others have.
  private func tellNothingFound() throws {
    guard shard.count == 1 else { return }
    Terminal.note("--only: nothing here is called \(only.map { "'\($0)'" }.joined(separator: " or "))\n")
    throw ExitCode.invalid
  }

  /// What is written as virtual time is elsewhere.
  private func timeLimitSpan() throws -> (Duration, String)? {
    guard let timeLimit else { return nil }
    do throws(Diagnostic) {
      let time = try PlayLimits(.time, timeLimit).simulatorLimits.time
      return (.nanoseconds(Int64(clamping: time.nanoseconds)), timeLimit)
    } catch {
      throw ValidationError("--time-limit: \(error.message)")
    }
  }
}

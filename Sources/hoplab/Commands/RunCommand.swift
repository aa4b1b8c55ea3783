import ArgumentParser
import Configuration
import Reports
import Scenarios
import Simulation

/// `hoplab run`
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Play scenarios, check what they expect, and draw them.",
    discussion: """
      Of several files, or a folder with all that is in it, each variant gets a line; those that failed are told below. \
      To judge many without writing anything, as in CI, there is 'hoplab test'.

      Example: hoplab run Scenarios/vmware.yaml --variant nat --format svg,png
      Example: hoplab run Scenarios/vmware.yaml --language zh
      Example: hoplab run Scenarios/behaviour --no-pictures
      """)

  @Argument(
    help: "Scenario files, or folders of them; - reads standard input.",
    completion: .file(extensions: ["yaml", "yml"]))
  var files: [String]

  @Option(name: .long, help: "Play only this variant; may be given several times.")
  var variant: [String] = []

  @Option(
    name: .long, help: "Write to DIR/<scenario>/<variant>/.",
    completion: .directory)
  var out = "Output/latest"

  @Option(name: .long, help: "Forms of the pictures, separated by commas: svg, png, pdf.")
  var format = PictureFormats([.svg])

  @Flag(name: .long, help: "Draw nothing; stories and results are still written.")
  var noPictures = false

  @Option(name: .long, help: "Where chance comes from: the same seed gives the same run.")
  var seed: UInt64 = 1

  @Flag(name: .long, help: "Print the results as JSON instead of a table.")
  var json = false

  @Flag(name: .long, help: "Write journal.json, every record of the run.")
  var journal = false

  @Flag(name: .long, help: "Write loads, queues, drops and latencies as CSV and as a plot below statistics/.")
  var statistics = false

  @Flag(
    inversion: .prefixedNo,
    help: "Write capture.pcapng for Wireshark; written anyway unless many thousand frames were sent.")
  var capture: Bool?

  @Option(
    help: ArgumentHelp(
      "Capture all that these send and receive, as in rtr:wan0,pc.nat8,vm1; else each crossing of a link once.",
      valueName: "names"))
  var interfaces: String?

  @Option(
    name: .long, help: "Language of stories, pictures, captures and tables: en or zh; mistakes are told in English.")
  var language = Language.english

  @Flag(name: .long, help: "Print only what failed.")
  var quiet = false

  @OptionGroup var limits: LimitOptions

  mutating func validate() throws {
    guard isBatch else { return }
    for (word, isGiven) in [("variant", !variant.isEmpty), ("interfaces", interfaces != nil)] where isGiven {
      throw ValidationError("--\(word) is about one file; here are several")
    }
  }

  private var detail: Journal.Detail {
    journal || statistics || capture == true || interfaces != nil ? .full : .folded
  }

  private var reportOptions: ReportOptions {
    var options = ReportOptions()
    options.formats = format.formats
    if journal { options.requested.insert(JournalReport.word) }
    if statistics { options.requested.insert(StatisticsReport.word) }
    if capture == true { options.requested.insert(CaptureReport.word) }
    if capture == false { options.leftOut.insert(CaptureReport.word) }
    return options
  }

  private var isBatch: Bool { files.count != 1 || ScenarioFolder.isFolder(files[0]) }

  func run() async throws {
    guard !isBatch else { return try await runAll() }
    let file = ScenarioFile(files[0])
    let scenario = try file.playable()
    let plays = try file.plays(of: scenario, named: variant)
    let captured = try capturedInterfaces(of: plays)
    let (runs, folders) = try await play(plays, of: scenario, file.sources, capturing: captured)
    tell(scenario, runs, folders)
    try finish(runs)
  }

  /// Plays variants and writes what came of them; gives back the folders too.
  private func play(
    _ plays: [Play], of scenario: Scenario, _ sources: SourceMap, capturing captured: [String]?
  ) async throws -> ([VariantRun], [String]) {
    let line = quiet ? nil : ProgressLine()
    var runs = await Playing.run(
      plays, of: scenario.name, seed: seed, sources: sources, limits: try limits.limits(), detail: detail,
      watch: line?.watch)
    line?.erase()
    for index in runs.indices { runs[index].language = language }
    var options = reportOptions
    options.capturedInterfaces = captured
    if !noPictures { options.atlas = try Playing.atlas(of: runs) }
    return (runs, try await Playing.write(runs, below: out, options).map(\.folder.path))
  }

  private func runAll() async throws {
    guard let paths = ScenarioFolder.files(files) else { throw ExitCode.invalid }
    let session = BatchSession(
      files: paths.count, seed: seed,
      BatchTable(showsHeld: !quiet, showsSummary: !quiet, isSilent: json),
      reports: json ? [ReportWish(JSONTestReport.self, to: "-")] : [], showsProgress: !quiet)
    let (options, out, draws, language) = (reportOptions, self.out, !noPictures, self.language)
    let batch = Batch(
      paths: paths, seed: seed, limits: try limits.limits(), detail: detail, jobs: ProcessorCount.usable,
      keepsResults: json
    ) { played in
      var options = options
      for index in played.runs.indices { played.runs[index].language = language }
      if draws { options.atlas = try Atlas(of: played.runs) }
      played.outputs = try played.runs.map { run in
        (OutputFolder(out, scenario: run.scenario, variant: run.variant), try reportFiles(of: run, options))
      }
    }
    await batch.run(session)
    try session.finish()
  }

  /// What `--interfaces` names; each has to be there in one variant at least.
  private func capturedInterfaces(of plays: [Play]) throws -> [String]? {
    guard let interfaces else { return nil }
    guard capture != false else { throw ValidationError("'--interfaces' and '--no-capture' contradict each other.") }
    let names = interfaces.split(separator: ",").map { String($0.filter { $0 != " " }) }
    for name in names {
      var mistakes: [Diagnostic] = []
      let isThere = plays.contains { play in
        var diagnostics = Diagnostics()
        let found = CapturePlaces.interfaces(named: [name], in: play.topology, &diagnostics)
        mistakes += diagnostics.sorted
        return !found.isEmpty
      }
      guard !isThere else { continue }
      for mistake in mistakes.prefix(1) {
        let notes = mistake.notes.map { "  note: \($0.message)\n" }.joined()
        Terminal.note("--interfaces: error \(mistake.code.rawValue): \(mistake.message)\n\(notes)")
      }
      throw ExitCode.invalid
    }
    return names
  }

  private func tell(_ scenario: Scenario, _ runs: [VariantRun], _ folders: [String]) {
    guard !json else { return Terminal.print(ResultReport.json(of: runs).written()) }
    var text =
      quiet
      ? ""
      : Terminal.painted(scenario.name, .bold) + (scenario.title.isEmpty ? "" : ": \(scenario.title)") + "\n"
    for run in runs {
      let table = VerdictTable(run)
      if !quiet || !run.verdict.holds { text += "\n" + table.text }
    }
    for run in runs {
      let failures = VerdictTable(run).failures
      guard !failures.isEmpty else { continue }
      text += "\n" + Terminal.painted(language.terminal.happened(in: run.variant), .bold) + "\n" + failures
    }
    if !quiet { text += places(folders) }
    Terminal.print(text)
  }

  private func places(_ folders: [String]) -> String {
    guard !noPictures else {
      return "\n\(language.terminal.writtenTo)\n" + folders.map { "  \($0)/story.md\n" }.joined()
    }
    let form = format.formats.first?.rawValue ?? "svg"
    return "\n\(language.terminal.pictures)\n"
      + folders.map { "  \($0)/flow.\(form)\n" }.joined()
  }

  private func finish(_ runs: [VariantRun]) throws {
    if runs.contains(where: { $0.verdict.limit != nil || $0.verdict.imbalance != nil }) {
      Terminal.note("hoplab: a play did not come to its end\n")
      throw ExitCode.stopped
    }
    guard runs.contains(where: { $0.play.steps.contains { !$0.expectations.isEmpty } }) else {
      throw ExitCode.nothingToCheck
    }
    guard runs.allSatisfy({ $0.verdict.holds }) else { throw ExitCode.notHeld }
  }
}

extension Language: ExpressibleByArgument {}

/// `svg,png`
struct PictureFormats: ExpressibleByArgument {
  var formats: [PictureFormat]

  init(_ formats: [PictureFormat]) { self.formats = formats }

  init?(argument: String) {
    let words = argument.split(separator: ",").map(String.init)
    let known = words.compactMap(PictureFormat.init(rawValue:))
    guard !known.isEmpty, known.count == words.count else { return nil }
    formats = PictureFormat.allCases.filter(known.contains)
  }

  var defaultValueDescription: String { formats.map(\.rawValue).joined(separator: ",") }
  static var allValueStrings: [String] { PictureFormat.allCases.map(\.rawValue) }
}

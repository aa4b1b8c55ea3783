import ArgumentParser
import Configuration
import Reports
import Scenarios

/// `hoplab compare`
struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Play two variants, or two scenarios, and show what differs.",
    discussion: """
      What both do is drawn in grey, what only one does in its colour. compare.md says the same in words, with the \
      load of every interface. Steps are matched by their ids, devices and interfaces by their names.

      Example: hoplab compare Scenarios/vmware.yaml nat host-only
      Example: hoplab compare before.yaml after.yaml#wide --step out --json

      Exit codes: 0 no difference; 1 something differs; 2 a scenario is invalid; 4 internal error or a limit was \
      reached; 64 wrong usage.
      """)

  @Argument(
    help: ArgumentHelp(
      "FILE VARIANT VARIANT, or FILE#VARIANT FILE#VARIANT; a file with two variants can stand alone.",
      valueName: "what"), completion: .file(extensions: ["yaml", "yml"]))
  var what: [String]

  @Option(
    name: .long, help: "Write to DIR/<scenario>/<variant>--<variant>/, or DIR/<scenario>--<scenario>/.",
    completion: .directory)
  var out = "Output/latest/compare"

  @Option(name: .long, help: "Forms of the pictures, separated by commas: svg, png, pdf.")
  var format = PictureFormats([.svg])

  @Flag(name: .long, help: "Draw nothing; compare.md is still written.")
  var noPictures = false

  @Option(name: .long, help: "Where chance comes from, for both.")
  var seed: UInt64 = 1

  @Option(name: .long, help: "Print only this step; may be given several times.")
  var step: [String] = []

  @Flag(name: .long, help: "Print every interface, also those that carried the same and those without a name.")
  var all = false

  @Flag(name: .long, help: "Print what differs as JSON.")
  var json = false

  @Option(name: .long, help: "Language of words and pictures: en or zh; mistakes are told in English.")
  var language = Language.english

  @OptionGroup var limits: LimitOptions

  mutating func validate() throws {
    guard (1...3).contains(what.count) else {
      throw ValidationError("two variants are compared: FILE VARIANT VARIANT, or FILE#VARIANT FILE#VARIANT")
    }
    try ComparedFiles.validate(what)
  }

  func run() async throws {
    let files = try ComparedFiles(what)
    try checkSteps(files)
    let line = ProgressLine()
    let limits = try self.limits.limits()
    @Sendable func play(_ choice: ComparedFiles.Choice) async -> VariantRun {
      await Playing.run(
        [choice.play], of: choice.scenario.name, seed: seed, sources: choice.file.sources, limits: limits,
        watch: line?.watch)[0]
    }
    async let first = play(files.first)
    async let second = play(files.second)
    var runs = await [first, second]
    for index in runs.indices { runs[index].language = language }
    line?.erase()
    let comparison = RunComparison(runs[0], runs[1], labels: (files.first.label, files.second.label))
    let folder = OutputFolder(at: "\(out.hasSuffix("/") ? String(out.dropLast()) : out)/\(files.place)")
    let written = try write(comparison, to: folder)
    tell(comparison, in: folder, written)
    if runs.contains(where: { $0.verdict.limit != nil || $0.verdict.imbalance != nil }) {
      Terminal.note("hoplab: a play did not come to its end\n")
      throw ExitCode.stopped
    }
    guard comparison.isSame else { throw ExitCode.different }
  }

  /// Every step that `--step` names is in one of them at least.
  private func checkSteps(_ files: ComparedFiles) throws {
    let known = (files.first.play.steps + files.second.play.steps).map(\.id)
    let unknown = step.filter { !known.contains($0) }
    for name in unknown {
      let near = nearest(to: name, among: known).map { "; did you mean \($0)?" } ?? ""
      Terminal.note("--step: neither has a step '\(name)'\(near)\n")
    }
    guard unknown.isEmpty else { throw ExitCode.invalid }
  }

  private func write(_ comparison: RunComparison, to folder: OutputFolder) throws -> [ReportFile] {
    do {
      let files = try comparison.files(drawnAs: noPictures ? nil : format.formats)
      try folder.write(files)
      folder.clear(keeping: files)
      return files
    } catch {
      Terminal.note("hoplab: \(error)\n")
      throw ExitCode.stopped
    }
  }

  private func tell(_ comparison: RunComparison, in folder: OutputFolder, _ written: [ReportFile]) {
    guard !json else { return Terminal.print(comparison.json(all: all, steps: step).written()) }
    var text = ComparisonTable(comparison, steps: step, all: all, width: Terminal.Stream.output.width).text
    let form = format.formats.first?.rawValue ?? "svg"
    let names = (noPictures ? [] : ["compare.\(form)"]) + ["compare.md"]
    text += "\n\(language.terminal.writtenTo)\n" + names.map { "  \(folder.path)/\($0)\n" }.joined()
    Terminal.print(text)
  }
}

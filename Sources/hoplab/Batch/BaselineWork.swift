import Configuration
import Reports
import Scenarios

/// What `--baselines` does with the runs of a file: compares them with what is recorded, or records them.
struct BaselineWork: Sendable {
  var root: String
  var updates: Bool
  /// Whether pictures are recorded as well; where there are some already, they are anyway.
  var draws: Bool

  /// So many changes of a variant are told; more nobody reads, and the first lead to the others.
  private static let mostTold = 20

  func settle(_ played: inout PlayedFile) throws {
    let place = place(of: played.path, played.scenario.name)
    let folders = played.runs.map {
      OutputFolder(([root] + place).joined(separator: "/"), scenario: $0.scenario, variant: $0.variant)
    }
    let kept = folders.map(BaselineWork.recorded)
    let gallery = ReportOptions.ofGallery(inFolder: !place.isEmpty)
    var options = gallery
    // What pictures are made from is compared, so it has to be made.
    options.keepsDOT = true
    options.withoutDOT = []
    if !updates { options.formats = [] }
    if updates && draws || kept.joined().contains(where: \.isPicture) { options.atlas = try Atlas(of: played.runs) }
    played.clears = true
    for (index, run) in played.runs.enumerated() {
      let made = try reportFiles(of: run, options)
      let changes = BaselineComparison(kept: kept[index], made: made)
      guard updates else {
        played.tested[index].isCompared = true
        played.tested[index].problems += problems(changes, in: run)
        if changes.isOnlyMoved {
          played.notes.append("~ \(name(of: run, at: played.path.path)): its lines have moved; --update records that")
        }
        continue
      }
      played.notes += notes(changes, of: run, at: played.path.path)
      let written = made.filter { file in
        !file.path.hasSuffix(".dot")
          || gallery.keepsDOT && !gallery.withoutDOT.contains { file.path.hasPrefix($0) }
      }
      played.outputs.append((folders[index], written))
    }
  }

  /// Where a scenario is recorded: in a folder called like that in which it was found. A file that is named alone, as a
  /// hook does, is looked for under all of its path.
  private func place(of path: ScenarioPath, _ scenario: String) -> [String] {
    let folders = path.path.split(separator: "/").dropLast().map(String.init)
    let known = Array(folders.suffix(folders.count - (folders.lastIndex { $0 == ".." || $0 == "." } ?? -1) - 1))
    for count in stride(from: known.count, to: path.place.count, by: -1) {
      let place = Array(known.suffix(count))
      if InputFile.exists(([root] + place + [scenario]).joined(separator: "/")) { return place }
    }
    return path.place.map(String.init)
  }

  /// The files of a recorded variant; those that were never recorded are not there.
  private static func recorded(in folder: OutputFolder) -> [ReportFile] {
    let names =
      (FolderListing.names(in: folder.path) ?? [])
      + (FolderListing.names(in: "\(folder.path)/steps") ?? []).map { "steps/\($0)" }
    return names.compactMap { name in
      guard let bytes = try? InputFile.read("\(folder.path)/\(name)") else { return nil }
      return ReportFile(name, bytes: bytes)
    }
  }

  // MARK: What changed

  private func problems(_ comparison: BaselineComparison, in run: VariantRun) -> [TestProblem] {
    guard !comparison.isOnlyMoved else { return [] }
    var problems = comparison.changes.prefix(Self.mostTold).map { change in
      let step = change.step.flatMap { id in run.play.steps.firstIndex { $0.id == id } }
      let place = step.flatMap { TestPlace(run.play.steps[$0].location, in: run.sources) }
      return TestProblem(change.words, .baseline, at: place, step: step)
    }
    let rest = comparison.changes.count - problems.count
    if rest > 0 { problems.append(TestProblem("and \(rest) more changes", .baseline)) }
    return problems
  }

  private func notes(_ comparison: BaselineComparison, of run: VariantRun, at path: String) -> [String] {
    let name = name(of: run, at: path)
    guard !comparison.isOnlyMoved else { return ["~ \(name): recorded anew, since lines of its file have moved"] }
    let told = comparison.changes.prefix(Self.mostTold).map { change in
      "~ \(name)\(change.step.map { ", \($0)" } ?? ""): \(change.words)"
    }
    let rest = comparison.changes.count - told.count
    return told + (rest > 0 ? ["~ \(name): and \(rest) more changes"] : [])
  }

  private func name(of run: VariantRun, at path: String) -> String {
    run.variant == Play.defaultVariant ? path : "\(path) \(run.variant)"
  }

  // MARK: What is left over

  /// What is recorded beside what was played, but comes of no scenario any more. With `--update`, variants that a
  /// scenario no longer has are forgotten; whole scenarios are only told of, since they may belong to another folder.
  func settleLeftovers(_ paths: [ScenarioPath], _ session: BatchSession) {
    var parents: [String] = []
    var played: Set<String> = []  // looked up, never iterated
    let places = Dictionary(paths.map { ($0.path, $0) }) { $1 }  // looked up, never iterated
    for file in session.outcome.files {
      // What a file that is invalid would make is not known.
      guard let scenario = file.scenario, let path = places[file.path] else { return }
      let parent = ([root] + place(of: path, scenario)).joined(separator: "/")
      if !parents.contains(parent) { parents.append(parent) }
      played.insert("\(parent)/\(scenario)")
      for variant in file.variants { played.insert("\(parent)/\(scenario)/\(variant.name)") }
    }
    for parent in parents {
      for scenario in (FolderListing.names(in: parent) ?? []).map({ "\(parent)/\($0)" }) {
        let variants = (FolderListing.names(in: scenario) ?? []).map { "\(scenario)/\($0)" }
        let left = variants.filter { !played.contains($0) && InputFile.exists("\($0)/result.json") }
        for folder in left { settleLeftover(folder, isOfPlayed: played.contains(scenario), session) }
      }
    }
  }

  private func settleLeftover(_ folder: String, isOfPlayed: Bool, _ session: BatchSession) {
    let words = "\(folder) is recorded, but no scenario makes it any more"
    guard updates else { return session.add(TestProblem(words, .baseline)) }
    guard isOfPlayed else { return session.note("~ \(words); remove it if that is right") }
    OutputFolder(at: folder).removeAll()
    session.note("~ \(folder): forgotten, since its scenario makes it no more")
  }
}

extension ReportFile {
  fileprivate var isPicture: Bool { path.hasSuffix(".svg") || path.hasSuffix(".dot") }
}

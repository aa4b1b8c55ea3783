import Configuration

/// What came of testing scenario files: all that its reports are made from.
///
/// It holds names and words rather than runs, so that many thousand variants fit into memory, and no time of a real clock,
/// so that the same files give the same reports.
public struct TestOutcome: Sendable {
  public var files: [TestedFile]
  public var seed: UInt64
  /// The version of Hoplab that played them.
  public var version: String
  /// Why not everything was played, as `the time limit of 5m was reached`.
  public var ended: String?
  /// How many files were left out, since it ended before them.
  public var unplayed = 0
  /// What belongs to no file of them.
  public var problems: [TestProblem] = []

  public init(files: [TestedFile] = [], seed: UInt64 = 1, version: String = "", ended: String? = nil) {
    self.files = files
    self.seed = seed
    self.version = version
    self.ended = ended
  }

  /// Everything that went wrong, in the order of the files, each with what it is about.
  public var allProblems: [(subject: String, problem: TestProblem)] {
    files.flatMap { file in
      file.mistakes.map { (file.path, $0) }
        + file.variants.flatMap { variant in
          variant.problems.map { (variant.subject(of: $0, in: file), $0) }
        }
    } + problems.map { ("baselines", $0) }
  }
}

/// One file, with what came of its variants.
public struct TestedFile: Sendable {
  public var path: String
  /// Nil for a file that is no valid scenario.
  public var scenario: String?
  public var mistakes: [TestProblem]
  public var variants: [TestedVariant]

  public init(path: String, scenario: String?, mistakes: [TestProblem] = [], variants: [TestedVariant] = []) {
    self.path = path
    self.scenario = scenario
    self.mistakes = mistakes
    self.variants = variants
  }

  public var isValid: Bool { scenario != nil }
}

/// What came of one variant.
public struct TestedVariant: Sendable {
  public enum Status: String, Sendable, CaseIterable {
    case held, failed
    /// Nothing was expected of it.
    case unchecked
    /// A limit, or a mistake of Hoplab, ended it.
    case stopped
  }

  public var name: String
  public var steps: [TestedStep]
  public var problems: [TestProblem]
  public var journal: String
  /// Whether it was compared with what is kept of it.
  public var isCompared = false
  /// What `result.json` says; only where a report wants it.
  public var result: JSONValue?

  package init(name: String, steps: [TestedStep], problems: [TestProblem], journal: String) {
    self.name = name
    self.steps = steps
    self.problems = problems
    self.journal = journal
  }

  public var status: Status {
    if problems.contains(where: { $0.rule.isOfHoplab }) { return .stopped }
    if !problems.isEmpty { return .failed }
    return isCompared || steps.contains { $0.expectations > 0 } ? .held : .unchecked
  }

  /// Whether it is the one variant of a scenario that has none.
  public var isOnly: Bool { name == VariantRun.nameOfOnly }

  public func problems(ofStep step: Int) -> [TestProblem] { problems.filter { $0.step == step } }

  /// `vmware/nat, out`.
  func subject(of problem: TestProblem, in file: TestedFile) -> String {
    file.name(of: self) + (problem.step.map { ", \(steps[$0].id)" } ?? "")
  }
}

extension TestedFile {
  /// `vmware/nat`; of a scenario without variants `first`.
  public func name(of variant: TestedVariant) -> String {
    let scenario = scenario ?? path
    return variant.isOnly ? scenario : "\(scenario)/\(variant.name)"
  }
}

public struct TestedStep: Sendable {
  public var id: String
  /// `ping vm1 → peer`.
  public var words: String
  /// `reply in 420 µs`.
  public var happened: String
  public var expectations: Int
  /// False where the play ended before it.
  public var isPlayed: Bool

  package init(id: String, words: String, happened: String, expectations: Int, isPlayed: Bool) {
    self.id = id
    self.words = words
    self.happened = happened
    self.expectations = expectations
    self.isPlayed = isPlayed
  }
}

/// One thing that is not as it should be.
public struct TestProblem: Sendable {
  public var rule: TestRule
  /// The number of the step it is about.
  public var step: Int?
  /// `hops: wanted 0 routers passed, got 1`.
  public var message: String
  public var place: TestPlace?
  /// What decided, and where it was written; what decided last comes first.
  public var related: [Related] = []
  /// More about it, as Markdown: the story of the step.
  public var story: String = ""

  public struct Related: Hashable, Sendable {
    public var message: String
    public var place: TestPlace

    public init(message: String, place: TestPlace) {
      self.message = message
      self.place = place
    }
  }

  public init(_ message: String, _ rule: TestRule, at place: TestPlace? = nil, step: Int? = nil) {
    self.message = message
    self.rule = rule
    self.place = place
    self.step = step
  }
}

/// A line of a file, under the name that the user gave it.
public struct TestPlace: Hashable, Sendable, CustomStringConvertible {
  public var file: String
  public var line: UInt32
  /// Counted in Unicode scalars, from 1.
  public var column: UInt32

  /// - Parameter file: What stands for the folder one is in is left out: servers look files up by their plain paths.
  public init(file: String, line: UInt32 = 1, column: UInt32 = 1) {
    self.file = file.hasPrefix("./") ? String(file.dropFirst(2)) : file
    self.line = line
    self.column = column
  }

  /// Nil for what nobody wrote.
  public init?(_ location: SourceLocation, in sources: SourceMap) {
    guard !location.isNone, Int(location.file) < sources.files.count else { return nil }
    self.init(file: sources[location.file].name, line: location.line, column: location.column)
  }

  public var description: String { "\(file):\(line)" }
}

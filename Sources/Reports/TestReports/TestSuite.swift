/// A variant as a group of cases, for the forms that know groups and cases: each step is one.
struct TestSuite {
  struct Case {
    enum Result: Equatable {
      case passed, failed
      /// It could not be judged.
      case errored
      case skipped(String)
    }

    var name: String
    var result: Result
    var problems: [TestProblem] = []

    init(_ name: String, _ problems: [TestProblem], isError: Bool = false) {
      self.name = name
      self.problems = problems
      result = problems.isEmpty ? .passed : isError ? .errored : .failed
    }

    init(_ name: String, skipped reason: String) {
      self.name = name
      result = .skipped(reason)
    }
  }

  var name: String
  /// Empty for what belongs to no file.
  var file: String
  var journal: String?
  var cases: [Case]

  /// In the order of the files and variants.
  static func all(of outcome: TestOutcome) -> [TestSuite] {
    var suites = outcome.files.flatMap { file in
      file.isValid
        ? file.variants.map { TestSuite($0, in: file) }
        : [TestSuite(name: file.path, file: file.path, cases: [Case("is valid", file.mistakes, isError: true)])]
    }
    var others = outcome.problems.map { Case($0.message, [$0]) }
    if let ended = outcome.ended {
      others.append(Case("everything is played", [TestProblem("ended because \(ended)", .limit)], isError: true))
    }
    if !others.isEmpty { suites.append(TestSuite(name: "all of it", file: "", cases: others)) }
    return suites
  }

  private init(name: String, file: String, cases: [Case]) {
    self.name = name
    self.file = file
    self.cases = cases
  }

  private init(_ variant: TestedVariant, in file: TestedFile) {
    name = file.name(of: variant)
    self.file = file.path
    journal = variant.journal
    cases = variant.steps.enumerated().map { index, step in
      let name = "\(step.id): \(step.words)"
      let problems = variant.problems(ofStep: index)
      guard problems.isEmpty, step.expectations == 0 else { return Case(name, problems) }
      return Case(name, skipped: step.isPlayed ? "nothing is expected of it" : "the play ended before it")
    }
    let others = variant.problems.filter { $0.step == nil }
    if variant.isCompared { cases.append(Case("is what was recorded", others.filter { $0.rule == .baseline })) }
    cases += others.filter { $0.rule != .baseline || !variant.isCompared }.map {
      Case($0.rule.summary, [$0], isError: $0.rule.isOfHoplab)
    }
  }
}

extension [TestSuite.Case] {
  var failures: Int { count { $0.result == .failed } }
  var errors: Int { count { $0.result == .errored } }
  var skipped: Int { count { if case .skipped = $0.result { true } else { false } } }
}

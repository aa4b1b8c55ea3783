import Scenarios
import Simulation

/// Two runs side by side: a view of two journals and of nothing else.
///
/// Steps are matched by their ids; machines, devices and interfaces by their names; links by what they join.
public struct RunComparison: Sendable {
  let runs: Pair<VariantRun>
  let labels: Pair<String>
  let plan: ComparisonPlan
  /// In the order of the first, then those that only the second has.
  public let steps: [StepComparison]
  /// What machines, devices, links and words on them only one has.
  public let wiring: [String]
  /// Of the whole run, every interface of either.
  public let loads: [LoadRow]

  /// - Parameter labels: What the two are called, such as the names of the variants.
  public init(_ first: VariantRun, _ second: VariantRun, labels: (first: String, second: String)) {
    let runs = Pair(first, second)
    let labels = Pair(labels.first, labels.second)
    let union = PlanUnion(runs.map { PlanMaker($0).plan(of: $0) })
    let loads = LoadComparison(union, runs)
    let readers = runs.map { LoadReader($0) }
    self.runs = runs
    self.labels = labels
    self.loads = loads.rows(readers.map { $0.loads() })
    wiring = WiringWords(union, labels).lines
    let ids = RunComparison.ids(of: runs)
    let matched = runs.map { run in ids.map { id in run.verdict.steps.firstIndex { $0.id == id } } }
    steps = ids.indices.map { order in
      let places = Pair(matched.first[order], matched.second[order])
      let own = Pair(
        places.first.map { readers.first.loads(of: $0) } ?? [:],
        places.second.map { readers.second.loads(of: $0) } ?? [:])
      return StepComparison(places, order, runs, union, labels, loads.rows(own))
    }
    plan = ComparisonPlan(
      title: RunComparison.title(of: runs), labels: labels, union: union, steps: steps.map(\.sheet))
  }

  private static func ids(of runs: Pair<VariantRun>) -> [String] {
    let first = runs.first.verdict.steps.map(\.id)
    return first + runs.second.verdict.steps.map(\.id).filter { !first.contains($0) }
  }

  /// The scenario's own, or both.
  private static func title(of runs: Pair<VariantRun>) -> String {
    let titles = runs.map { $0.play.title.isEmpty ? $0.scenario : $0.play.title }
    return titles.isSame ? titles.first : "\(titles.first) | \(titles.second)"
  }

  /// Whether nothing at all differs: network, outcomes, ways and loads.
  public var isSame: Bool { wiring.isEmpty && steps.allSatisfy(\.isSame) && loads.allSatisfy(\.isSame) }

  public var firstLabel: String { labels.first }
  public var secondLabel: String { labels.second }
  public var title: String { plan.title }
  public var language: Language { plan.union.plan.language }
  public var words: any ComparisonWording { language.words }
}

/// One step of both runs.
public struct StepComparison: Sendable {
  /// How much differs.
  public enum Difference: String, Sendable, CaseIterable {
    case none
    /// The same happened, and it took another time.
    case time
    /// The same came of it, by another way or with another load.
    case way
    case outcome
    /// Only one of them has that step.
    case missing
  }

  public let id: String
  /// `ping vm1 → peer`; both where they are not the same.
  public let words: String
  /// What came of it; nil where that side has no such step.
  public let first: String?
  public let second: String?
  public let difference: Difference
  /// What differs on the way, a line each.
  public let lines: [String]
  /// Every interface of either.
  public let loads: [LoadRow]
  let sheet: ComparedSheet

  public var isSame: Bool { difference == .none }

  init(
    _ places: Pair<Int?>, _ order: Int, _ runs: Pair<VariantRun>, _ union: PlanUnion, _ labels: Pair<String>,
    _ loads: [LoadRow]
  ) {
    let verdicts = Pair(
      places.first.map { runs.first.verdict.steps[$0] }, places.second.map { runs.second.verdict.steps[$0] })
    let sheets = Pair(
      places.first.map { union.sheet(SheetMaker.sheet(of: $0, in: runs.first), of: .first) },
      places.second.map { union.sheet(SheetMaker.sheet(of: $0, in: runs.second), of: .second) })
    let hops = ComparedHop.all(of: sheets)
    let isMissing = places.first == nil || places.second == nil
    let lines = isMissing ? [] : HopWords(hops, sheets, in: union, labels).lines
    let outcomes = verdicts.map { $0.map { VerdictWords(runs.first.names.words).happened(in: $0) } }
    let does = verdicts.map { $0?.words }
    id = verdicts.first?.id ?? verdicts.second?.id ?? ""
    words =
      does.isSame || isMissing
      ? does.first ?? does.second ?? "" : Side.allCases.compactMap { does[$0] }.joined(separator: " | ")
    (first, second) = (outcomes.first, outcomes.second)
    self.lines = lines
    self.loads = loads
    if isMissing {
      difference = .missing
    } else if !verdicts.map({ $0.map { VerdictWords(runs.first.names.words).happened(in: $0.withoutTimes) } }).isSame
      || !does.isSame
    {
      difference = .outcome
    } else if !lines.isEmpty || !loads.allSatisfy(\.isSame) {
      difference = .way
    } else {
      difference = outcomes.isSame ? .none : .time
    }
    sheet = ComparedSheet(
      id: id, title: words, order: order, sheets: sheets, hops: hops, isSame: difference == .none)
  }

  public subscript(side: Side) -> String? { side == .first ? first : second }
}

extension StepVerdict {
  /// The same as if nothing had taken time.
  fileprivate var withoutTimes: StepVerdict {
    var step = self
    for index in step.activities.indices {
      step.activities[index].outcome.roundTrip = .zero
      step.activities[index].outcome.duration = .zero
      let count = step.activities[index].tally?.roundTrips.count ?? 0
      step.activities[index].tally?.roundTrips = Array(repeating: .zero, count: count)
      step.activities[index].tally?.ended = nil
    }
    return step
  }
}

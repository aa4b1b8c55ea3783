import Configuration
import Simulation
import Topology

/// Judges a playback by what its play expects.
public struct Judge: Sendable {
  private let play: Play
  private let playback: Playback
  private let reader: FlowReader
  private let flows: [Flow]
  private let records: StepRecords
  private let addresses: AddressBook

  public init(_ play: Play, _ playback: Playback) {
    let reader = FlowReader(playback.journal, playback.topology)
    self.init(play, playback, reader, reader.flows(), StepRecords(playback.journal.records))
  }

  /// Judges by what was already read from the playback.
  public init(
    _ play: Play, _ playback: Playback, _ reader: FlowReader, _ flows: [Flow], _ records: StepRecords
  ) {
    self.play = play
    self.playback = playback
    self.reader = reader
    self.flows = flows
    self.records = records
    var addresses = AddressBook()
    addresses.read(playback.journal.records)
    self.addresses = addresses
  }

  public func verdict() -> VariantVerdict {
    var places: [Int: Int] = [:]  // looked up, never iterated
    for (place, flow) in flows.enumerated() { places[flow.step] = place }
    let steps = play.steps.enumerated().map { index, step in
      verdict(on: step, index, places[index].map { flows[$0] })
    }
    return VariantVerdict(
      variant: play.variant, steps: steps, limit: playback.limitWords, imbalance: playback.imbalance)
  }

  private func verdict(on step: Step, _ index: Int, _ flow: Flow?) -> StepVerdict {
    let activities = flow?.activities ?? []
    let family = type(of: step.verb).family
    let evidence = activities.enumerated().map { number, activity in
      Evidence(
        activity: family == .trace ? activity.furthest : activity, trace: activity.traced, family: family,
        addresses: addresses, label: step.verb.name(ofFlow: number), records: records[index],
        past: records.past(of: index), reader: reader)
    }
    var result = StepVerdict(
      id: step.id, words: step.words, title: step.title, family: family, result: .unplayed,
      activities: zip(activities, evidence).enumerated().map { number, pair in
        ActivityVerdict(pair.0, named: step.verb.name(ofFlow: number), family, pair.1)
      }, findings: [])
    guard wasPlayed(step, index, activities) else { return result }
    result.findings = step.expectations.map { expected in
      let judgement = expected.expectation.judge(all: evidence)
      return Finding(
        word: expected.word, wanted: expected.expectation.wanted, got: judgement.got, holds: judgement.holds,
        location: expected.location)
    }
    if let delay = delay(of: step, index) { result.findings.insert(delay, at: 0) }
    result.result =
      result.findings.isEmpty ? .unjudged : result.findings.allSatisfy(\.holds) ? .held : .failed
    return result
  }

  /// A step in the background may be cut short by what comes after it.
  private func wasPlayed(_ step: Step, _ index: Int, _ activities: [ActivityFlow]) -> Bool {
    guard index < playback.stepsPlayed else { return false }
    return !step.isInBackground || !activities.contains { $0.outcome.failure == .interrupted }
  }

  /// That a step began later than it should have, as the steps before it took longer.
  private func delay(of step: Step, _ index: Int) -> Finding? {
    guard let wanted = step.start, let real = records.beginning(of: index), real > wanted else { return nil }
    return Finding(
      word: StepsReader.at.name, wanted: .beginning(at: wanted),
      got: .delayed(to: real), holds: false, location: step.location)
  }
}

extension ExpectationKind {
  public func judge(all evidence: [Evidence]) -> Judgement { judgeEach(evidence) }

  /// It must hold of every activity; those of which it does not are told.
  func judgeEach(_ evidence: [Evidence]) -> Judgement { judgeEach(evidence) { judge($0) } }

  /// The same, judged in another way than one by one.
  func judgeEach(_ evidence: [Evidence], _ judge: (Evidence) -> Judgement) -> Judgement {
    guard evidence.count != 1 else { return judge(evidence[0]) }
    guard !evidence.isEmpty else { return Judgement(false, got: .nothingBegun) }
    let judgements = evidence.map { ($0, judge($0)) }
    let told = judgements.filter { !$0.1.holds }
    let words = (told.isEmpty ? judgements : told).map { Phrase.of($0.label, $1.got) }
    return Judgement(told.isEmpty, got: .some(of: words))
  }
}

/// Lists of what may be very many.
package enum Enumeration {
  /// As many as people read.
  static let longest = 5

  /// `a, b, c, d, e and 37 more`.
  package static func some(of words: [String]) -> String {
    let rest = words.count - longest
    return words.prefix(longest).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }
}

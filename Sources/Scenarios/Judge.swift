import Simulation
import Topology

/// Judges a playback by what its play expects.
public struct Judge: Sendable {
  private let play: Play
  private let playback: Playback
  private let flows: [Flow]
  private let addresses: AddressBook

  /// - Parameter flows: Those of the playback; they are read from it unless given.
  public init(_ play: Play, _ playback: Playback, flows: [Flow]? = nil) {
    self.play = play
    self.playback = playback
    self.flows = flows ?? FlowReader(playback.journal, playback.topology).flows()
    var addresses = AddressBook()
    addresses.read(playback.journal.records)
    self.addresses = addresses
  }

  public func verdict() -> VariantVerdict {
    let spans = spans()
    var places: [Int: Int] = [:]  // looked up, never iterated
    for (place, flow) in flows.enumerated() { places[flow.step] = place }
    let steps = play.steps.enumerated().map { index, step in
      let records = spans[index] ?? playback.journal.records[0..<0]
      return verdict(on: step, index, places[index].map { flows[$0] }, records)
    }
    return VariantVerdict(
      variant: play.variant, steps: steps, limit: playback.limitWords, imbalance: playback.imbalance)
  }

  /// The journal of each step.
  private func spans() -> [Int: ArraySlice<Record>] {
    let records = playback.journal.records
    var starts: [Int: Int] = [:]  // looked up, never iterated
    var result: [Int: ArraySlice<Record>] = [:]  // looked up, never iterated
    for (place, record) in records.enumerated() {
      switch record.event {
      case .stepBegan(let step): starts[Int(step)] = place
      case .stepEnded(let step):
        if let start = starts[Int(step)] { result[Int(step)] = records[start...place] }
      default: break
      }
    }
    return result
  }

  private func verdict(
    on step: Step, _ index: Int, _ flow: Flow?, _ records: ArraySlice<Record>
  ) -> StepVerdict {
    let activities = flow?.activities ?? []
    var result = StepVerdict(
      id: step.id, words: step.words, title: step.title, family: type(of: step.verb).family, result: .unplayed,
      activities: activities.enumerated().map { number, activity in
        ActivityVerdict(activity, named: step.verb.name(ofFlow: number), in: playback.topology)
      }, findings: [])
    guard index < playback.stepsPlayed else { return result }
    let evidence = activities.enumerated().map { number, activity in
      Evidence(
        activity: activity, topology: playback.topology, addresses: addresses,
        label: step.verb.name(ofFlow: number), records: records,
        past: playback.journal.records[..<records.endIndex])
    }
    result.findings = step.expectations.map { expected in
      let judgement = expected.expectation.judge(all: evidence)
      return Finding(
        word: expected.word, wanted: expected.expectation.wanted, got: judgement.got, holds: judgement.holds,
        location: expected.location)
    }
    result.result =
      result.findings.isEmpty ? .unjudged : result.findings.allSatisfy(\.holds) ? .held : .failed
    return result
  }
}

extension ExpectationKind {
  public func judge(all evidence: [Evidence]) -> Judgement { judgeEach(evidence) }

  /// It must hold of every activity; those of which it does not are told.
  func judgeEach(_ evidence: [Evidence]) -> Judgement { judgeEach(evidence) { judge($0) } }

  /// The same, judged in another way than one by one.
  func judgeEach(_ evidence: [Evidence], _ judge: (Evidence) -> Judgement) -> Judgement {
    guard evidence.count != 1 else { return judge(evidence[0]) }
    guard !evidence.isEmpty else { return Judgement(false, got: "nothing was begun") }
    let judgements = evidence.map { ($0, judge($0)) }
    let told = judgements.filter { !$0.1.holds }
    let words = (told.isEmpty ? judgements : told).map { "\($0.label): \($1.got)" }
    return Judgement(told.isEmpty, got: Enumeration.some(of: words))
  }
}

/// Lists of what may be very many.
enum Enumeration {
  /// As many as people read.
  private static let longest = 5

  /// `a, b, c, d, e and 37 more`.
  static func some(of words: [String]) -> String {
    let rest = words.count - longest
    return words.prefix(longest).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }
}

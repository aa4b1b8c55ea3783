import Configuration
import Packets
import Scenarios
import Simulation
import Topology

/// One variant that has been played: all that its reports are made from.
///
/// What happened is taken from the playback's journal alone, so a journal that was written and read back gives the same
/// reports.
public struct VariantRun: Sendable {
  public let scenario: String
  public let play: Play
  public let seed: UInt64
  public let sources: SourceMap
  public let playback: Playback
  public let flows: [Flow]
  public let verdict: VariantVerdict
  /// The one that people are told in.
  public var language = Language.english { didSet { names.words = language.words } }
  private(set) var names: Names
  let lookups: NameLookups
  /// Where the journal speaks of each frame.
  let index: JournalIndex
  private let stepRecords: StepRecords

  public init(scenario: String, play: Play, seed: UInt64, sources: SourceMap, playback: Playback) {
    self.scenario = scenario
    self.play = play
    self.seed = seed
    self.sources = sources
    self.playback = playback
    let reader = FlowReader(playback.journal, playback.topology)
    flows = reader.flows()
    index = reader.index
    stepRecords = StepRecords(playback.journal.records)
    verdict = Judge(play, playback, reader, flows, stepRecords).verdict()
    lookups = NameLookups(flows, in: playback)
    names = Names(topology: playback.topology, sources: sources, words: language.words)
  }

  /// The same run from a journal that was read back.
  public init(_ file: JournalFile, of play: Play, sources: SourceMap) {
    self.init(
      scenario: file.scenario, play: play, seed: file.seed, sources: sources,
      playback: Playback(
        topology: play.topology, journal: file.journal, messages: file.messages, limit: file.limit,
        stepsPlayed: file.stepsPlayed, duration: file.duration))
  }

  /// Plays a variant.
  ///
  /// - Parameters:
  ///   - limits: They go before the play's own.
  ///   - detail: What the journal keeps; of bulk transfers only sums unless every frame is asked for.
  public init(
    playing play: Play, of scenario: String, seed: UInt64, sources: SourceMap, limits: PlayLimits = PlayLimits(),
    detail: Journal.Detail = .folded, watch: Progress.Watch? = nil
  ) {
    let limits = play.limits.overridden(by: limits).simulatorLimits
    self.init(
      scenario: scenario, play: play, seed: seed, sources: sources,
      playback: Player(play, seed: seed, limits: limits, detail: detail, watch: watch).run())
  }

  /// A variant before anything has happened, for pictures of its wiring.
  public init(before play: Play, of scenario: String, sources: SourceMap) {
    self.init(
      scenario: scenario, play: play, seed: 0, sources: sources,
      playback: Playback(
        topology: play.topology, journal: Journal(), messages: MessageTable(), stepsPlayed: 0,
        duration: .start))
  }

  public var variant: String { play.variant }

  public var journalDigest: String { JournalDigest.of(playback.journal, playback.messages) }

  public var journalFile: JournalFile {
    JournalFile(
      scenario: scenario, variant: variant, seed: seed, journal: playback.journal,
      messages: playback.messages,
      limit: playback.limit, stepsPlayed: playback.stepsPlayed, duration: playback.duration)
  }

  func flow(of step: Int) -> Flow? { flows.first { $0.step == step } }

  /// So many flows of a step are told and drawn.
  static let mostShown = 8

  /// The numbers of those flows, in order: all, or of very many those that failed before those that did not.
  func shownFlows(of step: Int) -> [Int] {
    let activities = flow(of: step)?.activities ?? []
    guard activities.count > Self.mostShown else { return Array(activities.indices) }
    let failed = activities.indices.filter { !activities[$0].outcome.succeeded }
    let others = activities.indices.filter { activities[$0].outcome.succeeded }
    return (failed + others).prefix(Self.mostShown).sorted()
  }

  /// Its own, also where other steps went on meanwhile.
  func records(of step: Int) -> ArraySlice<Record> { stepRecords[step] }

  package func faults(after step: Int) -> Faults { stepRecords.faults(after: step) }
}

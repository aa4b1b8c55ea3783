import Configuration
import Devices
import Simulation

/// One packet that is sent into a network beside what its scenario does, to see where it goes.
public struct Probe: Sendable {
  public enum Kind: String, Sendable, CaseIterable { case ping, tcp, udp, http, arp }

  /// When it is sent.
  public enum Moment: Sendable {
    /// When all steps are over.
    case afterAll
    case after(step: String)
    /// At a moment of virtual time; what the steps have begun by then goes on.
    case at(Instant)
  }

  public var kind: Kind
  public var from: String
  public var to: String
  public var port: UInt16?
  public var moment: Moment

  public init(_ kind: Kind, from: String, to: String, port: UInt16? = nil, moment: Moment = .afterAll) {
    self.kind = kind
    self.from = from
    self.to = to
    self.port = port
    self.moment = moment
  }

  /// `1m30s`; what is wrong with it is thrown.
  public static func instant(_ text: String) throws(Diagnostic) -> Instant {
    var diagnostics = Diagnostics()
    guard let span = Shape<TimeSpan>.duration.read(.string(text), &diagnostics) else {
      throw diagnostics.sorted.first ?? Diagnostic("no duration", code: .malformedText, at: .none)
    }
    return .start + span
  }

  fileprivate var value: Value {
    .map([("from", .string(from)), ("to", .string(to))] + (port.map { [("port", .integer($0))] } ?? []))
  }
}

extension Play {
  /// The id of the step that sends a probe; no step of a file has it, since a file's are names of files.
  public static let probeID = "(probe)"

  /// The same play with the probe as its last step, and without the steps that would come after it.
  ///
  /// - Parameters:
  ///   - seed: That of the play to come; where a moment of time is wanted, it is played to learn what is under way then.
  /// - Returns: nil when the probe cannot be sent, which has been reported.
  public func sending(
    _ probe: Probe, seed: UInt64, limits: Simulator.Limits? = nil, _ diagnostics: inout Diagnostics
  ) -> Play? {
    let errors = diagnostics.errorCount
    var reader = StepReader(places: Places(topology, document: expanded), diagnostics: diagnostics)
    let kind = stepKinds.first { $0.word == probe.kind.rawValue }
    let verb = kind.flatMap { $0.init(probe.value, &reader) }
    diagnostics = reader.diagnostics
    var play = self
    if case .after(let name) = probe.moment, !steps.contains(where: { $0.id == name }) {
      diagnostics.report(
        "there is no step '\(name)'", .unknownStep, at: .none,
        notes: Diagnostic.Note.suggestion(for: name, among: steps.map(\.id), called: "steps"))
    }
    guard let verb, diagnostics.errorCount == errors else { return nil }
    var step = Step(id: Self.probeID, verb: verb)
    switch probe.moment {
    case .afterAll: break
    case .after(let name): play.steps = Array(steps[...(steps.firstIndex { $0.id == name } ?? 0)])
    case .at(let moment):
      play.steps = stepsBegun(before: moment, seed: seed, limits: limits)
      step.start = moment
    }
    play.steps.append(step)
    return play
  }

  /// Those that have begun by then; the one that would still have to end first goes on in the background.
  private func stepsBegun(before moment: Instant, seed: UInt64, limits: Simulator.Limits?) -> [Step] {
    guard moment > .start else { return [] }
    let records = Player(self, seed: seed, limits: limits).run().journal.records
    var begun: [Step] = []
    var isOver: [Bool] = []
    for record in records where record.time < moment {
      switch record.event {
      case .stepBegan(let number):
        begun.append(steps[Int(number)])
        isOver.append(false)
      case .stepEnded(let number) where isOver.indices.contains(Int(number)): isOver[Int(number)] = true
      default: break
      }
    }
    guard let last = begun.indices.last, !isOver[last], !begun[last].isInBackground else { return begun }
    // Nothing is under way where one only waits.
    guard type(of: begun[last].verb).family != .change else { return Array(begun.dropLast()) }
    begun[last].isInBackground = true
    return begun
  }
}

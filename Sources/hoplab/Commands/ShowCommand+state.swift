import ArgumentParser
import Configuration
import Devices
import Reports
import Scenarios
import Simulation

/// `hoplab show arp FILE`: what devices know at one moment.
extension ShowCommand {
  /// `arp        hardware addresses of neighbours`, a line each.
  static var tableList: String {
    let width = stateTables.map { $0.word.count }.max() ?? 0
    return stateTables.map { table in
      "  \(table.word)\(String(repeating: " ", count: width - table.word.count))  \(table.summary)"
    }.joined(separator: "\n")
  }

  static func table(named word: String) throws -> any StateTable.Type {
    if let table = stateTables.first(where: { $0.word == word }) { return table }
    let words = stateTables.map { $0.word }
    let hint = nearest(to: word, among: words).map { "did you mean '\($0)'? " } ?? ""
    throw ValidationError("there is no table '\(word)'; \(hint)The tables are \(words.joined(separator: ", ")).")
  }

  func show(_ table: any StateTable.Type, of play: Play, in scenario: Scenario, _ sources: SourceMap) throws {
    let devices = try devices(of: play)
    let player = Player(play, seed: seed, limits: play.limits.overridden(by: try limits.limits()).simulatorLimits)
    let state = player.state(at: try moment(of: play))
    try tell(state, of: play)
    let listing = StateListing(table, of: state, devices, sources: sources)
    guard !listing.parts.isEmpty else {
      let have = StateListing.tables(of: state, devices).joined(separator: ", ")
      let who = node.map { "'\($0)' has" } ?? "no node has"
      Terminal.note(
        "hoplab: \(who) \(node == nil ? "a" : "no") table '\(table.word)'; what there is: \(have.isEmpty ? "none" : have)\n"
      )
      throw ExitCode.invalid
    }
    guard !json else {
      return Terminal.print(listing.json(scenario: scenario.name, variant: play.variant).written())
    }
    let text = StateTableText(listing, showsEmpty: node != nil).text
    Terminal.print(text.isEmpty ? "(empty)\n" : text)
  }

  private func moment(of play: Play) throws -> Moment {
    if let after {
      guard let step = play.steps.firstIndex(where: { $0.id == after }) else {
        let notes = Diagnostic.Note.suggestion(for: after, among: play.steps.map(\.id), called: "steps")
        throw refusal("'\(play.variant)' has no step '\(after)'", notes)
      }
      return .after(step)
    }
    return try time.map { .at($0) } ?? .end
  }

  /// What `--at` says.
  var time: Instant? { get throws { try at.map { try MomentOption.instant($0) } } }

  /// Those that `--node` names; nil for all.
  private func devices(of play: Play) throws -> [DeviceID]? {
    guard let node else { return nil }
    var diagnostics = Diagnostics()
    let names = node.split(separator: ",").map { String($0.filter { $0 != " " }) }
    let devices = CapturePlaces.devices(named: names, in: play.topology, &diagnostics)
    guard let mistake = diagnostics.sorted.first(where: { $0.severity == .error }) else { return devices }
    throw refusal(mistake.message, mistake.notes)
  }

  /// The mistake is on the command line, in no file.
  private func refusal(_ message: String, _ notes: [Diagnostic.Note]) -> any Error {
    Terminal.note("hoplab: error: \(message)\n" + notes.map { "  note: \($0.message)\n" }.joined())
    return ExitCode.invalid
  }

  private func tell(_ state: NetworkState, of play: Play) throws {
    if let limit = state.limit {
      Terminal.note("hoplab: the play was ended at \(state.moment) because \(ReachedLimit(stop: limit))\n")
      throw ExitCode.stopped
    }
    if let end = state.end, end < state.moment {
      Terminal.note("the run ended at \(end); after that nothing but time passes\n")
    }
  }
}

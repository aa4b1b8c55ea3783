import Simulation

/// The words in ladders, and in their text for Mermaid.
struct LadderWords: Sendable {
  let wording: any Wording

  init(_ wording: any Wording) { self.wording = wording }

  /// What stands over an arrow.
  func label(of message: Ladder.Message) -> String {
    let copies = message.targets.map(\.copies).max() ?? 1
    let words = wording.says(message.speech)
    return copies > 1 ? wording.copied(words, UInt64(copies)) : words
  }

  /// Of so many that are alike. How often stands once over a run of which all is said equally often, but not over one that
  /// was only counted.
  func label(of part: Ladder.Run.Part, in run: Ladder.Run) -> String {
    let message = part.message
    let gist = message.speech.saying.bytes > 0 ? wording.says(message.speech.gist) : label(of: message)
    let words = run.times == nil || run.isCounted ? "\(gist) × \(Amounts.grouped(UInt64(part.count)))" : gist
    return part.bytes > 0 ? wording.summed(words, bytes: UInt64(part.bytes)) : words
  }

  /// How often a run is said.
  func opening(of run: Ladder.Run, in section: Ladder.Section) -> String {
    guard !run.isCounted else { return wording.manyMore }
    let times = run.times.map { "× \(Amounts.grouped(UInt64($0)))" } ?? wording.againAndAgain
    let first = run.messages.map(\.message.time).min() ?? run.until
    return run.until > first ? wording.until(run.until - section.began, times) : times
  }

  func change(in message: Ladder.Message) -> String? { message.change.map { wording.change($0) } }
  func death(of target: Ladder.Target) -> String? { target.death.map { wording.explanation($0) } }
  func loss(of message: Ladder.Message) -> String? { message.loss.map { wording.loss($0) } }

  /// What is not drawn of a step.
  func remark(on section: Ladder.Section) -> String? {
    section.omissions.isEmpty ? nil : wording.joined(section.omissions.map { wording.omission($0) })
  }
}

import Reports
import Scenarios

extension Batch {
  /// Plays all that was played once more, one after another on one thread, from files that are read again: the same has
  /// to happen.
  func verify(_ session: BatchSession) {
    for (number, tested) in session.outcome.files.enumerated() where tested.isValid && !session.isOver {
      session.tellAgain(number)
      let file = ScenarioFile(tested.path)
      for (place, variant) in tested.variants.enumerated() {
        let again = file.scenario?.plays.first { $0.variant == variant.name }.map {
          VariantRun(
            playing: $0, of: file.scenario?.name ?? "", seed: seed, sources: file.sources, limits: limits,
            detail: detail)
        }
        guard again?.journalDigest != variant.journal else { continue }
        let words = again.map { "its journals are \(variant.journal) and \($0.journalDigest)" } ?? "it is gone"
        session.add(
          TestProblem("played twice, it did not do the same: \(words)", .determinism), toVariant: place, ofFile: number)
      }
    }
  }
}

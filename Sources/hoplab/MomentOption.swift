import ArgumentParser
import Configuration
import Scenarios
import Simulation

/// `--at`, a time of the play.
enum MomentOption {
  static func instant(_ text: String) throws -> Instant {
    do throws(Diagnostic) {
      return try Probe.instant(text)
    } catch {
      let ways =
        error.code == .missingUnit
        ? ["write the unit: '\(text)ms' or '\(text)s'?"] : error.notes.map(\.message)
      throw ValidationError((["--at: \(error.message)"] + ways).joined(separator: "; "))
    }
  }
}

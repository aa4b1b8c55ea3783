import ArgumentParser
import Configuration
import Scenarios

/// `--limit-events 100M`: limits that go before those of the file.
struct LimitOptions: ParsableArguments {
  @Option(name: .long, help: "End a play after so many events; 50M unless the file says otherwise.")
  var limitEvents: String?

  @Option(name: .long, help: "End a play after so much virtual time; 7d unless the file says otherwise.")
  var limitTime: String?

  @Option(name: .long, help: "End a play that takes more memory; 256MiB unless the file says otherwise.")
  var limitMemory: String?

  mutating func validate() throws { _ = try limits() }

  func limits() throws -> PlayLimits {
    let wishes: [(PlayLimits.Kind, String?)] = [
      (.events, limitEvents), (.time, limitTime), (.memory, limitMemory),
    ]
    var limits = PlayLimits()
    for case (let kind, let text?) in wishes {
      do throws(Diagnostic) {
        limits = limits.overridden(by: try PlayLimits(kind, text))
      } catch {
        throw ValidationError("--limit-\(kind.rawValue): \(error.message)")
      }
    }
    return limits
  }
}

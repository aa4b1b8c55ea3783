/// One run's figures, as they are printed.
package struct Measurement: Sendable {
  package var workload: String
  package var variant: String
  package var size: Int
  package var events: UInt64 = 0
  /// Frames that crossed a link.
  package var frameHops: UInt64 = 0
  /// Datagrams that a program took in; of W1 the operations.
  package var delivered: UInt64 = 0
  package var setup = Usage()
  package var run = Usage()
  package var simulatedSeconds = 0.0
  package var residentAfterSetup = 0
  package var residentMost = 0
  /// Records that the journal kept.
  package var records = 0

  package init(workload: String, variant: String, size: Int) {
    self.workload = workload
    self.variant = variant
    self.size = size
  }

  /// One line of JSON.
  package var json: String {
    let fields: [(String, String)] = [
      ("tool", "\"hoplab\""), ("workload", "\"\(workload)\""), ("variant", "\"\(variant)\""), ("size", "\(size)"),
      ("events", "\(events)"), ("frame_hops", "\(frameHops)"), ("delivered", "\(delivered)"),
      ("setup_cpu_s", "\(setup.user)"), ("cpu_s", "\(run.user)"), ("sys_s", "\(setup.system + run.system)"),
      ("wall_s", "\(run.wall)"), ("sim_s", "\(simulatedSeconds)"), ("rss_setup_kib", "\(residentAfterSetup)"),
      ("max_rss_kib", "\(residentMost)"), ("records", "\(records)"),
    ]
    return "{" + fields.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}"
  }

  /// A sentence for people.
  package var words: String {
    var parts = ["\(workload) \(variant) \(size)"]
    if frameHops > 0 {
      parts.append("\(Int(Double(frameHops) / max(run.user, 1e-9) / 1000)) k hops/s")
    }
    if records > 0 { parts.append("\(records) records") }
    if events > 0 { parts.append("\(Int(Double(events) / max(run.user, 1e-9) / 1000)) k events/s") }
    parts.append("set-up \(setup.user) s, run \(run.user) s, \(residentMost / 1024) MiB")
    return parts.joined(separator: ", ")
  }
}

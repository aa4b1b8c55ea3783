/// One run's figures, as they are printed.
struct Measurement {
  var workload: String
  var variant: String
  var size: Int
  var events: UInt64 = 0
  /// Frames that crossed a link.
  var frameHops: UInt64 = 0
  /// Datagrams that a program took in; of W1 the operations.
  var delivered: UInt64 = 0
  var setup = Usage()
  var run = Usage()
  var simulatedSeconds = 0.0
  var residentAfterSetup = 0
  var residentMost = 0
  /// Records that the journal kept.
  var records = 0

  /// One line of JSON.
  var json: String {
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
  var words: String {
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

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

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

  /// One line of JSON.
  var json: String {
    let fields: [(String, String)] = [
      ("tool", "\"hoplab\""), ("workload", "\"\(workload)\""), ("variant", "\"\(variant)\""), ("size", "\(size)"),
      ("events", "\(events)"), ("frame_hops", "\(frameHops)"), ("delivered", "\(delivered)"),
      ("setup_cpu_s", "\(setup.user)"), ("cpu_s", "\(run.user)"), ("sys_s", "\(setup.system + run.system)"),
      ("wall_s", "\(run.wall)"), ("sim_s", "\(simulatedSeconds)"), ("rss_setup_kib", "\(residentAfterSetup)"),
      ("max_rss_kib", "\(residentMost)"),
    ]
    return "{" + fields.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}"
  }

  /// A sentence for people.
  var words: String {
    var parts = ["\(workload) \(variant) \(size)"]
    if frameHops > 0 {
      parts.append("\(Int(Double(frameHops) / max(run.user, 1e-9) / 1000)) k hops/s")
    }
    if events > 0 { parts.append("\(Int(Double(events) / max(run.user, 1e-9) / 1000)) k events/s") }
    parts.append("set-up \(setup.user) s, run \(run.user) s, \(residentMost / 1024) MiB")
    return parts.joined(separator: ", ")
  }
}

/// Processor and wall time that something took, in seconds.
struct Usage {
  var user = 0.0
  var system = 0.0
  var wall = 0.0

  /// From the start of the process to now.
  ///
  /// The system splits its exact clock into user and system time by samples, so a run of a few milliseconds may seem to
  /// have taken none; here user time is what the exact clock says less the system's share.
  static func now() -> Usage {
    var usage = rusage()
    getrusage(.init(selfUsage), &usage)
    let system = seconds(usage.ru_stime)
    return Usage(
      user: seconds(of: CLOCK_PROCESS_CPUTIME_ID) - system, system: system, wall: seconds(of: CLOCK_MONOTONIC))
  }

  private static func seconds(of clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  static func - (later: Usage, earlier: Usage) -> Usage {
    Usage(
      user: rounded(later.user - earlier.user), system: rounded(later.system - earlier.system),
      wall: rounded(later.wall - earlier.wall))
  }

  /// The most memory this process had so far, in KiB.
  static func residentMost() -> Int {
    var usage = rusage()
    getrusage(.init(selfUsage), &usage)
    #if canImport(Darwin)
      return usage.ru_maxrss / 1024
    #else
      return usage.ru_maxrss
    #endif
  }

  /// To the microsecond, which is what the system tells.
  private static func rounded(_ seconds: Double) -> Double { (seconds * 1e6).rounded() / 1e6 }

  private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }

  #if canImport(Glibc)
    private static let selfUsage = RUSAGE_SELF.rawValue
  #else
    private static let selfUsage = RUSAGE_SELF
  #endif
}

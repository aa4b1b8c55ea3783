import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

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
  ///
  /// Linux begins `ru_maxrss` of a new program with what its parent had, which the table would measure; `VmHWM` is the
  /// program's own.
  static func residentMost() -> Int {
    #if canImport(Darwin)
      var usage = rusage()
      getrusage(.init(selfUsage), &usage)
      return usage.ru_maxrss / 1024
    #else
      let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
      let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
      return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    #endif
  }

  /// To the microsecond, which is what the system tells.
  private static func rounded(_ seconds: Double) -> Double { (seconds * 1e6).rounded() / 1e6 }

  static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }

  #if canImport(Glibc)
    private static let selfUsage = RUSAGE_SELF.rawValue
  #else
    private static let selfUsage = RUSAGE_SELF
  #endif
}

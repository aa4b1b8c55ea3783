#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Processor and wall time that something took, in seconds.
package struct Usage: Sendable {
  package var user: Double
  package var system: Double
  package var wall: Double

  package init(user: Double = 0, system: Double = 0, wall: Double = 0) {
    self.user = user
    self.system = system
    self.wall = wall
  }

  /// From the start of the process to now.
  ///
  /// The system splits its exact clock into user and system time by samples, so a run of a few milliseconds may seem to
  /// have taken none; here user time is what the exact clock says less the system's share.
  package static func now() -> Usage {
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

  package static func - (later: Usage, earlier: Usage) -> Usage {
    Usage(
      user: rounded(later.user - earlier.user), system: rounded(later.system - earlier.system),
      wall: rounded(later.wall - earlier.wall))
  }

  /// The most memory this process had so far, in KiB.
  ///
  /// Linux begins `ru_maxrss` of a new program with what its parent had, which the table would measure; `VmHWM` is the
  /// program's own.
  package static func residentMost() -> Int {
    #if canImport(Darwin)
      var usage = rusage()
      getrusage(.init(selfUsage), &usage)
      return usage.ru_maxrss / 1024
    #else
      let line = text(of: "/proc/self/status").split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
      return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    #endif
  }

  /// A file of the system, in a few kilobytes; empty where it is not there. Foundation, which could read it, would be
  /// loaded into every process that is measured.
  private static func text(of path: String) -> String {
    let file = open(path, O_RDONLY)
    guard file >= 0 else { return "" }
    defer { close(file) }
    let bytes = [UInt8](unsafeUninitializedCapacity: 16_384) { buffer, count in
      count = max(0, read(file, buffer.baseAddress, buffer.count))
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// To the microsecond, which is what the system tells.
  private static func rounded(_ seconds: Double) -> Double { (seconds * 1e6).rounded() / 1e6 }

  package static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }

  #if canImport(Glibc)
    private static let selfUsage = RUSAGE_SELF.rawValue
  #else
    private static let selfUsage = RUSAGE_SELF
  #endif
}

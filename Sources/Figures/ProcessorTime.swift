#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How long a processor was busy with `work` on this thread, whatever else the machine does meanwhile.
package func processorTime(of work: () throws -> Void) rethrows -> Duration {
  let began = threadTime()
  try work()
  return threadTime() - began
}

private func threadTime() -> Duration {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}

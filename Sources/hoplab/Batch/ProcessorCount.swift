#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How many plays can go on at once.
enum ProcessorCount {
  static var usable: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}

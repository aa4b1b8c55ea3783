import Reports

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the system may ask while a command runs.
///
/// Files take their names only when they are whole, so an interrupted command leaves whole files and must only clear away
/// the one it was writing.
enum Interruption {
  static func listen() {
    // Once before any signal: what the handler touches then exists already.
    OutputFile.abandon()
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        OutputFile.abandon()
        _exit(128 + number)
      }
    }
    // Whoever reads our output may stop reading; that is no mistake.
    signal(SIGPIPE, SIG_IGN)
  }
}

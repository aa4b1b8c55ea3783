import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A program that was run to its end: what it printed, and what it took from being started to being gone.
struct Child {
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  let status: Int32
  let output: String
  let usage: Usage

  /// Runs a program; what it says on standard error is seen by the user.
  ///
  /// `Process` of Foundation learns of a child's end late, which would count as the child's time.
  init(_ program: String, _ arguments: [String]) throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw Failure(description: "no pipe: \(String(cString: strerror(errno)))") }
    let began = Usage.now().wall
    let child: pid_t
    do {
      defer { close(ends[1]) }
      child = try Child.start(program, arguments, output: ends)
    } catch {
      close(ends[0])
      throw error
    }
    output = Child.readAll(ends[0])
    var state: Int32 = 0
    var taken = rusage()
    while wait4(child, &state, 0, &taken) < 0, errno == EINTR {}
    usage = Usage(
      user: Usage.seconds(taken.ru_utime), system: Usage.seconds(taken.ru_stime), wall: Usage.now().wall - began)
    // The exit code where the program ended by itself, as the shell says it where a signal ended it.
    status = state & 0x7f == 0 ? state >> 8 & 0xff : 128 + state & 0x7f
  }

  private static func start(_ program: String, _ arguments: [String], output ends: [Int32]) throws -> pid_t {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    for end in ends { posix_spawn_file_actions_addclose(&actions, end) }
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var child = pid_t()
    let code = posix_spawn(&child, program, &actions, nil, &words, environ)
    guard code == 0 else {
      throw Failure(description: "cannot start '\(program)': \(String(cString: strerror(code)))")
    }
    return child
  }

  private static func readAll(_ end: Int32) -> String {
    let data = FileHandle(fileDescriptor: end, closeOnDealloc: true).readDataToEndOfFile()
    return String(decoding: data, as: UTF8.self)
  }
}

import Foundation
import Synchronization

/// Runs the built `hoplab-bench` under valgrind, which counts what a clock only samples.
enum Valgrind {
  enum Resource { case instructions, allocations }

  /// What one run cost, and what it did for that.
  struct Run {
    var cost: Int
    var work: Work
  }

  /// Of the line of figures that `hoplab-bench` prints.
  struct Work: Decodable {
    var events: Int
    var frameHops: Int

    enum CodingKeys: String, CodingKey {
      case events
      case frameHops = "frame_hops"
    }
  }

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// Whether the tools are on this machine.
  static let isThere = path(of: "valgrind") != nil && path(of: "strip") != nil

  static let absence = "the tests of cost count with valgrind and strip, which are not both on this machine"

  /// What was counted before: the same arguments always give the same counts.
  private static let known = Mutex<[String: Run]>([:])

  static func run(_ arguments: [String], counting resource: Resource) async throws -> Run {
    let key = "\(resource): \(arguments.joined(separator: " "))"
    if let run = known.withLock({ $0[key] }) { return run }
    let run = try await count(resource, arguments)
    known.withLock { $0[key] = run }
    return run
  }

  private static func count(_ resource: Resource, _ arguments: [String]) async throws -> Run {
    let log = FileManager.default.temporaryDirectory.appendingPathComponent("hoplab-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: log) }
    let measured = [try bench.get()] + arguments + ["--counts"]
    let output = try await output(of: "valgrind", ["--log-file=\(log)"] + options(resource) + measured)
    let said = try String(contentsOfFile: log, encoding: .utf8)
    guard let cost = number(behind: mark(resource), in: said),
      let work = try? JSONDecoder().decode(Work.self, from: output)
    else { throw Failure(description: "\(arguments.joined(separator: " ")) could not be measured: \(said)") }
    return Run(cost: cost, work: work)
  }

  private static func options(_ resource: Resource) -> [String] {
    switch resource {
    case .instructions: ["--tool=callgrind", "--vgdb=no", "--callgrind-out-file=/dev/null"]
    case .allocations: ["--tool=memcheck", "--vgdb=no", "--leak-check=no", "--undef-value-errors=no"]
    }
  }

  private static func mark(_ resource: Resource) -> String {
    switch resource {
    case .instructions: "Collected :"
    case .allocations: "total heap usage:"
    }
  }

  /// The number behind `mark`, with commas or without.
  private static func number(behind mark: String, in text: String) -> Int? {
    guard let place = text.range(of: mark) else { return nil }
    let rest = text[place.upperBound...].drop { $0 == " " }
    let digits = rest.prefix { $0.isNumber || $0 == "," }
    return Int(digits.filter { $0 != "," })
  }
}

/// The program that is measured, and how it is started.
extension Valgrind {
  /// A copy of the built program without debug information, which makes valgrind 3.19 give up; beside it in the build folder.
  private static let bench = Result {
    let bundle = CommandLine.arguments.first { $0.contains(".xctest") } ?? CommandLine.arguments[0]
    let parts = bundle.split(separator: "/", omittingEmptySubsequences: false)
    let place = parts.firstIndex { $0.hasSuffix(".xctest") } ?? parts.count - 1
    let built = (parts[..<place] + ["hoplab-bench"]).joined(separator: "/")
    let copy = "\(built)-stripped"
    let process = try makeProcess("strip", ["--strip-debug", "-o", copy, built])
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(description: "strip refused \(built)") }
    return copy
  }

  /// What makes one run like another: no seed in the hashes of Swift, and of glibc the routines that every processor has.
  private static let surroundings = [
    "SWIFT_DETERMINISTIC_HASHING": "1", "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-AVX,-ERMS,-FSRM",
  ]

  /// Waits without holding a thread, so that other tests go on.
  private static func output(of tool: String, _ arguments: [String]) async throws -> Data {
    let process = try makeProcess(tool, arguments)
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    // It prints one line, which a pipe holds until it is read.
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      process.terminationHandler = { _ in continuation.resume() }
      do { try process.run() } catch { continuation.resume(throwing: error) }
    }
    return try pipe.fileHandleForReading.readToEnd() ?? Data()
  }

  private static func makeProcess(_ tool: String, _ arguments: [String]) throws -> Process {
    guard let path = path(of: tool) else { throw Failure(description: absence) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(surroundings) { $1 }
    return process
  }

  private static func path(of tool: String) -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/\(tool)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}

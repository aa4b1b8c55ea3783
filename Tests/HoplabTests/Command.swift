import Foundation

/// Runs the built `hoplab` as a user would.
struct Command {
  var status: Int32
  /// The number of the signal that ended it; nil when it ended by itself.
  var signal: Int32?
  var output: String
  var errors: String
  var seconds: Double

  /// Beside the test bundle, where SwiftPM puts all products.
  static let path: String = {
    let bundle = CommandLine.arguments.first { $0.contains(".xctest") } ?? CommandLine.arguments[0]
    let parts = bundle.split(separator: "/", omittingEmptySubsequences: false)
    let place = parts.firstIndex { $0.hasSuffix(".xctest") } ?? parts.count - 1
    return (parts[..<place] + ["hoplab"]).joined(separator: "/")
  }()

  /// The repository.
  static let root: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(3).joined(separator: "/")
  }()

  static var vmware: String { "\(root)/Scenarios/vmware.yaml" }

  static func run(
    _ arguments: String..., input: String? = nil, in folder: String? = nil, environment: [String: String] = [:]
  ) throws -> Command {
    try run(arguments, input: input, in: folder, environment: environment)
  }

  #if os(Linux)
    /// What somebody sees on a terminal of that width, without colours; what goes to standard error is seen as well.
    static func seen(columns: Int, _ arguments: [String]) throws -> [String] {
      let words = ([path] + arguments).map { "'\($0)'" }.joined(separator: " ")
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/script")
      process.arguments = ["-qec", "stty cols \(columns); \(words)", "/dev/null"]
      process.environment = ProcessInfo.processInfo.environment.merging(["NO_COLOR": "1", "TERM": "xterm"]) { $1 }
      let files = try Streams(input: nil)
      defer { files.remove() }
      process.standardInput = files.input
      process.standardOutput = files.output
      try process.run()
      process.waitUntilExit()
      // A terminal ends lines with a return.
      return try files.read("output").split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
    }
  #endif

  /// - Parameter addressSpace: How many kilobytes it may ask for, where the system can hold it to that; one that wants
  ///   more dies of a signal.
  static func run(
    _ arguments: [String], input: String? = nil, in folder: String? = nil, environment: [String: String] = [:],
    addressSpace: Int? = nil
  ) throws -> Command {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    #if os(Linux)
      if let addressSpace {
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "ulimit -v \(addressSpace) && exec \"$0\" \"$@\"", path] + arguments
      }
    #endif
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let files = try Streams(input: input)
    defer { files.remove() }
    process.standardInput = files.input
    process.standardOutput = files.output
    process.standardError = files.errors
    let clock = ContinuousClock()
    let began = clock.now
    try process.run()
    process.waitUntilExit()
    let seconds = (clock.now - began) / .seconds(1)
    let isSignal = process.terminationReason == .uncaughtSignal
    return Command(
      status: process.terminationStatus, signal: isSignal ? process.terminationStatus : nil,
      output: try files.read("output"), errors: try files.read("errors"), seconds: seconds)
  }
}

/// Files rather than pipes, which fill up.
private struct Streams {
  let folder: TemporaryFolder
  let input: FileHandle
  let output: FileHandle
  let errors: FileHandle

  init(input text: String?) throws {
    folder = try TemporaryFolder()
    for name in ["input", "output", "errors"] { try folder.write(name == "input" ? text ?? "" : "", to: name) }
    input = try FileHandle(forReadingFrom: URL(fileURLWithPath: folder["input"]))
    output = try FileHandle(forWritingTo: URL(fileURLWithPath: folder["output"]))
    errors = try FileHandle(forWritingTo: URL(fileURLWithPath: folder["errors"]))
  }

  func read(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: folder[name])), as: UTF8.self)
  }

  func remove() { folder.remove() }
}

/// A folder for one test.
struct TemporaryFolder {
  let path: String

  init() throws {
    path = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent("hoplab-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  subscript(name: String) -> String { "\(path)/\(name)" }

  func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: self[name]))
  }

  /// Every file below it by its path, and its bytes.
  func contents(below name: String) throws -> [String: Data] {
    var found: [String: Data] = [:]
    let base = URL(fileURLWithPath: self[name])
    for case let file as String in FileManager.default.enumerator(atPath: base.path) ?? .init() {
      let url = base.appendingPathComponent(file)
      guard try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else { continue }
      found[file] = try Data(contentsOf: url)
    }
    return found
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }
}

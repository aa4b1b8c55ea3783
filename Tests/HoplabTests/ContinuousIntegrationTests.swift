import Configuration
import Foundation
import Testing
import YAMLSource

/// The files that CI servers are given, and the page about them.
@Suite("Documentation/ci") struct ContinuousIntegrationTests {
  private static let folder = "\(Command.root)/Documentation/ci"
  private static let files = ["github.yml", "gitlab.yml", "pre-commit.yaml"]

  /// The texts under a key, anywhere in a file.
  private func texts(under keys: [String], in file: String) throws -> [String] {
    var sources = SourceMap()
    var diagnostics = Diagnostics()
    let value = YAMLSource.read(file: "\(Self.folder)/\(file)", into: &sources, &diagnostics) {
      Array(try Data(contentsOf: URL(fileURLWithPath: $0)))
    }
    #expect(!diagnostics.hasErrors)
    return texts(under: keys, in: try #require(value))
  }

  private func texts(under keys: [String], in value: Value) -> [String] {
    if let items = value.list { return items.flatMap { texts(under: keys, in: $0) } }
    return (value.map?.entries ?? []).flatMap { entry -> [String] in
      guard keys.contains(entry.key) else { return texts(under: keys, in: entry.value) }
      return (entry.value.list ?? [entry.value]).compactMap(\.text)
    }
  }

  private func commands(in file: String) throws -> [String] {
    try texts(under: ["run", "script", "before_script", "entry"], in: file)
  }

  private func run(_ command: String, in folder: TemporaryFolder) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "\(command) >log 2>&1"]
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    let bin = URL(fileURLWithPath: Command.path).deletingLastPathComponent().path
    process.environment = [
      "PATH": "\(bin):/usr/bin:/bin", "SHARD": "1/2", "GITHUB_STEP_SUMMARY": folder["summary.md"],
      "CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "2",
    ]
    try process.run()
    process.waitUntilExit()
    return (process.terminationStatus, try String(contentsOfFile: folder["log"], encoding: .utf8))
  }

  private static let lab = """
    nodes: { a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } } }
    steps: [{ id: x, ping: a -> a }]
    expect: { x: reply }

    """

  @Test("the commands that they say hold where everything holds, and fail where something does not", arguments: files)
  func commands(file: String) throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try FileManager.default.createDirectory(atPath: folder["scenarios"], withIntermediateDirectories: true)
    try folder.write(Self.lab, to: "scenarios/lab.yaml")
    #expect(try run("hoplab test scenarios --baselines recorded --update", in: folder).status == 0)
    let own = try commands(in: file).filter { $0.hasPrefix("hoplab ") }
    #expect(!own.isEmpty)
    for command in own {
      // What pre-commit adds is the files that changed.
      let whole = file == "pre-commit.yaml" ? "\(command) scenarios/lab.yaml" : command
      try folder.write(Self.lab, to: "scenarios/lab.yaml")
      let good = try run(whole, in: folder)
      #expect(good.status == 0, "\(whole)\n\(good.output)")
      try folder.write(Self.lab.replacing("reply", with: "{ hops: 1 }"), to: "scenarios/lab.yaml")
      let bad = try run(whole, in: folder)
      #expect(bad.status == 1, "\(whole)\n\(bad.output)")
    }
    for name in try texts(under: ["sarif_file", "junit"], in: file) {
      #expect(FileManager.default.fileExists(atPath: folder[name]), "\(name) is not written")
    }
    if file == "github.yml" {
      #expect(try String(contentsOfFile: folder["summary.md"], encoding: .utf8).contains("Not everything held"))
    }
  }

  @Test("the page has every option and form of the command, and names these files")
  func page() throws {
    let page = try String(contentsOfFile: "\(Command.root)/Documentation/continuous-integration.md", encoding: .utf8)
    for file in Self.files { #expect(page.contains("(ci/\(file))"), "\(file)") }
    let help = try Command.run("test", "--help").output
    for option in help.matches(of: /--[a-z][a-z-]+/).map({ String($0.output) }) where option != "--help" {
      #expect(page.contains(option) || ["--version"].contains(option), "\(option)")
    }
  }
}

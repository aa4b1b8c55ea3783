import Foundation
import Testing

/// Reports read by the programs they are for.
@Suite("Reports of hoplab test, read by others") struct ReportReaderTests {
  private static func program(_ candidates: [String]) -> String? {
    candidates.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// `make test` puts it there.
  static let junitparser = program(["\(Command.root)/.build/junitparser/bin/python"])
  static let prove = program(["/usr/bin/prove", "/usr/local/bin/prove", "/opt/homebrew/bin/prove"])

  private static let lab =
    "nodes: { a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } } }\n"
    + "steps: [{ id: x, ping: a -> a }, { id: y, ping: a -> a }]\n"

  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder["in"], withIntermediateDirectories: true)
    try folder.write(Self.lab + "expect: { x: reply }\nvariants: { one: {}, two: {} }\n", to: "in/held.yaml")
    try folder.write(Self.lab + "expect: { x: { hops: 1, via: [a] }, y: reply }\n", to: "in/failed.yaml")
    try folder.write("nodes: 5\n", to: "in/invalid.yaml")
    return folder
  }

  private func run(_ program: String, _ arguments: [String], in folder: TemporaryFolder) throws -> (Int32, String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  private func test(_ report: String, in folder: TemporaryFolder) throws {
    let run = try Command.run("test", "in", "--report", report, in: folder.path)
    #expect(run.status == 2)
  }

  private static let reading = """
    import junitparser
    suites = junitparser.JUnitXml.fromfile("x.xml")
    said = (suites.tests, suites.failures, suites.errors, suites.skipped)
    for suite in suites:
        told = (suite.tests, suite.failures, suite.errors, suite.skipped)
        suite.update_statistics()
        assert told == (suite.tests, suite.failures, suite.errors, suite.skipped), (suite.name, told)
    suites.update_statistics()
    assert said == (suites.tests, suites.failures, suites.errors, suites.skipped), said
    print(*said)
    print([case.name for suite in suites for case in suite for result in case.result if result._tag == "failure"])
    """

  @Test(
    "JUnit: junitparser counts what the file says",
    .enabled(if: junitparser != nil, "the XML is judged by junitparser, which 'make junitparser' installs"))
  func junit() throws {
    let folder = try folder()
    defer { folder.remove() }
    try test("junit=x.xml", in: folder)
    let (status, output) = try run(try #require(Self.junitparser), ["-c", Self.reading], in: folder)
    #expect(status == 0 && output == "7 1 1 2\n['x: ping a → a']\n", "\(output)")
  }

  @Test("TAP: prove counts what failed", .enabled(if: prove != nil, "TAP is judged by prove, which comes with Perl"))
  func tap() throws {
    let folder = try folder()
    defer { folder.remove() }
    try test("tap=x.t", in: folder)
    let (status, output) = try run(
      try #require(Self.prove), ["--exec", "/bin/cat", "x.t"], in: folder)
    #expect(status == 1)
    #expect(output.contains("Failed 2/7 subtests") && output.contains("(less 2 skipped subtests: 3 okay)"), "\(output)")
    #expect(!output.contains("Parse errors"), "\(output)")
  }
}

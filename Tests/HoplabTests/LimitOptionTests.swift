import Testing

/// `--limit-events` and its kin.
@Suite("Limits on the command line") struct LimitOptionTests {
  private static let text = """
    name: lab
    nodes:
      a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
      b: { kind: host, interfaces: { eth0: 10.0.0.2/24 } }
    links: [[a, b]]
    steps: [{ id: out, ping: a -> b }, { id: pause, wait: 1h }]
    expect: { out: reply }
    limits: { events: 3 }
    """

  private static func run(_ options: [String]) throws -> Command {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try folder.write(text, to: "lab.yaml")
    return try Command.run(["run", folder["lab.yaml"], "--out", folder["out"], "--no-pictures"] + options)
  }

  @Test("a limit that is reached ends the play with exit 4, and one that is given goes before the file's")
  func reached() throws {
    let short = try Self.run([])
    #expect(short.status == 4)
    #expect(short.errors == "hoplab: a play did not come to its end\n")
    #expect(short.output.contains("the play was ended because it took more events than allowed"))
    #expect(try Self.run(["--limit-events", "1k"]).status == 0)
    #expect(try Self.run(["--limit-events", "1k", "--limit-time", "30m"]).status == 4)
    #expect(try Self.run(["--limit-events", "1k", "--limit-memory", "1kB"]).status == 4)
  }

  @Test(
    "what is no limit is wrong usage",
    arguments: [["--limit-events", "x"], ["--limit-time", "7"], ["--limit-memory", "0MB"]])
  func usage(options: [String]) throws {
    let run = try Self.run(options)
    #expect(run.status == 64)
    #expect(run.errors.contains("\(options[0]): expected"))
  }

  @Test("where nobody looks there is no line of progress")
  func quiet() throws { #expect(try Self.run(["--limit-events", "1k"]).errors == "") }
}

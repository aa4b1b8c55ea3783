import Foundation
import Testing

/// The executable as a script sees it: exit codes, streams and files.
@Suite("hoplab run") struct RunTests {
  private static func vmware() throws -> String { try String(contentsOfFile: Command.vmware, encoding: .utf8) }

  @Test("all held: exit 0, a table on standard output, nothing on standard error, pictures where it says")
  func held() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let run = try Command.run("run", Command.vmware, "--out", folder["out"])
    #expect(run.status == 0)
    #expect(run.errors == "")
    for variant in ["bridged", "nat", "host-only"] {
      #expect(run.output.contains("\n\(variant)\n"))
      let picture = "\(folder["out"])/vmware/\(variant)/flow.svg"
      #expect(run.output.contains(picture))
      #expect(FileManager.default.fileExists(atPath: picture))
    }
    #expect(run.output.contains("✓ web      http vm1 → www.example.net"))
    #expect(!run.output.contains("\u{1B}"))
    let files = try folder.contents(below: "out/vmware/nat").keys.sorted()
    let steps = ["between", "host", "in", "lease", "lease2", "out", "web"].flatMap {
      ["steps/\($0).dot", "steps/\($0).svg"]
    }
    let ladders = ["sequence.dot", "sequence.mmd", "sequence.svg"]
    let whole = ["capture.pcapng", "flow.dot", "flow.svg", "result.json"] + ladders
    #expect(files == whole + steps + ["story.md", "topology.dot", "topology.svg"])
  }

  @Test("one expectation made false: exit 1, its story, and what was wanted and got")
  func notHeld() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let wrong = try Self.vmware().replacingOccurrences(of: "seen-as: 203.0.113.2", with: "seen-as: 203.0.113.9")
    try folder.write(wrong, to: "wrong.yaml")
    let run = try Command.run("run", folder["wrong.yaml"], "--out", folder["out"], "--no-pictures")
    #expect(run.status == 1)
    #expect(run.errors == "")
    #expect(run.output.contains("✗ web "))
    #expect(run.output.contains("## 6. web: http vm1 → www.example.net ✗"))
    #expect(run.output.contains("`masquerade out of wan0`, wrong.yaml:12"))
    #expect(run.output.contains("✗ `seen-as`: **wanted seen as 203.0.113.9, got 203.0.113.2"))
    #expect(!run.output.contains("## 5. out"))
  }

  @Test("nothing expected: exit 3, and it is played all the same")
  func nothingToCheck() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let text =
      "nodes: { a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } } }\nsteps: [{ id: self, ping: a -> 10.0.0.1 }]\n"
    try folder.write(text, to: "plain.yaml")
    let run = try Command.run("run", folder["plain.yaml"], "--out", folder["out"], "--no-pictures")
    #expect(run.status == 3)
    #expect(run.errors.contains("HL0311"))
    #expect(run.output.contains("· self"))
  }

  @Test("what cannot be written: exit 4 and a sentence")
  func unwritable() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try folder.write("", to: "file")
    let run = try Command.run("run", Command.vmware, "--out", folder["file"], "--no-pictures")
    #expect(run.status == 4)
    #expect(run.errors.contains("what stands above it is no folder"))
  }

  @Test("wrong usage: exit 64")
  func usage() throws {
    #expect(try Command.run("run").status == 64)
    #expect(try Command.run("run", Command.vmware, "--format", "gif").status == 64)
    #expect(try Command.run("run", Command.vmware, "--seed", "-1").status == 64)
    #expect(try Command.run("fly").status == 64)
  }

  @Test("a variant alone, from standard input, as JSON")
  func json() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let run = try Command.run(
      "run", "-", "--variant", "nat", "--json", "--no-pictures", "--out", folder["out"], input: try Self.vmware())
    #expect(run.status == 0)
    let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    #expect(object?["version"] as? Int == 1)
    #expect((object?["variants"] as? [[String: Any]])?.count == 1)
    let unknown = try Command.run("run", Command.vmware, "--variant", "natt", "--out", folder["out"])
    #expect(unknown.status == 2)
    #expect(unknown.errors.contains("did you mean 'nat'?"))
  }

  @Test("two runs give the same bytes, whole folders of them")
  func repeatable() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    for name in ["one", "two"] {
      let run = try Command.run("run", Command.vmware, "--out", folder[name], "--journal", "--seed", "7")
      #expect(run.status == 0)
    }
    let (one, two) = (try folder.contents(below: "one"), try folder.contents(below: "two"))
    #expect(one.count > 50)
    #expect(one.keys.sorted() == two.keys.sorted())
    for (name, data) in one { #expect(two[name] == data, "\(name)") }
  }

  @Test("interrupted: exit 130, and what is there is whole")
  func interrupted() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    let loop = "i=0; while [ $i -lt 2000 ]; do echo \"- { id: s$i, ping: a -> 10.0.0.9 }\"; i=$((i+1)); done"
    let head = "nodes: { a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } } }\\nsteps:\\n"
    process.arguments = [
      "-c",
      """
      (printf '\(head)'; \(loop)) > '\(folder["long.yaml"])'
      '\(Command.path)' run '\(folder["long.yaml"])' --out '\(folder["out"])' >/dev/null 2>&1 &
      sleep 0.3; kill -INT $!; wait $!; echo $? > '\(folder["status"])'
      """,
    ]
    try process.run()
    process.waitUntilExit()
    let status = try String(contentsOfFile: folder["status"], encoding: .utf8).split(separator: "\n").first
    #expect(status == "130")
    for (name, data) in try folder.contents(below: "out") {
      #expect(!name.hasSuffix(".tmp"))
      #expect(data.last == UInt8(ascii: "\n"), "\(name)")
    }
  }

  @Test("a reader that stops reading is no mistake")
  func brokenPipe() throws {
    let (status, errors) = try Self.run("--json", into: "| true")
    #expect(status == 0)
    #expect(errors == "")
  }

  #if os(Linux)
    @Test("a result that cannot be written is a failure, and said")
    func fullDisk() throws {
      let (status, errors) = try Self.run("", into: ">/dev/full")
      #expect(status == 4)
      #expect(errors.contains("cannot be written"))
    }
  #endif

  /// Runs the shipped scenario in a shell with its result going somewhere else.
  private static func run(_ options: String, into sink: String) throws -> (status: Int32, errors: String) {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    let command = "'\(Command.path)' run '\(Command.vmware)' \(options) --no-pictures --out '\(folder["out"])'"
    process.arguments = ["-c", "\(command) 2>'\(folder["errors"])' \(sink)"]
    try process.run()
    process.waitUntilExit()
    return (process.terminationStatus, try String(contentsOfFile: folder["errors"], encoding: .utf8))
  }
}

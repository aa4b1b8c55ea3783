import Foundation
import Testing

/// `make install`, of a program that is built already.
@Suite("make install") struct InstallTests {
  private func run(_ program: String, _ arguments: String...) throws -> (Int32, String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.currentDirectoryURL = URL(fileURLWithPath: Command.root)
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  @Test("puts everything below DESTDIR and PREFIX, and make uninstall removes it")
  func install() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let places = ["HOPLAB=\(Command.path)", "DESTDIR=\(folder["a b"])", "PREFIX=/opt/lab"]
    let (status, output) = try run("make", "install-files", places[0], places[1], places[2])
    #expect(status == 0, "\(output)")
    let shared = [
      "bash-completion/completions/hoplab", "fish/vendor_completions.d/hoplab.fish", "man/man1/hoplab.1",
      "zsh/site-functions/_hoplab",
    ].map { "opt/lab/share/\($0)" }
    #expect(try folder.contents(below: "a b").keys.sorted() == ["opt/lab/bin/hoplab"] + shared)
    let (ran, version) = try run(folder["a b/opt/lab/bin/hoplab"], "--version")
    #expect(ran == 0 && version == "0.1.0\n")
    let (checked, complaint) = try run("bash", "-n", folder["a b/\(shared[0])"])
    #expect(checked == 0, "\(complaint)")
    let (removed, words) = try run("make", "uninstall", places[1], places[2])
    #expect(removed == 0, "\(words)")
    #expect(try folder.contents(below: "a b").isEmpty)
  }

  @Test("the manual page has every command and option, and groff has nothing to complain of")
  func manual() throws {
    let page = try Command.run("manual").output
    #expect(page.hasPrefix(".TH \"HOPLAB\" \"1\""))
    for command in ["run", "test", "compare", "check", "show", "explain", "schema"] {
      #expect(page.contains(".SS \"\(command)\"\n"), "\(command)")
      let help = try Command.run(command, "--help").output
      for option in help.matches(of: /\n  (--[a-z-]+)/) {
        #expect(page.contains(option.output.1.replacing("-", with: "\\-")), "\(option.output.1)")
      }
    }
    #expect(try !Command.run("--help").output.contains("manual"))
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/groff") else { return }
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try folder.write(page, to: "hoplab.1")
    let (status, output) = try run("groff", "-man", "-ww", "-z", "-Kutf8", folder["hoplab.1"])
    #expect(status == 0 && output == "", "\(output)")
  }
}

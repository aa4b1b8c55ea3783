import Foundation
import Scenarios
import Testing

/// What the README promises.
@Suite("README") struct ReadmeTests {
  private static func text() throws -> String {
    try String(contentsOfFile: "\(Command.root)/README.md", encoding: .utf8)
  }

  /// What stands between the first line that begins a block of that language and the line that ends it.
  private static func block(_ language: String, in text: String) throws -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let first = try #require(lines.firstIndex { $0 == "```\(language)" })
    let last = try #require(lines[(first + 1)...].firstIndex { $0 == "```" })
    return lines[(first + 1)..<last].joined(separator: "\n") + "\n"
  }

  @Test("its first scenario plays as it says")
  func scenario() throws {
    let text = try Self.text()
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try folder.write(try Self.block("yaml", in: text), to: "first.yaml")
    let run = try Command.run("run", "first.yaml", in: folder.path)
    #expect(run.status == 0)
    let rest = text.drop { $0 != "`" }
    let promised = try Self.block("", in: String(rest[(rest.range(of: "says:")?.lowerBound ?? rest.startIndex)...]))
    #expect(run.output == promised)
  }

  private static let pages: [String] = {
    let names = (try? FileManager.default.subpathsOfDirectory(atPath: "\(Command.root)/Documentation")) ?? []
    let documents = names.filter { $0.hasSuffix(".md") }.sorted().map { "Documentation/\($0)" }
    return ["README.md", "Scenarios/README.md"] + documents
  }()

  @Test("every file that it and the other pages point to is there", arguments: pages)
  func links(page: String) throws {
    let text = try String(contentsOfFile: "\(Command.root)/\(page)", encoding: .utf8)
    let folder = URL(fileURLWithPath: "\(Command.root)/\(page)").deletingLastPathComponent()
    let targets = text.matches(of: /\]\(([^)#]+)(?:#[^)]*)?\)|src="([^"]+)"|href="([^"]+)"/).compactMap {
      ($0.output.1 ?? $0.output.2 ?? $0.output.3).map(String.init)
    }
    #expect(page.hasPrefix("Documentation") || targets.count > 5)
    for target in targets where !target.hasPrefix("http") {
      #expect(FileManager.default.fileExists(atPath: folder.appending(path: target).path), "\(target) is missing")
    }
  }

  @Test("the index of scenarios has every one that is shipped")
  func index() throws {
    let text = try String(contentsOfFile: "\(Command.root)/Scenarios/README.md", encoding: .utf8)
    let files = try FileManager.default.subpathsOfDirectory(atPath: "\(Command.root)/Scenarios")
      .filter { $0.hasSuffix(".yaml") }.sorted()
    #expect(files.count > 150)
    for file in files { #expect(text.contains("](\(file))"), "\(file)") }
  }

  @Test("the large network in the documentation plays and holds")
  func largeNetwork() throws {
    let text = try String(contentsOfFile: "\(Command.root)/Documentation/large-networks.md", encoding: .utf8)
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try folder.write(try Self.block("yaml", in: text), to: "campus.yaml")
    let run = try Command.run("run", "campus.yaml", "--no-pictures", in: folder.path)
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(run.output.contains("200 of 200 answered"))
  }

  @Test("the page of the language has a row with an example for every verb, expectation and field of a step")
  func language() throws {
    let page = try String(contentsOfFile: "\(Command.root)/Documentation/scenario-language.md", encoding: .utf8)
    let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `") }
    for word in stepKinds.map({ $0.word }) + expectationKinds.map({ $0.word }) {
      #expect(rows.contains { $0.hasPrefix("| `\(word)` | `\(word)") }, "\(word)")
    }
    for word in ["id", "title", "at", "background"] {
      #expect(rows.contains { $0.hasPrefix("| `\(word): ") }, "\(word)")
    }
  }
}

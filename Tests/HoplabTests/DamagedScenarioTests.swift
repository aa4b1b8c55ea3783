import Configuration
import Figures
import Foundation
import Reports
import Scenarios
import Testing
import YAMLSource

/// Whatever is done to the shipped scenario: it is refused with a reason, or it is played to an end that is documented.
@Suite("Damaged scenario") struct DamagedScenarioTests {
  private static let text: String = {
    (try? String(contentsOfFile: Command.vmware, encoding: .utf8)) ?? ""
  }()

  /// What `hoplab run` would exit with, worked out in process.
  private func result(of bytes: [UInt8]) -> Int {
    var sources = SourceMap()
    var diagnostics = Diagnostics()
    let value = YAMLSource.read(bytes: bytes, name: "damaged.yaml", into: &sources, &diagnostics)
    return result(of: value, sources, &diagnostics)
  }

  private func result(of value: Value?, _ sources: SourceMap, _ diagnostics: inout Diagnostics) -> Int {
    var result = 0
    let time = processorTime { result = resultAtLeisure(of: value, sources, &diagnostics) }
    #expect(time < .seconds(2))
    return result
  }

  private func resultAtLeisure(of value: Value?, _ sources: SourceMap, _ diagnostics: inout Diagnostics) -> Int {
    let scenario = value.flatMap { Scenario.read($0, &diagnostics) }
    let told = DiagnosticRenderer(sources: sources, colour: false).render(diagnostics)
    guard let scenario else {
      #expect(diagnostics.hasErrors, "refused without a reason")
      return 2
    }
    #expect(!diagnostics.hasErrors, "accepted in spite of: \(told)")
    var holds = true
    for play in scenario.plays {
      let run = VariantRun(playing: play, of: scenario.name, seed: 1, sources: sources)
      #expect(run.verdict.imbalance == nil)
      #expect(run.verdict.steps.count == play.steps.count)
      _ = StoryReport.text(of: run)
      _ = ResultReport.json(of: run)
      if run.verdict.limit != nil { return 4 }
      holds = holds && run.verdict.holds
    }
    return scenario.hasExpectations ? holds ? 0 : 1 : 3
  }

  @Test("whole, it holds")
  func whole() { #expect(result(of: Array(Self.text.utf8)) == 0) }

  @Test("cut at every byte", arguments: 0..<8)
  func truncated(part: Int) {
    let bytes = Array(Self.text.utf8)
    var results: Set<Int> = []  // looked up, never iterated
    for length in stride(from: part, to: bytes.count, by: 8) { results.insert(result(of: Array(bytes[..<length]))) }
    #expect(results.contains(2))
    #expect(results.isSubset(of: [0, 1, 2, 3, 4]))
  }

  @Test("each line taken away")
  func lines() {
    let lines = Self.text.split(separator: "\n", omittingEmptySubsequences: false)
    for place in lines.indices {
      let kept = lines[..<place] + lines[(place + 1)...]
      _ = result(of: Array(kept.joined(separator: "\n").utf8))
    }
  }

  @Test("each value replaced by one of another type", arguments: 0..<7)
  func swapped(kind: Int) throws {
    let others: [Value] = [
      .null, 7, "word", .list([]), .list(["a", "b"]), .map([]), .string("$mode"),
    ]
    var sources = SourceMap()
    var diagnostics = Diagnostics()
    let read = YAMLSource.read(text: Self.text, name: "damaged.yaml", into: &sources, &diagnostics)
    let value = try #require(read)
    for path in value.paths {
      var diagnostics = Diagnostics()
      _ = result(of: value.replacing(path[...], with: others[kind]), sources, &diagnostics)
    }
  }

  /// A sample of all that through the executable: nothing in process shows a signal, or that memory ran out.
  @Test("a sample, as a user meets it")
  func sample() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let bytes = Array(Self.text.utf8)
    for length in stride(from: 61, to: bytes.count, by: 211) {
      try folder.write(Array(bytes[..<length]), to: "damaged.yaml")
      // Half a gigabyte, and what the libraries have mapped.
      let run = try Command.run(
        ["run", "damaged.yaml", "--no-pictures", "--out", folder["out"]], in: folder.path, addressSpace: 800_000)
      #expect(run.signal == nil, "cut at \(length)")
      #expect([0, 1, 2, 3, 4].contains(run.status), "cut at \(length)")
      #expect(Int(run.status) == result(of: Array(bytes[..<length])), "cut at \(length)")
      #expect(run.seconds < 2, "cut at \(length)")
    }
  }
}

extension Value {
  /// The way to every value inside, as positions in maps and lists.
  fileprivate var paths: [[Int]] {
    children.enumerated().flatMap { index, child in [[index]] + child.paths.map { [index] + $0 } }
  }

  private var children: [Value] {
    switch content {
    case .scalar: []
    case .list(let items): items
    case .map(let mapping): mapping.entries.map { $0.value }
    }
  }

  fileprivate func replacing(_ path: ArraySlice<Int>, with other: Value) -> Value {
    guard let first = path.first else { return Value(other.content, at: location) }
    let child = children[first].replacing(path.dropFirst(), with: other)
    switch content {
    case .scalar: return self
    case .list(var items):
      items[first] = child
      return .list(items, at: location)
    case .map(var mapping):
      mapping.set(mapping.entries[first].key, to: child)
      return .map(mapping, at: location)
    }
  }
}

import Configuration
import Platforms
import Synchronization
import Testing

/// What platforms know of the files that a scenario names.
@Suite("Text files") struct TextFilesTests {
  private static let place = SourceLocation(file: 0, line: 3, column: 7)

  @Test("a file is read once, and what was wrong with it is told every time")
  func once() throws {
    let reads = Mutex(0)
    var sources = SourceMap()
    _ = sources.add(name: "lab.yaml", text: "")
    let count: @Sendable () -> Int = { reads.withLock { $0 } }
    var files = TextFiles(sources) { name, sources, diagnostics in
      reads.withLock { $0 += 1 }
      guard name.value == "good" else {
        diagnostics.report("no", .fileNotReadable, at: name.location)
        return nil
      }
      return sources.add(name: "labs/good", text: "text")
    }
    var diagnostics = Diagnostics()
    for _ in 0..<2 {
      let file = try #require(files.file(Located("good", at: Self.place), &diagnostics))
      #expect(file.text == "text")
      #expect(files.sources.describe(file.location(line: 2, column: 5)) == "labs/good:2:5")
    }
    #expect(diagnostics.isEmpty)
    #expect(count() == 1)
    for _ in 0..<2 {
      var own = Diagnostics()
      #expect(files.file(Located("bad", at: Self.place), &own) == nil)
      #expect(own.sorted.map(\.location) == [Self.place])
    }
    #expect(count() == 2)
  }

  @Test("a scenario that no file holds can name none")
  func nowhere() {
    var files = TextFiles()
    var diagnostics = Diagnostics()
    #expect(files.file(Located("nova.conf", at: Self.place), &diagnostics) == nil)
    #expect(diagnostics.sorted.map(\.code) == [.fileNotReadable])
  }
}

import Foundation
import Reports
import Scenarios
import Simulation
import Testing

/// What is said in Chinese. That no sentence is missing the compiler sees to; here everything shipped is told.
@Suite("Languages") struct LanguageTests {
  /// Words without which no English sentence is made, and that are no names in scenarios' paths of text.
  private static let words: Set<Substring> = [
    "the", "is", "are", "was", "to", "of", "and", "with", "has", "it", "its", "not", "from", "by", "for", "no", "that",
    "which", "nobody", "after", "more", "wanted", "got", "sees", "seen", "only", "other", "lost", "hop", "hops",
  ]

  /// The English in a line of a story, without what is quoted and what the scenario's author wrote.
  private static func english(in text: String, beside titles: [String]) -> [Substring] {
    var rest = text.replacing(#/`[^`]*`/#, with: "").replacing(#/\[[a-z-]+\]/#, with: "")
    for title in titles where !title.isEmpty { rest = rest.replacingOccurrences(of: title, with: "") }
    // Letters of a name such as `to-vm1` belong together.
    let tokens = rest.split { !($0.isASCII && ($0.isLetter || $0.isNumber || "-_.:/".contains($0))) }
    return tokens.filter { words.contains($0) }
  }

  private static func titles(of run: VariantRun) -> [String] {
    [run.play.title] + run.verdict.steps.flatMap { [$0.title ?? "", "\($0.id): \($0.words)"] }
  }

  @Test("no English sentence is left in the Chinese story of anything shipped, and every English one is found")
  func stories() throws {
    for (name, run) in try Stage.shipped.get() {
      var run = run
      let titles = Self.titles(of: run)
      let original = StoryReport.text(of: run)
      #expect(!Self.english(in: original, beside: titles).isEmpty, "\(name)")
      run.language = .chinese
      let story = StoryReport.text(of: run)
      for (number, line) in story.split(separator: "\n").enumerated() {
        let left = Self.english(in: String(line), beside: titles)
        #expect(left.isEmpty, "\(name), line \(number + 1): \(left) in: \(line)")
      }
      // The same facts: every packet, name and number that English quotes is quoted here as well.
      #expect(original.matches(of: #/`IP [^`]*`/#).count <= story.matches(of: #/`IP [^`]*`/#).count, "\(name)")
      #expect(original.matches(of: #/\n\d+\. /#).count == story.matches(of: #/\n\d+\. /#).count, "\(name)")
    }
  }

  @Test("Chinese has full-width punctuation behind its characters")
  func punctuation() throws {
    for (name, run) in try Stage.shipped.get() {
      var run = run
      run.language = .chinese
      let text = StoryReport.text(of: run).replacing(#/`[^`]*`/#, with: "")
      let wrong = text.matches(of: #/\p{Han}[,;:.?!()]/#).map { String(text[$0.range]) }
      #expect(wrong.isEmpty, "\(name): \(wrong)")
    }
  }

  @Test("what came of every step is told in Chinese in tables")
  func outcomes() throws {
    for (name, run) in try Stage.shipped.get() {
      for step in run.verdict.steps {
        let words = VerdictWords.happened(in: step, .chinese)
        let left = Self.english(in: words, beside: [])
        #expect(left.isEmpty, "\(name), \(step.id): \(words)")
      }
    }
  }

  @Test("captures tell in Chinese what became of a frame; result and journal say the same in any language")
  func machines() throws {
    var run = try #require(try Stage.runs(Stage.hub).first)
    let english = try Stage.allFiles(of: [run])[0]
    run.language = .chinese
    let chinese = try Stage.allFiles(of: [run])[0]
    #expect(english.map(\.path) == chinese.map(\.path))
    for (one, other) in zip(english, chinese) {
      let isForMachines = one.path.hasSuffix(".json")
      #expect((one.bytes == other.bytes) == isForMachines, "\(one.path)")
    }
    let capture = try #require(chinese.first { $0.path == "capture.pcapng" })
    #expect(String(decoding: capture.bytes, as: UTF8.self).contains("h 把它从另外唯一的一个端口原样重发"))
  }

  @Test("pictures have Chinese legends and verdicts")
  func pictures() throws {
    var run = try #require(try Stage.runs(Stage.hub).first)
    run.language = .chinese
    let files = try Stage.allFiles(of: [run])[0]
    func dot(_ name: String) throws -> String {
      String(decoding: try #require(files.first { $0.path == name }).bytes, as: UTF8.self)
    }
    let step = try dot("steps/there.dot")
    for words in ["请求的起点和终点", "包在此终止", "未参与", "有应答"] { #expect(step.contains(words)) }
    for words in ["not involved", "a packet ends here", "reply"] { #expect(!step.contains(words)) }
    #expect(try dot("flow.dot").contains("各步骤的包走过的路"))
    #expect(try dot("topology.dot").contains("接口及其地址"))
  }

  @Test("a comparison is told in Chinese")
  func comparison() throws {
    let text = try String(contentsOfFile: Stage.vmware, encoding: .utf8)
    var runs = try Stage.runs(text, named: Stage.vmware).filter { $0.variant != "bridged" }
    for index in runs.indices { runs[index].language = .chinese }
    let comparison = RunComparison(runs[0], runs[1], labels: (runs[0].variant, runs[1].variant))
    let document = try #require(try comparison.files(drawnAs: nil).first)
    let lines = String(decoding: document.bytes, as: UTF8.self).split(separator: "\n")
    #expect(lines.contains("## 整个运行的负载"))
    for line in lines {
      let left = Self.english(in: String(line), beside: runs.flatMap(Self.titles) + ["host-only"])
      #expect(left.isEmpty, "\(left) in: \(line)")
    }
  }
}

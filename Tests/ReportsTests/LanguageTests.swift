import Configuration
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
    "which", "nobody", "after", "more", "wanted", "got", "sees", "seen", "only", "other", "hop", "hops",
  ]

  /// The English in a text, without what the scenario's author wrote.
  private static func english(in text: String, beside titles: [String] = []) -> [Substring] {
    let rest = titles.reduce(text) { $1.isEmpty ? $0 : $0.replacingOccurrences(of: $1, with: "") }
    // Letters of a name such as `to-vm1` belong together, and so do those of the word for a reason.
    let tokens = rest.split { !($0.isASCII && ($0.isLetter || $0.isNumber || "-_.:/".contains($0))) }
    return tokens.filter { words.contains($0) }
  }

  /// A story without what it quotes between backticks, packets and rules among it.
  private static func plain(_ story: String) -> String {
    story.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .map { $0.offset % 2 == 0 ? $0.element : "" }.joined()
  }

  /// Chinese characters with punctuation of half width behind them.
  private static func halfWidth(in text: String) -> [String] {
    zip(text.unicodeScalars, text.unicodeScalars.dropFirst())
      .filter { (0x4E00...0x9FFF).contains($0.value) && ",;:.?!()".unicodeScalars.contains($1) }
      .map { "\($0)\($1)" }
  }

  /// What is no Chinese in a phrase, beside words of scenarios in single quotes.
  static func english(inChinese phrase: String) -> [String] {
    let parts = phrase.split(separator: "'", omittingEmptySubsequences: false).enumerated()
    let plain = parts.map { $0.offset % 2 == 0 ? $0.element : " " }.joined()
    return english(in: plain).map(String.init) + halfWidth(in: plain)
  }

  /// Lines that begin with a number: the hops.
  private static func hops(in story: String) -> Int {
    story.split(separator: "\n").count { line in
      let digits = line.prefix { $0.isNumber }
      return !digits.isEmpty && line.dropFirst(digits.count).hasPrefix(". ")
    }
  }

  private static func titles(of run: VariantRun) -> [String] {
    [run.play.title] + run.verdict.steps.flatMap { [$0.title ?? "", "\($0.id): \($0.words)"] }
  }

  @Test("the Chinese story of anything shipped has no English sentence left, and full-width punctuation")
  func stories() throws {
    for (name, run) in try Stage.shipped.get() {
      var run = run
      let titles = Self.titles(of: run)
      let original = StoryReport.text(of: run)
      #expect(!Self.english(in: Self.plain(original), beside: titles).isEmpty, "\(name)")
      run.language = .chinese
      let story = StoryReport.text(of: run)
      let left = Self.english(in: Self.plain(story), beside: titles)
      #expect(left.isEmpty, "\(name): \(left)")
      #expect(Self.halfWidth(in: Self.plain(story)).isEmpty, "\(name)")
      // The same is told of the same hops.
      #expect(Self.hops(in: original) == Self.hops(in: story), "\(name)")
    }
  }

  @Test("the Chinese ladder of anything shipped has no English sentence left, as text and as a picture")
  func ladders() throws {
    var original = 0
    for (name, run) in try Stage.shipped.get() {
      var run = run
      let titles = Self.titles(of: run) + run.verdict.steps.enumerated().map { "\($0 + 1). \($1.id)" }
      let english = Self.said(in: Self.mermaid(run))
      original += english.count { !Self.english(in: $0, beside: titles).isEmpty }
      run.language = .chinese
      let chinese = Self.said(in: Self.mermaid(run))
      #expect(english.count == chinese.count, "\(name)")
      let drawn = Drawing.ladder(of: run).flatMap { Self.captions(in: $0.dot) }
        // A title may go on in a second line, or have no room for its end.
        .filter { line in !titles.contains { $0.contains(Self.whole(line)) } }
      for words in chinese + drawn {
        let left = Self.english(in: words, beside: titles)
        #expect(left.isEmpty && Self.halfWidth(in: words).isEmpty, "\(name): \(words)")
      }
    }
    #expect(original > 1000)
  }

  private static func mermaid(_ run: VariantRun) -> String {
    String(decoding: SequenceText.files(of: run, ReportOptions())[0].bytes, as: UTF8.self)
  }

  /// What is said in a ladder for Mermaid, without Mermaid's own words.
  private static func said(in text: String) -> [String] {
    text.split(separator: "\n").filter { !$0.contains("participant") }.flatMap { line in
      let said =
        line.firstRange(of: ": ").map { line[$0.upperBound...] }
        ?? line.firstRange(of: "loop ").map { line[$0.upperBound...] } ?? ""
      return said.components(separatedBy: "<br/>").map {
        $0.replacing(/#(\d+);/) { sign -> String in
          UInt32(sign.output.1).flatMap(Unicode.Scalar.init).map { String(Character($0)) } ?? ""
        }
      }
    }
  }

  /// What stands in a picture, read from its DOT text.
  private static func captions(in dot: String) -> [String] {
    dot.utf8.split(separator: UInt8(ascii: "<")).compactMap { piece in
      guard piece.starts(with: "font ".utf8) || piece.starts(with: "b>".utf8) else { return nil }
      let words = piece.split(separator: UInt8(ascii: ">")).dropFirst().first.flatMap { String($0) } ?? ""
      return words.replacing("&quot;", with: "\"").replacing("&amp;", with: "&").replacing("&gt;", with: ">")
        .replacing("&lt;", with: "<").trimmingCharacters(in: .whitespaces)
    }
  }

  private static func whole(_ line: String) -> String {
    line.replacing("…", with: "").replacing("（续）", with: "")
  }

  @Test("a ladder in Chinese: names of protocols stay, reasons and verdicts are those of the story")
  func ladder() throws {
    var run = try #require(try Stage.runs(Stage.hub).first)
    run.language = .chinese
    #expect(
      Self.mermaid(run) == """
        sequenceDiagram
          participant p1 as a
          participant p2 as b
          Note over p1,p2: 1. there: ping a → b<br/>✓ 有应答，对端所见源地址 10.0.0.1
          p1->>p2: ARP 谁是 10.0.0.2？
          p2-->>p1: ARP 10.0.0.2 的 MAC 地址是 02:a9:46:f4:38:33
          p1->>p2: ICMP 回显请求
          p2-->>p1: ICMP 回显应答
          Note over p1,p2: 2. nobody: ping a → 10.0.0.9<br/>✓ 如预期失败：主机不可达（在 a）
          loop × 3，到 2.048 s 为止
            Note right of p1: ARP 谁是 10.0.0.9？<br/>无人应答
          end
          Note over p1: ✗ ICMP 回显请求<br/>下一跳不应答 ARP
          Note over p1,p2: 3. out: ping a → 192.0.2.1<br/>✗ reply：预期为“有应答”，实际为“无路由（由 a）”
          Note over p1,p2: 4. cut: fail h -- b<br/>完成
          Note over p1,p2: 5. gone: ping a → b<br/>无应答
          p1-xp2: ICMP 回显请求<br/>在 h：其他端口的链路都不通

        """)
    let picture = try #require(Drawing.ladder(of: run).first).dot
    for words in ["谁在何时对谁说了什么", "应答", "开始时"] { #expect(Self.captions(in: picture).contains(words)) }
  }

  @Test("what came of every step is told in Chinese in tables")
  func outcomes() throws {
    for (name, run) in try Stage.shipped.get() {
      for step in run.verdict.steps {
        let words = VerdictWords.happened(in: step, .chinese)
        let left = Self.english(in: words)
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
      let isForMachines = [".json", ".csv"].contains { one.path.hasSuffix($0) }
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
      let left = Self.english(
        in: String(line), beside: runs.flatMap(Self.titles) + ["host-only", "masquerade out of wan0"])
      #expect(left.isEmpty, "\(left) in: \(line)")
    }
  }

  @Test("the walk of a packet is told in Chinese, with what would let it through")
  func walk() throws {
    let text = try String(contentsOfFile: Stage.vmware, encoding: .utf8)
    let (scenario, sources) = try Stage.scenario(text, named: Stage.vmware)
    for (from, to) in [("vm1", "peer"), ("peer", "vm1"), ("vm1", "www.example.net"), ("vm1", "192.168.1.99")] {
      for play in scenario.plays {
        var diagnostics = Diagnostics()
        let probe = try #require(play.sending(Probe(.tcp, from: from, to: to, port: 80), seed: 1, &diagnostics))
        var run = VariantRun(playing: probe, of: scenario.name, seed: 1, sources: sources)
        let original = try #require(PacketTrace(of: run))
        run.language = .chinese
        let trace = try #require(PacketTrace(of: run))
        let stations = trace.legs.flatMap(\.stations)
        #expect(stations.map(\.device) == original.legs.flatMap(\.stations).map(\.device))
        var phrases = trace.legs.map(\.title) + stations.flatMap(\.decisions).map(\.words) + [trace.outcome]
        if let remedy = trace.remedy { phrases += [remedy.reason, remedy.words] }
        for case .dropped(_, let because, _) in stations.map(\.end) { phrases.append(because) }
        for phrase in phrases { #expect(Self.english(inChinese: phrase) == [], "\(phrase)") }
      }
    }
  }

  @Test("statistics are told in Chinese; numbers for programs are not")
  func statistics() throws {
    for text in [Stage.changes, Stage.hub] {
      var run = try #require(try Stage.runs(text).first)
      let original = StatisticsTables(RunStatistics(of: run)).json
      run.language = .chinese
      let statistics = RunStatistics(of: run)
      let tables = StatisticsTables(statistics).shown
      let phrases = statistics.sentences + tables.flatMap { $0.columns + $0.rows.flatMap { $0 } }
      #expect(phrases.contains("链路") && phrases.contains("丢失处"))
      // A flow is called by its step.
      let steps = run.verdict.steps.map { "\($0.id)  " }
      for phrase in phrases {
        let told = steps.first { phrase.hasPrefix($0) }.map { String(phrase.dropFirst($0.count)) } ?? phrase
        #expect(Self.english(inChinese: told) == [], "\(phrase)")
        // Percentiles and units are the same in any language.
        let isHeading = phrase == phrase.uppercased() && phrase.contains { $0.isASCII && $0.isUppercase }
        #expect(!isHeading, "\(phrase)")
      }
      // Only the findings are sentences.
      let (one, other) = (original.written(), StatisticsTables(statistics).json.written())
      #expect(one.split(separator: "\n").count == other.split(separator: "\n").count)
    }
  }
}

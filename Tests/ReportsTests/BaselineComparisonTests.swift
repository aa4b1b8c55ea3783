import Reports
import Testing

/// Stories and results of a variant beside those recorded of it.
@Suite("What changed since it was recorded") struct BaselineComparisonTests {
  private static let story = """
    # Lab

    Scenario `lab`, variant `default`, seed 1. Everything held.

    ## 1. out: ping a → b ✓

    **The request**: `IP 10.0.0.2 > 10.0.1.2: ICMP echo request, id 1, seq 1, length 64`

    1. `a` finds that only the default route leads to 10.0.1.2, by way of 10.0.0.1, and sends it from eth0 to `r:in`.
    2. `r` takes one off the time to live, which leaves 63, and sends it from out to `b:eth0`.

    `b:eth0` is who it was for, and answers.

    `a` sees: an answer from 10.0.1.2 after 420 µs.

    **What else the step caused:**

    - at once: ARP: `a` asks who has 10.0.0.1; `r` answers that it is at 02:00:00:00:00:01
    - after 12 µs: ARP: `r` asks who has 10.0.1.2; `b` answers that it is at 02:00:00:00:00:02

    **Expected:**

    - ✓ `reply`: a reply (lab.yaml:7)

    """

  private func changes(_ made: String, result: String = "{}", kept: String = "{}") -> [BaselineChange] {
    comparison(made, result: result, kept: kept).changes
  }

  private func comparison(_ made: String, result: String = "{}", kept: String = "{}") -> BaselineComparison {
    BaselineComparison(
      kept: [ReportFile("story.md", text: Self.story), ReportFile("result.json", text: kept)],
      made: [ReportFile("story.md", text: made), ReportFile("result.json", text: result)])
  }

  private static let cases: [(from: String, to: String, told: [String])] = [
    (
      "takes one off", "rewrites the source 10.0.0.2:5 to 10.0.1.1:5 (`rule 2`, lab.yaml:4), takes one off",
      ["hop 2, r: now also rewrites the source 10.0.0.2:5 to 10.0.1.1:5 (rule 2, lab.yaml:4)"]
    ),
    (
      "takes one off the time to live, which leaves 63, and ", "",
      ["hop 2, r: no longer takes one off the time to live, which leaves 63"]
    ),
    ("which leaves 63", "which leaves 62", ["hop 2, r: now which leaves 62; was which leaves 63"]),
    (
      "`b:eth0` is who it was for, and answers.", "`b:eth0` **drops it: nobody listens** [no-socket].",
      ["the end of the request: now b:eth0 drops it: nobody listens [no-socket]; was b:eth0 is who it was for, answers"]
    ),
    (
      "2. `r` takes", "2. `x` sends it from p to `r:q`.\n3. `r` takes",
      ["the request takes another way: now a → x → r → b; was a → r → b"]
    ),
    ("ping a → b ✓", "ping a → c ✗", ["now ping a → c; was ping a → b", "now failed; was held"]),
    (
      "after 420 µs", "after 1.5 ms",
      [
        "at another time: now a sees: an answer from 10.0.1.2 after 1.5 ms; "
          + "was a sees: an answer from 10.0.1.2 after 420 µs"
      ]
    ),
    (
      "- after 12 µs: ARP: `r`", "- after 12 µs: ARP: `q`",
      ["now after 12 µs: ARP: q asks who has 10.0.1.2; was after 12 µs: ARP: r asks who has 10.0.1.2"]
    ),
    ("(lab.yaml:7)", "(lab.yaml:9)", []),
  ]

  @Test("is told hop by hop, in the words of the story", arguments: cases)
  func words(from: String, to: String, told: [String]) {
    let made = Self.story.replacing(from, with: to)
    #expect(made != Self.story)
    let found = changes(made)
    #expect(found.map(\.words) == told)
    #expect(found.allSatisfy { $0.step == "out" })
  }

  @Test("a step that is no more, and one that is new")
  func steps() {
    let found = changes(Self.story.replacing("## 1. out: ", with: "## 1. other: "))
    #expect(
      found == [
        BaselineChange(step: "out", words: "is no longer played"),
        BaselineChange(step: "other", words: "is new: ping a → b"),
      ])
  }

  @Test("everything is later where one thing is, which is told once")
  func later() {
    let made = Self.story.replacing("420 µs", with: "440 µs").replacing("12 µs", with: "22 µs")
    let found = changes(made).map(\.words)
    #expect(found.count == 1 && found[0].hasSuffix("(and 1 more line with other times)"), "\(found)")
  }

  @Test("that lines moved is no change; that nothing is recorded is one")
  func moved() {
    #expect(comparison(Self.story.replacing("yaml:7", with: "yaml:8")).isOnlyMoved)
    #expect(!comparison(Self.story).isOnlyMoved && comparison(Self.story).changes.isEmpty)
    #expect(!comparison(Self.story.replacing("echo request", with: "echo")).isOnlyMoved)
    let none = BaselineComparison(kept: [], made: [ReportFile("story.md", text: Self.story)])
    #expect(none.changes == [BaselineChange(step: nil, words: "nothing is recorded of it yet")])
  }

  @Test("numbers that no story tells are told from the results")
  func numbers() {
    func result(_ sent: Int, ttl: Int, journal: String = "a") -> String {
      "{\"journal\": \"\(journal)\", \"counters\": {\"sent\": \(sent)}, "
        + "\"steps\": [{\"id\": \"out\", \"activities\": [{\"ttl\": \(ttl)}]}]}"
    }
    let kept = result(4, ttl: 64)
    #expect(changes(Self.story, result: kept, kept: kept).isEmpty)
    #expect(
      changes(Self.story, result: result(4, ttl: 63), kept: kept)
        == [BaselineChange(step: "out", words: "activities 1 ttl: now 63; was 64")])
    #expect(
      changes(Self.story, result: result(5, ttl: 64), kept: kept)
        == [BaselineChange(step: nil, words: "counters sent: now 5; was 4")])
    let other = changes(Self.story, result: result(4, ttl: 64, journal: "b"), kept: kept)
    #expect(other.count == 1 && other[0].words.contains("the journal is another"))
    // What the story tells of a step needs no numbers.
    let both = changes(Self.story.replacing("420", with: "430"), result: result(5, ttl: 63), kept: kept)
    #expect(both.map(\.words).allSatisfy { $0.hasPrefix("at another time") } && both.count == 1)
  }

  @Test("pictures that are missing, stale or left over are named")
  func pictures() {
    let texts = [ReportFile("story.md", text: Self.story), ReportFile("result.json", text: "{}")]
    let current = ReportFile("flow.svg", text: "<!-- hoplab dot digest: \(Drawing.digest(of: "digraph {}")) --><svg/>")
    func told(_ kept: [ReportFile], _ made: [ReportFile]) -> [String] {
      BaselineComparison(kept: texts + kept, made: texts + made).changes.map(\.words)
    }
    let picture = ReportFile("flow.dot", text: "digraph {}")
    #expect(told([current], [picture]) == [])
    #expect(told([picture, current], [picture]) == [])
    #expect(told([current], [ReportFile("flow.dot", text: "graph {}")]) == ["flow.svg would be another picture now"])
    #expect(told([], [picture]) == ["the picture flow.svg is not there"])
    #expect(told([current], []) == ["flow.svg is no longer made"])
    #expect(told([picture], []) == ["flow.dot is no longer made"])
    let stale = ReportFile("flow.svg", text: "<svg/>")
    #expect(told([picture, stale], [picture]) == ["flow.svg was not made from flow.dot"])
  }
}

import Configuration
import Packets
import Scenarios
import Simulation
import Topology

/// `story.md`: what happened to the very packets of each step, as numbered prose.
public struct StoryReport: ReportKind {
  public static let word = "story"
  public static let summary = "Each packet's way as numbered prose, with what decided at every hop"

  public static func files(of run: VariantRun, _ options: ReportOptions) -> [ReportFile] {
    [ReportFile("story.md", text: text(of: run))]
  }

  public static func text(of run: VariantRun) -> String {
    var text = "# \(run.play.title.isEmpty ? run.scenario : run.play.title)\n\n"
    text += "Scenario `\(run.scenario)`, variant `\(run.variant)`, seed \(run.seed). "
    if run.play.start == .preLearned {
      text += "It started pre-learned: nobody had to ask or to flood for the stations that speak. "
    }
    text += run.verdict.holds ? "Everything held.\n" : "**Not everything held.**\n"
    if let limit = run.verdict.limit { text += "\n**The play was ended because \(limit).**\n" }
    if let imbalance = run.verdict.imbalance { text += "\n**A mistake of the simulator: \(imbalance).**\n" }
    for index in run.verdict.steps.indices { text += "\n" + self.text(of: index, in: run) }
    return text
  }

  /// The story of one step.
  public static func text(of step: Int, in run: VariantRun) -> String {
    let verdict = run.verdict.steps[step]
    var text = "## \(step + 1). \(verdict.id): \(verdict.words) \(mark(of: verdict.result))\n"
    if let title = verdict.title { text += "\n\(title)\n" }
    let flow = run.flow(of: step)
    guard verdict.result != .unplayed else {
      return text + "\nThe play ended \(flow == nil ? "before" : "in the middle of") this step.\n"
    }
    text += ways(of: step, flow?.activities ?? [], in: run)
    if flow?.activities.isEmpty ?? true { text += changes(in: run.records(of: step), run.names) }
    let side = SideTraffic(of: step, in: run).lines
    if !side.isEmpty {
      text += "\n**What else the step caused:**\n\n" + side.map { "- \($0)\n" }.joined()
    }
    if !verdict.findings.isEmpty {
      text += "\n**Expected:**\n\n" + verdict.findings.map { "- \(line(of: $0, run.names))\n" }.joined()
    }
    return text
  }

  private static func ways(of step: Int, _ activities: [ActivityFlow], in run: VariantRun) -> String {
    var text = ""
    var first = 1
    let shown = run.shownFlows(of: step)
    for number in shown {
      let name = run.verdict.steps[step].activities[number].flow ?? run.names.device(activities[number].device)
      let story = ActivityStory(activities[number], in: run)
      text += "\n" + story.text(heading: activities.count == 1 ? nil : name, from: first)
      first += story.hopCount
    }
    let rest = activities.count - shown.count
    return text + (rest > 0 ? "\n\(StoryWords.others(rest, of: activities.count))\n" : "")
  }

  static func mark(of result: StepVerdict.Result) -> String {
    switch result {
    case .held: "✓"
    case .failed: "✗"
    case .unjudged: "·"
    case .unplayed: "–"
    }
  }

  /// ``✗ `seen-as`: wanted vm1, got 192.168.1.10 (vmware.yaml:63)``.
  static func line(of finding: Finding, _ names: Names) -> String {
    let place = names.line(at: finding.location).map { " (\($0))" } ?? ""
    guard !finding.holds else { return "✓ `\(finding.word)`: \(finding.wanted)\(place)" }
    return "✗ `\(finding.word)`: **wanted \(finding.wanted), got \(finding.got)**\(place)"
  }

  /// What a step without packets did.
  private static func changes(in records: ArraySlice<Record>, _ names: Names) -> String {
    let lines: [String] = records.compactMap { record in
      switch record.event {
      case .linkChanged(let link, let isUp):
        guard Int(link) < names.topology.links.count else { return nil }
        let ends = names.topology.links[Int(link)].ends
        return
          "The link between `\(names.end(ends.0))` and `\(names.end(ends.1))` \(isUp ? "is mended" : "is cut")."
      case .deviceChanged(let isUp):
        return "`\(names.device(record.device))` is switched \(isUp ? "on" : "off")."
      default: return nil
      }
    }
    return lines.isEmpty ? "\nNothing is sent.\n" : "\n" + lines.map { "- \($0)\n" }.joined()
  }
}

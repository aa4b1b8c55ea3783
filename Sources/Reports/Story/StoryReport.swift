import Configuration
import Devices
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
    let words = run.names.words
    text += words.setting(scenario: run.scenario, variant: run.variant, seed: run.seed)
    if run.play.start == .preLearned { text += words.startedPreLearned }
    text += words.held(run.verdict.holds) + "\n"
    if let limit = run.playback.reachedLimit { text += "\n**\(words.ended(by: limit))**\n" }
    if let imbalance = run.verdict.imbalance { text += "\n**\(words.mistake(imbalance))**\n" }
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
      return text + "\n\(run.names.words.unplayed(isBegun: flow != nil))\n"
    }
    text += ways(of: step, flow?.activities ?? [], in: run)
    if flow?.activities.isEmpty ?? true {
      text += changes(in: run.records(of: step), run.play.steps[step].verb.words, run.names)
    }
    let side = SideTraffic(of: step, in: run).lines
    if !side.isEmpty {
      text += "\n**\(run.names.words.sideTraffic)**\n\n" + side.map { "- \($0)\n" }.joined()
    }
    if !verdict.findings.isEmpty {
      text +=
        "\n**\(run.names.words.expected)**\n\n" + verdict.findings.map { "- \(line(of: $0, run.names))\n" }.joined()
    }
    return text
  }

  private static func ways(of step: Int, _ activities: [ActivityFlow], in run: VariantRun) -> String {
    var text = ""
    var first = 1
    let shown = run.shownFlows(of: step)
    for number in shown {
      let name = run.verdict.steps[step].activities[number].flow ?? run.names.device(activities[number].device)
      let story = ActivityStory(activities[number], run.verdict.steps[step].family, in: run)
      text += "\n" + story.text(heading: activities.count == 1 ? nil : name, from: first)
      first += story.hopCount
    }
    let rest = activities.count - shown.count
    return text + (rest > 0 ? "\n\(run.names.words.others(rest, of: activities.count))\n" : "")
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
    let place = names.line(at: finding.location)
    guard !finding.holds else { return "✓ \(names.words.found(finding.word, finding.wish, at: place))" }
    return "✗ \(names.words.missed(finding.word, finding.wish, finding.fact, at: place))"
  }

  /// What a step without packets did.
  private static func changes(in records: ArraySlice<Record>, _ words: String, _ names: Names) -> String {
    let lines = records.compactMap { names.change($0, in: words) }
    return lines.isEmpty ? "\n\(names.words.nothingSent)\n" : "\n" + lines.map { "- \($0)\n" }.joined()
  }
}

extension Names {
  /// What was done to the network; nil for a record of something else.
  ///
  /// - Parameter words: Those of the step, which alone say what a link does from now on.
  fileprivate func change(_ record: Record, in words: String) -> String? {
    let device = self.device(record.device)
    switch record.event {
    case .linkChanged(let link, let isUp): return self.words.link(ends(of: Int(link)), isMended: isUp)
    case .directionChanged(let direction, let isUp):
      let ends = self.ends(of: direction.link)
      let (from, to) = direction.isForward ? (ends.0, ends.1) : (ends.1, ends.0)
      return self.words.direction(from: from, to: to, isMended: isUp)
    case .linkSet(let link):
      let change = words.split(separator: ": ", maxSplits: 1).last.map(String.init) ?? words
      return self.words.link(ends(of: Int(link)), treatsFramesBy: change)
    case .deviceChanged(let isUp): return self.words.device(device, isOn: isUp)
    case .serviceChanged(let number, let isUp):
      return self.words.service(service(Int(number), of: record.device), of: device, isStarted: isUp)
    case .gatewaySet(let router): return self.words.gateway(router, of: device)
    case .rulesSet: return self.words.rules(of: device, origin(record.origin))
    case .configured(let address, _, _):
      return self.words.address("\(address)", of: end(LinkEnd(record.device, record.port)), isNew: true)
    case .deconfigured(let address):
      return self.words.address("\(address)", of: end(LinkEnd(record.device, record.port)), isNew: false)
    default: return nil
    }
  }

  private func ends(of link: Int) -> (String, String) {
    guard link < topology.links.count else { return (words.nobody, words.nobody) }
    let ends = topology.links[link].ends
    return (end(ends.0), end(ends.1))
  }

  /// `dhcp-server`, or `tcp/22`.
  func service(_ number: Int, of device: DeviceID) -> String {
    guard topology.has(device), let stack = topology.devices[Int(device.index)].settings as? IPStackSettings,
      stack.serviceNames.indices.contains(number)
    else { return "\(number)" }
    return stack.serviceNames[number].first ?? "\(number)"
  }
}

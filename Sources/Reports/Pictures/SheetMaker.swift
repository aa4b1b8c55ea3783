import Devices
import Packets
import Scenarios
import Simulation
import Topology

/// Makes the sheet of a step: the hops of its activities as arrows, numbered on from the first to the last.
struct SheetMaker {
  private let topology: Topology
  private let names: Names
  private let messages: MessageTable
  private let words: PictureWords
  private var arrows: [StepSheet.Arrow] = []
  private var notes: [StepSheet.Note] = []
  private var deaths: [StepSheet.Death] = []
  /// The number of the last hop told.
  private var number = 0

  static func sheet(of step: Int, in run: VariantRun) -> StepSheet {
    var maker = SheetMaker(run)
    let activities = run.flow(of: step)?.activities ?? []
    let shown = run.shownFlows(of: step)
    for number in shown { maker.add(run.lookups[activities[number]] ?? activities[number]) }
    if activities.isEmpty {
      for record in run.records(of: step) { maker.add(record) }
    }
    let verdict = run.verdict.steps[step]
    let faults = run.faults(after: step)
    return StepSheet(
      id: verdict.id,
      title: (verdict.title ?? verdict.words) + maker.words.share(shown.count, of: activities.count),
      verdict: maker.words.verdict(on: verdict),
      order: step, arrows: maker.arrows, notes: maker.notes, deaths: maker.deaths,
      cutLinks: faults.links.filter { $0 < maker.topology.links.count },
      offDevices: faults.off.filter { maker.topology.has($0) }.sorted { $0.index < $1.index }
        .map { maker.topology.planID($0) })
  }

  private init(_ run: VariantRun) {
    topology = run.playback.topology
    names = run.names
    messages = run.playback.messages
    words = PictureWords(run.names.words)
  }

  /// What a step did to the network itself.
  private mutating func add(_ record: Record) {
    switch record.event {
    case .linkChanged(let link, isUp: false) where Int(link) < topology.links.count:
      let ends = topology.links[Int(link)].ends
      deaths.append(
        StepSheet.Death(
          at: topology.planID(ends.0.device), number: nil,
          reason: names.words.cut(to: topology.machine(of: ends.1.device).name, isDirection: false)))
    case .directionChanged(let direction, isUp: false) where direction.link < topology.links.count:
      let ends = topology.links[direction.link].ends
      let (from, to) = direction.isForward ? (ends.0, ends.1) : (ends.1, ends.0)
      deaths.append(
        StepSheet.Death(
          at: topology.planID(from.device), number: nil,
          reason: names.words.cut(to: topology.machine(of: to.device).name, isDirection: true)))
    case .deviceChanged(isUp: false) where topology.has(record.device):
      deaths.append(
        StepSheet.Death(at: topology.planID(record.device), number: nil, reason: names.words.switchedOff))
    case .serviceChanged(let number, isUp: false) where topology.has(record.device):
      deaths.append(
        StepSheet.Death(
          at: topology.planID(record.device), number: nil,
          reason: names.words.stopped(names.service(Int(number), of: record.device))))
    default: break
    }
  }

  private mutating func add(_ activity: ActivityFlow) {
    if let request = activity.request { add(request, .request) }
    let last = number
    if let reply = activity.reply { add(reply, .reply) }
    for exchange in activity.later {
      add(exchange.request, .request)
      if let reply = exchange.reply { add(reply, .reply) }
    }
    guard let failure = activity.outcome.failure else { return }
    let hasDied = die(activity.request, at: last)
    guard !die(activity.reply, at: number), !hasDied else { return }
    let device = activity.culprit ?? activity.device
    guard topology.has(device) else { return }
    deaths.append(
      StepSheet.Death(
        at: topology.planID(device), number: activity.request == nil ? nil : last,
        reason: names.words.short(failure)))
  }

  private mutating func add(_ journey: Journey, _ leg: StepSheet.Leg) {
    for (index, hop) in journey.hops.enumerated() {
      number += 1
      if hop.direction != .none {
        let crossing = StepSheet.Crossing(
          link: hop.direction.link, hop.direction.isForward ? .fromAToB : .fromBToA)
        arrows.append(
          StepSheet.Arrow(
            crossing, number: number, leg: leg, carries: hop.frame.packet.map { "\($0.source) → \($0.destination)" }))
      }
      let before = index > 0 ? journey.hops[index - 1].frame.tag : nil
      let lines =
        lines(of: journey.hops[index...], isFirst: index == 0)
        + (words.tags(from: before, to: hop.frame.tag).map { [$0] } ?? [])
      guard !lines.isEmpty else { continue }
      notes.append(StepSheet.Note(at: topology.planID(hop.from.device), number: number, lines: lines))
    }
  }

  /// Of the first of these hops; the others say what became of the packet.
  private func lines(of hops: ArraySlice<Hop>, isFirst: Bool) -> [String] {
    guard let hop = hops.first else { return [] }
    var lines: [String] = []
    for record in hop.decisions {
      switch record.event {
      case .translated(let translation):
        lines += words.translates(Rewriting(translation, hops), topology.origins[record.origin]?.label)
      case .proxied(let translation): lines += words.proxies(Rewriting(translation, hops))
      case .wrapped(let network, _): lines.append(names.words.wrapped(network))
      case .unwrapped(let network): lines.append(names.words.unwrapped(network))
      case .refused(let kind): lines += names.words.refused(kind).map { [$0] } ?? []
      default: break
      }
    }
    if isFirst, let id = hop.frame.message, case .dhcp(let message)? = messages[id] {
      lines += PictureWords.leases(message) ?? []
    }
    return lines
  }

  /// Whether the packet died on its way, which is then drawn.
  private mutating func die(_ journey: Journey?, at number: Int) -> Bool {
    guard let journey, case .dropped(let reason, _) = journey.end, topology.has(journey.lastDevice) else {
      return false
    }
    deaths.append(
      StepSheet.Death(
        at: topology.planID(journey.lastDevice), number: journey.hops.isEmpty ? nil : number,
        reason: words.dies(reason, journey.hops.last?.frame.packet)))
    return true
  }
}

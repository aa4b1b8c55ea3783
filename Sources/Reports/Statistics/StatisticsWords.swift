import Scenarios
import Simulation
import Topology

/// What the numbers of a run come to, in sentences, the worst first.
struct StatisticsWords {
  private let statistics: RunStatistics
  private let names: EndNames
  private var words: any Wording { statistics.run.names.words }

  init(_ statistics: RunStatistics) {
    self.statistics = statistics
    names = EndNames(statistics.run)
  }

  /// From here on a link is told of.
  static let busyShare = 0.8
  private static let mostTold = 5

  var sentences: [String] {
    let told = statistics.directions.enumerated()
      .map { ($0.offset, $0.element, Stretch(of: $0.element, statistics.grid)) }
      .filter { $0.2 != nil || $0.1.drops.total > 0 }
      .sorted { a, b in
        let (one, other) = (a.1.drops.total, b.1.drops.total)
        if one != other { return one > other }
        return (b.2?.busy ?? 0, a.0) < (a.2?.busy ?? 0, b.0)
      }
    guard !told.isEmpty else {
      let share = Int(Self.busyShare * 100)
      return [words.quiet(share, part: statistics.grid.width.words)]
    }
    var sentences = told.prefix(Self.mostTold).map { sentence(of: $0.1, $0.2) }
    let rest = told.count - Self.mostTold
    if rest > 0 { sentences.append(words.moreCables(rest)) }
    return sentences
  }

  private func sentence(of use: DirectionUse, _ stretch: Stretch?) -> String {
    var clauses: [String] = []
    if use.deepest > 0 { clauses.append(words.queued(use.deepest, wait: use.waits.most.words)) }
    if use.drops.total > 0 { clauses.append(drops(of: use)) }
    if let twice = twice(use) { clauses.append(twice) }
    let load = stretch.map { stretch in
      CableLoad(
        share: "\(Decimal(stretch.share * 100, places: 0))", start: stretch.start.words, end: stretch.end.words,
        rate: Amounts.rate(use.configuration.rate))
    }
    return words.cable(names.way(of: use), load, clauses)
  }

  private func drops(of use: DirectionUse) -> String {
    let share = Decimal(Double(use.drops.total) * 100 / Double(use.drops.total + use.frames), places: 1)
    return words.dropped(use.drops.total, share: "\(share)", use.drops.sorted)
  }

  /// Which steps' packets use the interface more than once on one way.
  private func twice(_ use: DirectionUse) -> String? {
    let run = statistics.run
    let steps = run.flows.filter { flow in
      flow.activities.contains { activity in
        let hops = activity.request?.hops ?? []
        return hops.filter { $0.from == use.from || $0.to == use.from }.count > 1
          && hops.contains { $0.direction == use.direction }
      }
    }
    let ids = steps.filter { run.play.steps.indices.contains($0.step) }.map { run.play.steps[$0.step].id }
    guard !ids.isEmpty else { return nil }
    return words.crossedTwice(by: Array(ids.prefix(Self.mostTold)), more: max(0, ids.count - Self.mostTold))
  }
}

/// The longest time without a pause in which a direction was busy.
private struct Stretch {
  var start: Instant
  var end: Instant
  var busy: UInt64
  var share: Double

  init?(of use: DirectionUse, _ grid: TimeGrid) {
    var best: (range: Range<Int>, busy: UInt64)?
    var first = 0
    while first < use.parts.count {
      guard let share = use.utilisation(of: first, grid), share >= StatisticsWords.busyShare else {
        first += 1
        continue
      }
      var last = first + 1
      while last < use.parts.count, (use.utilisation(of: last, grid) ?? 0) >= StatisticsWords.busyShare { last += 1 }
      let busy = use.parts[first..<last].reduce(0) { $0 + $1.busy }
      if busy > best?.busy ?? 0 { best = (first..<last, busy) }
      first = last
    }
    guard let best else { return nil }
    start = grid.start(of: best.range.lowerBound)
    end = grid.start(of: best.range.upperBound)
    busy = best.busy
    share = Double(busy) / Double((end - start).nanoseconds)
  }
}

/// What cables and interfaces are called.
struct EndNames {
  private let names: Names
  private let topology: Topology

  init(_ run: VariantRun) {
    names = run.names
    topology = run.playback.topology
  }

  /// `ctl:eth0`, as links in the file have it.
  func end(_ end: LinkEnd) -> String {
    guard topology.has(end.device), let interface = topology.interface(at: end) else { return names.end(end) }
    return "\(topology.machine(of: end.device).name):\(interface.name)"
  }

  /// `ctl:eth0 → psw`
  func way(of use: DirectionUse) -> String {
    "\(end(use.from)) → \(topology.machine(of: use.to.device).name)"
  }
}

extension Instant {
  /// `3 s`
  var words: String { self == .start ? "0 s" : (self - .start).words }
}

/// What differs on the way of a step's packets, in words.
struct HopWords {
  private let union: PlanUnion
  private let labels: Pair<String>
  private let words: any Wording
  private let sheets: Pair<StepSheet?>
  private(set) var lines: [String] = []

  init(_ hops: [ComparedHop], _ sheets: Pair<StepSheet?>, in union: PlanUnion, _ labels: Pair<String>) {
    self.union = union
    self.labels = labels
    words = union.plan.language.words
    self.sheets = sheets
    var place = 0
    while place < hops.count {
      let (share, leg) = (hops[place].share, hops[place].leg)
      let end = hops[place...].firstIndex { $0.share != share || $0.leg != leg } ?? hops.count
      let stretch = Array(hops[place..<end])
      if let side = share.side { tellWay(stretch, only: side) } else { tellContents(stretch) }
      tellDeeds(stretch)
      place = end
    }
    tellEnds()
  }

  /// `hops 1–3 only in nat: vm1 → pc.VMnet8 → pc.nat8`
  private mutating func tellWay(_ hops: [ComparedHop], only side: Side) {
    guard let first = hops.first else { return }
    // A packet of another exchange begins somewhere else, and so does its way.
    var way = [name(of: first, isStart: true), name(of: first, isStart: false)]
    for hop in hops.dropFirst() {
      let start = name(of: hop, isStart: true)
      if way.last != start { way.append("… " + start) }
      way.append(name(of: hop, isStart: false))
    }
    lines.append(
      words.way(
        numbers(hops, side), way.joined(separator: " → "), isReply: first.leg == .reply, onlyIn: labels[side]))
  }

  /// The same way with other addresses: one line as long as they stay the same.
  private mutating func tellContents(_ hops: [ComparedHop]) {
    var place = 0
    while place < hops.count {
      let contents = contents(of: hops[place])
      let end = hops[place...].firstIndex { self.contents(of: $0) != contents } ?? hops.count
      let stretch = Array(hops[place..<end])
      place = end
      guard !contents.isSame else { continue }
      let told = contents.map { $0 ?? words.noPacket }
      lines.append(words.contents(numbers(stretch), (told.first, labels.first), (told.second, labels.second)))
    }
  }

  private func contents(of hop: ComparedHop) -> Pair<String?> {
    Pair(arrow(of: hop, .first)?.carries, arrow(of: hop, .second)?.carries)
  }

  private func arrow(of hop: ComparedHop, _ side: Side) -> StepSheet.Arrow? {
    hop.numbers[side].flatMap { number in sheets[side]?.arrows.first { $0.number == number } }
  }

  /// What devices did to the packet before these hops, where it is not the same on both sides.
  private mutating func tellDeeds(_ hops: [ComparedHop]) {
    for hop in hops {
      let deeds = Pair(deed(of: hop, .first), deed(of: hop, .second))
      guard !deeds.isSame else { continue }
      let device = name(of: hop, isStart: true)
      if let side = hop.share.side {
        lines.append(words.deed(numbers([hop]), at: device, deeds[side] ?? "", onlyIn: labels[side]))
        continue
      }
      let told = Side.allCases.map { (deed: deeds[$0], label: labels[$0]) }
      let isOnlyInSecond = deeds.first == nil
      lines.append(words.deeds(numbers([hop]), at: device, isOnlyInSecond ? told.reversed() : told))
    }
  }

  /// `NAT by a socket of its own (10.0.0.1 → 10.0.0.2)`
  private func deed(of hop: ComparedHop, _ side: Side) -> String? {
    guard let number = hop.numbers[side] else { return nil }
    let lines = (sheets[side]?.notes ?? []).filter { $0.number == number }.flatMap(\.lines)
    guard let first = lines.first else { return nil }
    let rest = lines.dropFirst()
    return rest.isEmpty ? first : "\(first) (\(rest.joined(separator: ", ")))"
  }

  private mutating func tellEnds() {
    let deaths = sheets.map { $0?.deaths ?? [] }
    for side in Side.allCases {
      for death in deaths[side]
      where !deaths[side.other].contains(where: { $0.device == death.device && $0.reason == death.reason }) {
        lines.append(words.end(at: union.name(of: death.device), death.reason, onlyIn: labels[side]))
      }
    }
  }

  // MARK: Names

  private func name(of hop: ComparedHop, isStart: Bool) -> String {
    let link = union.plan.links[hop.crossing.link]
    return union.name(of: ((hop.crossing.direction == .fromAToB) == isStart ? link.a : link.b).device)
  }

  /// `hops 3–5`, or where the two number them otherwise `hops 3–5 (4–6 in nat)`.
  private func numbers(_ hops: [ComparedHop], _ side: Side? = nil) -> String {
    if let side = side ?? hops.first?.share.side {
      return words.hops(range(hops, side), count: hops.count, otherwise: nil)
    }
    let (first, second) = (range(hops, .first), range(hops, .second))
    return words.hops(first, count: hops.count, otherwise: first == second ? nil : (second, labels.second))
  }

  private func range(_ hops: [ComparedHop], _ side: Side) -> String {
    guard let first = hops.first?.numbers[side], let last = hops.last?.numbers[side] else { return "" }
    return first == last ? "\(first)" : "\(first)–\(last)"
  }
}

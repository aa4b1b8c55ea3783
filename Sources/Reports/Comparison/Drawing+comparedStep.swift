extension Drawing {
  /// One step of both sides: the hops of both in grey, those of one side in its colour.
  ///
  /// Nil if `arrangement` was made without the union of their plans.
  static func comparedStep(_ step: ComparedSheet, of page: ComparisonPlan, in arrangement: Arrangement) -> Drawing? {
    let plan = page.union.plan
    let involved = Side.allCases.flatMap { step.sheets[$0]?.devices(in: plan) ?? [] }
    guard var scene = Scene(page, in: arrangement, name: step.id, involving: Set(involved)) else { return nil }
    scene.addTopology()
    scene.addIdleWires(Set(step.hops.map(\.crossing.link)), of: page.union)
    for link in plan.links.indices {
      for lane in ComparedLane.all(of: step, on: link, startsAtA: scene.startsAtA(link)) { scene.add(lane) }
    }
    scene.addHeadline(of: step, in: page)
    let legend = Legend(step: page.labels, page.union.plan.language.words)
    legend.draw(on: &scene.canvas, at: legend.place(in: arrangement))
    scene.addReasons(of: step, page.labels)
    scene.addNotes(of: step)
    return Drawing(scene.canvas)
  }
}

/// One arrow along a link, of both sides or of one.
struct ComparedLane: Hashable, Sendable {
  var leg: StepSheet.Leg
  var crossing: StepSheet.Crossing
  var share: Share
  var numbers = Pair<[Int]>([], [])
  /// Whose packets end at its end.
  var fatal: Set<Side> = []  // looked up, never iterated
  var offset = 0.0

  /// What stands on the arrow, from top to bottom: the numbers of both where they are the same.
  var badges: [(text: String, share: Share)] {
    if let side = share.side { return Self.rows(numbers[side]).map { ($0, share) } }
    if numbers.isSame { return Self.rows(numbers.first).map { ($0, .both) } }
    return Side.allCases.flatMap { side in Self.rows(numbers[side]).map { ($0, .only(side)) } }
  }

  private static func rows(_ numbers: [Int]) -> [String] {
    Lane(leg: .request, direction: .fromAToB, numbers: numbers).rows
  }

  var badge: Size { badges.map { Lane.badge($0.text) }.reduce(.zero) { $0.union($1) } }
  var width: Double { badge.width + 3 }
  var height: Double { Double(badges.count) * 18 }

  static func all(of step: ComparedSheet, on link: Int, startsAtA: Bool) -> [ComparedLane] {
    let fatal = step.sheets.map { Set($0?.deaths.compactMap(\.number) ?? []) }
    var lanes: [ComparedLane] = []
    for hop in step.hops where hop.crossing.link == link {
      let dying = Set(Side.allCases.filter { side in hop.numbers[side].map { fatal[side].contains($0) } ?? false })
      let known = lanes.firstIndex {
        $0.leg == hop.leg && $0.crossing == hop.crossing && $0.share == hop.share && $0.fatal == dying
      }
      let place = known ?? lanes.count
      if known == nil {
        lanes.append(ComparedLane(leg: hop.leg, crossing: hop.crossing, share: hop.share, fatal: dying))
      }
      for side in Side.allCases { lanes[place].numbers[side] += hop.numbers[side].map { [$0] } ?? [] }
    }
    return placed(lanes, startsAtA: startsAtA)
  }

  /// As in the picture of one side; what is alike stands together.
  private static func placed(_ lanes: [ComparedLane], startsAtA: Bool) -> [ComparedLane] {
    func rank(_ lane: ComparedLane) -> Int {
      let isFalling = (lane.crossing.direction == .fromAToB) == startsAtA
      let side = lane.share == .both ? 0 : lane.share == .only(.first) ? 2 : 4
      return (isFalling ? 0 : 16) + (lane.leg == .request ? 0 : 8) + side + (lane.fatal.isEmpty ? 0 : 1)
    }
    var placed = lanes.sorted { rank($0) < rank($1) }
    var x = -placed.reduce(0) { $0 + $1.width } / 2
    for index in placed.indices {
      placed[index].offset = x + placed[index].width / 2
      x += placed[index].width
    }
    return placed
  }
}

extension ComparisonPlan {
  /// How much room each link needs on the page of all steps and on the fullest of the others.
  var loads: [Load] {
    union.plan.links.indices.map { link in
      var load = Load()
      let overview = OverviewLane.all(of: steps, on: link)
      load.include(
        Load(
          breadth: overview.reduce(0) { $0 + $1.width }, badgeHeight: overview.map(\.height).max() ?? 18))
      for step in steps where !step.isSame {
        let lanes = ComparedLane.all(of: step, on: link, startsAtA: true)
        load.include(
          Load(breadth: lanes.reduce(0) { $0 + $1.width }, badgeHeight: lanes.map(\.height).max() ?? 18))
      }
      return load
    }
  }
}

extension Scene {
  fileprivate mutating func addHeadline(of step: ComparedSheet, in page: ComparisonPlan) {
    let room = max(canvas.page.width - 40, 320)
    canvas.add(
      .tag(
        Palette.letter(step.order), colour: Palette.ink,
        at: Point(x: canvas.page.left + 14, y: canvas.page.top + 15), name: "letter", kind: .inner))
    let id = Lettering.fitted(step.id, to: room * 0.4, size: 15, bold: true)
    let title = Lettering.fitted(step.title, to: room * 0.6, size: 14)
    let outcomes = Pair(
      "\(page.labels.first): \(step.sheets.first?.verdict.words ?? plan.language.words.noSuchStep)",
      "\(page.labels.second): \(step.sheets.second?.verdict.words ?? plan.language.words.noSuchStep)")
    let lines: [[Caption.Run]] =
      [[.init(id, size: 15, bold: true), .init("   " + title, size: 14)]]
      + Headline.sides(outcomes, size: 12, room: room, isStacked: true)
    Headline(Caption(lines: lines, alignment: .left)).draw(on: &canvas, indent: 20)
  }

  fileprivate mutating func add(_ lane: ComparedLane) {
    let link = lane.crossing.link
    guard var route = route(of: lane.crossing, offset: lane.offset) else { return }
    let ends = ends(of: lane.crossing)
    let piece = bestPiece(of: link)
    let isFalling = (lane.crossing.direction == .fromAToB) == startsAtA(link)
    var middle = route.middle(ofPiece: isFalling ? piece : route.points.count - 2 - piece)
    if let height = levelHeight(of: link) { middle.y = height }
    let name = "\(lane.share.word) \(lane.leg) \(link + 1) \(lane.crossing.direction)"
    // What ends here on one side goes on on the other: the cross stands before the arrowhead.
    let goesOn = lane.share == .both && lane.fatal.count == 1
    if !lane.fatal.isEmpty {
      canvas.add(.cross(at: route.point(at: max(0, route.length - (goesOn ? 18 : 8))), name: name + " ends"))
      if !goesOn { route = route.trimmed(start: 0, end: 15) }
    }
    canvas.add(
      Canvas.Line(
        tail: nodeName(of: ends.from), head: nodeName(of: ends.to), route: route, colour: lane.share.colour,
        width: lane.share.width * (lane.leg == .request ? 1 : 0.85),
        pattern: lane.leg == .request ? .solid : .dashes, hasArrowhead: lane.fatal.isEmpty || goesOn,
        isDouble: lane.share.isDouble, isFlow: true, tooltip: name))
    for (index, badge) in lane.badges.enumerated() {
      let y = middle.y + (Double(index) - Double(lane.badges.count - 1) / 2) * 18
      let size = Lane.badge(badge.text)
      canvas.add(
        .badge(
          badge.text, size: size, colour: badge.share.colour, at: Point(x: middle.x, y: y),
          name: "\(badge.share.word) hop \(badge.text)", outline: badge.share.badge))
    }
  }

  /// Why packets ended; said once where it is the same on both sides.
  fileprivate mutating func addReasons(of step: ComparedSheet, _ labels: Pair<String>) {
    var placer = LabelPlacer(scene: self)
    var told: [StepSheet.Death] = []
    for side in Side.allCases {
      for (index, death) in (step.sheets[side]?.deaths ?? []).enumerated() {
        let others = step.sheets[side.other]?.deaths ?? []
        let isShared = others.contains { $0.device == death.device && $0.reason == death.reason }
        guard !isShared || !told.contains(where: { $0.device == death.device && $0.reason == death.reason }) else {
          continue
        }
        told.append(death)
        let name = "death \(side.rawValue) \(index + 1)"
        let share: Share = isShared ? .both : .only(side)
        guard let anchor = addDeath(death, of: step, side, name: name, &placer) else { continue }
        let words = isShared ? death.reason : "\(side.mark) \(labels[side]): \(death.reason)"
        add(
          Caption.reasons(words), name: "reason \(side.rawValue) \(index + 1)", number: nil,
          line: share == .both ? Palette.failed : share.colour, beside: anchor, of: death.device, &placer)
      }
    }
  }

  /// The place of a death's cross, which is drawn where no arrow led to it.
  private mutating func addDeath(
    _ death: StepSheet.Death, of step: ComparedSheet, _ side: Side, name: String, _ placer: inout LabelPlacer
  ) -> Rect? {
    if let number = death.number, let hop = step.hops.first(where: { $0.numbers[side] == number }) {
      let prefix = "\(hop.share.word) \(hop.leg) \(hop.crossing.link + 1) \(hop.crossing.direction)"
      if let cross = canvas.shapes.first(where: { $0.name == prefix + " ends" }) { return cross.rect }
    }
    guard let box = box(of: death.device) else { return nil }
    let corner = Point(x: box.right, y: box.top)
    let place = placer.place([Size(width: 15, height: 15)], near: box, towards: corner).place
    canvas.add(.cross(at: place.centre, name: name))
    return place
  }

  /// What was done on the way: in grey what both did, with the mark and the colour of a side what only that one did.
  fileprivate mutating func addNotes(of step: ComparedSheet) {
    var placer = LabelPlacer(scene: self)
    for hop in step.hops {
      let notes = Pair(step.note(at: hop, .first), step.note(at: hop, .second))
      if let note = notes.first, note.lines == notes.second?.lines {
        add(note, hop.numbers.isSame ? .both : .only(.first), isShared: true, &placer)
      } else {
        for side in Side.allCases {
          if let note = notes[side] { add(note, .only(side), isShared: false, &placer) }
        }
      }
    }
  }

  /// - Parameter isShared: Both did it, perhaps as hops of other numbers.
  private mutating func add(_ note: StepSheet.Note, _ share: Share, isShared: Bool, _ placer: inout LabelPlacer) {
    guard let box = box(of: note.device) else { return }
    let name = "note \(share.word) \(note.number ?? 0)"
    add(
      Caption.notes(note.lines), name: name, number: note.number.map { ($0, share.colour) },
      line: isShared ? Palette.quiet : share.colour, beside: box, of: note.device, &placer, badge: share.badge)
  }
}

extension ComparedSheet {
  fileprivate func note(at hop: ComparedHop, _ side: Side) -> StepSheet.Note? {
    hop.numbers[side].flatMap { number in sheets[side]?.notes.first { $0.number == number } }
  }
}

extension Legend {
  fileprivate init(step labels: Pair<String>, _ words: any Wording) {
    rows =
      Legend.sides(labels, words, letter: "1", hasArrowhead: true) + [
        Row(
          sample: .line(
            colour: Share.both.colour, pattern: .dashes, width: 1.9, hasArrowhead: true, letter: nil),
          columns: [.init(words.legend(.replyAndOrder), size: 10)]),
        Row(sample: .cross, columns: [.init(words.legend(.death), size: 10)]),
        Row(sample: .faint, columns: [.init(words.legend(.uninvolved), size: 10)]),
      ]
  }
}

extension Drawing {
  /// All steps of both sides on one page: grey where both went, in a side's colour where only that one did.
  ///
  /// Nil if `arrangement` was made without the union of their plans.
  static func comparison(_ page: ComparisonPlan, in arrangement: Arrangement) -> Drawing? {
    let plan = page.union.plan
    let used = page.steps.flatMap { step in
      Side.allCases.flatMap { step.sheets[$0]?.devices(in: plan) ?? [] }
    }
    guard var scene = Scene(page, in: arrangement, name: "compare", involving: Set(used)) else { return nil }
    scene.addTopology()
    let lanes = plan.links.indices.map { OverviewLane.all(of: page.steps, on: $0) }
    scene.addIdleWires(Set(lanes.indices.filter { !lanes[$0].isEmpty }), of: page.union)
    for link in plan.links.indices { scene.add(lanes[link], along: link) }
    scene.addHeadline(of: page)
    let legend = Legend(page)
    legend.draw(on: &scene.canvas, at: legend.place(in: arrangement))
    scene.addStillborn(page.steps)
    scene.addLinkLabels()
    return Drawing(scene.canvas)
  }
}

/// The steps that went along a link on both sides, or on one of them: one line with their letters.
struct OverviewLane: Hashable, Sendable {
  /// A step, and the way its packet went when it died at the end of this link.
  struct Passenger: Hashable, Sendable {
    var order: Int
    var deaths: [StepSheet.Crossing.Direction]
  }

  var share: Share
  var passengers: [Passenger]
  var offset = 0.0

  private static let mostInRow = 5

  /// The letters in rows.
  var rows: [String] {
    stride(from: 0, to: passengers.count, by: Self.mostInRow).map { start in
      passengers[start..<min(start + Self.mostInRow, passengers.count)].map { Palette.letter($0.order) }
        .joined(separator: " ")
    }
  }

  var width: Double { (rows.map { Lettering.width(of: $0, size: 9, bold: true) }.max() ?? 0) + 11 }
  var height: Double { Double(rows.count) * 13 + 5 }

  static func all(of steps: [ComparedSheet], on link: Int) -> [OverviewLane] {
    let shares: [Share] = [.only(.first), .both, .only(.second)]
    var lanes = shares.map { OverviewLane(share: $0, passengers: []) }
    for step in steps {
      let passes = step.sheets.map { $0?.arrows.contains { $0.crossing.link == link } ?? false }
      guard let share = Share(inFirst: passes.first, inSecond: passes.second),
        let place = shares.firstIndex(of: share)
      else { continue }
      let deaths = Side.allCases.flatMap { step.sheets[$0]?.deaths(on: link) ?? [] }
      lanes[place].passengers.append(Passenger(order: step.order, deaths: deaths))
    }
    lanes.removeAll(where: \.passengers.isEmpty)
    var x = -lanes.reduce(0) { $0 + $1.width } / 2
    for index in lanes.indices {
      lanes[index].offset = x + lanes[index].width / 2
      x += lanes[index].width
    }
    return lanes
  }
}

extension StepSheet {
  /// Which way packets went that died at the end of a link.
  func deaths(on link: Int) -> [Crossing.Direction] {
    deaths.compactMap { death in
      arrows.first { $0.number == death.number && $0.crossing.link == link }?.crossing.direction
    }
  }
}

extension Scene {
  fileprivate mutating func addHeadline(of page: ComparisonPlan) {
    let room = max(canvas.page.width - 20, 320)
    let title = Lettering.fitted(page.title, to: room, size: 15, bold: true)
    let different = page.steps.count { !$0.isSame }
    let tally = plan.language.words.differing(different, of: page.steps.count)
    let lines =
      [[Caption.Run(title, size: 15, bold: true)]]
      + Headline.sides(page.labels, size: 13, room: room, isStacked: false) + [[.init(tally, size: 11, tone: .quiet)]]
    Headline(Caption(lines: lines, alignment: .left)).draw(on: &canvas)
  }

  fileprivate mutating func add(_ lanes: [OverviewLane], along link: Int) {
    let ends = plan.links[link]
    for lane in lanes {
      let crossing = StepSheet.Crossing(link: link, startsAtA(link) ? .fromAToB : .fromBToA)
      guard let route = route(of: crossing, offset: lane.offset) else { continue }
      let name = "\(lane.share.word) \(link + 1)"
      canvas.add(
        Canvas.Line(
          tail: nodeName(of: ends.a.device), head: nodeName(of: ends.b.device), route: route,
          colour: lane.share.colour, width: lane.share.width, isDouble: lane.share.isDouble, isFlow: true,
          tooltip: name))
      var place = route.middle(ofPiece: bestPiece(of: link))
      if let height = levelHeight(of: link) { place.y = height }
      for (index, row) in lane.rows.enumerated() {
        let y = place.y + (Double(index) - Double(lane.rows.count - 1) / 2) * 13
        canvas.add(
          .tag(
            row, colour: lane.share.colour, at: Point(x: place.x, y: y), name: "\(name) \(row)",
            outline: lane.share.badge))
      }
      for direction in Set(lane.passengers.flatMap(\.deaths)).sorted(by: { $0 == .fromAToB && $1 != $0 }) {
        guard let way = self.route(of: StepSheet.Crossing(link: link, direction), offset: lane.offset) else { continue }
        canvas.add(.cross(at: way.point(at: max(0, way.length - 8)), name: "\(name) \(direction) ends"))
      }
    }
  }

  /// Letters and a cross beside a device which packets never left.
  fileprivate mutating func addStillborn(_ steps: [ComparedSheet]) {
    var placer = LabelPlacer(scene: self)
    for share in [Share.only(.first), .both, .only(.second)] {
      for id in plan.machines.indices.flatMap({ machine in
        plan.machines[machine].devices.indices.map { Plan.DeviceID(machine: machine, device: $0) }
      }) {
        let letters = steps.filter { step in
          let died = step.sheets.map { $0?.deaths.contains { $0.device == id && $0.number == nil } ?? false }
          return Share(inFirst: died.first, inSecond: died.second) == share
        }.map { Palette.letter($0.order) }
        guard !letters.isEmpty, let box = box(of: id) else { continue }
        let text = letters.joined(separator: " ")
        let width = max(12, Lettering.width(of: text, size: 9, bold: true) + 5)
        let place = placer.place(
          [Size(width: width + 17, height: 15)], near: box, towards: Point(x: box.right, y: box.top)
        ).place
        let name = "\(share.word) at \(nodeName(of: id))"
        canvas.add(
          .tag(
            text, colour: share.colour, at: Point(x: place.left + width / 2, y: place.centre.y), name: name,
            outline: share.badge))
        canvas.add(.cross(at: Point(x: place.right - 7.5, y: place.centre.y), name: name + " ends"))
      }
    }
  }
}

extension Legend {
  fileprivate init(_ page: ComparisonPlan) {
    let words = page.union.plan.language.words
    rows = Legend.sides(page.labels, words, letter: "A", hasArrowhead: false)
    rows.append(Row(sample: .cross, columns: [.init(words.legend(.death), size: 10)]))
    rows += page.steps.map { step in
      let title = Lettering.fitted(step.title, to: 170, size: 10)
      let head: [Caption.Run] = [
        .init(Lettering.fitted(step.id, to: 90, size: 10, bold: true), size: 10, bold: true), .init(title, size: 10),
      ]
      let told = step.sheets.map { Lettering.fitted($0?.verdict.words ?? words.noSuchStep, to: 250, size: 10) }
      let outcomes: [Caption.Run] =
        told.isSame
        ? [.init(told.first, size: 10, tone: .quiet)]
        : Side.allCases.map { .init("\($0.mark) \(told[$0])", size: 10, tone: .colour(Share.only($0).colour)) }
      return Row(
        sample: .tag(colour: Palette.ink, letter: Palette.letter(step.order)), columns: head + outcomes)
    }
  }

  /// What the lines of both and of each side look like.
  static func sides(
    _ labels: Pair<String>, _ words: any Wording, letter: String, hasArrowhead: Bool
  ) -> [Row] {
    [Share.both, .only(.first), .only(.second)].map { share in
      let meaning = share.side.map { words.only(in: labels[$0]) } ?? words.legend(.both)
      return Row(
        sample: .line(
          colour: share.colour, pattern: .solid, width: share.width, hasArrowhead: hasArrowhead, letter: letter,
          isDouble: share.isDouble),
        columns: [
          .init(
            (share.side.map { "\($0.mark) " } ?? "") + Lettering.fitted(meaning, to: 170, size: 10, bold: true),
            size: 10,
            bold: true, tone: .colour(share == .both ? Palette.quiet : share.colour))
        ])
    }
  }
}

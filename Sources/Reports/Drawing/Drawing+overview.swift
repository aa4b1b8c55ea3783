extension Drawing {
  /// The overview of a variant, drawn like a metro map: every step is a line along the links it used.
  ///
  /// Nil if `arrangement` was made without this plan.
  public static func overview(of plan: Plan, _ sheet: OverviewSheet, in arrangement: Arrangement) -> Drawing? {
    let sheet = OverviewSheet(steps: sheet.steps.map { $0.settled(in: plan) })
    let used = sheet.steps.flatMap { $0.devices(in: plan) }
    guard var scene = Scene(plan, in: arrangement, name: "flow", involving: Set(used)) else { return nil }
    scene.addTopology()
    let busy = Set(sheet.steps.flatMap { $0.arrows.map(\.crossing.link) })
    scene.addWires(plan.links.indices.filter { !busy.contains($0) }, colour: Palette.faintLine, width: 1)
    for link in plan.links.indices where busy.contains(link) {
      scene.addMetro(sheet.steps.filter { $0.arrows.contains { $0.crossing.link == link } }, along: link)
    }
    let words = plan.language.words
    Headline(words.overviewSubject, of: plan, tally: sheet.tally(words), width: scene.canvas.page.width)
      .draw(
        on: &scene.canvas)
    let legend = Legend(steps: sheet.steps)
    legend.draw(on: &scene.canvas, at: legend.place(in: arrangement))
    scene.addStillborn(sheet.steps)
    scene.addLinkLabels()
    return Drawing(scene.canvas)
  }
}

extension Scene {
  private static let lineWidth = 3.6

  /// The lines of `steps`, side by side along a link, each with its letter; a cross ends a line whose packet died there.
  fileprivate mutating func addMetro(_ steps: [StepSheet], along link: Int) {
    let pitch = Lanes.pitch(of: steps.count)
    for (index, step) in steps.enumerated() {
      let offset = (Double(index) - Double(steps.count - 1) / 2) * pitch
      guard
        let route = route(
          of: StepSheet.Crossing(link: link, startsAtA(link) ? .fromAToB : .fromBToA), offset: offset)
      else { continue }
      let colour = Palette.flow(step.order)
      let ends = plan.links[link]
      canvas.add(
        Canvas.Line(
          tail: nodeName(of: ends.a.device), head: nodeName(of: ends.b.device), route: route, colour: colour,
          width: Self.lineWidth, pattern: Palette.pattern(step.order), isFlow: true, tooltip: step.id))
      let name = "\(Palette.letter(step.order)) \(link + 1)"
      var place = route.middle(ofPiece: bestPiece(of: link))
      if let height = levelHeight(of: link) { place.y = height }
      // Where lines are many and stand close, every second letter stands a little lower.
      if pitch < Lanes.pitch { place.y += index % 2 == 1 ? 6.5 : -6.5 }
      canvas.add(.tag(Palette.letter(step.order), colour: colour, at: place, name: name))
      for death in step.deaths {
        guard let arrow = step.arrows.first(where: { $0.number == death.number && $0.crossing.link == link }),
          let way = self.route(of: arrow.crossing, offset: offset)
        else { continue }
        canvas.add(.cross(at: way.point(at: max(0, way.length - 8)), name: "\(name) ends"))
      }
    }
  }
}

extension Scene {
  /// Letter and cross beside a device whose packet never left it.
  fileprivate mutating func addStillborn(_ steps: [StepSheet]) {
    var placer = LabelPlacer(scene: self)
    for step in steps {
      for death in step.deaths where death.number == nil {
        guard let box = box(of: death.device) else { continue }
        let place = placer.place(
          [Size(width: 29, height: 15)], near: box, towards: Point(x: box.right, y: box.top)
        ).place
        let name = "\(Palette.letter(step.order)) at \(nodeName(of: death.device))"
        canvas.add(
          .tag(
            Palette.letter(step.order), colour: Palette.flow(step.order),
            at: Point(x: place.left + 7, y: place.centre.y), name: name))
        canvas.add(.cross(at: Point(x: place.right - 7.5, y: place.centre.y), name: name + " ends"))
      }
    }
  }
}

extension Legend {
  fileprivate init(steps: [StepSheet]) {
    rows = steps.map { step in
      let title = Lettering.fitted(step.title, to: 170, size: 10)
      let words = Lettering.fitted(step.verdict.mark + step.verdict.words, to: 300, size: 10)
      return Row(
        sample: step.arrows.isEmpty
          ? .tag(colour: Palette.flow(step.order), letter: Palette.letter(step.order))
          : .line(
            colour: Palette.flow(step.order), pattern: Palette.pattern(step.order), width: 3.6,
            hasArrowhead: false,
            letter: Palette.letter(step.order)),
        columns: [
          .init(Lettering.fitted(step.id, to: 90, size: 10, bold: true), size: 10, bold: true),
          .init(title, size: 10), .init(words, size: 10, tone: .colour(step.verdict.colour)),
        ])
    }
  }
}

extension OverviewSheet {
  /// How many steps came out as expected; nil if nothing was expected of any.
  fileprivate func tally(_ words: any Wording) -> StepSheet.Verdict? {
    let judged = steps.filter { $0.verdict.outcome != .neutral }
    let failed = judged.count { $0.verdict.outcome == .fails }
    guard !judged.isEmpty else { return nil }
    return failed == 0
      ? StepSheet.Verdict(.holds, words.asExpected(judged.count))
      : StepSheet.Verdict(.fails, words.notAsExpected(failed, of: judged.count))
  }
}

extension Lanes {
  /// Many lines stand closer, with their letters in two rows.
  static func pitch(of count: Int) -> Double { count > 10 ? 8 : pitch }
}

extension StepSheet {
  /// The same with every death at the end of the arrow that brought it; a death elsewhere stands beside its device.
  func settled(in plan: Plan) -> StepSheet {
    var sheet = self
    for index in deaths.indices {
      let brings = arrows.contains { arrow in
        guard arrow.number == deaths[index].number, plan.links.indices.contains(arrow.crossing.link) else {
          return false
        }
        let link = plan.links[arrow.crossing.link]
        return (arrow.crossing.direction == .fromAToB ? link.b : link.a).device == deaths[index].device
      }
      if !brings { sheet.deaths[index].number = nil }
    }
    return sheet
  }

  /// Every device its packets were at.
  func devices(in plan: Plan) -> [Plan.DeviceID] {
    let links = arrows.map(\.crossing.link).filter { plan.links.indices.contains($0) }.map { plan.links[$0] }
    return links.flatMap { [$0.a.device, $0.b.device] } + notes.map(\.device) + deaths.map(\.device)
  }
}

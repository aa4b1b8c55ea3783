extension Drawing {
  /// The traffic-flow graph of one step.
  ///
  /// Nil if `arrangement` was made without this plan.
  public static func step(_ sheet: StepSheet, of plan: Plan, in arrangement: Arrangement) -> Drawing? {
    let sheet = sheet.settled(in: plan)
    let involved = Set(sheet.devices(in: plan))
    guard var scene = Scene(plan, in: arrangement, name: sheet.id, involving: involved) else { return nil }
    let colour = Palette.flow(sheet.order)
    let ends = scene.terminals(of: sheet)
    scene.addTopology(emphasising: Dictionary(ends.map { ($0, colour) }) { first, _ in first })
    let busy = Set(sheet.arrows.map(\.crossing.link))
    scene.addWires(plan.links.indices.filter { !busy.contains($0) }, colour: Palette.faintLine, width: 1)
    for link in plan.links.indices where busy.contains(link) { scene.addArrows(of: sheet, along: link) }
    scene.addHeadline(of: sheet)
    scene.addFaults(of: sheet)
    let hasFaults = scene.canvas.shapes.contains { $0.kind == .fault }
    let legend = Legend(colour: colour, hasFaults: hasFaults, plan.language.words)
    legend.draw(on: &scene.canvas, at: legend.place(in: arrangement))
    scene.addNotes(of: sheet)
    return Drawing(scene.canvas)
  }
}

extension Scene {
  /// Where the request began and where it got to.
  fileprivate func terminals(of sheet: StepSheet) -> [Plan.DeviceID] {
    let requests = sheet.arrows.filter { $0.leg == .request && plan.links.indices.contains($0.crossing.link) }
    guard let first = requests.min(by: { $0.number < $1.number }),
      let last = requests.max(by: { $0.number < $1.number })
    else { return [] }
    return [ends(of: first.crossing).from, ends(of: last.crossing).to]
  }

  func ends(of crossing: StepSheet.Crossing) -> (from: Plan.DeviceID, to: Plan.DeviceID) {
    let link = plan.links[crossing.link]
    return crossing.direction == .fromAToB ? (link.a.device, link.b.device) : (link.b.device, link.a.device)
  }

  fileprivate mutating func addHeadline(of sheet: StepSheet) {
    let width = canvas.page.width
    canvas.add(
      .tag(
        Palette.letter(sheet.order), colour: Palette.flow(sheet.order),
        at: Point(x: canvas.page.left + 14, y: canvas.page.top + 15), name: "letter", kind: .inner))
    Headline(of: sheet, plan: plan, width: width).draw(on: &canvas, indent: 20)
  }

  /// The arrows along one link, their numbers on them, and the crosses of packets that died at its end.
  fileprivate mutating func addArrows(of sheet: StepSheet, along link: Int) {
    let colour = Palette.flow(sheet.order)
    for lane in Lanes.placed(Lanes.lanes(of: sheet, on: link), startsAtA: startsAtA(link)) {
      let crossing = StepSheet.Crossing(link: link, lane.direction)
      guard var route = route(of: crossing, offset: lane.offset) else { continue }
      let ends = ends(of: crossing)
      let piece = bestPiece(of: link)
      let isFalling = (lane.direction == .fromAToB) == startsAtA(link)
      var middle = route.middle(ofPiece: isFalling ? piece : route.points.count - 2 - piece)
      if let height = levelHeight(of: link) { middle.y = height }
      let fatal = sheet.deaths.firstIndex { death in death.number.map(lane.numbers.contains) ?? false }
      let numbers = lane.numbers.map(String.init).joined(separator: " ")
      if let fatal {
        canvas.add(.cross(at: route.point(at: max(0, route.length - 8)), name: "death \(fatal + 1)"))
        route = route.trimmed(start: 0, end: 15)
      }
      canvas.add(
        Canvas.Line(
          tail: nodeName(of: ends.from), head: nodeName(of: ends.to), route: route, colour: colour,
          width: lane.leg == .request ? 2.4 : 1.9, pattern: lane.leg == .request ? .solid : .dashes,
          hasArrowhead: fatal == nil, isFlow: true, tooltip: numbers))
      let centre = middle
      let rows = lane.rows
      for (index, row) in rows.enumerated() {
        let y = centre.y + (Double(index) - Double(rows.count - 1) / 2) * (lane.badge.height + 1)
        canvas.add(
          .badge(row, size: lane.badge, colour: colour, at: Point(x: centre.x, y: y), name: "hop \(row)"))
      }
    }
  }

  /// A mark on each link that is cut, where the numbers of its arrows would stand, and on the corner of each
  /// device that is off, or of its machine if that is off as a whole.
  fileprivate mutating func addFaults(of sheet: StepSheet) {
    for link in sheet.cutLinks {
      guard let wire = key.wires[link] else { continue }
      let middle = arrangement.routes[wire].middle(ofPiece: bestPiece(of: link))
      let rect = Rect(centre: middle, size: Canvas.Shape.faultSize)
      let isTaken = canvas.shapes.contains { $0.kind == .badge && $0.rect.intersects(rect) }
      let place = isTaken ? Point(x: middle.x + 16, y: middle.y) : middle
      canvas.add(.fault(at: place, name: "fault link \(link + 1)"))
    }
    // Beside some of them it is written already.
    let told = Set(sheet.deaths.filter { $0.number == nil }.map(\.device.machine))
    let off = sheet.offDevices.filter { !told.contains($0.machine) }
    for (machine, devices) in plan.machines.enumerated() {
      let own = off.filter { $0.machine == machine }
      guard !own.isEmpty else { continue }
      let frame = own.count == devices.devices.count ? arrangement.frames[key.machines[machine]] : nil
      for box in frame.map({ [$0] }) ?? own.compactMap({ box(of: $0) }) {
        canvas.add(.fault(at: Point(x: box.right, y: box.top), name: "fault \(canvas.shapes.count)"))
      }
    }
  }

  /// What was done on the way and why it ended, each beside its place.
  fileprivate mutating func addNotes(of sheet: StepSheet) {
    var placer = LabelPlacer(scene: self)
    for (index, death) in sheet.deaths.enumerated() {
      let name = "death \(index + 1)"
      var anchor = canvas.shapes.first { $0.name == name }?.rect
      if anchor == nil, let box = box(of: death.device) {
        // It never left: the cross stands beside the box.
        let corner = Point(x: box.right, y: box.top)
        let place = placer.place([Size(width: 15, height: 15)], near: box, towards: corner).place
        canvas.add(.cross(at: place.centre, name: name))
        anchor = place
      }
      guard let anchor else { continue }
      add(
        Caption.reasons(death.reason), name: "reason \(index + 1)", number: nil, line: Palette.failed, beside: anchor,
        of: death.device, &placer)
    }
    for (index, note) in sheet.notes.enumerated() {
      guard let box = box(of: note.device) else { continue }
      add(
        Caption.notes(note.lines), name: "note \(index + 1)",
        number: note.number.map { ($0, Palette.flow(sheet.order)) }, line: Palette.quiet, beside: box, of: note.device,
        &placer)
    }
  }

  /// Writes whichever of `captions` fits best beside `anchor`, with the number of a hop in its colour before it.
  mutating func add(
    _ captions: [Caption], name: String, number: (Int, String)?, line: String, beside anchor: Rect,
    of device: Plan.DeviceID, _ placer: inout LabelPlacer, badge outline: Canvas.Outline? = nil
  ) {
    let badge = number.map { Lane.badge("\($0.0)").width } ?? 0
    let indent = badge > 0 ? badge + 4 : 0
    let sizes = captions.map {
      Size(width: $0.size.width + indent + 10, height: max($0.size.height, badge > 0 ? 17 : 0) + 6)
    }
    let hop = number.flatMap { number in canvas.shapes.first { $0.kind == .badge && $0.isHop(number.0) } }
    let (choice, place) = placer.place(sizes, near: anchor, towards: hop?.rect.centre)
    let caption = captions[choice]
    let (from, to) = LabelPlacer.leader(from: place, to: anchor)
    canvas.add(
      Canvas.Shape(
        kind: .note, name: name, rect: place, outline: .rounded, fill: Palette.paleNote, line: line,
        lineWidth: 0.8))
    canvas.add(
      Canvas.Shape(
        kind: .inner, name: name + " text",
        rect: Rect(
          left: place.left + 5 + indent, top: place.centre.y - caption.size.height / 2, size: caption.size),
        caption: caption))
    if let number {
      canvas.add(
        .badge(
          "\(number.0)", size: Lane.badge("\(number.0)"), colour: number.1,
          at: Point(x: place.left + 4 + badge / 2, y: place.centre.y), name: name + " hop", kind: .inner,
          outline: outline))
    }
    guard from.distance(to: to) > 3 else { return }
    canvas.add(
      Canvas.Line(
        tail: name, head: nodeName(of: device), route: WireRoute(points: [from, to]), colour: line, width: 0.8
      ))
  }
}

extension Caption {
  /// Why a packet died, broad and narrow.
  static func reasons(_ reason: String) -> [Caption] {
    [170.0, 110].map { width in
      Caption(
        lines: Lettering.wrapped(reason, to: width, size: 9, bold: true).map {
          [.init($0, bold: true, tone: .colour(Palette.failed))]
        }, alignment: .left)
    }
  }

  /// What was done to a packet, broad and narrow; the first of several lines is the heading.
  static func notes(_ lines: [String]) -> [Caption] {
    [260.0, 125].map { width in
      let lines = lines.enumerated().flatMap { index, line in
        Lettering.wrapped(line, to: width, size: 9).map { [Run($0, bold: index == 0 && lines.count > 1)] }
      }
      return Caption(lines: lines, alignment: .left)
    }
  }
}

extension Canvas.Shape {
  /// Whether one of its numbers is `number`.
  fileprivate func isHop(_ number: Int) -> Bool {
    name.split(separator: " ").dropFirst().contains { $0 == "\(number)" }
  }
}

extension Legend {
  fileprivate init(colour: String, hasFaults: Bool, _ words: any Wording) {
    rows = [
      Row(
        sample: .line(colour: colour, pattern: .solid, width: 2.4, hasArrowhead: true, letter: nil),
        columns: [.init(words.legend(.request))]),
      Row(
        sample: .line(colour: colour, pattern: .dashes, width: 1.9, hasArrowhead: true, letter: nil),
        columns: [.init(words.legend(.reply))]),
      Row(sample: .badge(colour: colour), columns: [.init(words.legend(.order))]),
      Row(sample: .cross, columns: [.init(words.legend(.death))]),
      Row(
        sample: .terminal(colour: colour), columns: [.init(words.legend(.terminals))]),
      Row(sample: .faint, columns: [.init(words.legend(.uninvolved))]),
    ]
    if hasFaults { rows.append(Row(sample: .fault, columns: [.init(words.legend(.fault))])) }
  }
}

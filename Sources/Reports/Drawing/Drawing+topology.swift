extension Drawing {
  /// The wiring alone: machines, devices, interfaces with their addresses, links with their labels.
  ///
  /// Nil if `arrangement` was made without this plan.
  public static func topology(of plan: Plan, in arrangement: Arrangement) -> Drawing? {
    guard var scene = Scene(plan, in: arrangement, name: "topology", involving: nil) else { return nil }
    scene.addTopology()
    scene.addWires(Array(plan.links.indices), colour: Palette.wire, width: 1.4)
    Headline(plan.language.words.topologySubject, of: plan, width: scene.canvas.page.width).draw(on: &scene.canvas)
    let legend = Legend(roles: plan.machines.flatMap(\.devices).map(\.role), plan.language.words)
    legend.draw(on: &scene.canvas, at: legend.place(in: arrangement))
    scene.addLinkLabels()
    return Drawing(scene.canvas)
  }
}

extension Legend {
  /// What the shapes and tints stand for, of those that occur.
  fileprivate init(roles: [Plan.Role], _ words: any Wording) {
    let marks: [(roles: [Plan.Role], mark: LegendMark)] = [
      ([.stack, .adapter], .host),
      ([.router], .router),
      ([.nat], .nat), ([.switch, .bridge, .hub], .joins),
      ([.server], .server),
    ]
    rows = marks.filter { known in roles.contains { known.roles.contains($0) } }.map { known in
      Row(sample: .device(known.roles[0]), columns: [.init(words.legend(known.mark))])
    }
    rows.append(Row(sample: .port, columns: [.init(words.legend(.interface))]))
  }
}

extension Scene {
  /// Rate and delay beside their wires.
  mutating func addLinkLabels() {
    var placer = LabelPlacer(scene: self)
    for (index, link) in plan.links.enumerated() {
      guard let label = link.label, let wire = key.wires[index] else { continue }
      let route = arrangement.routes[wire]
      guard route.points.count > 1 else { continue }
      let caption = Caption(lines: [[.init(Lettering.fitted(label, to: 180, size: 9), tone: .quiet)]])
      let anchor = Rect(centre: route.middle(ofPiece: route.bestPiece()), size: Size(width: 2, height: 2))
      let place = placer.place([caption.size], near: anchor).place
      canvas.add(Canvas.Shape(kind: .label, name: "link \(index + 1)", rect: place, caption: caption))
    }
  }
}

extension LabelPlacer {
  /// Everything drawn so far is in the way.
  init(scene: Scene) {
    let canvas = scene.canvas
    let writing: Set<Canvas.Kind> = [.box, .badge, .note, .cross, .fault, .tag, .label, .title, .legend]
    solid = canvas.shapes.filter { writing.contains($0.kind) }.map(\.rect) + canvas.frameTitles
    flows = canvas.lines.filter(\.isFlow).map(\.route)
    wires = canvas.lines.filter { !$0.isFlow }.map(\.route)
    frames = scene.arrangement.frames.compactMap { $0 }
    page = canvas.page
    page.top += Scene.headline
  }
}

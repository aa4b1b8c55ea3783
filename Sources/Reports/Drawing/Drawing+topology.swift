extension Drawing {
  /// The wiring alone: machines, devices, interfaces with their addresses, links with their labels.
  ///
  /// Nil if `arrangement` was made without this plan.
  public static func topology(of plan: Plan, in arrangement: Arrangement) -> Drawing? {
    guard var scene = Scene(plan, in: arrangement, name: "topology", involving: nil) else { return nil }
    scene.addTopology()
    scene.addWires(Array(plan.links.indices), colour: Palette.wire, width: 1.4)
    Headline("topology", of: plan, width: scene.canvas.page.width).draw(on: &scene.canvas)
    let legend = Legend(roles: plan.machines.flatMap(\.devices).map(\.role))
    legend.draw(on: &scene.canvas, at: legend.place(in: arrangement))
    scene.addLinkLabels()
    return Drawing(scene.canvas)
  }
}

extension Legend {
  /// What the shapes and tints stand for, of those that occur.
  fileprivate init(roles: [Plan.Role]) {
    let words: [(roles: [Plan.Role], text: String)] = [
      ([.stack, .adapter], "host: has addresses, does not forward"),
      ([.router], "forwards between its interfaces"),
      ([.nat], "rewrites addresses"), ([.switch, .bridge, .hub], "switch, bridge or hub: joins wires"),
      ([.server], "server: answers, does not forward"),
    ]
    rows = words.filter { word in roles.contains { word.roles.contains($0) } }.map { word in
      Row(sample: .device(word.roles[0]), columns: [.init(word.text)])
    }
    rows.append(Row(sample: .port, columns: [.init("interface and its address")]))
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
    let writing: Set<Canvas.Kind> = [.box, .badge, .note, .cross, .tag, .label, .title, .legend]
    solid = canvas.shapes.filter { writing.contains($0.kind) }.map(\.rect) + canvas.frameTitles
    flows = canvas.lines.filter(\.isFlow).map(\.route)
    wires = canvas.lines.filter { !$0.isFlow }.map(\.route)
    frames = scene.arrangement.frames.compactMap { $0 }
    page = canvas.page
    page.top += Scene.headline
  }
}

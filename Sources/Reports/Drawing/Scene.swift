/// A canvas being filled with one variant's topology; what is not involved in the page's subject is drawn faint.
struct Scene {
  let plan: Plan
  let key: Blueprint.Key
  private let neighbours: [Plan.End: Plan.DeviceID]
  let arrangement: Arrangement
  var canvas: Canvas
  /// Boxes of the blueprint.
  let involved: Set<Int>
  /// Devices that are told from the others by their outline; looked up, never iterated.
  var accents: [Plan.DeviceID: Accent] = [:]
  /// The same of machines that are drawn as frames.
  var machineAccents: [Int: Accent] = [:]
  /// Lines of text that begin with one of these marks have its colour.
  var tints: [(mark: String, colour: String)] = []

  /// How an outline differs from others of its kind.
  struct Accent: Hashable, Sendable {
    var colour: String
    var isDouble: Bool
  }

  /// Height of the strip above the picture that titles stand in; the same on every page.
  static let headline = 72.0
  static let margin = 14.0

  /// Nil if the arrangement was not made with this variant's plan.
  init?(_ plan: Plan, in arrangement: Arrangement, name: String, involving devices: Set<Plan.DeviceID>?) {
    guard let key = arrangement.key(for: plan) else { return nil }
    self.plan = plan
    self.key = key
    neighbours = plan.neighbours
    self.arrangement = arrangement
    let bounds = arrangement.bounds.grown(by: Self.margin)
    canvas = Canvas(
      name: name,
      page: Rect(
        left: bounds.left, top: bounds.top - Self.headline, right: bounds.right, bottom: bounds.bottom))
    involved = Set((devices.map(Array.init) ?? Array(key.boxes.keys)).compactMap { key.boxes[$0] })
  }

  func nodeName(of id: Plan.DeviceID) -> String {
    guard key.boxes[id] != nil else { return "page" }
    let machine = plan.machines[id.machine]
    let isWhole = arrangement.blueprint.machines[key.machines[id.machine]].isWhole
    return isWhole ? machine.name : machine.name + "." + plan[id].name
  }

  func box(of id: Plan.DeviceID) -> Rect? { key.boxes[id].map { arrangement.boxes[$0] } }

  mutating func addTopology(emphasising emphasised: [Plan.DeviceID: String] = [:]) {
    for (index, machine) in plan.machines.enumerated() {
      addFrame(of: machine, index: index)
      for order in machine.devices.indices {
        let id = Plan.DeviceID(machine: index, device: order)
        addBox(of: id, emphasis: emphasised[id])
      }
    }
  }

  private mutating func addFrame(of machine: Plan.Machine, index: Int) {
    let known = key.machines[index]
    guard let rect = arrangement.frames[known], let title = arrangement.titles[known] else { return }
    let surroundings = arrangement.blueprint.surroundings(of: known)
    let isFaint = !isInvolved(known)
    let accent = isFaint ? nil : machineAccents[index]
    canvas.add(
      Canvas.Frame(
        name: machine.name, rect: rect,
        title: Caption(of: machine, isStacked: title.isStacked).tinted(isFaint ? [] : tints),
        titlePlace: title.place,
        fill: isFaint
          ? Palette.faintFill : surroundings.count > 1 ? Palette.innerFrameFill : Palette.frameFill,
        line: accent?.colour ?? (isFaint ? Palette.faintLine : Palette.frameLine), lineWidth: accent == nil ? 1 : 2.2,
        isFaint: isFaint,
        parent: surroundings.dropFirst().first, index: known))
  }

  /// A machine is involved if anything inside it is.
  private func isInvolved(_ machine: Int) -> Bool {
    arrangement.blueprint.boxes.indices.contains {
      involved.contains($0)
        && arrangement.blueprint.isAncestor(machine, of: arrangement.blueprint.boxes[$0].machine)
    }
  }

  private mutating func addBox(of id: Plan.DeviceID, emphasis: String?) {
    guard let box = key.boxes[id] else { return }
    let device = plan[id]
    let rect = arrangement.boxes[box]
    let machine = arrangement.blueprint.machines[key.machines[id.machine]]
    let frame = arrangement.blueprint.surroundings(of: key.machines[id.machine]).first
    let isFaint = !involved.contains(box)
    let accent = isFaint ? nil : accents[id]
    let line = isFaint ? Palette.faintLine : accent?.colour ?? emphasis ?? Palette.line(of: device.role)
    canvas.add(
      Canvas.Shape(
        kind: .box, name: nodeName(of: id), rect: rect, outline: device.role.isBar ? .square : .rounded,
        fill: isFaint ? Palette.faintFill : Palette.fill(of: device.role), line: line,
        lineWidth: emphasis != nil && !isFaint || accent?.isDouble == false ? 2.2 : 1, frame: frame))
    if accent?.isDouble ?? false {
      canvas.add(
        Canvas.Shape(
          kind: .inner, name: nodeName(of: id) + " inside", rect: rect.grown(by: -3.5),
          outline: device.role.isBar ? .square : .rounded, line: line, frame: frame))
    }
    var inner = rect
    for port in device.ports.indices {
      let end = Plan.End(machine: id.machine, device: id.device, port: port)
      guard let slot = key.contacts[end].flatMap({ arrangement.slots[$0] }) else { continue }
      if slot.isOnTop {
        inner.top = max(inner.top, rect.top + slot.labelHeight)
      } else {
        inner.bottom = min(inner.bottom, rect.bottom - slot.labelHeight)
      }
      addPort(end, slot: slot, of: rect, frame: frame, line: line, isFaint: isFaint)
    }
    let caption = Caption(of: device, in: plan.machines[id.machine], isWholeMachine: machine.isWhole)
      .tinted(isFaint ? [] : tints)
    canvas.add(
      Canvas.Shape(
        kind: .label, name: nodeName(of: id) + " caption",
        rect: Rect(centre: inner.centre, size: caption.size),
        caption: caption, frame: frame, isFaint: isFaint))
  }

  private mutating func addPort(
    _ end: Plan.End, slot: Arrangement.Slot, of box: Rect, frame: Int?, line: String, isFaint: Bool
  ) {
    let caption = Caption(of: plan.shownPort(end, neighbour: neighbours[end])).tinted(isFaint ? [] : tints)
    guard !caption.isEmpty else { return }
    let size = Size(width: caption.size.width + 8, height: slot.labelHeight)
    let top = slot.isOnTop ? box.top + 1 : box.bottom - size.height - 1
    canvas.add(
      Canvas.Shape(
        kind: .port,
        name: nodeName(of: end.device) + ":" + plan[end.device].ports[end.port].name + "#\(end.port)",
        rect: Rect(left: slot.x - size.width / 2, top: top, size: size), caption: caption, outline: .square,
        fill: isFaint ? Palette.faintFill : Palette.white, line: line, lineWidth: 0.6, frame: frame,
        isFaint: isFaint))
  }

  /// The wires of `links` as plain lines.
  mutating func addWires(_ links: [Int], colour: String, width: Double) {
    for index in links {
      let link = plan.links[index]
      guard let wire = key.wires[index] else { continue }
      canvas.add(
        Canvas.Line(
          tail: nodeName(of: link.a.device), head: nodeName(of: link.b.device),
          route: arrangement.routes[wire],
          colour: colour, width: width))
    }
  }

  /// The way of a crossing in the direction it is made.
  func route(of crossing: StepSheet.Crossing, offset: Double) -> WireRoute? {
    guard let wire = key.wire(of: crossing), arrangement.routes[wire].points.count > 1 else { return nil }
    let route = arrangement.routes[wire].offset(by: offset)
    return (crossing.direction == .fromAToB) == startsAtA(crossing.link) ? route : route.reversed
  }

  /// The piece of a link's way where marks stand, counted from its upper end.
  func bestPiece(of link: Int) -> Int {
    guard let wire = key.wires[link] else { return 0 }
    return arrangement.routes[wire].bestPiece(badgeHeight: arrangement.blueprint.wires[wire].load.badgeHeight)
  }

  /// Where the marks of lines side by side all stand, if they run upright there.
  func levelHeight(of link: Int) -> Double? {
    guard let wire = key.wires[link] else { return nil }
    let route = arrangement.routes[wire]
    let piece = bestPiece(of: link)
    guard route.points.indices.contains(piece + 1),
      abs(route.points[piece].x - route.points[piece + 1].x) < 0.5
    else { return nil }
    return route.middle(ofPiece: piece).y
  }

  /// Whether the link's own end `a` is the upper one; the blueprint may know the wire the other way round.
  func startsAtA(_ link: Int) -> Bool {
    guard let wire = key.wires[link] else { return true }
    let isSameWay = key.contacts[plan.links[link].a] == arrangement.blueprint.wires[wire].a
    return isSameWay == arrangement.startsAtA[wire]
  }
}

extension Arrangement {
  /// A plan is found again by its variant's contents, so that callers need not carry indices about.
  func key(for plan: Plan) -> Blueprint.Key? {
    plans.firstIndex(of: plan).map { blueprint.keys[$0] }
  }
}

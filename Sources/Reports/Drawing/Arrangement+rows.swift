/// Distances from top to bottom.
private enum Spacing {
  /// Between two rows where all wires are straight: an arrow with its number fits.
  static let channel = 50.0
  /// Where wires also have to change sides.
  static let slopedChannel = 74.0
  static let frameTop = 28.0
  static let frameBottom = 12.0
  static let frameSide = 12.0
}

extension Arrangement {
  init(_ scaffold: Scaffold, plans: [Plan]) {
    self.plans = plans
    let rows = Self.rows(of: scaffold)
    let blueprint = scaffold.blueprint
    boxes = blueprint.boxes.indices.map { box in
      let item = scaffold.items[box]
      let middle = (rows.tops[item.row] + rows.bottoms[item.row]) / 2
      return Rect(centre: Point(x: item.x, y: middle), size: item.size)
    }
    var slots = [Slot?](repeating: nil, count: blueprint.contacts.count)
    for item in scaffold.items {
      for edge in [item.top, item.bottom] {
        for index in edge {
          let slot = scaffold.slots[index]
          guard let contact = slot.contact, slots[contact] == nil || slot.label.height > 0 else { continue }
          slots[contact] = Slot(
            x: slot.x, width: slot.width, isOnTop: slot.isOnTop, labelHeight: scaffold.labelHeight(edge))
        }
      }
    }
    let routes = Self.routes(of: scaffold, boxes: boxes, rows: rows)
    let frames = Self.frames(of: scaffold, rows: rows)
    self.blueprint = blueprint
    self.slots = slots
    self.routes = routes
    self.frames = frames
    startsAtA = blueprint.wires.indices.map { wire in
      scaffold.layering.ends[wire].map { $0.upper == blueprint.wires[wire].a } ?? true
    }
    titles = blueprint.machines.indices.map { machine in
      frames[machine].map {
        Self.titlePlace(in: $0, size: blueprint.machines[machine].title, blueprint: blueprint, routes: routes)
      }
    }
    channels = rows.channels
    let all = boxes + frames.compactMap { $0 }
    bounds = all.dropFirst().reduce(all.first ?? Rect(left: 0, top: 0, right: 100, bottom: 40)) { $0.union($1) }
  }

  private struct Rows {
    var tops: [Double] = []
    var bottoms: [Double] = []
    /// Between each row and the next: the part free of frames' titles and margins.
    var channels: [ClosedRange<Double>] = []
  }

  private static func rows(of scaffold: Scaffold) -> Rows {
    let items = scaffold.rowsOfItems()
    var sloped = Set<Int>()
    for segment in scaffold.segments {
      let (upper, lower) = (scaffold.slots[segment.upper], scaffold.slots[segment.lower])
      if abs(upper.x - lower.x) > 1 { sloped.insert(scaffold.items[upper.item].row) }
    }
    /// How many frames end or begin with this row, one inside the other.
    func nesting(_ row: Int, _ isAtEdge: (ClosedRange<Int>) -> Bool) -> Double {
      Double(
        items[row].map { item in
          scaffold.items[item].homes.filter { scaffold.spans[$0].map(isAtEdge) ?? false }.count
        }.max() ?? 0)
    }
    var result = Rows()
    var y = 0.0
    for row in items.indices {
      y += Spacing.frameTop * nesting(row) { $0.lowerBound == row }
      let height = items[row].map { scaffold.items[$0].size.height }.max() ?? 0
      result.tops.append(y)
      result.bottoms.append(y + height)
      y += height + Spacing.frameBottom * nesting(row) { $0.upperBound == row }
      let channel = sloped.contains(row) ? Spacing.slopedChannel : Spacing.channel
      result.channels.append(y...(y + channel))
      y += channel
    }
    return result
  }

  private static func frames(of scaffold: Scaffold, rows: Rows) -> [Rect?] {
    var frames = [Rect?](repeating: nil, count: scaffold.blueprint.machines.count)
    func frame(_ machine: Int) -> Rect? {
      guard let span = scaffold.spans[machine] else { return nil }
      let inside = scaffold.items.filter { $0.homes.contains(machine) }
      let guests = frames.indices.filter { scaffold.blueprint.machines[$0].parent == machine }.compactMap { frames[$0] }
      var rect = Rect(
        left: inside.map(\.left).min() ?? 0, top: rows.tops[span.lowerBound],
        right: inside.map(\.right).max() ?? 0, bottom: rows.bottoms[span.upperBound])
      for guest in guests { rect = rect.union(guest) }
      let title = scaffold.blueprint.machines[machine].title.width + 20
      return Rect(
        left: rect.left - Spacing.frameSide, top: rect.top - Spacing.frameTop,
        right: max(rect.right + Spacing.frameSide, rect.left + title), bottom: rect.bottom + Spacing.frameBottom)
    }
    func depth(_ machine: Int) -> Int { scaffold.blueprint.surroundings(of: machine).count }
    // Guests first, so that a host can close around them.
    for machine in frames.indices.sorted(by: { (depth($0), $0) > (depth($1), $1) })
    where !scaffold.blueprint.machines[machine].isWhole {
      frames[machine] = frame(machine)
    }
    return frames
  }

  /// As far left as possible, where no wire passes.
  private static func titlePlace(in frame: Rect, size: Size, blueprint: Blueprint, routes: [Route]) -> Point {
    let top = frame.top + 6
    var x = frame.left + 10
    while x + size.width < frame.right - 8 {
      let place = Rect(left: x, top: top, size: size)
      let isFree = !routes.indices.contains { wire in
        routes[wire].meets(place.grown(by: blueprint.wires[wire].breadth / 2 + 2))
      }
      if isFree { return Point(x: x, y: top) }
      x += 6
    }
    return Point(x: frame.left + 10, y: top)
  }

  private static func routes(of scaffold: Scaffold, boxes: [Rect], rows: Rows) -> [Route] {
    scaffold.ways.enumerated().map { wire, way in
      guard let first = way.first, let last = way.last else { return loop(of: wire, scaffold, boxes) }
      let start = scaffold.slots[scaffold.segments[first].upper]
      let end = scaffold.slots[scaffold.segments[last].lower]
      var points = [Point(x: start.x, y: boxes[start.item].bottom)]
      for segment in way.map({ scaffold.segments[$0] }) {
        let (upper, lower) = (scaffold.slots[segment.upper], scaffold.slots[segment.lower])
        let distance = abs(lower.x - upper.x)
        guard distance > 0.5 else { continue }
        let channel = rows.channels[scaffold.items[upper.item].row]
        let height = min(max(distance, 10), channel.upperBound - channel.lowerBound - 24)
        let middle = (channel.lowerBound + channel.upperBound) / 2
        points += [Point(x: upper.x, y: middle - height / 2), Point(x: lower.x, y: middle + height / 2)]
      }
      points.append(Point(x: end.x, y: boxes[end.item].top))
      return Route(points: points)
    }
  }

  /// A wire from a box to itself hangs below it.
  private static func loop(of wire: Int, _ scaffold: Scaffold, _ boxes: [Rect]) -> Route {
    let ends = scaffold.blueprint.wires[wire]
    let places = [ends.a, ends.b].compactMap { contact in
      scaffold.slots.first { $0.contact == contact && !$0.isOnTop }?.x
    }
    guard let from = places.first, var to = places.last else { return Route(points: []) }
    if abs(to - from) < 1 { to = from + 12 }
    let bottom = boxes[scaffold.blueprint.contacts[ends.a].box].bottom
    return Route(points: [
      Point(x: from, y: bottom), Point(x: from, y: bottom + 16), Point(x: to, y: bottom + 16),
      Point(x: to, y: bottom),
    ])
  }
}

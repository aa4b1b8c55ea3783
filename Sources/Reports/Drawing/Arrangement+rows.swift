/// Distances from top to bottom.
private enum Spacing {
  /// Between two rows where all wires are straight: an arrow with its number fits.
  static let channel = 50.0
  /// Where wires also have to change sides.
  static let slopedChannel = 86.0
  static let titleMargin = 6.0
  static let frameBottom = 12.0
  static let frameSide = 12.0
}

extension Arrangement {
  init(_ scaffold: Scaffold, plans: [Plan]) {
    self.plans = plans
    let titles = Self.titles(of: scaffold)
    let rows = Self.rows(of: scaffold, titles: titles)
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
    let frames = Self.frames(of: scaffold, rows: rows, titles: titles)
    self.blueprint = blueprint
    self.slots = slots
    self.routes = routes
    self.frames = frames
    startsAtA = blueprint.wires.indices.map { wire in
      scaffold.layering.ends[wire].map { $0.upper == blueprint.wires[wire].a } ?? true
    }
    self.titles = blueprint.machines.indices.map { machine in
      guard let frame = frames[machine], let title = titles[machine] else { return nil }
      return Title(place: Point(x: title.x, y: frame.top + Spacing.titleMargin), isStacked: title.isStacked)
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

  private static func rows(of scaffold: Scaffold, titles: [TitlePlan?]) -> Rows {
    let items = scaffold.rowsOfItems()
    var sloped = Set<Int>()
    for segment in scaffold.segments {
      let (upper, lower) = (scaffold.slots[segment.upper], scaffold.slots[segment.lower])
      if abs(upper.x - lower.x) > 1 { sloped.insert(scaffold.items[upper.item].row) }
    }
    /// The room that the borders of nested frames take which begin or end with a row.
    func borders(_ row: Int, _ isAtEdge: (ClosedRange<Int>) -> Bool, _ room: (Int) -> Double) -> Double {
      items[row].map { item in
        scaffold.items[item].homes.filter { scaffold.spans[$0].map(isAtEdge) ?? false }.map(room).reduce(0, +)
      }.max() ?? 0
    }
    var result = Rows()
    var y = 0.0
    for row in items.indices {
      y += borders(row, { $0.lowerBound == row }, { titles[$0]?.headroom ?? 0 })
      let height = items[row].map { scaffold.items[$0].size.height }.max() ?? 0
      result.tops.append(y)
      result.bottoms.append(y + height)
      y += height + borders(row, { $0.upperBound == row }, { _ in Spacing.frameBottom })
      let channel = sloped.contains(row) ? Spacing.slopedChannel : Spacing.channel
      result.channels.append(y...(y + channel))
      y += channel
    }
    return result
  }

  /// The title of a frame before it has a height.
  private struct TitlePlan {
    var x: Double
    var width: Double
    var isStacked: Bool
    var headroom: Double
  }

  /// From left to right a frame reaches around everything inside it.
  private static func sides(of machine: Int, in scaffold: Scaffold) -> (left: Double, right: Double) {
    let inside = scaffold.items.filter { $0.homes.contains(machine) }
    func depth(_ item: Scaffold.Item) -> Double { Double((item.homes.firstIndex(of: machine) ?? 0) + 1) }
    return (
      inside.map { $0.left - depth($0) * Spacing.frameSide }.min() ?? 0,
      inside.map { $0.right + depth($0) * Spacing.frameSide }.max() ?? 0
    )
  }

  /// Titles stand as far left as no wire comes through; on one line if they find room so.
  private static func titles(of scaffold: Scaffold) -> [TitlePlan?] {
    scaffold.blueprint.machines.indices.map { machine in
      let known = scaffold.blueprint.machines[machine]
      guard !known.isWhole, scaffold.spans[machine] != nil else { return nil }
      let (left, right) = sides(of: machine, in: scaffold)
      let taken = scaffold.segments.filter { segment in
        scaffold.items[scaffold.slots[segment.lower].item].homes.contains(machine)
          && !scaffold.items[scaffold.slots[segment.upper].item].homes.contains(machine)
      }.map { segment in
        let half = scaffold.blueprint.wires[segment.wire].breadth / 2 + 5
        let x = scaffold.slots[segment.lower].x
        return (x - half)...(x + half)
      }
      func free(_ width: Double) -> Double? {
        stride(from: left + 10, through: max(right - 8 - width, left + 10), by: 4).first { x in
          !taken.contains { $0.overlaps(x...(x + width)) }
        }
      }
      func plan(_ x: Double, _ size: Size, isStacked: Bool) -> TitlePlan {
        TitlePlan(x: x, width: size.width, isStacked: isStacked, headroom: size.height + Spacing.titleMargin + 8)
      }
      if let x = free(known.title.width) { return plan(x, known.title, isStacked: false) }
      return plan(free(known.stackedTitle.width) ?? left + 10, known.stackedTitle, isStacked: true)
    }
  }

  private static func frames(of scaffold: Scaffold, rows: Rows, titles: [TitlePlan?]) -> [Rect?] {
    var frames = [Rect?](repeating: nil, count: titles.count)
    func depth(_ machine: Int) -> Int { scaffold.blueprint.surroundings(of: machine).count }
    // Guests first, so that a host can close around them.
    for machine in frames.indices.sorted(by: { (depth($0), $0) > (depth($1), $1) }) {
      guard let title = titles[machine], let span = scaffold.spans[machine] else { continue }
      let guests = frames.indices.filter { guest in
        let surroundings = scaffold.blueprint.surroundings(of: guest)
        return guest != machine && surroundings.dropFirst().first == machine
      }.compactMap { frames[$0] }
      let (left, right) = sides(of: machine, in: scaffold)
      let top = guests.reduce(rows.tops[span.lowerBound]) { min($0, $1.top) }
      let bottom = guests.reduce(rows.bottoms[span.upperBound]) { max($0, $1.bottom) }
      frames[machine] = Rect(
        left: left, top: top - title.headroom, right: max(right, title.x + title.width + 10),
        bottom: bottom + Spacing.frameBottom)
    }
    return frames
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
        let height = min(max(distance, 10), channel.upperBound - channel.lowerBound - 38)
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

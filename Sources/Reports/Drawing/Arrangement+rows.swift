/// Distances from top to bottom.
private enum Spacing {
  static let titleMargin = 6.0
  static let frameBottom = 12.0
  static let frameSide = 12.0
}

extension Arrangement {
  init(_ scaffold: Scaffold, plans: [Plan]) {
    self.plans = plans
    let titles = Self.titles(of: scaffold)
    let tracks = Tracks(of: scaffold)
    let rows = Self.rows(of: scaffold, titles: titles, tracks: tracks)
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
    let routes = Self.routes(of: scaffold, boxes: boxes, rows: rows, tracks: tracks)
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
      let y = title.isAtBottom ? frame.bottom - title.height - 4 : frame.top + Spacing.titleMargin
      return Title(place: Point(x: title.x, y: y), isStacked: title.isStacked)
    }
    channels = rows.channels
    let all = boxes + frames.compactMap { $0 }
    bounds = all.dropFirst().reduce(all.first ?? Rect(left: 0, top: 0, right: 100, bottom: 40)) {
      $0.union($1)
    }
  }

  struct Rows {
    var tops: [Double] = []
    var bottoms: [Double] = []
    /// Between each row and the next: the part free of frames' titles and margins.
    var channels: [ClosedRange<Double>] = []
  }

  private static func rows(of scaffold: Scaffold, titles: [TitlePlan?], tracks: Tracks) -> Rows {
    let items = scaffold.rowsOfItems()
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
      y += height + borders(row, { $0.upperBound == row }, { titles[$0]?.footroom ?? 0 })
      result.channels.append(y...(y + tracks.heights[row]))
      y += tracks.heights[row]
    }
    return result
  }

  /// The title of a frame before it has a height.
  private struct TitlePlan {
    var x: Double
    var width: Double
    var height: Double
    var isStacked = false
    var isAtBottom = false

    /// Between the frame's top and what it holds.
    var headroom: Double { isAtBottom ? Spacing.frameBottom : height + Spacing.titleMargin + 8 }
    /// Between what it holds and its bottom.
    var footroom: Double { isAtBottom ? height + 10 : Spacing.frameBottom }
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

  /// Titles stand as far left as no wire comes through: on one line, or on two, or else at the bottom.
  private static func titles(of scaffold: Scaffold) -> [TitlePlan?] {
    scaffold.blueprint.machines.indices.map { machine in
      let known = scaffold.blueprint.machines[machine]
      guard !known.isWhole, scaffold.spans[machine] != nil else { return nil }
      let (left, right) = sides(of: machine, in: scaffold)
      /// Where wires come through the frame's top, or through its bottom.
      func taken(_ inner: KeyPath<Scaffold.Segment, Int>, _ outer: KeyPath<Scaffold.Segment, Int>)
        -> [ClosedRange<Double>]
      {
        scaffold.segments.filter { segment in
          scaffold.items[scaffold.slots[segment[keyPath: inner]].item].homes.contains(machine)
            && !scaffold.items[scaffold.slots[segment[keyPath: outer]].item].homes.contains(machine)
        }.map { segment in
          let half = scaffold.blueprint.wires[segment.wire].breadth / 2 + 4
          let x = scaffold.slots[segment[keyPath: inner]].x
          return (x - half)...(x + half)
        }
      }
      func free(_ width: Double, of taken: [ClosedRange<Double>]) -> Double? {
        stride(from: left + 10, through: max(right - 8 - width, left + 10), by: 2).first { x in
          !taken.contains { $0.overlaps(x...(x + width)) }
        }
      }
      let above = taken(\.lower, \.upper)
      let (line, stack) = (known.title, known.stackedTitle)
      if let x = free(line.width, of: above) {
        return TitlePlan(x: x, width: line.width, height: line.height)
      }
      if let x = free(stack.width, of: above) {
        return TitlePlan(x: x, width: stack.width, height: stack.height, isStacked: true)
      }
      let x = free(line.width, of: taken(\.upper, \.lower)) ?? left + 10
      return TitlePlan(x: x, width: line.width, height: line.height, isAtBottom: true)
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
        bottom: bottom + title.footroom)
    }
    return frames
  }
}

/// Finds free places for what has to be written beside something: near it, over nothing, if possible inside one frame.
struct LabelPlacer {
  /// What no label may touch.
  var solid: [Rect]
  /// Lines of flows: no label may touch them either.
  var flows: [WireRoute]
  /// Plain wires: better not.
  var wires: [WireRoute]
  /// Borders that a label had better not stand across.
  var frames: [Rect]
  var page: Rect

  private static let reach = 230.0
  private static let step = 7.0
  private static let clearance = 4.0

  /// A place beside `anchor`, rather on the side of `focus`, for whichever of `shapes` fits best; it is taken from then
  /// on. Earlier shapes are preferred.
  mutating func place(_ shapes: [Size], near anchor: Rect, towards focus: Point? = nil) -> (
    choice: Int, place: Rect
  ) {
    var found: (cost: Double, choice: Int, place: Rect)?
    for (choice, size) in shapes.enumerated() {
      guard let best = best(size, near: anchor, towards: focus ?? anchor.centre) else { continue }
      let cost = best.cost + Double(choice) * 40
      if found.map({ cost < $0.cost }) ?? true { found = (cost, choice, best.place) }
    }
    let place = found?.place ?? beyondThePage(shapes.first ?? .zero, near: anchor)
    solid.append(place)
    page = page.union(place)
    return (found?.choice ?? 0, place)
  }

  private func best(_ size: Size, near anchor: Rect, towards focus: Point) -> (cost: Double, place: Rect)? {
    let window = anchor.grown(by: Self.reach).grown(by: max(size.width, size.height))
    let near = solid.filter { $0.intersects(window) }
    let lines = flows.filter { $0.meets(window) }
    let soft = wires.filter { $0.meets(window) }
    let margin = Point(x: size.width + Self.clearance, y: size.height + Self.clearance)
    var best: (cost: Double, place: Rect)?
    var y = anchor.top - margin.y - Self.reach / 2
    while y < anchor.bottom + Self.reach / 2 {
      defer { y += Self.step }
      var x = anchor.left - margin.x - Self.reach
      while x < anchor.right + Self.reach {
        defer { x += Self.step }
        let place = Rect(left: x, top: y, size: size)
        guard page.contains(place) else { continue }
        var cost = anchor.distance(to: place) + place.nearest(to: focus).distance(to: focus) * 0.35
        if let best, cost >= best.cost { continue }
        let guarded = place.grown(by: Self.clearance)
        if near.contains(where: { $0.intersects(guarded) }) || lines.contains(where: { $0.meets(guarded) }) {
          continue
        }
        cost += penalty(of: place, anchor: anchor, near: near, lines: lines, wires: soft)
        if best.map({ cost < $0.cost }) ?? true { best = (cost, place) }
      }
    }
    return best
  }

  private func penalty(of place: Rect, anchor: Rect, near: [Rect], lines: [WireRoute], wires: [WireRoute])
    -> Double
  {
    var cost = 0.0
    for frame in frames where frame.intersects(place) {
      // Across a border is ugly; inside a machine that has nothing to do with it is misleading.
      if !frame.grown(by: -Self.clearance).contains(place) {
        cost += 45
      } else if !frame.contains(anchor) {
        cost += 70
      }
    }
    for wire in wires where wire.meets(place) { cost += 30 }
    // Nearer to something else it would be read as that thing's.
    let distance = anchor.distance(to: place)
    for rect in near where rect != anchor && rect.height > 20 && rect.distance(to: place) < distance + 6 {
      cost += 22
    }
    let (from, to) = Self.leader(from: place, to: anchor)
    for rect in near where rect != anchor && !rect.contains(anchor) && rect.meets(from, to) { cost += 60 }
    for line in lines where line.crosses(from, to) { cost += 30 }
    return cost
  }

  /// Nothing was free: right of everything, as high as the anchor or lower.
  private func beyondThePage(_ size: Size, near anchor: Rect) -> Rect {
    var place = Rect(left: page.right + 10, top: anchor.centre.y - size.height / 2, size: size)
    while let other = solid.first(where: { $0.intersects(place.grown(by: Self.clearance)) }) {
      place = Rect(left: place.left, top: other.bottom + Self.clearance + 1, size: size)
    }
    return place
  }

  /// The shortest line that ties a label to its subject.
  static func leader(from place: Rect, to anchor: Rect) -> (Point, Point) {
    let end = anchor.nearest(to: place.centre)
    let start = place.nearest(to: end)
    return (start, anchor.nearest(to: start))
  }
}

extension WireRoute {
  func crosses(_ a: Point, _ b: Point) -> Bool {
    func side(_ p: Point, _ q: Point, _ r: Point) -> Double {
      (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x)
    }
    return zip(points, points.dropFirst()).contains { from, to in
      side(from, to, a) * side(from, to, b) < 0 && side(a, b, from) * side(a, b, to) < 0
    }
  }
}

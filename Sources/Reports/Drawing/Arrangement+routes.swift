extension Arrangement {
  static func routes(of scaffold: Scaffold, boxes: [Rect], rows: Rows, tracks: Tracks) -> [WireRoute] {
    scaffold.ways.enumerated().map { wire, way in
      guard let first = way.first, let last = way.last else { return loop(of: wire, scaffold, boxes) }
      let start = scaffold.slots[scaffold.segments[first].upper]
      let end = scaffold.slots[scaffold.segments[last].lower]
      var points = [Point(x: scaffold.segments[first].from, y: boxes[start.item].bottom)]
      for index in way {
        guard let band = tracks.bands[index] else { continue }
        let segment = scaffold.segments[index]
        let row = scaffold.items[scaffold.slots[segment.upper].item].row
        let top = rows.channels[row].lowerBound
        points += [
          Point(x: segment.from, y: top + band.lowerBound), Point(x: segment.to, y: top + band.upperBound),
        ]
      }
      points.append(Point(x: scaffold.segments[last].to, y: boxes[end.item].top))
      return WireRoute(points: points)
    }
  }

  /// A wire from a box to itself hangs below it.
  private static func loop(of wire: Int, _ scaffold: Scaffold, _ boxes: [Rect]) -> WireRoute {
    let ends = scaffold.blueprint.wires[wire]
    let places = [ends.a, ends.b].compactMap { contact in
      scaffold.slots.first { $0.contact == contact && !$0.isOnTop }?.x
    }
    guard let from = places.first, var to = places.last else { return WireRoute(points: []) }
    if abs(to - from) < 1 { to = from + 12 }
    let bottom = boxes[scaffold.blueprint.contacts[ends.a].box].bottom
    return WireRoute(points: [
      Point(x: from, y: bottom), Point(x: from, y: bottom + 16), Point(x: to, y: bottom + 16),
      Point(x: to, y: bottom),
    ])
  }
}

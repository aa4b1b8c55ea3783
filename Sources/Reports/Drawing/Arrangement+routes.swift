extension Arrangement {
  static func routes(of scaffold: Scaffold, boxes: [Rect], rows: Rows, tracks: Tracks) -> [Route] {
    scaffold.ways.enumerated().map { wire, way in
      guard let first = way.first, let last = way.last else { return loop(of: wire, scaffold, boxes) }
      let start = scaffold.slots[scaffold.segments[first].upper]
      let end = scaffold.slots[scaffold.segments[last].lower]
      var points = [Point(x: start.x, y: boxes[start.item].bottom)]
      for index in way {
        guard let band = tracks.bands[index] else { continue }
        let segment = scaffold.segments[index]
        let (upper, lower) = (scaffold.slots[segment.upper], scaffold.slots[segment.lower])
        let top = rows.channels[scaffold.items[upper.item].row].lowerBound
        points += [Point(x: upper.x, y: top + band.lowerBound), Point(x: lower.x, y: top + band.upperBound)]
      }
      // A rest of less than half a point is no slope: the wire ends where its last piece is.
      points.append(Point(x: points.last?.x ?? end.x, y: boxes[end.item].top))
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

/// The way a wire takes from its upper end to its lower end, as straight pieces.
package struct WireRoute: Hashable, Sendable {
  package var points: [Point]

  /// Of its corners, unless said otherwise.
  package static let usualRadius = 7.0
  /// So little that nobody sees it.
  static let sharp = 0.02

  /// The same way `distance` further right, seen by someone for whom down is down: parallel all along.
  func offset(by distance: Double) -> WireRoute {
    guard points.count > 1, distance != 0 else { return self }
    let sides = zip(points, points.dropFirst()).map { from, to -> Point in
      let step = to - from
      let length = max(step.length, 0.001)
      return Point(x: step.y / length, y: -step.x / length)
    }
    return WireRoute(
      points: points.indices.map { index in
        let before = sides[max(index - 1, 0)]
        let after = sides[min(index, sides.count - 1)]
        // A mitre: where two pieces meet, their offsets meet too. Hairpins would shoot off to infinity.
        let cosine = max(before.x * after.x + before.y * after.y, -0.6)
        return points[index] + (before + after) * (distance / (1 + cosine))
      })
  }

  var reversed: WireRoute { WireRoute(points: points.reversed()) }

  var length: Double { zip(points, points.dropFirst()).reduce(0) { $0 + $1.0.distance(to: $1.1) } }

  /// The place `distance` along the way from its start.
  func point(at distance: Double) -> Point {
    var left = distance
    for (from, to) in zip(points, points.dropFirst()) {
      let piece = from.distance(to: to)
      if left <= piece, piece > 0 { return from + (to - from) * (left / piece) }
      left -= piece
    }
    return points.last ?? Point(x: 0, y: 0)
  }

  /// Which of its straight pieces is the longest; an upright one with room for a mark and
  /// an arrowhead is preferred, because marks stand side by side there.
  func bestPiece(badgeHeight: Double = 18) -> Int {
    var best = (index: 0, length: 0.0)
    for (index, (from, to)) in zip(points, points.dropFirst()).enumerated() {
      let plain = from.distance(to: to)
      let length = plain * (abs(from.x - to.x) < 0.5 && plain >= badgeHeight + 22 ? 1.8 : 1)
      if length > best.length + 0.01 { best = (index, length) }
    }
    return best.index
  }

  /// The middle of one straight piece.
  func middle(ofPiece index: Int) -> Point {
    guard points.indices.contains(index + 1) else { return points.first ?? Point(x: 0, y: 0) }
    return (points[index] + points[index + 1]) * 0.5
  }

  /// The way cut short by so much at each end.
  func trimmed(start: Double, end: Double) -> WireRoute {
    let total = length
    guard total - start - end > 1 else { return self }
    var result = [point(at: start)]
    var walked = 0.0
    for (from, to) in zip(points, points.dropFirst()) {
      walked += from.distance(to: to)
      if walked > start + 0.01, walked < total - end - 0.01 { result.append(to) }
    }
    result.append(point(at: total - end))
    return WireRoute(points: result)
  }

  /// Control points of the cubic spline that follows the way with rounded corners: 3n + 1 of them.
  func spline(cornerRadius: Double = WireRoute.usualRadius) -> [Point] {
    guard let first = points.first, points.count > 1 else { return points }
    var result = [first]
    func line(to end: Point) {
      let start = result[result.count - 1]
      result += [start + (end - start) * (1 / 3), start + (end - start) * (2 / 3), end]
    }
    for index in 1..<(points.count - 1) {
      let (before, corner, after) = (points[index - 1], points[index], points[index + 1])
      let entry = before.distance(to: corner)
      let exit = corner.distance(to: after)
      let radius = min(cornerRadius, entry / 2, exit / 2)
      guard radius > 0.01 else { continue }
      let start = corner + (before - corner) * (radius / entry)
      let end = corner + (after - corner) * (radius / exit)
      line(to: start)
      result += [start + (corner - start) * 0.6, end + (corner - end) * 0.6, end]
    }
    line(to: points[points.count - 1])
    return result
  }

  package func meets(_ rect: Rect) -> Bool {
    zip(points, points.dropFirst()).contains { rect.meets($0, $1) }
  }
}

/// A place on the page in points, y downwards as people read.
package struct Point: Hashable, Sendable {
  package var x: Double
  package var y: Double

  static func + (a: Point, b: Point) -> Point { Point(x: a.x + b.x, y: a.y + b.y) }
  static func - (a: Point, b: Point) -> Point { Point(x: a.x - b.x, y: a.y - b.y) }
  static func * (a: Point, factor: Double) -> Point { Point(x: a.x * factor, y: a.y * factor) }

  var length: Double { (x * x + y * y).squareRoot() }

  func distance(to other: Point) -> Double { (other - self).length }
}

package struct Size: Hashable, Sendable {
  package var width: Double
  package var height: Double

  static let zero = Size(width: 0, height: 0)

  func union(_ other: Size) -> Size {
    Size(width: max(width, other.width), height: max(height, other.height))
  }
}

package struct Rect: Hashable, Sendable {
  package var left: Double
  package var top: Double
  package var right: Double
  package var bottom: Double

  init(left: Double, top: Double, right: Double, bottom: Double) {
    self.left = left
    self.top = top
    self.right = right
    self.bottom = bottom
  }

  init(left: Double, top: Double, size: Size) {
    self.init(left: left, top: top, right: left + size.width, bottom: top + size.height)
  }

  init(centre: Point, size: Size) {
    self.init(left: centre.x - size.width / 2, top: centre.y - size.height / 2, size: size)
  }

  var width: Double { right - left }
  var height: Double { bottom - top }
  var size: Size { Size(width: width, height: height) }
  package var centre: Point { Point(x: (left + right) / 2, y: (top + bottom) / 2) }

  func union(_ other: Rect) -> Rect {
    Rect(
      left: min(left, other.left), top: min(top, other.top), right: max(right, other.right),
      bottom: max(bottom, other.bottom))
  }

  package func grown(by margin: Double) -> Rect {
    Rect(left: left - margin, top: top - margin, right: right + margin, bottom: bottom + margin)
  }

  package func intersects(_ other: Rect) -> Bool {
    left < other.right && other.left < right && top < other.bottom && other.top < bottom
  }

  package func contains(_ other: Rect) -> Bool {
    left <= other.left && other.right <= right && top <= other.top && other.bottom <= bottom
  }

  /// The point of the rectangle that is nearest to `point`.
  func nearest(to point: Point) -> Point {
    Point(x: min(max(point.x, left), right), y: min(max(point.y, top), bottom))
  }

  func distance(to other: Rect) -> Double {
    let x = max(0, other.left - right, left - other.right)
    let y = max(0, other.top - bottom, top - other.bottom)
    return Point(x: x, y: y).length
  }

  /// Whether the straight line from `a` to `b` touches the rectangle (Liang and Barsky's clipping).
  package func meets(_ a: Point, _ b: Point) -> Bool {
    let step = b - a
    var entry = 0.0
    var exit = 1.0
    for (direction, room) in [
      (-step.x, a.x - left), (step.x, right - a.x), (-step.y, a.y - top), (step.y, bottom - a.y),
    ] {
      if direction == 0 {
        if room <= 0 { return false }
      } else if direction < 0 {
        entry = max(entry, room / direction)
      } else {
        exit = min(exit, room / direction)
      }
    }
    return entry < exit
  }
}

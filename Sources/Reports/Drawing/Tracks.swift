/// How wires change sides between two rows: each sloped piece gets a band of the channel, so that wires which need not
/// cross do not.
struct Tracks {
  /// Per row: how high the channel below it has to be.
  private(set) var heights: [Double] = []
  /// Per segment: from where to where in its channel it slopes; nil for a straight one.
  private(set) var bands: [ClosedRange<Double>?]

  /// What an arrow needs besides its badges.
  private static let straightHeight = 32.0
  /// Above and below the slopes: room for an arrowhead.
  private static let margin = 19.0

  private struct Slope {
    var segment: Int
    var from: Double
    var to: Double
    var breadth: Double
    /// How far below the channel's margin its band begins.
    var top = 0.0
    var isAlone = true

    var reach: ClosedRange<Double> {
      (min(from, to) - breadth / 2 - 2)...(max(from, to) + breadth / 2 + 2)
    }

    /// Whether two slopes in the same band would touch: the flatter they run, the closer they come.
    func isCrowded(by other: Slope) -> Bool {
      guard reach.overlaps(other.reach), (from < other.from) == (to < other.to) else { return false }
      let gap = min(abs(from - other.from), abs(to - other.to))
      let run = max(abs(to - from), abs(other.to - other.from))
      let rise = min(run, 40)
      return gap * rise / (rise * rise + run * run).squareRoot() < (breadth + other.breadth) / 2 + 4
    }
    /// Lines side by side bend one after the other, the more so the flatter they run (half the turn's tangent).
    var bend: Double { breadth * (abs(to - from) > 22 ? 0.42 : 0.21) }
    var least: Double { 2 * bend + min(abs(to - from), 22) }
  }

  init(of scaffold: Scaffold) {
    bands = scaffold.segments.map { _ in nil }
    let rowCount = (scaffold.items.map(\.row).max() ?? -1) + 1
    var slopes = [[Slope]](repeating: [], count: rowCount)
    for (index, segment) in scaffold.segments.enumerated() {
      guard segment.from != segment.to else { continue }
      slopes[scaffold.items[scaffold.slots[segment.upper].item].row].append(
        Slope(
          segment: index, from: segment.from, to: segment.to,
          breadth: scaffold.blueprint.wires[segment.wire].breadth)
      )
    }
    let companions = Self.companions(in: scaffold.blueprint)
    for row in slopes.indices {
      Self.stack(&slopes[row]) {
        companions[scaffold.segments[$0].wire].isDisjoint(with: companions[scaffold.segments[$1].wire])
      }
      let badges =
        scaffold.segments.filter { scaffold.items[scaffold.slots[$0.upper].item].row == row }
        .map { scaffold.blueprint.wires[$0.wire].load.badgeHeight }.max() ?? 18
      place(slopes[row], least: Self.straightHeight + badges)
    }
  }

  /// Per wire the variants it is in: what never exists together need not keep apart.
  private static func companions(in blueprint: Blueprint) -> [Set<Int>] {
    var result = [Set<Int>](repeating: [], count: blueprint.wires.count)
    for (variant, key) in blueprint.keys.enumerated() {
      for case let wire? in key.wires { result[wire].insert(variant) }
    }
    return result
  }

  /// Of wires that go left the leftmost turns off first, of those that go right the rightmost.
  private static func stack(_ slopes: inout [Slope], strangers: (Int, Int) -> Bool) {
    for goesLeft in [true, false] {
      let side = slopes.indices.filter { (slopes[$0].to < slopes[$0].from) == goesLeft }.sorted { a, b in
        let isBefore = (slopes[a].from, a) < (slopes[b].from, b)
        return goesLeft ? isBefore : !isBefore
      }
      for (position, index) in side.enumerated() {
        for earlier in side[..<position]
        where slopes[index].isCrowded(by: slopes[earlier])
          && !strangers(slopes[earlier].segment, slopes[index].segment)
        {
          slopes[index].top = max(slopes[index].top, slopes[earlier].top + slopes[earlier].least)
          slopes[index].isAlone = false
          slopes[earlier].isAlone = false
        }
      }
    }
  }

  private mutating func place(_ slopes: [Slope], least: Double) {
    guard !slopes.isEmpty else { return heights.append(least) }
    let needed = slopes.map { $0.top + $0.least }.max() ?? 0
    let height = max(needed + 2 * Self.margin, least + 20)
    heights.append(height)
    for slope in slopes {
      var top = Self.margin
      var bottom = height - Self.margin
      if !slope.isAlone {
        top += slope.top
        bottom = top + slope.least
      }
      let rise = min(abs(slope.to - slope.from), max(bottom - top - 2 * slope.bend, 8))
      let middle = (top + bottom) / 2
      bands[slope.segment] = (middle - rise / 2)...(middle + rise / 2)
    }
  }
}

/// How the flows share a wire: side by side, each in its own lane, opposite directions on opposite sides.
struct Lane: Hashable, Sendable {
  var leg: StepSheet.Leg
  var direction: StepSheet.Crossing.Direction
  var numbers: [Int]
  var offset = 0.0

  /// Its packets end at the end of the wire.
  var isFatal = false

  /// The numbers as they stand on the arrow, one badge for each line.
  var rows: [String] {
    guard numbers.count > 3 else { return [numbers.map(String.init).joined(separator: " ")] }
    var shown = numbers.map(String.init)
    // Twelve is what an eye still reads; beyond, the first and the last say enough.
    if shown.count > 12 { shown.replaceSubrange(10..<(shown.count - 1), with: ["…"]) }
    let half = (shown.count + 1) / 2
    return [shown[..<half], shown[half...]].map { $0.joined(separator: " ") }
  }

  var badge: Size {
    rows.map { Self.badge($0) }.reduce(.zero) { $0.union($1) }
  }

  /// A circle for up to two digits, wider for more.
  static func badge(_ text: String) -> Size {
    Size(width: max(17, Lettering.width(of: text, size: 9, bold: true) + 6), height: 17)
  }

  var width: Double { badge.width + 3 }
}

enum Lanes {
  /// Centre to centre of two lines of the overview: their letters fit side by side.
  static let pitch = 13.0

  static func lanes(of sheet: StepSheet, on link: Int) -> [Lane] {
    var lanes: [Lane] = []
    let lastNumbers = Set(sheet.deaths.compactMap(\.number))
    for arrow in sheet.arrows where arrow.crossing.link == link {
      let isFatal = lastNumbers.contains(arrow.number)
      if let known = lanes.firstIndex(where: {
        $0.leg == arrow.leg && $0.direction == arrow.crossing.direction && $0.isFatal == isFatal
      }) {
        lanes[known].numbers.append(arrow.number)
      } else {
        lanes.append(
          Lane(leg: arrow.leg, direction: arrow.crossing.direction, numbers: [arrow.number], isFatal: isFatal)
        )
      }
    }
    return lanes
  }

  /// The lanes with their places; people keep to the right, so what goes down stands left of what comes up.
  static func placed(_ lanes: [Lane], startsAtA: Bool) -> [Lane] {
    func rank(_ lane: Lane) -> Int {
      ((lane.direction == .fromAToB) == startsAtA ? 0 : 4) + (lane.leg == .request ? 0 : 2)
        + (lane.isFatal ? 1 : 0)
    }
    var placed = lanes.sorted { rank($0) < rank($1) }
    var x = -placed.reduce(0) { $0 + $1.width } / 2
    for index in placed.indices {
      placed[index].offset = x + placed[index].width / 2
      x += placed[index].width
    }
    return placed
  }

  /// How much room the lines along each link need, in the overview and on the fullest page.
  static func loads(of plan: Plan, sheets: [StepSheet]) -> [Load] {
    var lines = [Int](repeating: 0, count: plan.links.count)
    var loads = [Load](repeating: Load(), count: plan.links.count)
    for sheet in sheets {
      for link in plan.links.indices {
        let lanes = lanes(of: sheet, on: link)
        guard !lanes.isEmpty else { continue }
        lines[link] += 1
        loads[link].include(
          Load(
            breadth: lanes.reduce(0) { $0 + $1.width },
            badgeHeight: lanes.map { Double($0.rows.count) * 18 }.max() ?? 18))
      }
    }
    for link in plan.links.indices {
      loads[link].include(Load(breadth: Double(lines[link]) * pitch(of: lines[link])))
    }
    return loads
  }
}

/// The room that flows need along a wire.
struct Load: Hashable, Sendable {
  /// From the leftmost line to the rightmost.
  var breadth = 20.0
  /// The tallest pile of badges.
  var badgeHeight = 18.0

  mutating func include(_ other: Load) {
    breadth = max(breadth, other.breadth)
    badgeHeight = max(badgeHeight, other.badgeHeight)
  }
}

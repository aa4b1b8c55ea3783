/// How the flows share a wire: side by side, each in its own lane, opposite directions on opposite sides.
struct Lane: Hashable, Sendable {
  var leg: StepSheet.Leg
  var direction: Crossing.Direction
  var numbers: [Int]
  var offset = 0.0

  /// The numbers as they stand on the arrow, one badge for each line.
  var rows: [String] {
    let perRow = numbers.count <= 2 ? 1 : numbers.count <= 6 ? 2 : 3
    return stride(from: 0, to: numbers.count, by: perRow).map { start in
      numbers[start..<min(start + perRow, numbers.count)].map(String.init).joined(separator: " ")
    }
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
    for arrow in sheet.arrows where arrow.crossing.link == link {
      if let known = lanes.firstIndex(where: {
        $0.leg == arrow.leg && $0.direction == arrow.crossing.direction
      }) {
        lanes[known].numbers.append(arrow.number)
      } else {
        lanes.append(Lane(leg: arrow.leg, direction: arrow.crossing.direction, numbers: [arrow.number]))
      }
    }
    return lanes
  }

  /// The lanes with their places; people keep to the right, so what goes down stands left of what comes up.
  static func placed(_ lanes: [Lane], startsAtA: Bool) -> [Lane] {
    func rank(_ lane: Lane) -> Int {
      ((lane.direction == .fromAToB) == startsAtA ? 0 : 2) + (lane.leg == .request ? 0 : 1)
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
  static func breadths(of plan: Plan, sheets: [StepSheet]) -> [Double] {
    var lines = [Double](repeating: 0, count: plan.links.count)
    var widest = [Double](repeating: 20, count: plan.links.count)
    for sheet in sheets {
      for link in plan.links.indices {
        let lanes = lanes(of: sheet, on: link)
        if !lanes.isEmpty { lines[link] += 1 }
        widest[link] = max(widest[link], lanes.reduce(0) { $0 + $1.width })
      }
    }
    return zip(lines, widest).map { max($0 * pitch(of: Int($0)), $1) }
  }
}

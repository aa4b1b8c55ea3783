/// A hop of a step as both sides have it, or only one.
struct ComparedHop: Hashable, Sendable {
  var leg: StepSheet.Leg
  /// In the places of the union.
  var crossing: StepSheet.Crossing
  /// Its number on each side; nil where that side has no such hop.
  var numbers: Pair<Int?>

  var share: Share {
    Share(inFirst: numbers.first != nil, inSecond: numbers.second != nil) ?? .both
  }
}

extension ComparedHop {
  private struct Place: Hashable {
    var leg: StepSheet.Leg
    var crossing: StepSheet.Crossing

    init(_ arrow: StepSheet.Arrow) {
      leg = arrow.leg
      crossing = arrow.crossing
    }
  }

  /// The hops of both sides in order: those that stand in the same order on both sides are one.
  static func all(of sheets: Pair<StepSheet?>) -> [ComparedHop] {
    let (first, second) = (sheets.first?.arrows ?? [], sheets.second?.arrows ?? [])
    let difference = second.map(Place.init).difference(from: first.map(Place.init))
    let removed = Set(difference.removals.map(\.offset))  // looked up, never iterated
    let inserted = Set(difference.insertions.map(\.offset))  // looked up, never iterated
    var hops: [ComparedHop] = []
    var (left, right) = (0, 0)
    while left < first.count || right < second.count {
      if left < first.count, removed.contains(left) {
        hops.append(ComparedHop(first[left], Pair(first[left].number, nil)))
        left += 1
      } else if right < second.count, inserted.contains(right) {
        hops.append(ComparedHop(second[right], Pair(nil, second[right].number)))
        right += 1
      } else {
        hops.append(ComparedHop(first[left], Pair(first[left].number, second[right].number)))
        left += 1
        right += 1
      }
    }
    return hops
  }

  private init(_ arrow: StepSheet.Arrow, _ numbers: Pair<Int?>) {
    self.init(leg: arrow.leg, crossing: arrow.crossing, numbers: numbers)
  }
}

extension CollectionDifference.Change {
  fileprivate var offset: Int {
    switch self {
    case .insert(let offset, _, _), .remove(let offset, _, _): offset
    }
  }
}

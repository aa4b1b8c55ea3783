/// One step of both sides, in the places of the union of their plans.
struct ComparedSheet: Sendable {
  var id: String
  /// What was done; both where they did not do the same.
  var title: String
  /// Its place among all steps of both, from 0.
  var order: Int
  var sheets: Pair<StepSheet?>
  var hops: [ComparedHop]
  var isSame: Bool
}

/// Everything that drawings of a comparison are made from.
struct ComparisonPlan: Sendable {
  var title: String
  var labels: Pair<String>
  var union: PlanUnion
  var steps: [ComparedSheet]
}

/// How the two sides look. Colour is never alone: one's lines are double, its numbers stand in squares.
extension Share {
  var colour: String {
    switch self {
    case .both: Palette.shared
    case .only(.first): Palette.flow(0)
    case .only(.second): Palette.flow(1)
    }
  }

  var isDouble: Bool { self == .only(.second) }

  var badge: Canvas.Outline? { self == .only(.second) ? .square : nil }

  /// Of a double line from edge to edge.
  var width: Double {
    switch self {
    case .both: 2.2
    case .only(.first): 3
    case .only(.second): 5.2
    }
  }
}

extension Scene {
  /// An empty page with the devices of one side in its colour.
  init?(_ page: ComparisonPlan, in arrangement: Arrangement, name: String, involving devices: Set<Plan.DeviceID>) {
    let union = page.union
    self.init(union.plan, in: arrangement, name: name, involving: devices)
    tints = Side.allCases.map { ($0.mark, Share.only($0).colour) }
    for (index, machine) in union.plan.machines.enumerated() {
      if let side = union.machines[index].side { machineAccents[index] = Accent(side) }
      for order in machine.devices.indices {
        let id = Plan.DeviceID(machine: index, device: order)
        if let side = union.devices[id]?.side { accents[id] = Accent(side) }
      }
    }
  }

  private func isInvolved(_ device: Plan.DeviceID) -> Bool { key.boxes[device].map(involved.contains) ?? false }

  /// The wires along which nothing went, of both or of one side.
  mutating func addIdleWires(_ busy: Set<Int>, of union: PlanUnion) {
    for index in plan.links.indices where !busy.contains(index) {
      guard let wire = key.wires[index] else { continue }
      let share = union.links[index]
      let ends = plan.links[index]
      // Beside something that is not involved, a difference would only draw the eye away.
      let isFaint = share == .both || !isInvolved(ends.a.device) || !isInvolved(ends.b.device)
      canvas.add(
        Canvas.Line(
          tail: nodeName(of: ends.a.device), head: nodeName(of: ends.b.device), route: arrangement.routes[wire],
          colour: isFaint ? Palette.faintLine : share.colour, width: share.isDouble && !isFaint ? 3 : 1,
          isDouble: share.isDouble && !isFaint))
    }
  }
}

extension Scene.Accent {
  init(_ side: Side) { self.init(colour: Share.only(side).colour, isDouble: Share.only(side).isDouble) }
}

extension Headline {
  /// `● nat   ■ host-only`, each in its colour.
  static func sides(_ words: Pair<String>, size: Double, room: Double, isStacked: Bool) -> [[Caption.Run]] {
    let runs = Side.allCases.map { side in
      Caption.Run(
        Lettering.fitted("\(side.mark) \(words[side])", to: isStacked ? room : room / 2, size: size, bold: true),
        size: size, bold: true, tone: .colour(Share.only(side).colour))
    }
    return isStacked ? runs.map { [$0] } : [[runs[0], .init("     ", size: size), runs[1]]]
  }
}

import GraphvizLayout

/// Where everything stands: one arrangement serves all variants and all steps, so that turning pages changes only the
/// flows.
///
/// `dot` decides who stands beside whom; rows, ports and the ways of the wires are worked out here, because lines that
/// run side by side need more control over them than Graphviz gives.
public struct Arrangement: Sendable {
  struct Slot: Hashable, Sendable {
    var x: Double
    var width: Double
    var isOnTop: Bool
    var labelHeight: Double
  }

  struct Title: Hashable, Sendable {
    var place: Point
    /// The kind stands below the name.
    var isStacked: Bool
  }

  let plans: [Plan]
  let blueprint: Blueprint
  /// Per box of the blueprint.
  let boxes: [Rect]
  /// Per contact: the slot that shows its name and addresses.
  let slots: [Slot?]
  /// Per wire, from its upper end to its lower end; no points if it cannot be drawn.
  let routes: [WireRoute]
  /// Per wire: whether its end `a` is the upper one.
  let startsAtA: [Bool]
  /// Per machine that is drawn as a frame around others.
  let frames: [Rect?]
  /// Per such machine.
  let titles: [Title?]
  let bounds: Rect
  /// Where the headroom between the rows is, for things that look for a free place.
  let channels: [ClosedRange<Double>]

  /// Lays out the union of `plans`; `sheets` are the steps of each plan, by which busy wires get more room.
  public init(of plans: [Plan], carrying sheets: [[StepSheet]] = []) throws(Graphviz.Failure) {
    let loads = plans.enumerated().map { index, plan in
      Lanes.loads(of: plan, sheets: index < sheets.count ? sheets[index] : [])
    }
    try self.init(of: plans, loads: loads)
  }

  /// The same where it is known how much room the flows along each link of each plan need.
  init(of plans: [Plan], loads: [[Load]]) throws(Graphviz.Failure) {
    let blueprint = Blueprint(of: plans, loads: loads)
    let layering = Layering(of: blueprint, outside: Self.outside(of: plans, in: blueprint))
    var scaffold = Scaffold(of: blueprint, layering: layering)
    try scaffold.order()
    scaffold.align()
    self.init(scaffold, plans: plans)
  }

  /// The picture begins with the internet, or else with the first machine that hosts nobody.
  private static func outside(of plans: [Plan], in blueprint: Blueprint) -> Int {
    guard let plan = plans.first, let key = blueprint.keys.first else { return 0 }
    let candidates = plan.machines.indices.filter { !plan.machines[$0].devices.isEmpty }
    let machine =
      candidates.first { plan.machines[$0].kind.lowercased().contains("internet") }
      ?? candidates.first { plan.machines[$0].parent == nil && blueprint.machines[key.machines[$0]].isWhole }
      ?? candidates.first
    return machine.flatMap { key.boxes[Plan.DeviceID(machine: $0, device: 0)] } ?? 0
  }
}

extension Blueprint.Key {
  func wire(of crossing: StepSheet.Crossing) -> Int? {
    wires.indices.contains(crossing.link) ? wires[crossing.link] : nil
  }
}

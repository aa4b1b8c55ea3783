import Scenarios
import Simulation

/// What an interface carried on each side; nil where that side does not have it.
public struct LoadRow: Hashable, Sendable {
  /// `pc:eth0`.
  public var interface: String
  /// Jacks of hubs and ports of switches have no name; the interface at the other end of the cable has.
  public var isNamed: Bool
  public var first: InterfaceLoad?
  public var second: InterfaceLoad?

  public var isSame: Bool { (first ?? InterfaceLoad()) == (second ?? InterfaceLoad()) }

  public subscript(side: Side) -> InterfaceLoad? { side == .first ? first : second }
}

/// Puts the loads of both sides beside each other, in the order of the union.
struct LoadComparison {
  private let union: PlanUnion
  private let runs: Pair<VariantRun>
  private let ends: [Plan.End]
  /// Of each side the ends that it has; looked up, never iterated.
  private let known: Pair<Set<Plan.End>>
  private let neighbours: [Plan.End: Plan.DeviceID]  // looked up, never iterated

  init(_ union: PlanUnion, _ runs: Pair<VariantRun>) {
    self.union = union
    self.runs = runs
    neighbours = union.plan.neighbours
    known = union.parts.map { Set($0.ends.values) }
    ends = union.plan.machines.enumerated().flatMap { index, machine in
      machine.devices.enumerated().flatMap { order, device in
        device.ports.indices.map { Plan.End(machine: index, device: order, port: $0) }
      }
    }
  }

  func rows(_ loads: Pair<[LinkEnd: InterfaceLoad]>) -> [LoadRow] {
    let placed = Pair(placed(loads.first, .first), placed(loads.second, .second))
    return ends.map { end in
      let both = Side.allCases.map { side in
        known[side].contains(end) ? placed[side][end] ?? InterfaceLoad() : nil
      }
      return LoadRow(
        interface: union.name(of: end, neighbours: neighbours),
        isNamed: !union.plan[end.device].ports[end.port].name.isEmpty, first: both[0], second: both[1])
    }
  }

  private func placed(_ loads: [LinkEnd: InterfaceLoad], _ side: Side) -> [Plan.End: InterfaceLoad] {
    let topology = runs[side].playback.topology
    var placed: [Plan.End: InterfaceLoad] = [:]
    for (end, load) in loads {
      guard let place = union.parts[side].ends[topology.planEnd(end)] else { continue }
      placed[place] = load
    }
    return placed
  }
}

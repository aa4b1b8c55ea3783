import Reports

/// Writes plans and sheets by names instead of indices.
struct PlanSketch {
  var plan: Plan

  init(_ scenario: String, _ variant: String, title: String = "") {
    plan = Plan(scenario: scenario, variant: variant, title: title, machines: [], links: [])
  }

  mutating func machine(
    _ name: String, _ kind: String, in parent: String? = nil, _ devices: [Plan.Device]
  ) {
    let parent = parent.flatMap { parent in plan.machines.firstIndex { $0.name == parent } }
    plan.machines.append(Plan.Machine(name: name, kind: kind, parent: parent, devices: devices))
  }

  /// Joins `pc.stack:eth0` to `lan`; without a port a new unnamed one is made.
  mutating func link(_ a: String, _ b: String, label: String? = nil) {
    let ends = (end(a), end(b))
    plan.links.append(Plan.Link(ends.0, ends.1, label: label))
  }

  func device(_ path: String) -> Plan.DeviceID {
    let parts = path.split(separator: ".").map(String.init)
    for (index, machine) in plan.machines.enumerated() where machine.name == parts[0] {
      let wanted = parts.count > 1 ? parts[1] : machine.devices[0].name
      if let device = machine.devices.firstIndex(where: { $0.name == wanted }) {
        return Plan.DeviceID(machine: index, device: device)
      }
    }
    preconditionFailure("the sketch has no \(path)")
  }

  private mutating func end(_ text: String) -> Plan.End {
    let parts = text.split(separator: ":").map(String.init)
    let id = device(parts[0])
    var ports = plan.machines[id.machine].devices[id.device].ports
    let port = parts.count > 1 ? ports.firstIndex { $0.name == parts[1] } : nil
    if port == nil {
      ports.append(Plan.Port(name: parts.count > 1 ? parts[1] : ""))
      plan.machines[id.machine].devices[id.device].ports = ports
    }
    return Plan.End(machine: id.machine, device: id.device, port: port ?? ports.count - 1)
  }

  /// Arrows along `vm1 > pc.VMnet8 > pc.nat8`, numbered on from what `sheet` already has.
  func walk(_ path: String, _ leg: StepSheet.Leg, from number: Int) -> [StepSheet.Arrow] {
    let stations = path.split(separator: ">").map {
      device($0.split(separator: " ").joined())
    }
    return zip(stations, stations.dropFirst()).enumerated().map { index, pair in
      for (link, wire) in plan.links.enumerated() {
        if wire.a.device == pair.0, wire.b.device == pair.1 {
          return StepSheet.Arrow(StepSheet.Crossing(link: link, .fromAToB), number: number + index, leg: leg)
        }
        if wire.b.device == pair.0, wire.a.device == pair.1 {
          return StepSheet.Arrow(StepSheet.Crossing(link: link, .fromBToA), number: number + index, leg: leg)
        }
      }
      preconditionFailure("the sketch has no wire for hop \(index + 1) of \(path)")
    }
  }

  func step(
    _ order: Int, _ id: String, _ title: String, _ verdict: StepSheet.Verdict,
    _ legs: [(StepSheet.Leg, String)],
    notes: [(String, Int?, [String])] = [], deaths: [(String, Int?, String)] = []
  ) -> StepSheet {
    var arrows: [StepSheet.Arrow] = []
    for (leg, path) in legs { arrows += walk(path, leg, from: arrows.count + 1) }
    return StepSheet(
      id: id, title: title, verdict: verdict, order: order, arrows: arrows,
      notes: notes.map { StepSheet.Note(at: device($0.0), number: $0.1, lines: $0.2) },
      deaths: deaths.map { StepSheet.Death(at: device($0.0), number: $0.1, reason: $0.2) })
  }
}

extension Plan.Device {
  static func stack(
    _ ports: [(String, String)], named name: String = "stack", role: Plan.Role = .stack,
    remarks: [String] = []
  ) -> Self {
    Plan.Device(
      name: name, role: role, remarks: remarks,
      ports: ports.map { Plan.Port(name: $0.0, addresses: $0.1.isEmpty ? [] : [$0.1]) })
  }

  static func bar(_ name: String, _ role: Plan.Role, ports: [String] = []) -> Self {
    Plan.Device(name: name, role: role, ports: ports.map { Plan.Port(name: $0) })
  }
}

/// A plan with the pages drawn of it.
struct DrawnSample {
  var plan: Plan
  var steps: [StepSheet]
}

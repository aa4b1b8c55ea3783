/// Two plans laid over each other: what has the same name is the same thing, as in the pictures of several variants.
///
/// Words that only one of them has, such as the address of an interface, begin with that side's mark.
struct PlanUnion: Sendable {
  /// Where the things of one plan are found in the union.
  struct Part: Sendable {
    var devices: [Plan.DeviceID: Plan.DeviceID] = [:]  // looked up, never iterated
    var ends: [Plan.End: Plan.End] = [:]  // looked up, never iterated
    /// Per link of the plan; nil for one whose ends do not exist.
    var links: [Int?] = []
    /// Per link: whether its ends are the other way round in the union.
    var isTurned: [Bool] = []
  }

  private(set) var plan: Plan
  private(set) var parts = Pair(Part(), Part())
  private(set) var machines: [Share] = []
  private(set) var devices: [Plan.DeviceID: Share] = [:]  // looked up, never iterated
  private(set) var links: [Share] = []

  init(_ plans: Pair<Plan>) {
    plan = Plan(
      scenario: plans.first.scenario, variant: "", title: plans.first.title, language: plans.first.language,
      machines: [], links: [])
    let blueprint = Blueprint(of: [plans.first, plans.second], loads: [])
    let overlay = Overlay(blueprint, plans)
    for machine in blueprint.machines.indices { add(machine, overlay) }
    for wire in blueprint.wires.indices { add(wire: wire, overlay) }
    for side in Side.allCases { parts[side] = part(of: side, overlay) }
  }

  private mutating func add(_ index: Int, _ overlay: Overlay) {
    let known = overlay.blueprint.machines[index]
    let found = overlay.machines.map { $0[index] }
    let model = found.first ?? found.second
    machines.append(Share(inFirst: found.first != nil, inSecond: found.second != nil) ?? .both)
    let devices = known.boxes.enumerated().map { order, box in
      let found = overlay.devices.map { $0[box] }
      let share = Share(inFirst: found.first != nil, inSecond: found.second != nil) ?? .both
      self.devices[Plan.DeviceID(machine: index, device: order)] = share
      return device(box, found, overlay)
    }
    // A frame has one kind of outline only, so its title says whose it is.
    let mark = known.isWhole ? "" : machines[index].side.map { "\($0.mark) " } ?? ""
    plan.machines.append(
      Plan.Machine(name: known.name, kind: mark + (model?.kind ?? ""), parent: known.parent, devices: devices))
  }

  private func device(_ box: Int, _ found: Pair<Plan.Device?>, _ overlay: Overlay) -> Plan.Device {
    let model = found.first ?? found.second
    let isShared = found.first != nil && found.second != nil
    let ports = overlay.blueprint.boxes[box].contacts.map { contact in
      let found = overlay.ports.map { $0[contact] }
      return Plan.Port(
        name: (found.first ?? found.second)?.name ?? "",
        addresses: PlanUnion.merged(found.map { $0?.addresses ?? [] }, isShared: isShared))
    }
    return Plan.Device(
      name: model?.name ?? "", role: model?.role ?? .stack, kind: model?.kind,
      remarks: PlanUnion.merged(found.map { $0?.remarks ?? [] }, isShared: isShared), ports: ports)
  }

  /// What both say, then what only one of them says with its mark.
  private static func merged(_ words: Pair<[String]>, isShared: Bool) -> [String] {
    guard isShared else { return words.first + words.second }
    let both = words.first.filter(words.second.contains)
    return both
      + Side.allCases.flatMap { side in
        words[side].filter { !words[side.other].contains($0) }.map { "\(side.mark) \($0)" }
      }
  }

  private mutating func add(wire index: Int, _ overlay: Overlay) {
    let wire = overlay.blueprint.wires[index]
    let found = overlay.links.map { $0[index] }
    let labels = found.map { $0?.label }
    var label = labels.first ?? labels.second
    if found.first != nil, found.second != nil, !labels.isSame {
      label = Side.allCases.map { "\($0.mark) \(labels[$0] ?? "plain")" }.joined(separator: " · ")
    }
    links.append(Share(inFirst: found.first != nil, inSecond: found.second != nil) ?? .both)
    plan.links.append(Plan.Link(overlay.end(of: wire.a), overlay.end(of: wire.b), label: label))
  }

  private func part(of side: Side, _ overlay: Overlay) -> Part {
    let key = overlay.keys[side]
    let plan = overlay.plans[side]
    var part = Part()
    for (device, box) in key.boxes { part.devices[device] = overlay.place(of: box) }
    for (end, contact) in key.contacts { part.ends[end] = overlay.end(of: contact) }
    part.links = key.wires
    part.isTurned = zip(plan.links, key.wires).map { link, wire in
      guard let wire else { return false }
      return key.contacts[link.a] != overlay.blueprint.wires[wire].a
    }
    return part
  }
}

/// What of each plan stands at each place of the blueprint that both share.
private struct Overlay {
  let blueprint: Blueprint
  let plans: Pair<Plan>
  let keys: Pair<Blueprint.Key>
  // All looked up, never iterated.
  var machines: Pair<[Int: Plan.Machine]>
  var devices: Pair<[Int: Plan.Device]>
  var ports: Pair<[Int: Plan.Port]>
  var links: Pair<[Int: Plan.Link]>

  init(_ blueprint: Blueprint, _ plans: Pair<Plan>) {
    self.blueprint = blueprint
    self.plans = plans
    keys = Pair(blueprint.keys[0], blueprint.keys[1])
    machines = Pair([:], [:])
    devices = Pair([:], [:])
    ports = Pair([:], [:])
    links = Pair([:], [:])
    for side in Side.allCases {
      let (plan, key) = (plans[side], keys[side])
      for (index, machine) in zip(key.machines, plan.machines) { machines[side][index] = machine }
      for (id, box) in key.boxes { devices[side][box] = plan[id] }
      for (end, contact) in key.contacts { ports[side][contact] = plan[end.device].ports[end.port] }
      for case (let wire?, let link) in zip(key.wires, plan.links) { links[side][wire] = link }
    }
  }

  func place(of box: Int) -> Plan.DeviceID {
    let machine = blueprint.boxes[box].machine
    return Plan.DeviceID(machine: machine, device: blueprint.machines[machine].boxes.firstIndex(of: box) ?? 0)
  }

  func end(of contact: Int) -> Plan.End {
    let box = blueprint.contacts[contact].box
    let device = place(of: box)
    return Plan.End(
      machine: device.machine, device: device.device,
      port: blueprint.boxes[box].contacts.firstIndex(of: contact) ?? 0)
  }
}

extension PlanUnion {
  /// A step of one side, in the places of the union.
  func sheet(_ sheet: StepSheet, of side: Side) -> StepSheet {
    let part = parts[side]
    var result = sheet
    result.arrows = sheet.arrows.compactMap { arrow in
      guard part.links.indices.contains(arrow.crossing.link), let link = part.links[arrow.crossing.link] else {
        return nil
      }
      var arrow = arrow
      let isTurned = part.isTurned[arrow.crossing.link]
      arrow.crossing = StepSheet.Crossing(
        link: link, (arrow.crossing.direction == .fromAToB) != isTurned ? .fromAToB : .fromBToA)
      return arrow
    }
    result.notes = sheet.notes.compactMap { note in
      part.devices[note.device].map { StepSheet.Note(at: $0, number: note.number, lines: note.lines) }
    }
    result.deaths = sheet.deaths.compactMap { death in
      part.devices[death.device].map { StepSheet.Death(at: $0, number: death.number, reason: death.reason) }
    }
    result.cutLinks = sheet.cutLinks.compactMap { part.links.indices.contains($0) ? part.links[$0] : nil }
    result.offDevices = sheet.offDevices.compactMap { part.devices[$0] }
    return result.settled(in: plan)
  }

  /// `rtr`, or `pc.nat8` where a machine has several devices.
  func name(of device: Plan.DeviceID) -> String {
    let machine = plan.machines[device.machine]
    return machine.devices.count == 1 ? machine.name : "\(machine.name).\(plan[device].name)"
  }

  /// `pc:eth0`; of a port without a name `lan (to peer)`.
  func name(of end: Plan.End, neighbours: [Plan.End: Plan.DeviceID]) -> String {
    let port = plan[end.device].ports[end.port].name
    guard port.isEmpty else { return "\(name(of: end.device)):\(port)" }
    return name(of: end.device) + (neighbours[end].map { " (to \(name(of: $0)))" } ?? "")
  }
}

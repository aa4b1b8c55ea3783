/// All variants' plans laid over each other: whatever has the same name is the same thing and gets one place.
struct Blueprint: Sendable {
  struct Machine: Sendable {
    var name: String
    var title: Size
    /// The same with the kind below the name, for where a wire cuts the line short.
    var stackedTitle = Size.zero
    var parent: Int?
    var children: [Int] = []
    var boxes: [Int] = []

    /// One device and no guests: drawn as that device's box, not as a box in a box.
    var isWhole: Bool { boxes.count == 1 && children.isEmpty }
  }

  struct Box: Sendable {
    var machine: Int
    var role: Plan.Role
    var caption = Size.zero
    var contacts: [Int] = []
  }

  /// A port, or on a bar the place where one certain neighbour is attached.
  struct Contact: Sendable {
    var box: Int
    var label = Size.zero
    var wires: [Int] = []
  }

  struct Wire: Sendable {
    var a: Int
    var b: Int
    var load: Load

    var breadth: Double { load.breadth }
  }

  /// Where the things of one plan are found in the blueprint.
  struct Key: Hashable, Sendable {
    var machines: [Int] = []
    var boxes: [Plan.DeviceID: Int] = [:]
    var contacts: [Plan.End: Int] = [:]
    /// Per link; nil for a link whose ends do not exist.
    var wires: [Int?] = []
  }

  private(set) var machines: [Machine] = []
  private(set) var boxes: [Box] = []
  private(set) var contacts: [Contact] = []
  private(set) var wires: [Wire] = []
  private(set) var keys: [Key] = []

  private struct BoxName: Hashable {
    var machine: Int
    var device: String
    var turn: Int
  }

  private struct ContactName: Hashable {
    var box: Int
    var port: String
    var turn: Int
    var neighbour: Int?
  }

  private struct WireName: Hashable {
    var a: Int
    var b: Int
    var turn: Int
  }

  // Looked up, never iterated.
  private var machineNames: [String: Int] = [:]
  private var boxNames: [BoxName: Int] = [:]
  private var contactNames: [ContactName: Int] = [:]
  private var wireNames: [WireName: Int] = [:]

  /// `loads` says for each plan and each of its links how much room its flows need.
  init(of plans: [Plan], loads: [[Load]]) {
    // All machines first: whether one is drawn as a frame depends on what it holds in any variant.
    let begun = plans.map { addMachines(of: $0) }
    for (index, plan) in plans.enumerated() {
      var key = begun[index]
      addCaptions(of: plan, key: key)
      addContacts(of: plan, key: &key)
      addWires(of: plan, key: &key, loads: index < loads.count ? loads[index] : [])
      keys.append(key)
    }
  }

  private mutating func addMachines(of plan: Plan) -> Key {
    var key = Key()
    var seen: [String: Int] = [:]
    for machine in plan.machines {
      seen[machine.name, default: 0] += 1
      let turn = seen[machine.name] ?? 1
      let name = turn == 1 ? machine.name : "\(machine.name)#\(turn)"
      // A guest that runs on another host in another variant is drawn inside each of them.
      let path = ([name] + hosts(of: machine, in: plan)).joined(separator: "@")
      let index = machineNames[path] ?? machines.count
      if index == machines.count {
        machines.append(Machine(name: name, title: .zero))
        machineNames[path] = index
      }
      let title = machines[index].title.union(Caption(of: machine).size)
      machines[index].title = title
      let stacked = machines[index].stackedTitle.union(Caption(of: machine, isStacked: true).size)
      machines[index].stackedTitle = stacked
      key.machines.append(index)
    }
    for (index, machine) in plan.machines.enumerated() {
      let known = key.machines[index]
      if let parent = machine.parent, parent != index, key.machines.indices.contains(parent),
        machines[known].parent == nil, !isAncestor(known, of: key.machines[parent])
      {
        machines[known].parent = key.machines[parent]
        machines[key.machines[parent]].children.append(known)
      }
      var seen: [String: Int] = [:]
      for (order, device) in machine.devices.enumerated() {
        seen[device.name, default: 0] += 1
        let name = BoxName(machine: known, device: device.name, turn: seen[device.name] ?? 1)
        let box = boxNames[name] ?? boxes.count
        if box == boxes.count {
          boxes.append(Box(machine: known, role: device.role))
          boxNames[name] = box
          machines[known].boxes.append(box)
        }
        key.boxes[Plan.DeviceID(machine: index, device: order)] = box
      }
    }
    return key
  }

  /// The names of the machines around one, from the inside out.
  private func hosts(of machine: Plan.Machine, in plan: Plan) -> [String] {
    var names: [String] = []
    var next = machine.parent
    // Machines may be written inside each other in a circle.
    while let current = next, plan.machines.indices.contains(current), names.count < plan.machines.count {
      names.append(plan.machines[current].name)
      next = plan.machines[current].parent
    }
    return names
  }

  private mutating func addCaptions(of plan: Plan, key: Key) {
    for (index, machine) in plan.machines.enumerated() {
      let isWhole = machines[key.machines[index]].isWhole
      for (order, device) in machine.devices.enumerated() {
        guard let box = key.boxes[Plan.DeviceID(machine: index, device: order)] else { continue }
        let caption = Caption(of: device, in: machine, isWholeMachine: isWhole)
        let room = boxes[box].caption.union(caption.size)
        boxes[box].caption = room
      }
    }
  }

  private mutating func addContacts(of plan: Plan, key: inout Key) {
    let neighbours = plan.neighbours
    for (index, machine) in plan.machines.enumerated() {
      for (order, device) in machine.devices.enumerated() {
        guard let box = key.boxes[Plan.DeviceID(machine: index, device: order)] else { continue }
        var seen: [ContactName: Int] = [:]
        for (number, port) in device.ports.enumerated() {
          let end = Plan.End(machine: index, device: order, port: number)
          let caption = Caption(of: plan.shownPort(end, neighbour: neighbours[end]))
          if neighbours[end] == nil, caption.isEmpty { continue }
          // An unnamed jack is known by its neighbour: the third jack of a hub is another guest's in another variant.
          var name = ContactName(
            box: box, port: port.name, turn: 0,
            neighbour: port.name.isEmpty ? neighbours[end].flatMap { key.boxes[$0] } : nil)
          name.turn = seen[name, default: 0]
          seen[ContactName(box: box, port: port.name, turn: 0, neighbour: name.neighbour)] = name.turn + 1
          let contact = contactNames[name] ?? contacts.count
          if contact == contacts.count {
            contacts.append(Contact(box: box))
            contactNames[name] = contact
            boxes[box].contacts.append(contact)
          }
          contacts[contact].label = contacts[contact].label.union(caption.size)
          key.contacts[end] = contact
        }
      }
    }
  }

  private mutating func addWires(of plan: Plan, key: inout Key, loads: [Load]) {
    var seen: [WireName: Int] = [:]
    for (index, link) in plan.links.enumerated() {
      guard let a = key.contacts[link.a], let b = key.contacts[link.b] else {
        key.wires.append(nil)
        continue
      }
      let plain = WireName(a: min(a, b), b: max(a, b), turn: 0)
      let name = WireName(a: plain.a, b: plain.b, turn: seen[plain, default: 0])
      seen[plain] = name.turn + 1
      let wire = wireNames[name] ?? wires.count
      if wire == wires.count {
        wires.append(Wire(a: a, b: b, load: Load()))
        wireNames[name] = wire
        contacts[a].wires.append(wire)
        if a != b { contacts[b].wires.append(wire) }
      }
      if index < loads.count { wires[wire].load.include(loads[index]) }
      key.wires.append(wire)
    }
  }
}

extension Blueprint {
  /// A machine that is nothing but a switch.
  func isSwitch(_ box: Int) -> Bool { boxes[box].role.isBar && machines[boxes[box].machine].isWhole }

  /// Whether two wires meet at `contact` in one and the same variant.
  func isShared(_ contact: Int) -> Bool {
    keys.contains { key in
      key.wires.count { wire in wire.map { wires[$0].a == contact || wires[$0].b == contact } ?? false } > 1
    }
  }

  /// The box at the other end of a wire.
  func neighbour(of contact: Int, along wire: Int) -> Int {
    contacts[wires[wire].a == contact ? wires[wire].b : wires[wire].a].box
  }

  /// The machines around `machine`, from itself outwards, that are drawn as boxes of their own.
  func surroundings(of machine: Int) -> [Int] {
    var result: [Int] = []
    var current: Int? = machine
    while let next = current {
      if !machines[next].isWhole { result.append(next) }
      current = machines[next].parent
    }
    return result
  }

  /// Whether `machine` is around `other` or is `other` itself.
  func isAncestor(_ machine: Int, of other: Int) -> Bool {
    var current: Int? = other
    while let next = current {
      if next == machine { return true }
      current = machines[next].parent
    }
    return false
  }
}

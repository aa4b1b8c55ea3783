/// What only one of two networks has, in words.
struct WiringWords {
  private let union: PlanUnion
  private let labels: Pair<String>
  private(set) var lines: [String] = []

  init(_ union: PlanUnion, _ labels: Pair<String>) {
    self.union = union
    self.labels = labels
    for side in Side.allCases { tellMissing(only: side) }
    tellWords()
    tellLinks()
  }

  /// `only in nat: the machine gw`
  private mutating func tellMissing(only side: Side) {
    for (index, machine) in union.plan.machines.enumerated() {
      guard union.machines[index] == .both else {
        guard union.machines[index] == .only(side), !isMissing(machine.parent) else { continue }
        lines.append("only in \(labels[side]): the machine \(machine.name)")
        continue
      }
      for order in machine.devices.indices {
        let id = Plan.DeviceID(machine: index, device: order)
        guard union.devices[id] == .only(side) else { continue }
        lines.append("only in \(labels[side]): \(union.name(of: id))")
      }
    }
    // What lies between parts of missing machines goes without saying.
    for (index, link) in union.plan.links.enumerated()
    where union.links[index] == .only(side) && !(isMissing(link.a.device.machine) && isMissing(link.b.device.machine)) {
      lines.append("only in \(labels[side]): the link \(ends(of: link))")
    }
  }

  /// Whether only one side has that machine.
  private func isMissing(_ machine: Int?) -> Bool { machine.map { union.machines[$0] != .both } ?? false }

  /// Addresses and rules that only one side's interface or device has.
  private mutating func tellWords() {
    let neighbours = union.plan.neighbours
    for (index, machine) in union.plan.machines.enumerated() {
      for (order, device) in machine.devices.enumerated() {
        let id = Plan.DeviceID(machine: index, device: order)
        if let words = sides(of: device.remarks) { lines.append("\(union.name(of: id)): \(words)") }
        for (number, port) in device.ports.enumerated() {
          guard let words = sides(of: port.addresses) else { continue }
          let end = Plan.End(machine: index, device: order, port: number)
          lines.append("\(union.name(of: end, neighbours: neighbours)): \(words)")
        }
      }
    }
  }

  private mutating func tellLinks() {
    for (index, link) in union.plan.links.enumerated() where union.links[index] == .both {
      guard let label = link.label, label.hasPrefix(Side.first.mark) else { continue }
      lines.append("the link \(ends(of: link)): \(label)")
    }
  }

  /// `10.0.0.1/24 in nat, 10.0.1.1/24 in host-only`; nil where both have the same.
  private func sides(of words: [String]) -> String? {
    let marked = Side.allCases.map { side in
      words.filter { $0.hasPrefix(side.mark + " ") }.map { $0.dropFirst(2) }.joined(separator: ", ")
    }
    guard marked.contains(where: { !$0.isEmpty }) else { return nil }
    return zip(Side.allCases, marked).map { "\($1.isEmpty ? "nothing of that" : $1) in \(labels[$0])" }
      .joined(separator: ", ")
  }

  private func ends(of link: Plan.Link) -> String {
    let neighbours: [Plan.End: Plan.DeviceID] = [:]
    return [link.a, link.b].map { union.name(of: $0, neighbours: neighbours) }.joined(separator: " – ")
  }
}

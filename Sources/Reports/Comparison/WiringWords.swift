/// What only one of two networks has, in words.
struct WiringWords {
  private let union: PlanUnion
  private let labels: Pair<String>
  private let words: any Wording
  private(set) var lines: [String] = []

  init(_ union: PlanUnion, _ labels: Pair<String>) {
    self.union = union
    self.labels = labels
    words = union.plan.language.words
    for side in Side.allCases { tellMissing(only: side) }
    tellWords()
    tellLinks()
  }

  /// `only in nat: the machine gw`
  private mutating func tellMissing(only side: Side) {
    for (index, machine) in union.plan.machines.enumerated() {
      guard union.machines[index] == .both else {
        guard union.machines[index] == .only(side), !isMissing(machine.parent) else { continue }
        lines.append(words.machine(machine.name, onlyIn: labels[side]))
        continue
      }
      for order in machine.devices.indices {
        let id = Plan.DeviceID(machine: index, device: order)
        guard union.devices[id] == .only(side) else { continue }
        lines.append(words.part(union.name(of: id), onlyIn: labels[side]))
      }
    }
    // What lies between parts of missing machines goes without saying.
    for (index, link) in union.plan.links.enumerated()
    where union.links[index] == .only(side) && !(isMissing(link.a.device.machine) && isMissing(link.b.device.machine)) {
      lines.append(words.link(ends(of: link), onlyIn: labels[side]))
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
        if let line = line(of: union.name(of: id), device.remarks) { lines.append(line) }
        for (number, port) in device.ports.enumerated() {
          let end = Plan.End(machine: index, device: order, port: number)
          guard let line = line(of: union.name(of: end, neighbours: neighbours), port.addresses) else { continue }
          lines.append(line)
        }
      }
    }
  }

  private mutating func tellLinks() {
    for (index, link) in union.plan.links.enumerated() where union.links[index] == .both {
      guard let label = link.label, label.hasPrefix(Side.first.mark) else { continue }
      lines.append(words.link(ends(of: link), label))
    }
  }

  /// `gw:eth0: 10.0.0.1/24 in nat, 10.0.1.1/24 in host-only`; nil where both have the same.
  private func line(of name: String, _ texts: [String]) -> String? {
    let sides = Side.allCases.map { side in
      let own = texts.filter { $0.hasPrefix(side.mark + " ") }.map { String($0.dropFirst(2)) }
      return (words: words.listed(own), label: labels[side])
    }
    return sides.contains { !$0.words.isEmpty } ? words.words(of: name, sides) : nil
  }

  private func ends(of link: Plan.Link) -> String {
    let neighbours: [Plan.End: Plan.DeviceID] = [:]
    return [link.a, link.b].map { union.name(of: $0, neighbours: neighbours) }.joined(separator: " – ")
  }
}

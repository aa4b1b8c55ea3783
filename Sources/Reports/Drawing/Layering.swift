/// Which of two neighbours stands higher, and in which row every box stands.
///
/// Rows make the picture read from the outside world above to the guests below, whatever order the wires were named in.
struct Layering: Sendable {
  /// Per box, from 0 at the top.
  private(set) var rows: [Int]
  /// Per wire the contacts it joins, upper first; nil for a wire from a box to itself.
  private(set) var ends: [(upper: Int, lower: Int)?]
  /// The highest row a box may have.
  private var floors: [Int] = []

  init(of blueprint: Blueprint, outside: Int) {
    let distances = Self.distances(in: blueprint, from: outside)
    let isShared = Self.sharesSwitches(blueprint)
    func stands(_ a: Int, above b: Int) -> Bool {
      let (left, right) = (blueprint.boxes[a], blueprint.boxes[b])
      if left.machine != right.machine {
        if blueprint.isAncestor(left.machine, of: right.machine) { return true }
        if blueprint.isAncestor(right.machine, of: left.machine) { return false }
        if blueprint.isSwitch(a), isShared[right.machine] { return true }
        if blueprint.isSwitch(b), isShared[left.machine] { return false }
      }
      return (distances[a], left.role.height, a) < (distances[b], right.role.height, b)
    }
    let wished = blueprint.wires.map { wire -> (upper: Int, lower: Int)? in
      let (a, b) = (blueprint.contacts[wire.a].box, blueprint.contacts[wire.b].box)
      if a == b { return nil }
      return stands(a, above: b) ? (wire.a, wire.b) : (wire.b, wire.a)
    }
    let order = Self.topDown(blueprint, wished)
    ends = wished.map { ends in
      guard let ends else { return nil }
      let isFalling = order[blueprint.contacts[ends.upper].box] < order[blueprint.contacts[ends.lower].box]
      return isFalling ? ends : (ends.lower, ends.upper)
    }
    rows = []
    sink(in: blueprint, order: order)
    tighten(in: blueprint)
    settleStrays(in: blueprint)
  }

  /// Breadth first over the wires; what cannot be reached starts a search of its own.
  private static func distances(in blueprint: Blueprint, from outside: Int) -> [Int] {
    var distances = [Int?](repeating: nil, count: blueprint.boxes.count)
    for start in [outside] + Array(blueprint.boxes.indices) {
      guard distances.indices.contains(start), distances[start] == nil else { continue }
      distances[start] = 0
      var queue = [start]
      var head = 0
      while head < queue.count {
        let box = queue[head]
        head += 1
        for contact in blueprint.boxes[box].contacts {
          for wire in blueprint.contacts[contact].wires {
            let other = blueprint.neighbour(of: contact, along: wire)
            guard distances[other] == nil else { continue }
            distances[other] = (distances[box] ?? 0) + 1
            queue.append(other)
          }
        }
      }
    }
    return distances.map { $0 ?? 0 }
  }

  /// Per box its place when all are written down from top to bottom.
  ///
  /// The wishes can go in a circle (a guest wired past its host to a neighbour above that host); then the first box in
  /// the plan gives way.
  private static func topDown(_ blueprint: Blueprint, _ ends: [(upper: Int, lower: Int)?]) -> [Int] {
    var below = [[Int]](repeating: [], count: blueprint.boxes.count)
    var waiting = [Int](repeating: 0, count: blueprint.boxes.count)
    for case (let upper, let lower)? in ends {
      below[blueprint.contacts[upper].box].append(blueprint.contacts[lower].box)
      waiting[blueprint.contacts[lower].box] += 1
    }
    var order = [Int?](repeating: nil, count: waiting.count)
    var ready = order.indices.filter { waiting[$0] == 0 }
    var placed = 0
    while placed < order.count {
      if placed == ready.count {
        guard let stuck = order.indices.first(where: { waiting[$0] > 0 && order[$0] == nil }) else { break }
        waiting[stuck] = 0
        ready.append(stuck)
      }
      let box = ready[placed]
      order[box] = placed
      placed += 1
      for next in below[box] where waiting[next] > 0 {
        waiting[next] -= 1
        if waiting[next] == 0 { ready.append(next) }
      }
    }
    return order.map { $0 ?? 0 }
  }

  /// Per machine: whether it joins several switches; they all stand above it, as on a rack's drawing, although one of
  /// them may be reached only through it.
  private static func sharesSwitches(_ blueprint: Blueprint) -> [Bool] {
    blueprint.machines.map { machine in
      guard !machine.isWhole else { return false }
      var switches = Set<Int>()
      for contact in machine.boxes.flatMap({ blueprint.boxes[$0].contacts }) {
        for wire in blueprint.contacts[contact].wires {
          let other = blueprint.neighbour(of: contact, along: wire)
          if blueprint.isSwitch(other) { switches.insert(other) }
        }
      }
      return switches.count > 1
    }
  }

  /// Every box one row below the lowest of those above it; the boxes by which a machine meets the outside stand level.
  private mutating func sink(in blueprint: Blueprint, order: [Int]) {
    var above = [[Int]](repeating: [], count: blueprint.boxes.count)
    for case (let upper, let lower)? in ends {
      above[blueprint.contacts[lower].box].append(blueprint.contacts[upper].box)
    }
    let sequence = above.indices.sorted { order[$0] < order[$1] }
    let entries = blueprint.machines.map { machine in
      machine.boxes.filter { box in
        !above[box].isEmpty
          && above[box].allSatisfy { blueprint.boxes[$0].machine != blueprint.boxes[box].machine }
      }
    }
    floors = [Int](repeating: 0, count: above.count)
    for _ in 0..<4 {
      rows = floors
      for box in sequence { rows[box] = above[box].reduce(rows[box]) { max($0, rows[$1] + 1) } }
      for entries in entries {
        let level = entries.map { rows[$0] }.max() ?? 0
        for entry in entries { floors[entry] = level }
      }
    }
  }

  /// Moves boxes up or down to where most of their wires pull them, so that fewer wires pass rows in between.
  private mutating func tighten(in blueprint: Blueprint) {
    var above = [[Int]](repeating: [], count: rows.count)
    var below = [[Int]](repeating: [], count: rows.count)
    for case (let upper, let lower)? in ends {
      let (upper, lower) = (blueprint.contacts[upper].box, blueprint.contacts[lower].box)
      below[upper].append(lower)
      above[lower].append(upper)
    }
    // Whatever hangs by a single wire follows its neighbour and holds nobody back.
    let hangs = rows.indices.map { below[$0].isEmpty && above[$0].count == 1 }
    for _ in 0..<8 {
      for box in rows.indices.reversed() where !hangs[box] {
        let lower = below[box].filter { !hangs[$0] }
        guard lower.count > above[box].count, let limit = lower.map({ rows[$0] }).min() else { continue }
        rows[box] = max(rows[box], limit - 1)
      }
      for box in rows.indices where !hangs[box] {
        let lower = below[box].filter { !hangs[$0] }
        guard above[box].count > lower.count, let limit = above[box].map({ rows[$0] }).max() else { continue }
        rows[box] = min(rows[box], max(limit + 1, floors[box]))
      }
    }
    for box in rows.indices where hangs[box] { rows[box] = rows[above[box][0]] + 1 }
  }

  /// A box without any wire goes to its machine's or its host's lowest row, so that it stays among its own.
  private mutating func settleStrays(in blueprint: Blueprint) {
    for (index, box) in blueprint.boxes.enumerated()
    where box.contacts.allSatisfy({ blueprint.contacts[$0].wires.isEmpty }) {
      var home: Int? = box.machine
      while let machine = home {
        let kin = blueprint.boxes.indices.filter {
          $0 != index && blueprint.boxes[$0].machine == machine
            && blueprint.boxes[$0].contacts.contains { !blueprint.contacts[$0].wires.isEmpty }
        }
        if let lowest = kin.map({ rows[$0] }).max() {
          rows[index] = machine == box.machine ? lowest : lowest + 1
          break
        }
        home = blueprint.machines[machine].parent
      }
    }
  }
}

extension Plan.Role {
  /// Of two neighbours equally far from the outside the smaller stands higher: a NAT above the hub it serves.
  fileprivate var height: Int {
    switch self {
    case .router: 0
    case .stack: 1
    case .nat: 2
    case .adapter: 3
    case .switch: 4
    case .bridge: 5
    case .hub: 6
    case .server: 7
    }
  }
}

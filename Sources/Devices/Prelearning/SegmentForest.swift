import Simulation

/// The layer-2 segments of a network as trees: bridges and hubs are branches, ports of everything else are leaves.
///
/// Where bridges are linked in a circle, one of the ways round is taken. A bridge that tells VLANs apart is no branch:
/// beyond it nothing is known.
struct SegmentForest: Sendable {
  /// The number of each device's first node: a bridge or hub is one node, of any other device each port is one.
  private var firstNodes: [Int] = []
  private var joins: [Bool] = []
  private var owners: [DeviceID] = []
  /// Toward the root: the next node, by which port it is left, and by which port of that node it is reached.
  private var parents: [Int32] = []
  private var upward: [PortNumber] = []
  private var downward: [PortNumber] = []
  private var depths: [Int32] = []
  private var roots: [Int32] = []

  init(_ parts: [Simulator.Part], _ wires: [Simulator.Wire]) {
    for (number, part) in parts.enumerated() {
      firstNodes.append(owners.count)
      joins.append((part.device as? Bridge)?.isPlain ?? (part.device is Hub))
      let nodes = joins[number] ? 1 : part.ports
      owners.append(contentsOf: repeatElement(DeviceID(index: number), count: nodes))
    }
    grow(Adjacency(nodes: owners.count, wires.map { ($0.ends.0, $0.ends.1) }, node))
  }

  private func node(of end: LinkEnd) -> Int {
    let device = Int(end.device.index)
    return firstNodes[device] + (joins[device] ? 0 : Int(end.port.index))
  }

  /// Which segment a port is on.
  func segment(of end: LinkEnd) -> UInt32 { UInt32(roots[node(of: end)]) }

  /// Calls `visit` for each bridge and hub between two ports of one segment, with its ports toward the one and the other.
  func walk(
    from one: LinkEnd, to other: LinkEnd,
    _ visit: (_ device: DeviceID, _ toOne: PortNumber, _ toOther: PortNumber) -> Void
  ) {
    var (left, right) = (node(of: one), node(of: other))
    guard roots[left] == roots[right] else { return }
    // By which port each side was last reached from below; none while it is still a leaf.
    var (leftPort, rightPort) = (PortNumber.none, PortNumber.none)
    while left != right {
      if depths[left] >= depths[right] {
        if leftPort != .none { visit(owners[left], leftPort, upward[left]) }
        (leftPort, left) = (downward[left], Int(parents[left]))
      } else {
        if rightPort != .none { visit(owners[right], upward[right], rightPort) }
        (rightPort, right) = (downward[right], Int(parents[right]))
      }
    }
    if leftPort != .none, rightPort != .none { visit(owners[left], leftPort, rightPort) }
  }

  private mutating func grow(_ adjacency: Adjacency) {
    let count = owners.count
    parents = Array(repeating: -1, count: count)
    roots = parents
    depths = Array(repeating: 0, count: count)
    upward = Array(repeating: .none, count: count)
    downward = upward
    var queue: [Int] = []
    for root in 0..<count where roots[root] < 0 {
      roots[root] = Int32(root)
      queue = [root]
      var next = 0
      while next < queue.count {
        let node = queue[next]
        next += 1
        adjacency.visit(node) { own, neighbor, port in
          guard roots[neighbor] < 0 else { return }
          roots[neighbor] = Int32(root)
          parents[neighbor] = Int32(node)
          depths[neighbor] = depths[node] + 1
          (upward[neighbor], downward[neighbor]) = (port, own)
          queue.append(neighbor)
        }
      }
    }
  }
}

/// Who is joined to whom, by which ports, in flat arrays.
private struct Adjacency {
  private var starts: [Int]
  private var edges: [(own: PortNumber, neighbor: Int32, port: PortNumber)]

  init(nodes: Int, _ wires: [(LinkEnd, LinkEnd)], _ node: (LinkEnd) -> Int) {
    starts = Array(repeating: 0, count: nodes + 1)
    for (one, other) in wires {
      starts[node(one) + 1] += 1
      starts[node(other) + 1] += 1
    }
    for place in 0..<nodes { starts[place + 1] += starts[place] }
    edges = Array(repeating: (.none, 0, .none), count: starts[nodes])
    var next = starts
    for (one, other) in wires {
      for (from, to) in [(one, other), (other, one)] {
        edges[next[node(from)]] = (from.port, Int32(node(to)), to.port)
        next[node(from)] += 1
      }
    }
  }

  func visit(_ node: Int, _ body: (_ own: PortNumber, _ neighbor: Int, _ port: PortNumber) -> Void) {
    for edge in edges[starts[node]..<starts[node + 1]] { body(edge.own, Int(edge.neighbor), edge.port) }
  }
}

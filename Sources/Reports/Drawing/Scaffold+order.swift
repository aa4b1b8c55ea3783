import GraphvizLayout

extension Scaffold {
  /// Asks `dot` who stands beside whom; the rows are ours already, so every edge goes from one row to the next.
  mutating func order() throws(Graphviz.Failure) {
    guard !items.isEmpty else { return }
    let graph = try Graphviz.layout(orderingDOT(), engine: .dot)
    for node in graph.nodes {
      guard let item = Int(node.name.dropFirst()), items.indices.contains(item) else { continue }
      items[item].x = node.centre.x
    }
    for cluster in graph.clusters {
      guard let machine = Int(cluster.name.dropFirst("cluster".count)), extents.indices.contains(machine)
      else {
        continue
      }
      extents[machine] = (cluster.box.left, cluster.box.right)
    }
  }

  private func orderingDOT() -> String {
    var text = """
      digraph order {
      graph [rankdir=TB, newrank=true, nodesep=0.3, ranksep=0.4, splines=false];
      node [shape=box, fixedsize=true, label="", height=0.3];
      edge [arrowhead=none];

      """
    let inside = Dictionary(grouping: items.indices) { items[$0].homes.first ?? -1 }
    writeItems(inside[-1] ?? [], into: &text)
    for machine in blueprint.machines.indices where outerFrame(of: machine) == nil {
      writeCluster(machine, inside: inside, into: &text)
    }
    let optional = alternatives()
    for (index, segment) in segments.enumerated() where !optional.contains(index) {
      let (upper, lower) = (slots[segment.upper].item, slots[segment.lower].item)
      let bends = (items[upper].box == nil ? 1 : 0) + (items[lower].box == nil ? 1 : 0)
      text += "n\(upper) -> n\(lower) [weight=\([2, 4, 8][bends])];\n"
    }
    for (stray, anchor) in strays() { text += "n\(anchor) -> n\(stray) [style=invis];\n" }
    return text + "}\n"
  }

  private func outerFrame(of machine: Int) -> Int? {
    blueprint.machines[machine].parent.flatMap { blueprint.surroundings(of: $0).first }
  }

  private func writeItems(_ list: [Int], into text: inout String) {
    for item in list {
      text += "n\(item) [width=\(Decimal(items[item].size.width / 72, places: 4))];\n"
    }
  }

  private func writeCluster(_ machine: Int, inside: [Int: [Int]], into text: inout String) {
    guard !blueprint.machines[machine].isWhole else { return }
    let width = Int(blueprint.machines[machine].title.width) + 24
    text += "subgraph cluster\(machine) {\n"
    // A label of fixed size: it makes room for the title without asking which fonts are installed.
    text +=
      "graph [margin=12, label=<<table border=\"0\" fixedsize=\"true\" width=\"\(width)\" height=\"8\"><tr><td></td></tr></table>>];\n"
    writeItems(inside[machine] ?? [], into: &text)
    for guest in blueprint.machines.indices where outerFrame(of: guest) == machine {
      writeCluster(guest, inside: inside, into: &text)
    }
    text += "}\n"
  }

  /// Wires of a port that is joined elsewhere in each variant, all but one: they never exist together, so they must
  /// not all pull. The middle one stays, and the places of the others are only a short way off.
  private func alternatives() -> Set<Int> {
    var result = Set<Int>()
    for slot in slots.indices where slots[slot].isOnTop && slots[slot].contact != nil {
      let reachable = slots[slot].segments.filter { items[slots[segments[$0].upper].item].box != nil }
      guard reachable.count > 1, reachable.count == slots[slot].segments.count,
        let contact = slots[slot].contact, !isBar(slots[slot].item), !blueprint.isShared(contact)
      else { continue }
      let kept = reachable[reachable.count / 2]
      result.formUnion(reachable.filter { $0 != kept })
    }
    return result
  }

  /// Boxes without a wire, each with a box of its surroundings in the row above to hang from.
  private func strays() -> [(stray: Int, anchor: Int)] {
    items.indices.compactMap { item in
      guard items[item].box != nil, items[item].row > 0,
        (items[item].top + items[item].bottom).allSatisfy({ slots[$0].segments.isEmpty })
      else { return nil }
      let above = items.indices.filter { items[$0].row == items[item].row - 1 }
      let anchor = above.first { items[$0].homes.first == items[item].homes.first } ?? above.first
      return anchor.map { (item, $0) }
    }
  }
}

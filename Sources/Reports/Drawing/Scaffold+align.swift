extension Scaffold {
  /// The least distance between neighbours in a row.
  private static let gap = 18.0
  private static let frameMargin = 12.0

  /// Moves boxes and ports so that wires run straight where they can, and widens bars over what they join.
  mutating func align() {
    spreadRows()
    for item in items.indices { placeSlots(of: item) }
    let downwards = items.indices.sorted {
      (items[$0].row, items[$0].x, $0) < (items[$1].row, items[$1].x, $1)
    }
    for round in 0..<10 {
      for item in round.isMultiple(of: 2) ? downwards : downwards.reversed() {
        if isBar(item) { stretch(item) } else { shift(item) }
        placeSlots(of: item)
      }
    }
    straighten()
  }

  /// A wire that misses its slot by a few points runs straight on all the same: that looks better than a tiny jog.
  private mutating func straighten() {
    let tolerance = 7.0
    for way in ways {
      var x = way.first.map { place(of: $0, at: segments[$0].upper) } ?? 0
      for segment in way {
        segments[segment].from = x
        let target = place(of: segment, at: segments[segment].lower)
        if abs(target - x) > tolerance { x = target }
        segments[segment].to = x
      }
    }
  }

  /// Where a wire meets a slot: in its middle, or where several are there at the same time beside the others, in the
  /// order of where they come from.
  private func place(of segment: Int, at slot: Int) -> Double {
    let known = slots[slot]
    guard known.segments.count > 1, let contact = known.contact, blueprint.isShared(contact) else { return known.x }
    func farX(_ segment: Int) -> Double {
      slots[segments[segment].upper == slot ? segments[segment].lower : segments[segment].upper].x
    }
    let order = known.segments.sorted { (farX($0), $0) < (farX($1), $1) }
    let breadths = order.map { blueprint.wires[segments[$0].wire].breadth }
    let place = order.firstIndex(of: segment) ?? 0
    return known.x - breadths.reduce(0, +) / 2 + breadths[..<place].reduce(0, +) + breadths[place] / 2
  }

  func isBar(_ item: Int) -> Bool {
    items[item].box.map { blueprint.boxes[$0].role.isBar } ?? false
  }

  /// `dot` keeps neighbours apart; this holds even if a row came out otherwise.
  private mutating func spreadRows() {
    for row in rowsOfItems() {
      for (left, right) in zip(row, row.dropFirst()) {
        let least = items[left].right + Self.gap / 2 + items[right].size.width / 2
        items[right].x = max(items[right].x, least)
      }
    }
  }

  func rowsOfItems() -> [[Int]] {
    let count = (items.map(\.row).max() ?? -1) + 1
    var rows = [[Int]](repeating: [], count: count)
    for item in items.indices { rows[items[item].row].append(item) }
    return rows.map { $0.sorted { (items[$0].x, $0) < (items[$1].x, $1) } }
  }

  /// How far left and right an item may reach without meeting a neighbour or the border of a machine.
  private func freedom(of item: Int) -> (left: Double, right: Double) {
    let me = items[item]
    var left = -Double.infinity
    var right = Double.infinity
    for machine in me.homes {
      guard let extent = extents[machine] else { continue }
      left = max(left, extent.left + Self.frameMargin)
      right = min(right, extent.right - Self.frameMargin)
    }
    func keepAway(_ from: Double, _ to: Double) {
      if (from + to) / 2 < me.x {
        left = max(left, to + Self.gap)
      } else {
        right = min(right, from - Self.gap)
      }
    }
    for other in items.indices where other != item && items[other].row == me.row {
      keepAway(items[other].left, items[other].right)
    }
    for machine in blueprint.machines.indices {
      guard let extent = extents[machine], let span = spans[machine], span.contains(me.row),
        !me.homes.contains(machine)
      else { continue }
      keepAway(extent.left, extent.right)
    }
    return (left, right)
  }

  /// Where the wires of a slot come from on the other side.
  private func farSlots(of slot: Int) -> [Int] {
    slots[slot].segments.map { segments[$0].upper == slot ? segments[$0].lower : segments[$0].upper }
  }

  private func wish(of slot: Int) -> Double {
    let far = farSlots(of: slot)
    guard !far.isEmpty else { return slots[slot].x }
    return far.reduce(0) { $0 + slots[$1].x } / Double(far.count)
  }

  /// Moves a box so that most of its wires become straight.
  private mutating func shift(_ item: Int) {
    var wishes: [(distance: Double, weight: Double)] = []
    for slot in items[item].top + items[item].bottom {
      for far in farSlots(of: slot) {
        // A bar comes to meet the box, so it need not come to the bar; passing wires want to stay straight.
        let weight = isBar(slots[far].item) ? 0.15 : items[slots[far].item].box == nil ? 1.5 : 1
        wishes.append((slots[far].x - slots[slot].x, weight))
      }
    }
    guard !wishes.isEmpty else { return }
    wishes.sort { $0.distance < $1.distance }
    let half = wishes.reduce(0) { $0 + $1.weight } / 2
    var weighed = 0.0
    let median =
      wishes.first {
        weighed += $0.weight
        return weighed >= half
      }?.distance ?? 0
    let room = freedom(of: item)
    let lowest = room.left + items[item].size.width / 2
    let highest = room.right - items[item].size.width / 2
    guard lowest <= highest else { return }
    items[item].x = min(max(items[item].x + median, lowest), highest)
  }

  /// Stretches a bar over everything it joins, as far as there is room.
  private mutating func stretch(_ item: Int) {
    let all = items[item].top + items[item].bottom
    guard let box = items[item].box else { return }
    let room = freedom(of: item)
    let least = minimalWidth(of: item, caption: blueprint.boxes[box].caption.width + 16)
    var left = Double.infinity
    var right = -Double.infinity
    for slot in all where !slots[slot].segments.isEmpty {
      left = min(left, wish(of: slot) - slots[slot].width / 2 - 5)
      right = max(right, wish(of: slot) + slots[slot].width / 2 + 5)
    }
    guard left < right else { return }
    if right - left < least { (left, right) = ((left + right - least) / 2, (left + right + least) / 2) }
    if left < room.left { (left, right) = (room.left, max(right, room.left + least)) }
    if right > room.right { (left, right) = (min(left, room.right - least), room.right) }
    left = max(left, room.left)
    right = max(right, left + least)
    items[item].x = (left + right) / 2
    items[item].size.width = right - left
  }

  private func minimalWidth(of item: Int, caption: Double) -> Double {
    func width(_ row: [Int]) -> Double { row.reduce(8) { $0 + slots[$1].width } }
    return max(caption, width(items[item].top), width(items[item].bottom), 44)
  }

  /// Puts the slots of each edge where their wires come from, in that order, side by side where they would overlap.
  private mutating func placeSlots(of item: Int) {
    guard items[item].box != nil else {
      for slot in items[item].top + items[item].bottom { slots[slot].x = items[item].x }
      return
    }
    for edge in [items[item].top, items[item].bottom] where !edge.isEmpty {
      let wishes = edge.map { slots[$0].segments.isEmpty ? items[item].right : wish(of: $0) }
      let order = edge.indices.sorted { (wishes[$0], $0) < (wishes[$1], $1) }
      let widths = order.map { slots[edge[$0]].width }
      // A bar lets its wires come straight down; a box keeps its ports together in the middle and moves as a whole.
      let places =
        isBar(item)
        ? Self.places(
          wishes: order.map { wishes[$0] }, widths: widths, from: items[item].left + 4,
          to: items[item].right - 4)
        : Self.places(
          wishes: order.map { _ in items[item].x }, widths: widths, from: items[item].left,
          to: items[item].right)
      for (place, index) in zip(places, order) { slots[edge[index]].x = place }
    }
  }

  /// The centres nearest to the wishes (which ascend) such that nothing overlaps and all is between `from` and `to`.
  static func places(wishes: [Double], widths: [Double], from: Double, to: Double) -> [Double] {
    // Pool adjacent violators: whoever would overlap forms a group that stands where its members wish on average.
    struct Group {
      var first: Int
      var width: Double
      var sum: Double
      var count: Int

      var left: Double { sum / Double(count) - width / 2 }
    }
    var groups: [Group] = []
    for index in wishes.indices {
      groups.append(Group(first: index, width: widths[index], sum: wishes[index], count: 1))
      while groups.count > 1,
        groups[groups.count - 2].left + groups[groups.count - 2].width > groups[groups.count - 1].left
      {
        let last = groups.removeLast()
        groups[groups.count - 1].width += last.width
        groups[groups.count - 1].sum += last.sum
        groups[groups.count - 1].count += last.count
      }
    }
    var places: [Double] = []
    for group in groups {
      var x = min(max(group.left, from), max(to - group.width, from))
      for index in group.first..<(group.first + group.count) {
        places.append(x + widths[index] / 2)
        x += widths[index]
      }
    }
    return pushed(places, widths: widths, from: from, to: to)
  }

  /// Clamping to the edges can push groups into each other again: once from the left, once from the right.
  private static func pushed(_ places: [Double], widths: [Double], from: Double, to: Double) -> [Double] {
    var places = places
    var limit = from
    for index in places.indices {
      places[index] = max(places[index], limit + widths[index] / 2)
      limit = places[index] + widths[index] / 2
    }
    limit = to
    for index in places.indices.reversed() {
      places[index] = min(places[index], limit - widths[index] / 2)
      limit = places[index] - widths[index] / 2
    }
    return places
  }
}

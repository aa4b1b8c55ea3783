/// The boxes in their rows with the places where wires meet them, on the way to an `Arrangement`.
struct Scaffold: Sendable {
  /// What takes room in a row: a box, or a wire on its way past the row.
  struct Item: Sendable {
    /// Nil for a wire passing by.
    var box: Int?
    var row: Int
    var size: Size
    var x = 0.0
    /// The machines drawn around it, innermost first.
    var homes: [Int]
    var top: [Int] = []
    var bottom: [Int] = []

    var left: Double { x - size.width / 2 }
    var right: Double { x + size.width / 2 }
  }

  /// Where wires meet the top or the bottom of an item.
  struct Slot: Sendable {
    var item: Int
    /// Nil where a wire passes by.
    var contact: Int?
    var isOnTop: Bool
    var width: Double
    /// Room for the port's name and addresses inside the box; zero for the second slot of a port.
    var label: Size
    var x = 0.0
    var segments: [Int] = []
  }

  /// A wire's way from one row to the next.
  struct Segment: Sendable {
    var upper: Int
    var lower: Int
    var wire: Int
    /// Where it leaves and arrives; set by `straighten`.
    var from = 0.0
    var to = 0.0
  }

  let blueprint: Blueprint
  let layering: Layering
  var items: [Item] = []
  var slots: [Slot] = []
  var segments: [Segment] = []
  /// Per wire its segments from top to bottom.
  var ways: [[Int]] = []
  /// Per machine the first and last row it has anything in, guests included.
  var spans: [ClosedRange<Int>?]
  /// Per machine the room from left to right that it may fill.
  var extents: [(left: Double, right: Double)?]

  init(of blueprint: Blueprint, layering: Layering) {
    self.blueprint = blueprint
    self.layering = layering
    spans = Self.spans(of: blueprint, rows: layering.rows)
    extents = spans.map { _ in nil }
    for (index, box) in blueprint.boxes.enumerated() {
      items.append(
        Item(
          box: index, row: layering.rows[index], size: .zero,
          homes: blueprint.surroundings(of: box.machine)))
    }
    for contact in blueprint.contacts.indices { addSlots(of: contact) }
    for box in blueprint.boxes.indices { items[box].size = room(for: box) }
    for wire in blueprint.wires.indices { addWay(of: wire) }
  }

  private static func spans(of blueprint: Blueprint, rows: [Int]) -> [ClosedRange<Int>?] {
    var spans = [ClosedRange<Int>?](repeating: nil, count: blueprint.machines.count)
    for (index, box) in blueprint.boxes.enumerated() {
      for machine in blueprint.surroundings(of: box.machine) {
        let known = spans[machine] ?? rows[index]...rows[index]
        spans[machine] = min(known.lowerBound, rows[index])...max(known.upperBound, rows[index])
      }
    }
    return spans
  }
}

extension Scaffold {
  /// Room around port labels, captions and lines.
  private enum Margin {
    static let label = 10.0
    static let caption = 16.0
    static let line = 6.0
  }

  private mutating func addSlots(of contact: Int) {
    let known = blueprint.contacts[contact]
    var above = 0.0
    var below = 0.0
    var votes = 0
    // Wires that are there at the same time stand side by side.
    let isShared = blueprint.isShared(contact)
    for wire in known.wires {
      // A wire from a box to itself hangs below it.
      let isOnTop = layering.ends[wire].map { $0.lower == contact } ?? false
      votes += isOnTop ? 1 : -1
      let breadth = blueprint.wires[wire].breadth
      if isOnTop {
        above = isShared ? above + breadth : max(above, breadth)
      } else {
        below = isShared ? below + breadth : max(below, breadth)
      }
    }
    let isMainlyOnTop = votes > 0
    for isOnTop in [true, false] {
      let breadth = isOnTop ? above : below
      guard breadth > 0 || isOnTop == isMainlyOnTop else { continue }
      let label = isOnTop == isMainlyOnTop ? known.label : .zero
      let width = max(breadth + Margin.line, label.width + Margin.label, 24)
      let slot = Slot(
        item: known.box, contact: contact, isOnTop: isOnTop, width: width, label: label)
      if isOnTop {
        items[known.box].top.append(slots.count)
      } else {
        items[known.box].bottom.append(slots.count)
      }
      slots.append(slot)
    }
  }

  /// How high the row of port labels along one edge of a box is.
  func labelHeight(_ row: [Int]) -> Double {
    let height = row.map { slots[$0].label.height }.max() ?? 0
    return height > 0 ? height + 4 : 0
  }

  private func room(for box: Int) -> Size {
    let caption = blueprint.boxes[box].caption
    func width(_ row: [Int]) -> Double { row.reduce(16) { $0 + slots[$1].width } }
    let item = items[box]
    return Size(
      width: max(caption.width + Margin.caption, width(item.top), width(item.bottom), 44),
      height: labelHeight(item.top) + caption.height + 10 + labelHeight(item.bottom))
  }

  private mutating func addWay(of wire: Int) {
    guard let ends = layering.ends[wire],
      let start = slots.firstIndex(where: { $0.contact == ends.upper && !$0.isOnTop }),
      let end = slots.firstIndex(where: { $0.contact == ends.lower && $0.isOnTop })
    else {
      ways.append([])
      return
    }
    var way: [Int] = []
    var upper = start
    let rows = (items[slots[start].item].row, items[slots[end].item].row)
    for row in (rows.0 + 1)..<max(rows.1, rows.0 + 1) {
      let item = items.count
      let width = blueprint.wires[wire].breadth + Margin.line
      items.append(
        Item(
          box: nil, row: row, size: Size(width: width, height: 0),
          homes: homes(ofBendIn: row, from: slots[start].item, to: slots[end].item), top: [slots.count],
          bottom: [slots.count + 1]))
      for isOnTop in [true, false] {
        slots.append(Slot(item: item, contact: nil, isOnTop: isOnTop, width: width, label: .zero))
      }
      way.append(addSegment(from: upper, to: slots.count - 2, wire: wire))
      upper = slots.count - 1
    }
    way.append(addSegment(from: upper, to: end, wire: wire))
    ways.append(way)
  }

  private mutating func addSegment(from upper: Int, to lower: Int, wire: Int) -> Int {
    slots[upper].segments.append(segments.count)
    slots[lower].segments.append(segments.count)
    segments.append(Segment(upper: upper, lower: lower, wire: wire))
    return segments.count - 1
  }

  /// A wire enters a machine through its top and leaves it through its bottom, so it is inside in every row between.
  private func homes(ofBendIn row: Int, from upper: Int, to lower: Int) -> [Int] {
    func spansRow(_ machine: Int) -> Bool { spans[machine]?.contains(row) ?? false }
    if let inner = items[lower].homes.firstIndex(where: spansRow) {
      return Array(items[lower].homes[inner...])
    }
    if let inner = items[upper].homes.firstIndex(where: spansRow) {
      return Array(items[upper].homes[inner...])
    }
    return []
  }
}

import Packets
import Protocols
import Simulation

/// Rules in their order, arranged so that a packet is not compared with each of them. What they do is not known here.
///
/// Rules that look at the same parts of a packet share a hash table (tuple space search: Srinivasan, Suri, Varghese, 1999),
/// so a packet costs one probe for each combination of parts that the rules use, not one for each rule. What a table
/// cannot hold, such as most negations, is asked of those rules only that the tables found.
///
/// It is never changed. One object holds all of it, so that whoever searches takes hold of one thing and not of each array.
package final class RuleTable: Sendable {
  /// Rules that look at the same bits: a hash table with open addressing, a part of `slots`.
  private struct Group: Sendable, BitwiseCopyable {
    let mask: RuleHeader
    let firstSlot: UInt32
    let lastPlace: UInt32
    /// What of a mixed key is left is a place.
    let shift: UInt64
    /// The first and the last rule of them all.
    let first: UInt32
    let last: UInt32
  }

  /// The first node that has a value of a group's bits; free without one. Half of a group's slots are.
  ///
  /// Most searches find nothing. So that those touch little memory, a part of the mixed value stands here, the value
  /// beside its node.
  private struct Slot: Sendable, BitwiseCopyable {
    var tag: UInt32 = 0
    var head = RuleTable.none
  }

  /// A rule under one of its keys; those of one key stand in the order of the rules.
  private struct Node: Sendable, BitwiseCopyable {
    var rule: UInt32
    var next: UInt32
    /// Whether its key says not all of it.
    var mustAsk: Bool
  }

  private static let none = UInt32.max

  private let groups: Slab<Group>
  private let slots: Slab<Slot>
  private let nodes: Slab<Node>
  /// The key of each node.
  private let keys: Slab<RuleHeader>
  /// The rules whose keys do not say all, in their places; empty where there are none such.
  private let incomplete: [PacketMatch]

  package init(_ rules: [PacketMatch]) {
    var drafts: [Draft] = []
    var nodes: [Node] = []
    var allKeys: [RuleHeader] = []
    var areAllComplete = true
    var places: [RuleHeader: Int] = [:]  // looked up, never iterated
    // From the last to the first, so that each comes before those that are there.
    for (number, rule) in rules.enumerated().reversed() {
      let (keys, areComplete) = rule.keys
      areAllComplete = areAllComplete && areComplete
      for key in keys {
        let place = places[key.mask] ?? drafts.count
        if place == drafts.count {
          drafts.append(Draft(mask: key.mask, last: UInt32(number)))
          places[key.mask] = place
        }
        let next = drafts[place].add(key.value, UInt32(nodes.count), first: UInt32(number))
        nodes.append(Node(rule: UInt32(number), next: next, mustAsk: !areComplete))
        allKeys.append(key.value)
      }
    }
    var groups: [Group] = []
    var slots: [Slot] = []
    for draft in drafts.sorted(by: { $0.first < $1.first }) { groups.append(RuleTable.layOut(draft, in: &slots)) }
    self.groups = Slab(groups)
    self.slots = Slab(slots)
    self.nodes = Slab(nodes)
    self.keys = Slab(allKeys)
    incomplete = areAllComplete ? [] : rules
  }

  package var isEmpty: Bool {
    @inline(__always) get { groups.capacity == 0 }
  }

  /// The number of the first rule that matches, of those from `start` on.
  ///
  /// Groups stand in the order of their first rules, so the search ends where none can come before what was found.
  package func firstMatch(_ header: RuleHeader, from start: Int = 0) -> Int? {
    let start = UInt32(truncatingIfNeeded: start)
    var best = RuleTable.none
    for index in 0..<groups.capacity {
      let group = groups[index]
      if group.first >= best { break }
      guard group.last >= start else { continue }
      var place = head(in: group, header)
      while place != RuleTable.none, nodes[Int(place)].rule < best {
        let node = nodes[Int(place)]
        if node.rule >= start, !node.mustAsk || incomplete[Int(node.rule)].admits(header) { best = node.rule }
        place = node.next
      }
    }
    return best == RuleTable.none ? nil : Int(best)
  }

  /// The first node of a group that has the header's bits.
  @inline(__always)
  private func head(in group: Group, _ header: RuleHeader) -> UInt32 {
    let key = header.masked(by: group.mask)
    let first = Int(group.firstSlot)
    let mixed = key.mixed
    var place = Int(truncatingIfNeeded: mixed &>> group.shift)
    while true {
      let slot = slots[first &+ place]
      if slot.head == RuleTable.none { return RuleTable.none }
      if slot.tag == RuleTable.tag(of: mixed), keys[Int(slot.head)] == key { return slot.head }
      place = (place &+ 1) & Int(group.lastPlace)
    }
  }
}

/// Laying a table out.
extension RuleTable {
  /// Bits that the place does not depend on alone.
  @inline(__always)
  private static func tag(of mixed: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: mixed &>> 20) }

  /// A group while it is collected.
  private struct Draft {
    let mask: RuleHeader
    let last: UInt32
    var first = RuleTable.none
    /// The values in the order in which they were met, with their first nodes.
    var values: [(key: RuleHeader, head: UInt32)] = []
    private var places: [RuleHeader: Int] = [:]  // looked up, never iterated

    init(mask: RuleHeader, last: UInt32) {
      self.mask = mask
      self.last = last
    }

    /// Puts a node before those of its key.
    ///
    /// - Returns: the one that was first, or none.
    mutating func add(_ key: RuleHeader, _ node: UInt32, first rule: UInt32) -> UInt32 {
      first = rule
      guard let place = places[key] else {
        places[key] = values.count
        values.append((key, node))
        return RuleTable.none
      }
      defer { values[place].head = node }
      return values[place].head
    }
  }

  private static func layOut(_ draft: Draft, in slots: inout [Slot]) -> Group {
    var size = 2
    while size < draft.values.count * 2 { size *= 2 }
    let group = Group(
      mask: draft.mask, firstSlot: UInt32(slots.count), lastPlace: UInt32(size - 1),
      shift: UInt64(64 - size.trailingZeroBitCount), first: draft.first, last: draft.last)
    slots += Array(repeating: Slot(), count: size)
    for value in draft.values {
      let mixed = value.key.mixed
      var place = Int(truncatingIfNeeded: mixed &>> group.shift)
      while slots[Int(group.firstSlot) + place].head != RuleTable.none { place = (place + 1) & (size - 1) }
      slots[Int(group.firstSlot) + place] = Slot(tag: tag(of: mixed), head: value.head)
    }
    return group
  }
}

import Packets
import Protocols
import Simulation

/// Rules in their order, arranged so that a packet is not compared with each of them. What they do is not known here.
///
/// Rules that look at the same parts of a packet share a hash table (tuple space search: Srinivasan, Suri, Varghese, 1999),
/// so a packet costs one probe for each combination of parts that the rules use, not one for each rule. What a table
/// cannot hold, such as most negations, is asked of those rules only that the tables found.
package struct RuleTable: Sendable {
  /// Rules that look at the same bits.
  private struct Group: Sendable {
    let mask: RuleHeader
    /// The first node of each value of those bits.
    var heads = FlatTable<RuleHeader, UInt32>()
    /// The first and the last rule of them all.
    var first: UInt32
    let last: UInt32
  }

  /// A rule under one of its keys; those of one key stand in the order of the rules.
  private struct Node: Sendable, BitwiseCopyable {
    var rule: UInt32
    var next: UInt32
  }

  private var groups: [Group] = []
  private var nodes: [Node] = []
  /// What must still be asked of a rule that was found; nil where its keys say all.
  private var checks: [PacketMatch?] = []

  package init() {}

  package init(_ rules: [PacketMatch]) {
    checks = Array(repeating: nil, count: rules.count)
    var places: [RuleHeader: Int] = [:]  // looked up, never iterated
    // From the last to the first, so that each comes before those that are there.
    for (number, rule) in rules.enumerated().reversed() {
      let (keys, areComplete) = rule.keys
      if !areComplete { checks[number] = rule }
      for key in keys {
        let place = places[key.mask] ?? groups.count
        if place == groups.count {
          groups.append(Group(mask: key.mask, first: UInt32(number), last: UInt32(number)))
          places[key.mask] = place
        }
        groups[place].first = UInt32(number)
        nodes.append(Node(rule: UInt32(number), next: groups[place].heads[key.value] ?? .max))
        groups[place].heads[key.value] = UInt32(nodes.count - 1)
      }
    }
    groups.sort { $0.first < $1.first }
  }

  package var isEmpty: Bool {
    @inline(__always) get { groups.isEmpty }
  }

  /// The number of the first rule that matches, of those from `start` on.
  ///
  /// Groups stand in the order of their first rules, so the search ends where none can come before what was found.
  package func firstMatch(_ header: RuleHeader, from start: Int = 0) -> Int? {
    let start = UInt32(start)
    var best = UInt32.max
    // By their places: to be taken out, each would be copied with its table.
    for index in groups.indices {
      if groups[index].first >= best { break }
      guard groups[index].last >= start, let head = groups[index].heads[header.masked(by: groups[index].mask)]
      else { continue }
      var place = head
      while place != .max, nodes[Int(place)].rule < best {
        let node = nodes[Int(place)]
        if node.rule >= start, checks[Int(node.rule)]?.admits(header) ?? true { best = node.rule }
        place = node.next
      }
    }
    return best == .max ? nil : Int(best)
  }
}

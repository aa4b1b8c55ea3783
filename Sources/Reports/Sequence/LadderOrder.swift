/// Puts lifelines so that arrows are short: who speak to each other stand beside each other.
struct LadderOrder {
  /// Participants from left to right.
  private(set) var order: [Int]
  /// Where each participant stands.
  var places: [Int] {
    var places = Array(repeating: 0, count: order.count)
    for (place, participant) in order.enumerated() { places[participant] = place }
    return places
  }

  private struct Pair: Hashable {
    var low: Int
    var high: Int
  }

  private var weights: [(pair: Pair, weight: Int)] = []

  /// It begins with the order in which they first speak, and moves one after another as long as that helps.
  init(_ sections: [Ladder.Section], participants count: Int) {
    order = Array(0..<count)
    var numbers: [Pair: Int] = [:]  // looked up, never iterated
    for message in sections.flatMap(\.messages) {
      for other in message.targets.map(\.participant) where other != message.from {
        let pair = Pair(low: min(message.from, other), high: max(message.from, other))
        if let number = numbers[pair] {
          weights[number].weight += 1
        } else {
          numbers[pair] = weights.count
          weights.append((pair, 1))
        }
      }
    }
    improve()
    // Who speaks first stands on the left.
    if let first = order.firstIndex(of: 0), first > order.count / 2 { order.reverse() }
  }

  private mutating func improve() {
    var best = cost(order)
    for _ in 0..<8 {
      let before = best
      for participant in order.indices {
        for place in order.indices {
          var tried = order
          tried.remove(at: tried.firstIndex(of: participant) ?? 0)
          tried.insert(participant, at: place)
          let cost = cost(tried)
          if cost < best { (best, order) = (cost, tried) }
        }
      }
      if best == before { return }
    }
  }

  private func cost(_ order: [Int]) -> Int {
    var places = Array(repeating: 0, count: order.count)
    for (place, participant) in order.enumerated() { places[participant] = place }
    return weights.reduce(0) { $0 + $1.weight * abs(places[$1.pair.low] - places[$1.pair.high]) }
  }
}

extension Ladder.Section {
  /// Gives everybody the number of their place.
  mutating func reorder(_ places: [Int]) {
    for index in items.indices {
      switch items[index] {
      case .message(var message):
        message.reorder(places)
        items[index] = .message(message)
      case .run(var run):
        for place in run.messages.indices { run.messages[place].message.reorder(places) }
        items[index] = .run(run)
      }
    }
  }
}

extension Ladder.Message {
  fileprivate mutating func reorder(_ places: [Int]) {
    from = places[from]
    aim = aim.map { places[$0] }
    for place in targets.indices { targets[place].participant = places[targets[place].participant] }
  }
}

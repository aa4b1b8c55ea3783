import Simulation

/// Long runs of messages that are alike, such as a hundred pings or a thousand segments, become one of each kind.
extension Ladder {
  /// So many kinds of messages may take turns in a run.
  private static let mostKinds = 10
  /// Each is said so many times on the average, and none only once.
  private static let leastTimes = 3

  static func folded(_ messages: [Message]) -> [Item] {
    var numbers: [Message.Key: Int] = [:]  // looked up, never iterated
    var kinds: [Int] = []
    for message in messages {
      let kind = numbers[message.key] ?? numbers.count
      numbers[message.key] = kind
      kinds.append(kind)
    }
    var items: [Item] = []
    var place = 0
    while place < messages.count {
      guard let end = endOfRun(kinds, from: place) else {
        items.append(.message(messages[place]))
        place += 1
        continue
      }
      items.append(.run(run(messages[place..<end], kinds[place..<end])))
      place = end
    }
    return items
  }

  /// The end of the longest run that begins there; nil where none does.
  private static func endOfRun(_ kinds: [Int], from start: Int) -> Int? {
    var counts: [Int: Int] = [:]  // looked up, never iterated
    var singles = 0
    var end: Int?
    for place in start..<kinds.count {
      let count = counts[kinds[place], default: 0] + 1
      if count == 1 {
        guard counts.count < mostKinds else { break }
        singles += 1
      } else if count == 2 {
        singles -= 1
      }
      counts[kinds[place]] = count
      let length = place + 1 - start
      if singles == 0, length >= leastTimes * counts.count { end = place + 1 }
    }
    return end
  }

  private static func run(_ messages: ArraySlice<Message>, _ kinds: ArraySlice<Int>) -> Run {
    var places: [Int: Int] = [:]  // looked up, never iterated
    var told: [Run.Part] = []
    for (message, kind) in zip(messages, kinds) {
      if let place = places[kind] {
        told[place].count += 1
        told[place].bytes += message.speech.saying.bytes
      } else {
        places[kind] = told.count
        told.append(Run.Part(message: message, count: 1, bytes: message.speech.saying.bytes))
      }
    }
    return Run(messages: told, until: messages.last?.time ?? .start)
  }
}

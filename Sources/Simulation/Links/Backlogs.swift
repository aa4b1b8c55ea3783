import DequeModule

/// When the frames that wait for a busy transmitter will begin to be sent, of those directions where any ever had to.
struct Backlogs: Sendable {
  private var queues: [Deque<Instant>] = []

  /// Whether one more may wait until `begin`; if so it does.
  mutating func admit(until begin: Instant, now: Instant, limit: UInt32, _ place: inout UInt32) -> Bool {
    guard limit > 0 else { return false }
    if place == .max {
      place = UInt32(queues.count)
      queues.append([])
    }
    let index = Int(place)
    while let first = queues[index].first, first <= now { queues[index].removeFirst() }
    guard queues[index].count < Int(limit) else { return false }
    queues[index].append(begin)
    return true
  }

  mutating func clear(_ place: UInt32) {
    if place != .max { queues[Int(place)].removeAll() }
  }
}

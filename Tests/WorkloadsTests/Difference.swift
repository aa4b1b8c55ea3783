import Workloads

/// Two runs that differ in nothing but the amount of work, so that what both have in common cancels.
struct Difference: Sendable {
  enum Unit { case hop, event }

  var less: [String]
  var more: [String]
  var unit = Unit.hop

  /// What the one run cost more than the other, and how much more it did for that.
  struct Cost {
    var cost: Int
    var work: Int
    var perUnit: Double { Double(cost) / Double(work) }
  }

  /// Plays both at the same time; nothing else may be measured meanwhile, for the sake of a machine with two processors.
  func measure(_ resource: Valgrind.Resource) async throws -> Cost {
    async let first = Valgrind.run(less, counting: resource)
    async let second = Valgrind.run(more, counting: resource)
    let (few, many) = (try await first, try await second)
    let work = unit == .hop ? many.work.frameHops - few.work.frameHops : many.work.events - few.work.events
    return Cost(cost: many.cost - few.cost, work: work)
  }

  func with(_ options: String...) -> Difference {
    Difference(less: less + options, more: more + options, unit: unit)
  }

  static func workload(_ word: String, _ sizes: (Int, Int)) -> Difference {
    Difference(less: [word, "--size", "\(sizes.0)"], more: [word, "--size", "\(sizes.1)"])
  }

  static func queue(pending: Int, operations: (Int, Int)) -> Difference {
    let arguments = ["W1", "--size", "\(pending)", "--operations"]
    return Difference(less: arguments + ["\(operations.0)"], more: arguments + ["\(operations.1)"], unit: .event)
  }

  static func slope(_ word: String, size: Int) -> Difference {
    let arguments = ["slope", word, "--size", "\(size)", "--traffic"]
    return Difference(less: arguments + ["100"], more: arguments + ["600"])
  }
}

/// A cost that is written down in the file of recorded costs.
enum Quantity: String, CaseIterable {
  case queue = "W1/event"
  /// Of this and the others, the set-up of the hosts that one size has more is in the cost.
  case bridge = "W2/hop"
  case routers = "W3/hop"
  case clients = "W4/hop"
  case translatedClients = "W4-nat/hop"
  case tree = "W5/hop"

  var difference: Difference {
    switch self {
    case .queue: .queue(pending: 1000, operations: (50_000, 150_000))
    case .bridge: .workload("W2", (16, 48))
    case .routers: .workload("W3", (500, 2000))
    case .clients: .workload("W4", (10, 40))
    case .translatedClients: .workload("W4-nat", (10, 40))
    case .tree: .workload("W5", (200, 400))
    }
  }
}

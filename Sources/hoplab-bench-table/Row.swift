/// A line of the table: a figure of Hoplab, the same of ns-3, and what it should be.
struct Row {
  var name: String
  var quantity: Quantity
  var hoplab: Subject
  /// In the order of the group's columns; fewer where ns-3 has no counterpart or would take too long.
  var peers: [Subject] = []
  var must: Goal?
  var aim: Goal?

  var subjects: [Subject] { [hoplab] + peers }
}

/// What is measured, and what is taken away from it or compared with it.
struct Subject: Hashable {
  var probe: Probe
  var base: Probe?
}

/// A subject measured once, its base right before it, so that the machine's mood of the moment meets both.
struct Trial {
  var sample: Sample
  /// All zeros where there is none.
  var base = Sample()
}

/// Rows that stand together, with a sentence above them.
struct Group {
  var title: String
  var sentence: String
  /// The columns of ns-3; none where it has no counterpart.
  var peers: [String] = []
  var rows: [Row]
}

/// What a row says, how it comes out of the figures, and which way is better.
struct Quantity: Sendable {
  var unit: String
  var isCost: Bool
  var value: @Sendable (_ sample: Sample, _ base: Sample) -> Double

  /// The median over all trials; nil when it could not be measured, or drowned in the noise of what was taken away.
  func figure(of trials: [Trial]) -> Double? {
    let values = trials.map { value($0.sample, $0.base) }
    guard !values.isEmpty, values.allSatisfy(\.isFinite), values.median > 0 else { return nil }
    return values.median
  }

  /// A figure with its unit: 66.4 k hops/s, 3.1 µs, ×1.55.
  func words(_ figure: Double) -> String {
    if unit == "×" { return "×\(Numeral.words(figure))" }
    guard unit.hasPrefix("M "), figure < 1 else { return "\(Numeral.words(figure)) \(unit)" }
    return "\(Numeral.words(figure * 1000)) k\(unit.dropFirst())"
  }

  static let events = Quantity(unit: "M events/s", isCost: false) { sample, _ in sample.delivered / sample.cpu / 1e6 }
  static let hops = Quantity(unit: "M hops/s", isCost: false) { sample, _ in sample.frameHops / sample.cpu / 1e6 }
  /// With the kernel's time: the system tells the two apart by samples, which say nothing of a few milliseconds, and the
  /// memory that a host needs is the kernel's to find.
  static let setUp = Quantity(unit: "µs", isCost: true) { sample, base in
    (sample.setup + sample.system - base.setup - base.system) / (sample.size - base.size) * 1e6
  }
  /// Of the clients of W9-dhcp, whose plays may have been added up: each has eight messages that a program takes in.
  static let client = Quantity(unit: "µs", isCost: true) { sample, _ in sample.cpu / sample.delivered * 8 * 1e6 }
  static let growthOfClients = Quantity(unit: "×", isCost: true) { sample, base in
    sample.cpu / sample.delivered / (base.cpu / base.delivered)
  }
  static let memory = Quantity(unit: "KiB", isCost: true) { sample, base in
    (sample.residentAfterSetup - base.residentAfterSetup) / (sample.size - base.size)
  }
  static let resident = Quantity(unit: "GiB", isCost: true) { sample, _ in sample.residentMost / 1_048_576 }
  static let growthOfMemory = Quantity(unit: "×", isCost: true) { sample, base in
    sample.residentMost / base.residentMost
  }
  static let record = Quantity(unit: "µs", isCost: true) { sample, base in
    (sample.cpu - base.cpu) / sample.records * 1e6
  }
  /// Of a workload whose size is its length in milliseconds.
  static let simulated = Quantity(unit: "s", isCost: false) { sample, _ in
    sample.size * sample.plays / 1000 / sample.cpu
  }
  /// For a workload of which nothing but its time is to be told.
  static let cpu = Quantity(unit: "s", isCost: true) { sample, _ in sample.cpu }
  static let recordWithKernel = Quantity(unit: "µs", isCost: true) { sample, base in
    (sample.cpu + sample.system - base.cpu - base.system) / sample.records * 1e6
  }
  static let wall = Quantity(unit: "ms", isCost: true) { sample, _ in sample.wall * 1e3 }
  /// How much dearer an event, or a hop, is in the probe than in its base.
  static let growthOfEvents = Quantity(unit: "×", isCost: true) { sample, base in
    sample.cpu / sample.delivered / (base.cpu / base.delivered)
  }
  static let growthOfHops = Quantity(unit: "×", isCost: true) { sample, base in
    sample.cpu / sample.frameHops / (base.cpu / base.frameHops)
  }
}

/// What a row should reach, and whether it does.
enum Goal {
  /// At least as good as this, in the unit of the row.
  case figure(Double)
  /// So many times as good as the first of the peers.
  case times(Double)

  func words(_ quantity: Quantity) -> String {
    switch self {
    case .figure(let bound): "\(quantity.isCost ? "≤" : "≥") \(quantity.words(bound))"
    case .times(let factor): "×\(Numeral.words(factor))"
    }
  }

  /// Nil when it was not measured.
  func isMet(_ figure: Double?, ratio: Double?, _ quantity: Quantity) -> Bool? {
    switch self {
    case .figure(let bound): figure.map { quantity.isCost ? $0 <= bound : $0 >= bound }
    case .times(let factor): ratio.map { $0 >= factor }
    }
  }
}

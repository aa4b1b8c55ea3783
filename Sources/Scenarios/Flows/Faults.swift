import Simulation

/// What is cut and what is switched off at a moment of a play.
public struct Faults: Hashable, Sendable {
  public private(set) var cut: Set<Int> = []
  /// Directions that alone are cut.
  public private(set) var mute: Set<DirectionID> = []
  public private(set) var off: Set<DeviceID> = []

  public init() {}

  /// After all of these, the journal's first ones.
  public init(after records: some Sequence<Record>) {
    for record in records { read(record) }
  }

  public var isEmpty: Bool { cut.isEmpty && mute.isEmpty && off.isEmpty }

  /// The links of which at least one direction is cut.
  public var links: [Int] { cut.union(mute.map(\.link)).sorted() }

  static func areChanged(by event: Event) -> Bool {
    switch event {
    case .linkChanged, .directionChanged, .deviceChanged: true
    default: false
    }
  }

  mutating func read(_ record: Record) {
    switch record.event {
    case .linkChanged(let link, isUp: true): cut.remove(Int(link))
    case .linkChanged(let link, isUp: false):
      cut.insert(Int(link))
      mute = mute.filter { $0.link != Int(link) }
    case .directionChanged(let direction, isUp: true): mute.remove(direction)
    case .directionChanged(let direction, isUp: false): mute.insert(direction)
    case .deviceChanged(isUp: true): off.remove(record.device)
    case .deviceChanged(isUp: false): off.insert(record.device)
    default: break
    }
  }
}

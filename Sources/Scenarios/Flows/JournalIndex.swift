import Packets
import Simulation

/// Where in the journal each frame is spoken of, made in one pass.
///
/// Frame ids rise from 1 without gaps, so everything is a flat array by frame id; record places are `Int32`, -1 for none.
package struct JournalIndex: Sendable {
  /// The `.sent` or `.held` record that made the frame.
  private var births: [Int32] = []
  private var receptions: [Int32] = []
  /// Absorbed or dropped; of two the last.
  private var ends: [Int32] = []
  /// Frames that continue this one, and frames that answer it, each as a chain in order of play.
  private var continued = Chains()
  private var answered = Chains()
  /// Places of what was noted about the frame.
  private var noted = Chains()
  /// The first packets of each activity, by activity id.
  private(set) var roots: [[FrameID]] = []
  /// What each activity sent later on its own account, by activity id.
  private var laterRoots: [[FrameID]] = []
  private(set) var steps: [StepSpan] = []

  struct StepSpan: Sendable {
    var step: Int
    var began: Instant
    var ended: Instant
    var activities: [ActivitySpan] = []
  }

  struct ActivitySpan: Sendable {
    var activity: ActivityID
    var device: DeviceID
    var outcome: Outcome?
    var ended: Instant?
    /// The first time a rule of its device kept a packet of it from leaving.
    var refusal: Record?
  }

  /// Where activities stand that have begun.
  private struct Begun {
    var activities: [UInt32: (step: Int, place: Int)] = [:]  // looked up, never iterated
    /// The last of each device.
    var latest: [UInt32: (step: Int, place: Int)] = [:]  // looked up, never iterated
  }

  package init(_ records: [Record]) {
    let last = records.reduce(0) { max($0, $1.frame.rawValue, $1.cause.rawValue) }
    let count = Int(last) + 1
    births = Array(repeating: -1, count: count)
    receptions = births
    ends = births
    continued = Chains(heads: count)
    answered = Chains(heads: count)
    noted = Chains(heads: count)
    var begun = Begun()
    for (place, record) in records.enumerated() { add(record, at: place, &begun) }
  }

  private mutating func add(
    _ record: Record, at place: Int, _ begun: inout Begun
  ) {
    let frame = Int(record.frame.rawValue)
    switch record.event {
    case .sent, .held: addBirth(record, at: place)
    case .received: receptions[frame] = Int32(place)
    case .absorbed, .dropped:
      if record.frame != .none { ends[frame] = Int32(place) }
    case .stepBegan(let step):
      steps.append(StepSpan(step: Int(step), began: record.time, ended: record.time))
    case .stepEnded(let step):
      if let index = steps.lastIndex(where: { $0.step == Int(step) }) { steps[index].ended = record.time }
    case .began(let activity, let step):
      let index = stepIndex(Int(step), record)
      let place = (index, steps[index].activities.count)
      begun.activities[activity.rawValue] = place
      begun.latest[record.device.index] = place
      steps[index].activities.append(ActivitySpan(activity: activity, device: record.device))
    case .ended(let activity, let outcome):
      guard let (step, place) = begun.activities[activity.rawValue] else { break }
      steps[step].activities[place].outcome = outcome
      steps[step].activities[place].ended = record.time
    case .withheld where record.frame == .none:
      guard let (step, place) = begun.latest[record.device.index] else { break }
      if steps[step].activities[place].refusal == nil { steps[step].activities[place].refusal = record }
    case .linkChanged, .directionChanged, .deviceChanged, .serviceChanged, .linkSet: break
    default:
      if record.frame != .none { noted.append(UInt32(place), to: frame) }
    }
  }

  private mutating func addBirth(_ record: Record, at place: Int) {
    births[Int(record.frame.rawValue)] = Int32(place)
    let cause = Int(record.cause.rawValue)
    switch record.relation {
    case .begins:
      JournalIndex.append(record, to: &roots)
    case .continues:
      if record.cause != .none { continued.append(record.frame.rawValue, to: cause) }
    case .answers:
      if record.cause != .none { answered.append(record.frame.rawValue, to: cause) }
    case .serves:
      // ARP serves what has to be sent; asked for by itself, its answer is one.
      if record.cause != .none, record.event.isARPReply { answered.append(record.frame.rawValue, to: cause) }
      if record.activity != .none { JournalIndex.append(record, to: &laterRoots) }
    }
  }

  /// An activity may begin in a journal without marks of steps, as on a workbench.
  private mutating func stepIndex(_ step: Int, _ record: Record) -> Int {
    if let index = steps.lastIndex(where: { $0.step == step }) { return index }
    steps.append(StepSpan(step: step, began: record.time, ended: record.time))
    return steps.count - 1
  }

  private static func append(_ record: Record, to lists: inout [[FrameID]]) {
    let activity = Int(record.activity.rawValue)
    while lists.count <= activity { lists.append([]) }
    lists[activity].append(record.frame)
  }

  func roots(of activity: ActivityID) -> [FrameID] {
    let index = Int(activity.rawValue)
    return index < roots.count ? roots[index] : []
  }

  func laterRoots(of activity: ActivityID) -> [FrameID] {
    let index = Int(activity.rawValue)
    return index < laterRoots.count ? laterRoots[index] : []
  }

  package func birth(of frame: FrameID) -> Int? { births[Int(frame.rawValue)].place }
  package func reception(of frame: FrameID) -> Int? { receptions[Int(frame.rawValue)].place }
  package func end(of frame: FrameID) -> Int? { ends[Int(frame.rawValue)].place }
  package func continuations(of frame: FrameID) -> [FrameID] {
    continued.items(of: Int(frame.rawValue)).map(FrameID.init(rawValue:))
  }
  package func answers(to frame: FrameID) -> [FrameID] {
    answered.items(of: Int(frame.rawValue)).map(FrameID.init(rawValue:))
  }
  package func notes(about frame: FrameID) -> [Int] { noted.items(of: Int(frame.rawValue)).map { Int($0) } }
}

extension Event {
  fileprivate var isARPReply: Bool {
    guard case .arp(let packet)? = frame?.payload else { return false }
    return packet.operation == .reply
  }
}

extension Int32 {
  fileprivate var place: Int? { self < 0 ? nil : Int(self) }
}

/// Many short lists in two arrays.
private struct Chains: Sendable {
  private var heads: [Int32]
  private var tails: [Int32]
  private var links: [(item: UInt32, next: Int32)] = []

  init(heads count: Int = 0) {
    heads = Array(repeating: -1, count: count)
    tails = heads
  }

  mutating func append(_ item: UInt32, to head: Int) {
    let place = Int32(links.count)
    links.append((item, -1))
    if tails[head] >= 0 { links[Int(tails[head])].next = place } else { heads[head] = place }
    tails[head] = place
  }

  func items(of head: Int) -> [UInt32] {
    var result: [UInt32] = []
    var place = heads[head]
    while place >= 0 {
      result.append(links[Int(place)].item)
      place = links[Int(place)].next
    }
    return result
  }
}

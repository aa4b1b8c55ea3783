import Configuration
import Devices
import Packets
import Scenarios
import Simulation
import Topology

/// Numbers of a run: of each interface, each direction of each cable, and each flow; from the journal alone.
public struct RunStatistics: Sendable {
  /// Rises when a reader of the old form could not read the new one.
  public static let version = 1

  let run: VariantRun
  let grid: TimeGrid
  /// Of cables between machines, in the order of the links.
  let directions: [DirectionUse]
  let flows: [FlowUse]
  /// By device and port.
  let traffic: [[PortTraffic]]

  public init(of run: VariantRun) {
    self.run = run
    grid = TimeGrid(run.playback.duration)
    traffic = PortTrafficReader(run.playback.journal, in: run.playback.topology).traffic
    var reader = DirectionReader(run, grid)
    var courses = PacketCourses()
    let records = run.playback.journal.records
    for (place, record) in records.enumerated() {
      courses.read(record)
      reader.read(record, followedBy: place + 1 < records.count ? records[place + 1] : nil)
    }
    directions = reader.uses
    flows = RunStatistics.flows(of: run, courses.courses)
  }

  /// Frames of which the journal keeps only a sum.
  var sums: UInt64 { directions.reduce(0) { $0 + $1.sums } }

  private static func flows(of run: VariantRun, _ courses: [PacketCourse]) -> [FlowUse] {
    var flows: [FlowUse] = []
    var places: [ActivityID: Int] = [:]  // looked up, never iterated
    for flow in run.flows {
      for (number, activity) in flow.activities.enumerated() {
        let verdicts = run.verdict.steps.indices.contains(flow.step) ? run.verdict.steps[flow.step].activities : []
        let verdict = verdicts.indices.contains(number) ? verdicts[number] : nil
        var use = FlowUse(
          step: flow.step, activity: activity.activity, name: verdict?.flow ?? verdict?.machine ?? "")
        use.bytes = activity.outcome.bytes > 0 ? activity.outcome.bytes : activity.tally.bytesArrived
        use.bitsPerSecond = rate(of: activity)
        for time in activity.tally.roundTrips { use.roundTrips.add(time) }
        places[activity.activity] = flows.count
        flows.append(use)
      }
    }
    for course in courses {
      if let place = places[course.activity] { flows[place].add(course) }
    }
    return flows
  }

  private static func rate(of activity: ActivityFlow) -> UInt64? {
    let outcome = activity.outcome
    if outcome.bytes > 0 { return BitRate(ofBytes: outcome.bytes, in: outcome.duration)?.bitsPerSecond }
    return activity.tally.sent > 1 ? activity.tally.bitsPerSecond : nil
  }
}

/// Plays the transmitters of all cables again.
private struct DirectionReader {
  private(set) var uses: [DirectionUse] = []
  /// By direction, its place among them.
  private var places: [Int?]
  private let grid: TimeGrid
  private let steps: [Step]
  private var step = 0

  init(_ run: VariantRun, _ grid: TimeGrid) {
    self.grid = grid
    steps = run.play.steps
    let topology = run.playback.topology
    places = Array(repeating: nil, count: topology.links.count * 2)
    for (number, link) in topology.links.enumerated() where !topology.isInside(link) {
      let wire = topology.wire(of: link)
      for (place, configuration) in [wire.directions.0, wire.directions.1].enumerated() {
        let (from, to) = place == 0 ? wire.ends : (wire.ends.1, wire.ends.0)
        places[2 * number + place] = uses.count
        uses.append(DirectionUse(DirectionID(index: 2 * number + place), from: from, to: to, configuration, grid))
      }
    }
  }

  mutating func read(_ record: Record, followedBy next: Record?) {
    switch record.event {
    case .sent(let frame, let direction):
      guard let place = place(of: direction) else { break }
      uses[place].send(frame.length, at: record.time, fate: fate(of: record, next), grid)
    case .folded(let direction, let frames, let bytes):
      if let place = place(of: direction) { uses[place].addSum(frames, bytes) }
    case .stepBegan(let number): step = Int(number)
    case .linkSet(let link): set(Int(link))
    case .linkChanged(let link, _):
      for direction in [2 * Int(link), 2 * Int(link) + 1] {
        if let place = place(of: DirectionID(index: direction)) { uses[place].clear() }
      }
    case .directionChanged(let direction, _): if let place = place(of: direction) { uses[place].clear() }
    default: break
    }
  }

  private func place(of direction: DirectionID) -> Int? {
    direction != .none && Int(direction.index) < places.count ? places[Int(direction.index)] : nil
  }

  /// What a link refuses dies in the same breath as it is sent.
  private func fate(of record: Record, _ next: Record?) -> DropReason? {
    guard let next, next.frame == record.frame, next.device == record.device, next.time == record.time,
      case .dropped(let reason) = next.event
    else { return nil }
    return reason
  }

  private mutating func set(_ link: Int) {
    guard steps.indices.contains(step), let verb = steps[step].verb as? SetStep, let wire = verb.wire(ofLink: link)
    else { return }
    if let place = place(of: DirectionID(index: 2 * link)) { uses[place].set(wire.directions.0) }
    if let place = place(of: DirectionID(index: 2 * link + 1)) { uses[place].set(wire.directions.1) }
  }
}

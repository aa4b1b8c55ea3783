import Devices
import Scenarios
import Simulation
import Topology

/// Follows a frame over switches, hubs and bonds, which only join wires, to the stations that get it.
struct WireWalk {
  /// Where a copy of it came to somebody who does more than pass it on.
  struct Arrival {
    var device: DeviceID
    var frame: FrameID
    var interest: Interest
    var death: DropReason?
    var copies = 1
  }

  /// How much it matters to who gets it.
  enum Interest: Int, Comparable {
    case ignored, refused, taken, served

    static func < (a: Interest, b: Interest) -> Bool { a.rawValue < b.rawValue }
  }

  private(set) var arrivals: [Arrival] = []
  /// Where copies died on the way, in order.
  private(set) var losses: [(device: DeviceID, reason: DropReason)] = []

  /// Where frames go in circles, nobody wants to see each round.
  private static let mostFrames = 4000

  init(of root: FrameID, _ index: JournalIndex, _ records: [Record], _ names: Names) {
    var open = [root]
    var next = 0
    while next < open.count, next < Self.mostFrames {
      let frame = open[next]
      next += 1
      let end = index.end(of: frame).map { records[$0] }
      guard let reception = index.reception(of: frame) else {
        if let end, case .dropped(let reason) = end.event { losses.append((end.device, reason)) }
        continue
      }
      let device = records[reception].device
      let isWire = names.role(device) == .bridge || names.role(device) == .hub
      if !isWire || end?.event.isAbsorption == true {
        arrive(at: device, frame, end, index)
      } else {
        if let end, case .dropped(let reason) = end.event { losses.append((end.device, reason)) }
        open += index.continuations(of: frame)
      }
    }
  }

  private mutating func arrive(at device: DeviceID, _ frame: FrameID, _ end: Record?, _ index: JournalIndex) {
    let hasServed = !index.continuations(of: frame).isEmpty || !index.answers(to: frame).isEmpty
    var arrival = Arrival(device: device, frame: frame, interest: hasServed ? .served : .ignored)
    switch end?.event {
    case .absorbed: arrival.interest = max(arrival.interest, .taken)
    case .dropped(let reason) where reason.isTelling:
      arrival.interest = max(arrival.interest, .refused)
      arrival.death = reason
    default: break
    }
    guard let place = arrivals.firstIndex(where: { $0.device == device }) else { return arrivals.append(arrival) }
    arrivals[place].copies += 1
    if arrivals[place].interest < arrival.interest {
      let copies = arrivals[place].copies
      arrivals[place] = arrival
      arrivals[place].copies = copies
    }
  }

  /// Those to whom it matters most; a question to everybody is shown to who answers.
  var targets: [Arrival] {
    guard let most = arrivals.map(\.interest).max(), most > .ignored else { return [] }
    return arrivals.filter { $0.interest == most }
  }

  /// The loss that explains most.
  var loss: (device: DeviceID, reason: DropReason)? {
    losses.first { $0.reason.isTelling }
      ?? losses.first { $0.reason == .vlanEndsHere } ?? (arrivals.isEmpty ? losses.first : nil)
  }
}

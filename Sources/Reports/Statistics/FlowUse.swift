import Packets
import Scenarios
import Simulation

/// What became of the packets with which one activity began, one after another.
struct FlowUse: Sendable {
  let step: Int
  let activity: ActivityID
  /// `vm1 → ext`, or who began it.
  let name: String
  private(set) var sent: UInt64 = 0
  private(set) var arrived: UInt64 = 0
  /// Of data, without headers, in those that arrived.
  var bytes: UInt64 = 0
  var bitsPerSecond: UInt64?
  /// From the sender to whom they were for.
  private(set) var oneWay = Latencies()
  /// Until the answer came back.
  var roundTrips = Latencies()
  /// Of packets that did not arrive, where and why the last copy of each died; in the order in which that came about.
  private(set) var deaths: [(end: LinkEnd, reason: DropReason, packets: UInt64)] = []

  init(step: Int, activity: ActivityID, name: String) {
    self.step = step
    self.activity = activity
    self.name = name
  }

  var lost: UInt64 { deaths.reduce(0) { $0 + $1.packets } }

  mutating func add(_ packet: PacketCourse) {
    sent += 1
    if let arrival = packet.arrival {
      arrived += 1
      oneWay.add(arrival - packet.birth)
    } else if let (end, reason) = packet.death {
      if let place = deaths.firstIndex(where: { $0.end == end && $0.reason == reason }) {
        deaths[place].packets += 1
      } else {
        deaths.append((end, reason, 1))
      }
    }
  }
}

/// The first packet of something an activity is about, on its way.
struct PacketCourse: Sendable {
  var activity: ActivityID
  var birth: Instant
  var arrival: Instant?
  var death: (end: LinkEnd, reason: DropReason)?
}

/// Follows the packets that begin something through the journal, each by the chain of frames that continue it.
struct PacketCourses: Sendable {
  private(set) var courses: [PacketCourse] = []
  /// By frame, which course it belongs to, plus one.
  private var owners: [UInt32] = []

  mutating func read(_ record: Record) {
    let number = Int(record.frame.rawValue)
    switch record.event {
    case .sent, .held: own(record, number)
    case .absorbed(let absorber) where absorber != .proxy && absorber != .reassembly:
      if let course = course(of: number), courses[course].arrival == nil { courses[course].arrival = record.time }
    case .dropped(let reason):
      if let course = course(of: number) { courses[course].death = (LinkEnd(record.device, record.port), reason) }
    default: break
    }
  }

  private mutating func own(_ record: Record, _ number: Int) {
    while owners.count <= number { owners.append(0) }
    if record.relation == .begins, record.activity != .none {
      courses.append(PacketCourse(activity: record.activity, birth: record.time))
      owners[number] = UInt32(courses.count)
    } else if record.relation == .continues, Int(record.cause.rawValue) < owners.count {
      owners[number] = owners[Int(record.cause.rawValue)]
    }
  }

  private func course(of frame: Int) -> Int? {
    guard frame < owners.count, owners[frame] > 0 else { return nil }
    return Int(owners[frame]) - 1
  }
}

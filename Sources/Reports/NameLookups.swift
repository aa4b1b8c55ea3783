import Packets
import Scenarios
import Simulation
import Topology

/// The ways of questions for names, of activities that failed because of them and so never sent a packet of their own.
struct NameLookups: Sendable {
  private var flows: [ActivityID: ActivityFlow] = [:]  // looked up, never iterated

  /// It reads the journal as if the question were what the activity was about.
  init(_ flows: [Flow], in playback: Playback) {
    let wanted = flows.flatMap(\.activities).filter { $0.request == nil && $0.outcome.isAboutName }
    guard !wanted.isEmpty else { return }
    let isWanted = Set(wanted.map(\.activity))  // looked up, never iterated
    var records = playback.journal.records
    var open: [DeviceID: ActivityID] = [:]  // looked up, never iterated
    for place in records.indices {
      let record = records[place]
      switch record.event {
      case .began(let activity, _) where isWanted.contains(activity): open[record.device] = activity
      case .ended(let activity, _) where open[record.device] == activity: open[record.device] = nil
      case .sent(let frame, _), .held(let frame, _):
        guard record.relation == .serves, frame.isNameQuestion, let activity = open[record.device] else { continue }
        records[place].relation = .begins
        records[place].activity = activity
      default: break
      }
    }
    let journal = Journal(records: records, counters: playback.counters)
    for flow in FlowReader(journal, playback.topology).flows() {
      for activity in flow.activities where isWanted.contains(activity.activity) {
        self.flows[activity.activity] = activity
      }
    }
  }

  subscript(activity: ActivityFlow) -> ActivityFlow? { flows[activity.activity] }
}

extension Outcome {
  fileprivate var isAboutName: Bool {
    switch failure {
    case .nameUnresolved, .nameNotFound, .nameRefused, .nameWithoutAddress: true
    default: false
    }
  }
}

extension EthernetFrame {
  /// A datagram to port 53 (RFC 1035, 4.2.1).
  fileprivate var isNameQuestion: Bool {
    guard case .udp(let datagram)? = packet?.payload else { return false }
    return datagram.destinationPort == 53
  }
}

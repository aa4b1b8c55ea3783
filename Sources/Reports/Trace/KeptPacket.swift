import Packets
import Scenarios
import Simulation

/// A packet that its own sender kept, because it was looking for the next hop, and never sent.
struct KeptPacket {
  var frame: EthernetFrame
  var nextHop: IPv4Address
  /// What was decided about it before it was kept, and what came of the search.
  var decisions: [Record]

  /// The first that a device kept in a step.
  init?(of device: DeviceID, in records: ArraySlice<Record>) {
    var before: [Record] = []
    var found: (frame: EthernetFrame, nextHop: IPv4Address)?
    var decisions: [Record] = []
    for record in records where record.device == device {
      switch record.event {
      case .routed, .translated, .looped: before.append(record)
      case .held(let kept, let next) where found == nil && record.relation != .serves && !next.isAny:
        found = (kept, next)
        decisions = before.filter { $0.time == record.time } + [record]
      case .unresolved where found != nil: decisions.append(record)
      default: break
      }
    }
    guard let found else { return nil }
    (frame, nextHop, self.decisions) = (found.frame, found.nextHop, decisions)
  }
}

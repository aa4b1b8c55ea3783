import Devices
import Packets
import Scenarios
import Simulation
import Topology

/// Where a packet was stopped, with what is to be known about that place.
package struct Stop {
  var reason: DropReason
  var origin: Origin
  var device: DeviceID
  /// Where it had come in; where it was to leave, if it never left its sender.
  var port: PortNumber
  /// The packet as it was there, after what had been rewritten.
  var packet: IPv4Packet?
  /// Its last crossing of a link.
  var hop: Hop?
  /// The router it was to go to next, or its destination.
  var nextHop: IPv4Address?

  /// Nil where the journey did not end so.
  init?(of journey: Journey) {
    guard case .dropped(let reason, let origin) = journey.end else { return nil }
    self.init(reason, origin, device: journey.lastDevice, port: journey.lastPort)
    hop = journey.hops.last
    packet = hop?.frame.packet
    for record in journey.lastDecisions {
      switch record.event {
      case .translated(let translation): rewrite(translation)
      case .routed(_, _, let next): nextHop = next
      case .held(let frame, let next):
        packet = packet ?? frame.packet
        if !next.isAny { nextHop = next }
      default: break
      }
    }
  }

  package init(_ reason: DropReason, _ origin: Origin, device: DeviceID, port: PortNumber) {
    self.reason = reason
    self.origin = origin
    self.device = device
    self.port = port
  }

  private mutating func rewrite(_ translation: Translation) {
    switch translation.side {
    case .source: packet?.source = translation.after.address
    case .destination: packet?.destination = translation.after.address
    }
  }

  /// The number of the link that it was on last.
  func linkNumber(in topology: Topology) -> Int? {
    guard let hop, hop.direction != .none, hop.direction.link < topology.links.count else { return nil }
    return hop.direction.link
  }
}

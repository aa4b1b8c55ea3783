import Packets
import Protocols
import Simulation

/// Forwarding where more than addresses decide (IEEE 802.1Q-2018, 8.6): the frame's VLAN is found first, and from then on
/// only ports that carry it exist.
extension Bridge {
  @inline(never)
  mutating func receiveManaged(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {
    guard !Bridge.staysOnLink(frame.destination) else { return outbox.drop(because: .reservedGroupAddress) }
    let ingress = vlanPorts[Int(port.index)]
    switch ingress.vlans.ingress(of: frame.tag) {
    case .vlan(let vlan): pass(frame, in: vlan, from: port, &outbox)
    case .untaggedRefused: outbox.drop(because: .untagged, origin: ingress.origin)
    case .notCarried: outbox.drop(because: .vlanNotCarried, origin: ingress.origin)
    case .reserved: outbox.drop(because: .malformed)
    }
  }

  private mutating func pass(
    _ frame: EthernetFrame, in vlan: VLANID, from port: PortNumber, _ outbox: inout Outbox
  ) {
    learn(frame.source, vlan: vlan, on: port, &outbox)
    guard !frame.destination.isGroup,
      let egress = database.port(of: frame.destination, vlan: vlan, at: outbox.now)
    else { return flood(frame, in: vlan, except: port, &outbox) }
    guard egress != port else { return outbox.drop(because: .sameSegment) }
    let origin = vlanPorts[Int(egress.index)].origin
    outbox.note(.forwarded(egress), origin: origin)
    outbox.forward(tagged(frame, for: vlan, on: egress), on: egress, origin: origin)
  }

  private mutating func flood(
    _ frame: EthernetFrame, in vlan: VLANID, except port: PortNumber, _ outbox: inout Outbox
  ) {
    let origin = vlanPorts[Int(port.index)].origin
    let hasLeft = outbox.flood(except: port, origin: origin) { egress in
      carries(vlan, egress) ? (tagged(frame, for: vlan, on: egress), vlanPorts[Int(egress.index)].origin) : nil
    }
    guard !hasLeft else { return }
    let isCut = vlanPorts.indices.contains { place in
      place != Int(port.index) && carries(vlan, PortNumber(place)) && outbox.isPlugged(PortNumber(place))
    }
    outbox.drop(because: isCut ? .linkDown : .vlanEndsHere, origin: origin)
  }

  private func carries(_ vlan: VLANID, _ port: PortNumber) -> Bool { vlanPorts[Int(port.index)].vlans.carries(vlan) }

  /// The frame as it leaves by a port.
  private func tagged(_ frame: EthernetFrame, for vlan: VLANID, on port: PortNumber) -> EthernetFrame {
    var copy = frame
    copy.tag = vlanPorts[Int(port.index)].vlans.egressTag(of: vlan, arrivedWith: frame.tag)
    return copy
  }
}

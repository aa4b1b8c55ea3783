import Packets
import Protocols
import Simulation

/// The stations of a frame that is bridged, not routed.
struct BridgedStations {
  /// Who sent it: the bridge tells by that by which port it came.
  var source: MACAddress
  /// Nil where the neighbour that it is for now has to be found first.
  var destination: MACAddress?
}

/// What the bridge behind an interface only bridges, and hands over for the rules to see (Linux, `br_netfilter`).
///
/// Such a packet pays no hop, and it leaves as from the station that sent it.
extension NetworkLayer {
  @inline(never)
  mutating func receiveBridged(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {
    guard interfaces[Int(port.index)].isBridged, frame.tag == nil, case .ipv4(let packet) = frame.payload else {
      return outbox.drop(because: .notAddressedToUs)
    }
    guard let arrived = whole(packet, of: frame, &outbox) else { return }
    var translated = arrived
    guard passesPrerouting(&translated, of: frame, on: port, &outbox) else { return }
    guard translated.destination != arrived.destination else {
      let stations = BridgedStations(source: frame.source, destination: frame.destination)
      return bridge(
        translated, arrived: arrived, of: frame, to: stations, nextHop: packet.destination, on: port, &outbox)
    }
    guard !staysInBridge(translated, arrived: arrived, of: frame, on: port, &outbox) else { return }
    // Linux, `br_nf_pre_routing_finish`: what was for somebody else is the machine's own now.
    guard mayCome(arrived, on: port, &outbox) else { return }
    accept(translated, arrived: arrived, of: frame, on: port, &outbox)
  }

  /// Bridges a packet whose destination was translated to somebody behind the same bridge (Linux, "bridged DNAT"); false
  /// where it has to be routed.
  @inline(never)
  mutating func staysInBridge(
    _ packet: IPv4Packet, arrived: IPv4Packet, of frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox
  ) -> Bool {
    guard !isLocal(packet.destination), !isGroup(packet.destination),
      let route = routes.lookup(packet.destination, now: outbox.now), route.kind == .unicast, route.port == port
    else { return false }
    let nextHop = route.nextHop ?? packet.destination
    let stations = BridgedStations(source: frame.source, destination: nil)
    bridge(packet, arrived: arrived, of: frame, to: stations, nextHop: nextHop, on: port, &outbox)
    return true
  }

  /// FORWARD and POSTROUTING, and back to the bridge.
  private mutating func bridge(
    _ packet: IPv4Packet, arrived: IPv4Packet, of frame: EthernetFrame, to stations: BridgedStations,
    nextHop: IPv4Address, on port: PortNumber, _ outbox: inout Outbox
  ) {
    var packet = packet
    if !filters.isEmpty {
      guard mayPass(packet, arrived: arrived, of: frame, from: port, to: port, &outbox) else { return }
      if filters[0].limited != nil { limitSegments(of: &packet, leavingBy: port, &outbox) }
    }
    if let reason = translateOutbound(&packet, leavingBy: port, toward: nextHop, &outbox) {
      forgetConnection()
      return outbox.drop(because: reason)
    }
    let mtu = outbox.mtu(of: port)
    guard packet.length <= mtu else {
      // Linux, `br_nf_dev_queue_xmit`: what was put together is taken apart again.
      return emitParts(
        of: packet, fitting: mtu, on: port, nextHop: nextHop, .forwarded, origin: .none, bridged: stations, &outbox)
    }
    emit(packet, on: port, nextHop: nextHop, .forwarded, bridged: stations, &outbox)
  }
}

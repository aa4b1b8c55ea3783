import Devices
import Packets
import Scenarios
import Simulation
import Topology

/// What the words about a stop need to know, found when it is asked for.
struct StopFacts {
  let stop: Stop
  private let remedies: Remedies
  private var names: Names { remedies.names }

  init(_ stop: Stop, _ remedies: Remedies) {
    self.stop = stop
    self.remedies = remedies
  }

  var reason: DropReason { stop.reason }
  /// The device.
  var here: String { names.device(stop.device) }
  /// The device and the port that it came in by.
  var place: String { names.end(LinkEnd(stop.device, stop.port)) }
  /// The device and the port by which it was to leave.
  var exit: String {
    guard let hop = stop.hop, hop.from.device == stop.device else { return place }
    return names.end(hop.from)
  }

  // MARK: The packet

  var source: IPv4Address? { stop.packet?.source }
  var destination: IPv4Address? { stop.packet?.destination ?? stop.nextHop }
  var hardware: MACAddress? { stop.hop?.frame.destination }
  var senderHardware: MACAddress? { stop.hop?.frame.source }
  var vlan: UInt16? { stop.hop?.frame.tag.map { $0.control & 0x0fff } }

  /// `tcp/22`, `ICMP`.
  var service: String? {
    switch stop.packet?.payload {
    case .tcp(let segment): "tcp/\(segment.destinationPort)"
    case .udp(let datagram): "udp/\(datagram.destinationPort)"
    case .icmp: "ICMP"
    case .other, nil: nil
    }
  }

  /// What a rule would have to say to let it pass.
  var acceptRule: String {
    switch stop.packet?.payload {
    case .tcp(let segment): "{ protocol: tcp, port: \(segment.destinationPort), action: accept }"
    case .udp(let datagram): "{ protocol: udp, port: \(datagram.destinationPort), action: accept }"
    case .icmp: "{ protocol: icmp, action: accept }"
    case .other, nil: "{ action: accept }"
    }
  }

  // MARK: Configuration

  var rule: DecidingRule? {
    let origins = names.topology.origins
    guard let entry = origins[stop.origin] else { return nil }
    let line = names.line(at: entry.location)
    guard let chain = entry.chain, let number = origins.number(of: stop.origin) else {
      return .labelled(entry.label, line: line)
    }
    let prefix = "chain "
    return .numbered(number, chain: chain.hasPrefix(prefix) ? String(chain.dropFirst(prefix.count)) : chain, line: line)
  }

  /// Whether it stands in a chain, where another can stand before it.
  var isInChain: Bool { names.topology.origins[stop.origin]?.chain != nil }

  var link: LosingLink { stop.linkNumber(in: names.topology).map { remedies.link($0) } ?? .at(place) }

  /// In bytes, as whoever refused it has told.
  var mtu: UInt16? { remedies.mtu(toldBy: stop.device) }

  /// The id of the step that has cut the link.
  var cutBy: String? { remedies.stepCutting(link: stop.linkNumber(in: names.topology)) }
  /// The id of the step that has switched the device off.
  var switchedOffBy: String? { remedies.stepSwitchingOff(stop.device) }

  /// Who is at the other end of the link, with the step that has switched it off.
  var farEnd: Fault? {
    stop.linkNumber(in: names.topology).map { link in
      let device = remedies.other(end: stop.device, of: link)
      return .off(names.device(device), by: remedies.stepSwitchingOff(device))
    }
  }

  /// What has failed between here and the station that the frame was sent to, and who that is.
  var beyond: (station: String, fault: Fault)? {
    guard let hardware, let station = remedies.holder(of: hardware), station != stop.device else { return nil }
    return remedies.fault(between: stop.device, and: station).map { (names.device(station), $0) }
  }

  // MARK: Others

  /// Who has the packet's destination, if that is somebody else.
  var owner: String? {
    guard let packet = stop.packet, let holder = remedies.holder(of: packet.destination), holder != stop.device else {
      return nil
    }
    return names.device(holder)
  }

  /// What a route would lead to, and how hosts there are reached if a router hides them.
  var missingRoute: (target: String, hidden: PortForward?)? {
    guard let packet = stop.packet else { return nil }
    guard let network = remedies.network(of: packet.destination) else { return ("\(packet.destination)", nil) }
    return ("\(network)", remedies.hider(of: network).map { portForward(at: $0) })
  }

  var neighbor: MissingNeighbor { remedies.missingNeighbor(stop) }

  /// What programs listen to.
  var openServices: [String] {
    guard names.topology.has(stop.device) else { return [] }
    let settings = names.topology.devices[Int(stop.device.index)].settings
    return (settings as? IPStackSettings)?.serviceNames.compactMap(\.first) ?? []
  }

  /// Nil where addresses are not rewritten.
  var ownPortForward: PortForward? { remedies.translates(stop.device) ? portForward(at: stop.device) : nil }
  var portForward: PortForward { portForward(at: stop.device) }

  private func portForward(at device: DeviceID) -> PortForward {
    let name = names.device(device)
    if names.role(device) == .proxy { return .proxy(name) }
    switch stop.packet?.payload {
    case .tcp(let segment): return .rule("protocol: tcp, port: \(segment.destinationPort)", at: name)
    case .udp(let datagram): return .rule("protocol: udp, port: \(datagram.destinationPort)", at: name)
    default: return .address(name)
    }
  }
}

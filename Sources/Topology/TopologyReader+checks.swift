import Configuration
import Devices
import Packets
import Simulation

/// What only shows once everything is wired.
extension TopologyReader {
  /// Addresses and hardware addresses that two stations of one segment claim.
  mutating func checkSegments() {
    let segments = Segments(topology)
    var owners: [Claim<IPv4Address>: LinkEnd] = [:]
    var hardwareOwners: [Claim<MACAddress>: LinkEnd] = [:]
    for device in topology.devices.indices {
      for (place, port) in topology.devices[device].ports.enumerated() {
        let end = LinkEnd(DeviceID(index: device), PortNumber(place))
        guard cables[end] != nil else { continue }
        let segment = segments.segment(of: end)
        for address in port.addresses {
          claim(Claim(segment: segment, value: address.address), by: end, &owners) { reader, other in
            reader.reportTwice(
              "address \(address.address)", .duplicateAddress, "\(address.address)/", end, other)
          }
        }
        if let hardware = port.hardwareAddress {
          claim(Claim(segment: segment, value: hardware), by: end, &hardwareOwners) { reader, other in
            reader.reportTwice("MAC \(hardware)", .duplicateHardwareAddress, "\(hardware)", end, other)
          }
        }
      }
    }
  }

  private struct Claim<Value: Hashable>: Hashable {
    var segment: Int
    var value: Value
  }

  private mutating func claim<Value>(
    _ claim: Claim<Value>, by end: LinkEnd, _ owners: inout [Claim<Value>: LinkEnd],
    orElse report: (inout TopologyReader, LinkEnd) -> Void
  ) {
    guard let other = owners[claim] else {
      owners[claim] = end
      return
    }
    report(&self, other)
  }

  private mutating func reportTwice(
    _ what: String, _ code: DiagnosticCode, _ text: String, _ end: LinkEnd, _ other: LinkEnd
  ) {
    let first = place(of: text, at: other)
    let second = place(of: text, at: end)
    // Nodes that are written once, and of which each has several addresses, collide again and again.
    guard second.isNone || repeated.insert(second).inserted else { return }
    diagnostics.report(
      "\(portPath(end)) has \(what), which \(portPath(other)) on the same segment has already", code,
      at: second,
      notes: [Diagnostic.Note("it is given here first", at: first.isNone ? nil : first)])
  }

  /// Networks of one stack that share addresses.
  mutating func checkNetworks() {
    var overlapping: Set<SourceLocation> = []  // looked up, never iterated
    for device in topology.devices.indices where type(of: topology.devices[device].settings).role == .stack {
      let networks = topology.devices[device].ports.enumerated().flatMap { place, port in
        port.addresses.map { (end: LinkEnd(DeviceID(index: device), PortNumber(place)), address: $0) }
      }
      let sorted = networks.sorted { $0.address.prefix.network < $1.address.prefix.network }
      for (one, other) in zip(sorted, sorted.dropFirst())
      where one.end.port != other.end.port && one.address.prefix.overlaps(other.address.prefix) {
        let (first, second) = one.end.port < other.end.port ? (one, other) : (other, one)
        let written = place(of: "\(second.address)", at: second.end)
        guard written.isNone || overlapping.insert(written).inserted else { continue }
        diagnostics.report(
          "\(portPath(second.end)) is on \(second.address.prefix), which overlaps \(first.address.prefix) of "
            + portPath(first.end), .overlappingNetworks, at: written)
      }
    }
  }

  /// `pc:eth0`, or `pc.nat8:jack` for a port that nothing outside sees.
  private func portPath(_ end: LinkEnd) -> String {
    if let interface = topology.interface(at: end) {
      return "\(topology.machine(of: end.device).name):\(interface.name)"
    }
    return "\(topology.name(of: end.device)):\(topology.portName(end))"
  }

  /// Where the text was written that gave the port its address.
  private func place(of text: String, at end: LinkEnd) -> SourceLocation {
    let device = deviceValues[Int(end.device.index)]
    let interface = device["interfaces"]?[topology.portName(end)] ?? device
    return interface.find(text)?.location ?? interface.location
  }
}

extension Value {
  /// The first scalar inside that starts with a text.
  fileprivate func find(_ text: String) -> Value? {
    switch content {
    case .scalar(let own, _): return own.hasPrefix(text) ? self : nil
    case .list(let items): return items.lazy.compactMap { $0.find(text) }.first
    case .map(let mapping): return mapping.entries.lazy.compactMap { $0.value.find(text) }.first
    }
  }
}

/// Which ports hear each other without a router between: bridges and hubs join what is plugged into them.
struct Segments {
  private var parents: [Int] = []
  /// The number of each device's first port.
  private var firstPorts: [Int] = []

  init(_ topology: Topology) {
    for device in topology.devices {
      let first = parents.count
      firstPorts.append(first)
      let joins = [.bridge, .hub].contains(type(of: device.settings).role)
      for place in device.ports.indices { parents.append(joins ? first : first + place) }
    }
    for link in topology.links { join(number(link.ends.0), number(link.ends.1)) }
    // A parent never has the higher number, so one pass leads every port to its root.
    for port in parents.indices { parents[port] = parents[parents[port]] }
  }

  func segment(of end: LinkEnd) -> Int { parents[number(end)] }

  private func number(_ end: LinkEnd) -> Int { firstPorts[Int(end.device.index)] + Int(end.port.index) }

  private mutating func join(_ one: Int, _ other: Int) {
    let (first, second) = (root(one), root(other))
    if first != second { parents[max(first, second)] = min(first, second) }
  }

  /// Halves the path on the way, so that long chains of switches stay cheap.
  private mutating func root(_ start: Int) -> Int {
    var port = start
    while parents[port] != port {
      parents[port] = parents[parents[port]]
      port = parents[port]
    }
    return port
  }
}

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
            guard !port.mayBeDuplicate, !reader.port(at: other).mayBeDuplicate else { return }
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

  private func port(at end: LinkEnd) -> PortDescription {
    topology.devices[Int(end.device.index)].ports[Int(end.port.index)]
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

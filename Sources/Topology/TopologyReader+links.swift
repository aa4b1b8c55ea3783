import Configuration
import Devices
import Packets
import Simulation

/// Links and what their ends are called.
extension TopologyReader {
  mutating func addOuterLink(_ value: Value) {
    guard !broken.contains(value.location) else { return }
    let errors = diagnostics.errorCount
    defer { if diagnostics.errorCount > errors, !value.location.isNone { broken.insert(value.location) } }
    guard let link = LinkForm.shape.read(value, &diagnostics), link.ends.count == 2 else { return }
    let peers = (EndpointName(link.ends[1].value).first, EndpointName(link.ends[0].value).first)
    let first = outerEnd(link.ends[0], toward: peers.0)
    let second = outerEnd(link.ends[1], toward: peers.1)
    if let first, let second { connect(first, second, link) }
  }

  mutating func addInnerLink(_ link: LinkForm, in machine: Int) {
    guard link.ends.count == 2 else { return }
    let peers = (EndpointName(link.ends[1].value).first, EndpointName(link.ends[0].value).first)
    let first = innerEnd(link.ends[0], in: machine, toward: "to-\(peers.0)")
    let second = innerEnd(link.ends[1], in: machine, toward: "to-\(peers.1)")
    if let first, let second { connect(first, second, link) }
  }

  private mutating func connect(_ first: LinkEnd, _ second: LinkEnd, _ link: LinkForm) {
    guard first != second else {
      return diagnostics.report(
        "both ends are '\(link.ends[0].value)'", .linkToItself, at: link.ends[1].location,
        notes: ["a link joins two interfaces"])
    }
    guard plug(first, link.ends[0]), plug(second, link.ends[1]) else { return }
    let mtu = [first, second].compactMap { topology.devices[Int($0.device.index)].ports[Int($0.port.index)].mtu }.min()
    topology.links.append(
      Topology.LinkEntry(
        ends: (first, second), cables: (link.there.limited(to: mtu), link.back.limited(to: mtu)),
        location: link.location))
  }

  private mutating func plug(_ end: LinkEnd, _ name: Located<String>) -> Bool {
    guard let other = cables[end] else {
      cables[end] = name.location
      return true
    }
    diagnostics.report(
      "'\(name.value)' has a link already", .interfaceUsedTwice, at: name.location,
      notes: [
        Diagnostic.Note("the other link is here", at: other.isNone ? nil : other), "join several by a switch",
      ])
    return false
  }
}

/// Finding the port that a name means.
extension TopologyReader {
  /// `node`, `node:interface`, `machine.device` or `machine.device:port`.
  private mutating func outerEnd(_ written: Located<String>, toward peer: String) -> LinkEnd? {
    let name = EndpointName(written.value)
    guard let machine = machineNumbers[name.first] else {
      guard !unreadable.contains(name.first) else { return nil }
      diagnostics.report(
        "there is no node '\(name.first)'", .unknownNode, at: written.location,
        notes: suggestion(
          for: name.first, among: topology.machines.map(\.name), called: "nodes"))
      return nil
    }
    if let device = name.device {
      return end(of: device, port: name.port, in: machine, at: written.location, toward: "to-\(peer)")
    }
    if let interface = name.port { return end(of: interface, of: machine, at: written.location) }
    return anyEnd(of: machine, written, toward: "to-\(peer)")
  }

  /// `device` or `device:port` inside a machine.
  mutating func innerEnd(_ written: Located<String>, in machine: Int, toward peer: String) -> LinkEnd? {
    let parts = written.value.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    return end(
      of: String(parts[0]), port: parts.count > 1 ? String(parts[1]) : nil, in: machine, at: written.location,
      toward: peer)
  }

  private mutating func end(of interface: String, of machine: Int, at location: SourceLocation) -> LinkEnd? {
    if let number = interfaceNumbers[machine][interface] {
      return topology.machines[machine].interfaces[number].end
    }
    let devices = topology.machines[machine].devices
    if devices.count == 1, let only = devices.first, type(of: topology.devices[only].settings).growsPorts {
      return grow(only, interface, at: location)
    }
    guard !damaged.contains(machine) else { return nil }
    diagnostics.report(
      "'\(topology.machines[machine].name)' has no interface '\(interface)'", .unknownInterface, at: location,
      notes: suggestion(
        for: interface, among: topology.machines[machine].interfaces.map(\.name), called: "interfaces"))
    return nil
  }

  /// The one interface that has no link yet, or a new port of a switch.
  private mutating func anyEnd(of machine: Int, _ written: Located<String>, toward peer: String) -> LinkEnd? {
    let box = topology.machines[machine]
    if box.devices.count == 1, let only = box.devices.first,
      type(of: topology.devices[only].settings).growsPorts
    {
      return newPort(of: only, peer, at: written.location)
    }
    guard !damaged.contains(machine) else { return nil }
    let open = box.interfaces.filter { cables[$0.end] == nil }
    if open.count == 1 { return open[0].end }
    let names = box.interfaces.map(\.name).joined(separator: ", ")
    if open.isEmpty {
      diagnostics.report(
        "'\(box.name)' has no interface without a link",
        box.interfaces.isEmpty ? .unknownInterface : .interfaceUsedTwice,
        at: written.location,
        notes: box.interfaces.isEmpty ? [] : [Diagnostic.Note("its interfaces are \(names)")])
    } else {
      diagnostics.report(
        "'\(box.name)' has several interfaces", .ambiguousInterface, at: written.location,
        notes: [Diagnostic.Note("name one: " + open.map { "\(box.name):\($0.name)" }.joined(separator: ", "))]
      )
    }
    return nil
  }

  private mutating func end(
    of device: String, port: String?, in machine: Int, at location: SourceLocation, toward peer: String
  ) -> LinkEnd? {
    guard let number = deviceNumbers[machine][device] else {
      guard !damaged.contains(machine) else { return nil }
      let names = topology.machines[machine].devices.map { topology.devices[$0].name }
      diagnostics.report(
        "'\(topology.machines[machine].name)' has no device '\(device)'", .unknownDevice, at: location,
        notes: suggestion(for: device, among: names, called: "devices"))
      return nil
    }
    let grows = type(of: topology.devices[number].settings).growsPorts
    if let port {
      if let place = portNumbers[number][port] { return LinkEnd(DeviceID(index: number), PortNumber(place)) }
      if grows { return grow(number, port, at: location) }
      diagnostics.report(
        "'\(topology.name(of: DeviceID(index: number)))' has no port '\(port)'", .unknownInterface,
        at: location,
        notes: suggestion(
          for: port, among: topology.devices[number].ports.map(\.name), called: "ports"))
      return nil
    }
    if grows { return newPort(of: number, peer, at: location) }
    return onlyPort(of: number, at: location)
  }

  private mutating func onlyPort(of device: Int, at location: SourceLocation) -> LinkEnd? {
    let name = topology.name(of: DeviceID(index: device))
    let ports = topology.devices[device].ports
    let ends = ports.indices.map { LinkEnd(DeviceID(index: device), PortNumber($0)) }
    let open = ends.filter { cables[$0] == nil }
    if open.count == 1 { return open[0] }
    let names = ports.map { "\(topology.devices[device].name):\($0.name)" }.joined(separator: ", ")
    diagnostics.report(
      open.isEmpty ? "'\(name)' has no port without a link" : "'\(name)' has several ports",
      open.isEmpty ? .interfaceUsedTwice : .ambiguousInterface, at: location,
      notes: ports.isEmpty ? [] : [Diagnostic.Note("its ports are \(names)")])
    return nil
  }

  /// Looking for the nearest of ten thousand names takes its time; nobody reads more than so many complaints.
  func suggestion(for word: String, among known: [String], called what: String) -> [Diagnostic.Note] {
    guard diagnostics.all.count < diagnostics.limit else { return [] }
    return Diagnostic.Note.suggestion(for: word, among: known, called: what)
  }

  /// The port that was described under that name and is still free, or a new one.
  private mutating func newPort(of device: Int, _ peer: String, at location: SourceLocation) -> LinkEnd? {
    if let place = portNumbers[device][peer], place < topology.devices[device].settings.ports.count {
      let end = LinkEnd(DeviceID(index: device), PortNumber(place))
      if cables[end] == nil { return end }
    }
    return grow(device, free(peer, on: device), at: location)
  }

  /// Ports that were described in vain while links brought ports of other names: nearly always a slip of the pen.
  mutating func checkDescribedPorts() {
    for device in topology.devices.indices where type(of: topology.devices[device].settings).growsPorts {
      let described = topology.devices[device].settings.ports.count
      let ports = topology.devices[device].ports
      guard described > 0, ports.count > described else { continue }
      for place in 0..<described where cables[LinkEnd(DeviceID(index: device), PortNumber(place))] == nil {
        let entry = deviceValues[device]["ports"]?.map?.entry(ports[place].name)
        diagnostics.report(
          "no link is plugged into port '\(ports[place].name)' of '\(topology.machines[topology.devices[device].machine].name)'",
          .unpluggedPort, at: entry?.keyLocation ?? topology.devices[device].location,
          notes: suggestion(
            for: ports[place].name, among: ports[described...].map(\.name), called: "ports that links added"))
      }
    }
  }

  /// A name no port of the device has yet: `to-vm1`, `to-vm1-2`.
  private mutating func free(_ name: String, on device: Int) -> String {
    guard portNumbers[device][name] != nil else { return name }
    // Many cables between the same two boxes go on from the last, or each would try all before it.
    let wish = FreeName(device: device, name: name)
    var count = lastFree[wish] ?? 1
    repeat { count += 1 } while portNumbers[device]["\(name)-\(count)"] != nil
    lastFree[wish] = count
    return "\(name)-\(count)"
  }

  private mutating func grow(_ device: Int, _ name: String, at location: SourceLocation) -> LinkEnd? {
    let place = topology.devices[device].ports.count
    guard place < TopologyReader.mostPorts else {
      diagnostics.report(
        "'\(topology.name(of: DeviceID(index: device)))' has \(place) ports and can have no more",
        .platformLimit,
        at: location)
      return nil
    }
    let end = LinkEnd(DeviceID(index: device), PortNumber(place))
    topology.devices[device].ports.append(PortDescription(name: name))
    portNumbers[device][name] = place
    let machine = topology.devices[device].machine
    if topology.machines[machine].devices.count == 1 { addInterface(name, end, to: machine) }
    return end
  }
}

import Configuration
import Devices
import Packets
import Simulation

/// Reads machines and links of the plain language into a `Topology`; every mistake is reported, and the first of two
/// that contradict each other holds.
///
/// Names are looked up in tables: ten thousand nodes take no longer per node than ten.
public struct TopologyReader {
  var topology = Topology()
  var diagnostics: Diagnostics
  /// Looked up, never iterated.
  var machineNumbers: [String: Int] = [:]
  /// By machine, then by the device's name.
  var deviceNumbers: [[String: Int]] = []
  /// By device, then by the port's name.
  var portNumbers: [[String: Int]] = []
  /// By machine, then by the interface's name.
  var interfaceNumbers: [[String: Int]] = []
  var deviceValues: [Value] = []
  /// The last number that was given behind a port's name.
  var lastFree: [FreeName: Int] = [:]  // looked up, never iterated
  /// Where the link stands that a port has already.
  var cables: [LinkEnd: SourceLocation] = [:]
  /// Machines with a part that could not be read: what else seems wrong with them may follow from that.
  var damaged: Set<Int> = []
  /// Where something stands that could not be read; what is written once and stands for many is complained of once.
  var broken: Set<SourceLocation> = []  // looked up, never iterated
  /// Where an address stands that was found to be another's already.
  var repeated: Set<SourceLocation> = []  // looked up, never iterated
  /// Nodes that were written but never became machines.
  let unreadable: Set<String>

  /// `PortNumber` counts in 16 bits and keeps the last for none.
  static let mostPorts = 65535

  /// What could be read; it is good for playing only if nothing was reported.
  public static func read(
    _ machines: [(name: String, value: Value)], links: [Value], unreadable: Set<String> = [],
    _ diagnostics: inout Diagnostics
  ) -> Topology {
    var reader = TopologyReader(
      diagnostics: take(&diagnostics, leaving: Diagnostics()), unreadable: unreadable)
    for machine in machines { reader.add(machine.name, machine.value) }
    reader.placeGuests(machines)
    for link in links { reader.addOuterLink(link) }
    reader.checkDescribedPorts()
    reader.checkSegments()
    reader.checkNetworks()
    reader.computeRoutes()
    diagnostics = reader.diagnostics
    return reader.topology
  }

  private init(diagnostics: Diagnostics, unreadable: Set<String>) {
    self.diagnostics = diagnostics
    self.unreadable = unreadable
  }
}

/// A name for ports of a device that many may want.
struct FreeName: Hashable {
  var device: Int
  var name: String
}

/// Takes a value out of its place, so that it can grow elsewhere without being copied.
private func take<T>(_ place: inout T, leaving other: T) -> T {
  let taken = place
  place = other
  return taken
}

/// Machines and their devices.
extension TopologyReader {
  private mutating func add(_ name: String, _ value: Value) {
    let number = topology.machines.count
    guard machineNumbers[name] == nil else {
      return diagnostics.report("there are two machines '\(name)'", .duplicateName, at: value.location)
    }
    machineNumbers[name] = number
    deviceNumbers.append([:])
    interfaceNumbers.append([:])
    guard !broken.contains(value.location) else { return addUnread(name, value) }
    let errors = diagnostics.errorCount
    let fields = Fields(
      value, declared: [PlainMachine.kind] + PlainMachine.fields, of: "machine '\(name)'", &diagnostics)
    let first = topology.devices.count
    topology.machines.append(
      Topology.Machine(
        name: name, kind: fields.read(PlainMachine.showsAs, &diagnostics) ?? PlainMachine.word, parent: nil,
        devices: first..<first, interfaces: [], location: value.location))
    if let devices = fields.read(PlainMachine.devices, &diagnostics) {
      for device in devices { add(device, to: number) }
    } else {
      damaged.insert(number)
    }
    for link in fields.read(PlainMachine.links, &diagnostics) ?? [] { addInnerLink(link, in: number) }
    addInterfaces(fields.read(PlainMachine.interfaces, &diagnostics), to: number)
    if diagnostics.errorCount > errors, !value.location.isNone { broken.insert(value.location) }
  }

  /// A machine by its name alone.
  private mutating func addUnread(_ name: String, _ value: Value) {
    damaged.insert(topology.machines.count)
    let first = topology.devices.count
    topology.machines.append(
      Topology.Machine(
        name: name, kind: PlainMachine.word, parent: nil, devices: first..<first, interfaces: [],
        location: value.location))
  }

  private mutating func add(_ entry: ReadEntry<Value>, to machine: Int) {
    let owner = topology.machines[machine].name
    NameRule.check(entry.key, of: "a device of '\(owner)'", at: entry.keyLocation, &diagnostics)
    guard let settings = readDevice(entry, of: owner) else {
      damaged.insert(machine)
      return
    }
    let number = topology.devices.count
    let ports = settings.ports
    guard ports.count <= TopologyReader.mostPorts else {
      damaged.insert(machine)
      return diagnostics.report(
        "device '\(owner).\(entry.key)' has \(ports.count) ports; \(TopologyReader.mostPorts) are the most",
        .platformLimit, at: entry.value.location)
    }
    deviceNumbers[machine][entry.key] = number
    portNumbers.append([:])
    for (place, port) in ports.enumerated() { portNumbers[number][port.name] = place }
    deviceValues.append(entry.value)
    topology.devices.append(
      Topology.DeviceEntry(
        machine: machine, name: entry.key, settings: settings, ports: ports, location: entry.value.location))
    topology.machines[machine].devices = topology.machines[machine].devices.lowerBound..<number + 1
  }

  private mutating func readDevice(_ entry: ReadEntry<Value>, of owner: String) -> (any DeviceKind)? {
    guard let kind = deviceKind(entry, of: owner) else { return nil }
    let fields = Fields(
      entry.value, declared: [PlainMachine.deviceKind] + kind.fields, of: "device '\(owner).\(entry.key)'",
      &diagnostics)
    let errors = diagnostics.errorCount
    var reader = DeviceReader(
      machine: owner, device: entry.key, fields: fields,
      origins: take(&topology.origins, leaving: OriginTable()),
      diagnostics: take(&diagnostics, leaving: Diagnostics()))
    let settings = kind.init(&reader)
    topology.origins = reader.origins
    diagnostics = reader.diagnostics
    return diagnostics.errorCount == errors ? settings : nil
  }

  private mutating func deviceKind(_ entry: ReadEntry<Value>, of owner: String) -> (any DeviceKind.Type)? {
    guard entry.value.map != nil else {
      diagnostics.report(.expected("a map of fields for device '\(owner).\(entry.key)'", found: entry.value))
      return nil
    }
    let words = deviceKinds.map { $0.word }
    guard let written = entry.value["kind"], let word = written.text else {
      diagnostics.report(
        "device '\(owner).\(entry.key)' has no 'kind'", .missingField, at: entry.keyLocation,
        notes: ["the kinds of device are \(words.joined(separator: ", "))"])
      return nil
    }
    if let kind = deviceKinds.first(where: { $0.word == word }) { return kind }
    diagnostics.report(
      "there is no device of kind '\(word)'", .unknownKind, at: written.location,
      notes: Diagnostic.Note.suggestion(for: word, among: words, called: "kinds of device"))
    return nil
  }

  private mutating func addInterfaces(_ written: [ReadEntry<Located<String>>]?, to machine: Int) {
    let devices = topology.machines[machine].devices
    if let written {
      for entry in written {
        guard let end = innerEnd(entry.value, in: machine, toward: entry.key) else { continue }
        addInterface(entry.key, end, to: machine)
      }
    } else if devices.count == 1, let only = devices.first {
      for (place, port) in topology.devices[only].ports.enumerated() {
        addInterface(port.name, LinkEnd(DeviceID(index: only), PortNumber(place)), to: machine)
      }
    }
  }

  mutating func addInterface(_ name: String, _ end: LinkEnd, to machine: Int) {
    interfaceNumbers[machine][name] = topology.machines[machine].interfaces.count
    topology.machines[machine].interfaces.append(Topology.Interface(name: name, end: end))
  }

  private mutating func placeGuests(_ machines: [(name: String, value: Value)]) {
    for (name, value) in machines {
      guard let written = value[PlainMachine.inside.name], let host = written.text,
        let number = machineNumbers[name]
      else { continue }
      if let parent = machineNumbers[host], parent != number {
        topology.machines[number].parent = parent
      } else if host == name {
        diagnostics.report("'\(name)' cannot be inside itself", .unknownMachine, at: written.location)
      } else if !unreadable.contains(host) {
        diagnostics.report(
          "'\(name)' is inside '\(host)', which does not exist", .unknownMachine, at: written.location,
          notes: Diagnostic.Note.suggestion(
            for: host, among: topology.machines.map(\.name), called: "machines"))
      }
    }
  }
}

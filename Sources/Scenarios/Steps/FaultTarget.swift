import Configuration
import Devices
import Simulation
import Topology

/// What can fail.
struct FaultTarget: Sendable {
  private var links: [Int] = []
  private var directions: [DirectionID] = []
  private var devices: [DeviceID] = []
  private var services: [(stack: DeviceID, number: Int)] = []
  let words: String

  private enum Written: Sendable {
    case names([Located<String>])
    case direction(EndpointPair, link: [Located<String>]?)
    case service(Located<String>, on: Located<String>)
  }

  private static let link = Field("link", LinkNames.shape, "Which link, where several join the two ends")
  private static let direction = Field(
    "direction", EndpointPair.shape(of: "direction"), "The direction that is cut: from one end to the other",
    required: true)
  private static let service = Field(
    "service", Shape<String>.string.located, "A service such as dns, dhcp, http or tcp/22", required: true)
  private static let on = Field("on", Shape<String>.string.located, "The machine that has it", required: true)

  static let shape = Shape<Value>(
    expecting: "a link such as 'lan -- pc', an interface, a machine, a device, or a map",
    schema: .anyOf([LinkNames.shape.schema, .object([link, direction]), .object([service, on])])
  ) { value, _ in value }

  private static func read(_ value: Value, _ diagnostics: inout Diagnostics) -> Written? {
    guard value.map != nil else {
      if value.list != nil { return LinkNames.shape.read(value, &diagnostics).map { .names($0) } }
      return LinkNames.read(value, expecting: "a link, an interface, a machine or a device", &diagnostics)
        .map { .names($0) }
    }
    if value[service.name] != nil || value[on.name] != nil {
      let fields = Fields(value, declared: [service, on], of: "a service", &diagnostics)
      guard let name = fields.read(service, &diagnostics), let machine = fields.read(on, &diagnostics) else {
        return nil
      }
      return .service(name, on: machine)
    }
    let fields = Fields(value, declared: [link, direction], of: "a direction of a link", &diagnostics)
    let names = fields.read(link, &diagnostics)
    return fields.read(direction, &diagnostics).map { .direction($0, link: names) }
  }

  init?(_ value: Value, _ reader: inout StepReader) {
    guard let written = Self.read(value, &reader.diagnostics) else { return nil }
    switch written {
    case .names(let names):
      words = LinkNames.words(names)
      guard read(names, at: value.location, &reader) else { return nil }
    case .direction(let pair, let link):
      words = "\(pair.from.value) → \(pair.to.value)" + (link.map { " of \(LinkNames.words($0))" } ?? "")
      guard let direction = reader.direction(pair, of: link, at: value.location) else { return nil }
      directions = [direction]
    case .service(let name, let machine):
      words = "\(name.value) on \(machine.value)"
      guard let found = reader.services(name, on: machine) else { return nil }
      services = found
    }
  }

  init?(mendingPartitionAt location: SourceLocation, _ reader: inout StepReader) {
    words = PartitionStep.word
    guard !reader.partitioned.isEmpty else {
      reader.diagnostics.report("no step before this one makes a partition", .nothingToChange, at: location)
      return nil
    }
    links = reader.partitioned
    reader.partitioned = []
  }

  /// False for what is nothing that can fail, which has been reported.
  private mutating func read(
    _ names: [Located<String>], at location: SourceLocation, _ reader: inout StepReader
  ) -> Bool {
    if names.count == 1 {
      guard let place = reader.places.find(names[0].value, at: names[0].location, &reader.diagnostics) else {
        return false
      }
      guard case .interface = place else {
        devices = reader.places.topology.devices(of: place)
        return true
      }
    }
    guard let link = reader.link(names, at: location) else { return false }
    links = [link]
    return true
  }

  func set(isUp: Bool, on stage: inout Stage) {
    for link in links { stage.setLink(link, isUp: isUp) }
    for direction in directions { stage.setDirection(direction, isUp: isUp) }
    stage.setDevices(devices, isUp: isUp)
    for service in services {
      stage.configure(service.stack, StackChange.service(service.number, isUp: isUp))
    }
  }
}

extension StepReader {
  /// The direction from one end to the other; nil where there is none, which has been reported.
  fileprivate mutating func direction(
    _ pair: EndpointPair, of link: [Located<String>]?, at location: SourceLocation
  ) -> DirectionID? {
    guard let ends = find([pair.from, pair.to]),
      let number = self.link(link ?? [pair.from, pair.to], at: pair.from.location)
    else { return nil }
    let topology = places.topology
    let entry = topology.links[number].ends
    if topology.touches(entry.0, ends[0]), topology.touches(entry.1, ends[1]) { return DirectionID(index: 2 * number) }
    if topology.touches(entry.1, ends[0]), topology.touches(entry.0, ends[1]) {
      return DirectionID(index: 2 * number + 1)
    }
    diagnostics.report(
      "the link does not lead from '\(pair.from.value)' to '\(pair.to.value)'", .badLink, at: pair.from.location)
    return nil
  }

  /// The services of that name on a machine's stacks; nil where there is none, which has been reported.
  fileprivate mutating func services(
    _ name: Located<String>, on machine: Located<String>
  ) -> [(stack: DeviceID, number: Int)]? {
    guard let place = places.find(machine.value, at: machine.location, &diagnostics) else { return nil }
    var known: [String] = []
    var found: [(stack: DeviceID, number: Int)] = []
    for device in places.topology.ownDevices(of: place) {
      guard let stack = places.topology.devices[Int(device.index)].settings as? IPStackSettings else { continue }
      for (number, names) in stack.serviceNames.enumerated() {
        known += names
        if names.contains(name.value) { found.append((device, number)) }
      }
    }
    if !found.isEmpty { return found }
    diagnostics.report(
      "'\(machine.value)' has no service '\(name.value)'", .unknownService, at: name.location,
      notes: Diagnostic.Note.suggestion(for: name.value, among: known, called: "services"))
    return nil
  }
}

extension Topology {
  /// A machine's own devices and those of the machines inside it.
  fileprivate func devices(of place: Place) -> [DeviceID] {
    guard case .machine(let machine) = place else { return ownDevices(of: place) }
    return machines.indices.filter { isInside($0, machine) }.flatMap { ownDevices(of: .machine($0)) }
  }

  /// A machine's own devices, or the one named.
  fileprivate func ownDevices(of place: Place) -> [DeviceID] {
    switch place {
    case .machine(let machine), .interface(let machine, _): machines[machine].devices.map(DeviceID.init(index:))
    case .device(let device): [device]
    }
  }
}

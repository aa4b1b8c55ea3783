import Configuration
import Devices
import Packets
import Simulation
import Topology

/// What a name in a step or an expectation stands for: `pc`, `pc.nat8` or `pc:eth0`.
public enum Place: Hashable, Sendable {
  case machine(Int)
  case device(DeviceID)
  /// The exposed interface of a machine, or else every port of that name in it.
  case interface(machine: Int, [LinkEnd])
}

/// Finds what names stand for, and says what was meant where one stands for nothing.
public struct Places: Sendable {
  public let topology: Topology
  /// What the names of many stand for.
  public let roster: Roster
  /// Names that some machine serves by DNS.
  private let domainNames: [String]
  private let isServed: Set<String>  // looked up, never iterated
  /// Set while mistakes keep the topology from being whole: a name that occurs in it anywhere is then not complained of.
  private let unread: Set<String>?  // looked up, never iterated
  private let machines: [String: Int]  // looked up, never iterated

  /// - Parameter isWhole: False when mistakes in `document` have kept parts of it out of the topology.
  public init(
    _ topology: Topology, document: Value, roster: Roster = Roster(), unreadable: Set<String> = [],
    isWhole: Bool = true
  ) {
    self.topology = topology
    self.roster = roster
    var machines: [String: Int] = [:]
    for (index, machine) in topology.machines.enumerated() where machines[machine.name] == nil {
      machines[machine.name] = index
    }
    self.machines = machines
    var served: [String] = []
    var keys: Set<String> = []
    Places.collect(from: document, isWhole: isWhole, &served, &keys)
    var seen: Set<String> = []
    domainNames = served.filter { seen.insert($0).inserted }
    isServed = seen
    unread = isWhole ? nil : keys.union(unreadable)
  }

  /// Whether what a name lacks may be complained of: mistakes have kept nothing out of the topology.
  var isWhole: Bool { unread == nil }

  private static func collect(
    from value: Value, isWhole: Bool, _ served: inout [String], _ keys: inout Set<String>
  ) {
    switch value.content {
    case .scalar: break
    case .list(let items): for item in items { collect(from: item, isWhole: isWhole, &served, &keys) }
    case .map(let mapping):
      for entry in mapping.entries {
        if !isWhole { keys.insert(entry.key) }
        if entry.key == "names", let names = entry.value.map {
          served += names.keys.compactMap { DomainName($0)?.text }
        }
        collect(from: entry.value, isWhole: isWhole, &served, &keys)
      }
    }
  }

  /// `pc`, `pc.nat8`, `pc:eth0` or `pc.nat8:nat`; nil when there is no such place, which has been reported.
  public func find(_ text: String, at location: SourceLocation, _ diagnostics: inout Diagnostics) -> Place? {
    let name = EndpointName(text)
    guard let machine = machine(name.first, at: location, &diagnostics) else { return nil }
    guard let part = name.device else {
      guard let port = name.port else { return .machine(machine) }
      return interface(port, of: machine, at: location, &diagnostics)
    }
    guard let device = device(part, of: machine, at: location, &diagnostics) else { return nil }
    guard let port = name.port else { return .device(device) }
    return interface(port, of: device, in: machine, at: location, &diagnostics)
  }

  func hasMachine(_ name: String) -> Bool { machines[name] != nil }

  /// The machine of that name; nil when there is none, which has been reported.
  public func machine(
    _ name: String, at location: SourceLocation, _ diagnostics: inout Diagnostics
  ) -> Int? {
    if let index = machines[name] { return index }
    if let unread, unread.contains(name) { return nil }
    if let count = roster.count(of: name) {
      diagnostics.report(
        "'\(name)' stands for \(count) nodes, and one is meant here", .unknownNode, at: location,
        notes: ["they are called \(name)1\(count > 1 ? " to \(name)\(count)" : "")"])
      return nil
    }
    let names = topology.machines.map(\.name)
    let isVariable = name.hasPrefix("$") && Variables.isName(name.dropFirst())
    diagnostics.report(
      "there is no node '\(name)'", .unknownNode, at: location,
      notes: isVariable
        ? ["inside a longer text a variable is written with braces: ${\(name.dropFirst())}"]
        : Diagnostic.Note.suggestion(for: name, among: names, called: "nodes"))
    return nil
  }

  private func device(
    _ name: String, of machine: Int, at location: SourceLocation, _ diagnostics: inout Diagnostics
  ) -> DeviceID? {
    let range = topology.machines[machine].devices
    if let index = range.first(where: { topology.devices[$0].name == name }) { return DeviceID(index: index) }
    guard unread == nil else { return nil }
    let names = range.map { topology.devices[$0].name }
    diagnostics.report(
      "'\(topology.machines[machine].name)' has no device '\(name)'", .unknownDevice, at: location,
      notes: Diagnostic.Note.suggestion(for: name, among: names, called: "devices"))
    return nil
  }

  private func interface(
    _ name: String, of machine: Int, at location: SourceLocation, _ diagnostics: inout Diagnostics
  ) -> Place? {
    let entry = topology.machines[machine]
    if let exposed = entry.interfaces.first(where: { $0.name == name }) {
      return .interface(machine: machine, [exposed.end])
    }
    let ports = ports(of: machine)
    let ends = ports.filter { $0.name == name }.map(\.end)
    if !ends.isEmpty { return .interface(machine: machine, ends) }
    reportUnknown(
      name, of: entry.name, among: entry.interfaces.map(\.name) + ports.map(\.name), at: location,
      &diagnostics)
    return nil
  }

  private func interface(
    _ name: String, of device: DeviceID, in machine: Int, at location: SourceLocation,
    _ diagnostics: inout Diagnostics
  ) -> Place? {
    let names = topology.devices[Int(device.index)].ports.map(\.name)
    if let port = names.firstIndex(of: name) {
      return .interface(machine: machine, [LinkEnd(device, PortNumber(port))])
    }
    reportUnknown(name, of: topology.name(of: device), among: names, at: location, &diagnostics)
    return nil
  }

  private func reportUnknown(
    _ name: String, of owner: String, among known: [String], at location: SourceLocation,
    _ diagnostics: inout Diagnostics
  ) {
    guard unread == nil else { return }
    var names: [String] = []
    for candidate in known where !names.contains(candidate) { names.append(candidate) }
    diagnostics.report(
      "'\(owner)' has no interface '\(name)'", .unknownInterface, at: location,
      notes: Diagnostic.Note.suggestion(for: name, among: names, called: "interfaces"))
  }

  private func ports(of machine: Int) -> [(name: String, end: LinkEnd)] {
    topology.machines[machine].devices.flatMap { device in
      topology.devices[device].ports.enumerated().map { index, port in
        (port.name, LinkEnd(DeviceID(index: device), PortNumber(index)))
      }
    }
  }
}

/// Where traffic goes: a machine or one of its interfaces, whose address is looked up when the step begins; an address; or
/// a name to be resolved.
public enum Destination: Hashable, Sendable {
  case machine(Int)
  case interface(machine: Int, name: String)
  case address(IPv4Address)
  case name(DomainName)
}

extension Places {
  /// A machine that sends: it needs an IP stack.
  public func sender(
    _ name: Located<String>, _ diagnostics: inout Diagnostics
  ) -> (machine: Int, stack: DeviceID)? {
    guard let machine = machine(name.value, at: name.location, &diagnostics) else { return nil }
    if let stack = topology.stack(of: machine) { return (machine, stack) }
    guard unread == nil else { return nil }
    diagnostics.report(
      "'\(name.value)' has no IP stack, so it cannot send anything of its own", .noAddress, at: name.location)
    return nil
  }

  /// What a step's packets are for.
  public func destination(_ text: Located<String>, _ diagnostics: inout Diagnostics) -> Destination? {
    if let address = IPv4Address(text.value) { return .address(address) }
    if let name = EndpointName(text.value).port {
      guard case .interface(let machine, _) = find(text.value, at: text.location, &diagnostics) else {
        return nil
      }
      return .interface(machine: machine, name: name)
    }
    if let machine = machines[text.value] { return destination(machine, text, &diagnostics) }
    if text.value.contains("."), !text.value.allSatisfy({ $0.isNumber || $0 == "." || $0 == "/" }),
      let name = DomainName(text.value)
    {
      warnIfUnknown(name, at: text.location, &diagnostics)
      return .name(name)
    }
    return machine(text.value, at: text.location, &diagnostics).map { .machine($0) }
  }

  private func destination(
    _ machine: Int, _ text: Located<String>, _ diagnostics: inout Diagnostics
  ) -> Destination? {
    if topology.stack(of: machine) != nil { return .machine(machine) }
    guard unread == nil else { return nil }
    diagnostics.report("'\(text.value)' has no IP stack, and so no address", .noAddress, at: text.location)
    return nil
  }

  /// A name that nobody serves may be meant so, to see it fail: it is only warned of.
  private func warnIfUnknown(
    _ name: DomainName, at location: SourceLocation, _ diagnostics: inout Diagnostics
  ) {
    guard unread == nil, !isServed.contains(name.text) else { return }
    let notes = Diagnostic.Note.suggestion(for: name.text, among: domainNames, called: "names served")
    diagnostics.report(
      Diagnostic(
        "no node of this file serves the name '\(name)'", code: .unknownName, at: location, notes: notes,
        severity: .warning))
  }
}

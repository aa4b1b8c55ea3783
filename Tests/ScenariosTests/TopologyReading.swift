import Configuration
import Devices
import Packets
import Platforms
import Simulation
import Topology
import YAMLSource

struct NoSuchFile: Error, CustomStringConvertible { var description: String { "no such file" } }

/// Nodes and links of one text, expanded and read.
struct TopologyReading {
  var expanded = Platforms.Expanded()
  var topology = Topology()
  var diagnostics = Diagnostics()
  var sources = SourceMap()

  /// - Parameter files: Files beside the scenario, by name.
  init(_ text: String, files: [String: String] = [:]) {
    guard let value = YAMLSource.read(text: text, name: "test.yaml", into: &sources, &diagnostics) else {
      return
    }
    read(value, files)
  }

  init(_ value: Value) { read(value, [:]) }

  private mutating func read(_ value: Value, _ texts: [String: String]) {
    var files = TextFiles(sources) { name, sources, diagnostics in
      YAMLSource.readText(name, into: &sources, &diagnostics) { path in
        guard let text = texts[path] else { throw NoSuchFile() }
        return Array(text.utf8)
      }
    }
    expanded = Platforms.expand(
      nodes: value["nodes"]?.map ?? Mapping(), links: value["links"]?.list ?? [], files: &files, &diagnostics)
    sources = files.sources
    topology = TopologyReader.read(
      expanded.machines, links: expanded.links, unreadable: expanded.unreadable, &diagnostics)
  }

  /// Every complaint as "HL0202 3:12", in the order of the file.
  var verdicts: [String] {
    diagnostics.sorted.map { "\($0.code.rawValue) \($0.location.line):\($0.location.column)" }
  }

  var rendered: String { DiagnosticRenderer(sources: sources, colour: false).render(diagnostics) }

  /// The value of a machine in the plain language.
  func machine(_ name: String) -> Value? { expanded.machines.first { $0.name == name }?.value }

  func device(_ machine: String, _ name: String) -> Value? { self.machine(machine)?["devices"]?[name] }
}

extension Topology {
  func device(_ name: String) -> Int? { devices.indices.first { self.name(of: DeviceID(index: $0)) == name } }

  /// Devices with their ports and addresses, and links by their ends: what is wired, as text.
  var wiring: [String] {
    let parts = devices.indices.map { index in
      let ports = devices[index].ports.map { port in
        "\(port.name) \(port.hardwareAddress?.description ?? "-") \(port.addresses.map(\.description))"
      }
      return "\(name(of: DeviceID(index: index))): \(type(of: devices[index].settings).word) \(ports) "
        + "\(devices[index].settings.remarks)"
    }
    let cables = links.map { "\(path($0.ends.0)) - \(path($0.ends.1)) \($0.cables.there.configuration)" }
    let boxes = machines.map { machine in
      "\(machine.name): \(machine.kind) in \(machine.parent.map { machines[$0].name } ?? "nothing") "
        + "\(machine.interfaces.map { "\($0.name)=\(path($0.end))" })"
    }
    return boxes + parts + cables
  }

  func path(_ end: LinkEnd) -> String { "\(name(of: end.device)):\(portName(end))" }

  /// What is at the other end of a port.
  func peer(_ path: String) -> String? {
    for link in links {
      if self.path(link.ends.0) == path { return self.path(link.ends.1) }
      if self.path(link.ends.1) == path { return self.path(link.ends.0) }
    }
    return nil
  }

  func port(_ path: String) -> PortDescription? {
    for device in devices.indices {
      for (place, port) in devices[device].ports.enumerated()
      where self.path(LinkEnd(DeviceID(index: device), PortNumber(place))) == path { return port }
    }
    return nil
  }
}

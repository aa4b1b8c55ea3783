import Configuration
import Devices
import Packets
import Scenarios
import Simulation
import Topology

/// What devices, interfaces and decisions are called in reports.
struct Names: Sendable {
  let topology: Topology
  let sources: SourceMap
  var words: any Wording

  /// `rtr`, or `pc.nat8` where a machine has several devices.
  func device(_ device: DeviceID) -> String {
    guard topology.has(device) else { return words.nobody }
    let machine = topology.machine(of: device)
    return machine.devices.count == 1 ? machine.name : topology.name(of: device)
  }

  /// `rtr:wan0`, or `pc.stack:vmnet8`; without a name of its own, the port's device.
  func end(_ end: LinkEnd) -> String {
    let port = port(end)
    return port.isEmpty ? device(end.device) : "\(device(end.device)):\(port)"
  }

  /// `eth0`; nothing for a port that has no name, or does not exist.
  func port(_ end: LinkEnd) -> String {
    guard topology.has(end.device), end.port != .none,
      Int(end.port.index) < topology.devices[Int(end.device.index)].ports.count
    else { return "" }
    return topology.portName(end)
  }

  /// What decided, and where it was written: ``` `gateway 192.168.1.1`, vmware.yaml:33 ```; nil for a default.
  func origin(_ origin: Origin) -> String? {
    guard let entry = topology.origins[origin] else { return nil }
    return words.listed(["`\(entry.label)`"] + (line(at: entry.location).map { [$0] } ?? []))
  }

  /// `vmware.yaml:33`, without the folder, so that a report says the same wherever the file lies.
  func line(at location: SourceLocation) -> String? {
    guard !location.isNone, Int(location.file) < sources.files.count else { return nil }
    let name = sources.files[Int(location.file)].name
    let file = name.split(separator: "/").last.map(String.init) ?? name
    return "\(file):\(location.line)"
  }

  /// Whether it passes on what is for others.
  func forwards(_ device: DeviceID) -> Bool {
    topology.has(device) && topology.devices[Int(device.index)].settings.remarks.contains(.forwards)
  }

  /// What the device is, where a report's words depend on it.
  func role(_ device: DeviceID) -> DeviceRole? {
    guard topology.has(device) else { return nil }
    return type(of: topology.devices[Int(device.index)].settings).role
  }
}

extension Topology {
  func has(_ device: DeviceID) -> Bool { device != .none && Int(device.index) < devices.count }
}

extension TimeSpan {
  /// `420 µs`.
  var words: String {
    let text = description
    let digits = text.prefix { $0.isNumber || $0 == "." }
    let unit = text.dropFirst(digits.count)
    return "\(digits) \(unit == "us" ? "µs" : unit)"
  }
}

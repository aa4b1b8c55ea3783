import Configuration
import Scenarios
import Simulation
import Topology

/// The interfaces that names stand for: `rtr:wan0`, all of a device such as `pc.VMnet8`, or all of a machine.
public enum CapturePlaces {
  /// Those that are there in this topology, each once; what cannot be found is reported, and left out.
  public static func interfaces(
    named names: [String], in topology: Topology, _ diagnostics: inout Diagnostics
  ) -> [LinkEnd] {
    let places = Places(topology, document: .null)
    var ends: [LinkEnd] = []
    var known: Set<LinkEnd> = []
    for name in names {
      for end in places.find(name, at: .none, &diagnostics).map({ self.ends(of: $0, in: topology) }) ?? []
      where known.insert(end).inserted {
        ends.append(end)
      }
    }
    return ends
  }

  /// The devices that names stand for: a machine's all, or one such as `pc.nat8`. What cannot be found is reported.
  public static func devices(
    named names: [String], in topology: Topology, _ diagnostics: inout Diagnostics
  ) -> [DeviceID] {
    let places = Places(topology, document: .null)
    var devices: [DeviceID] = []
    for name in names {
      guard let place = places.find(name, at: .none, &diagnostics) else { continue }
      for device in self.devices(of: place, in: topology) where !devices.contains(device) { devices.append(device) }
    }
    return devices
  }

  private static func devices(of place: Place, in topology: Topology) -> [DeviceID] {
    switch place {
    case .machine(let machine): topology.machines[machine].devices.map { DeviceID(index: $0) }
    case .device(let device): [device]
    case .interface(_, let ends): ends.map(\.device)
    }
  }

  private static func ends(of place: Place, in topology: Topology) -> [LinkEnd] {
    switch place {
    case .machine(let machine):
      topology.machines[machine].devices.flatMap { ends(of: .device(DeviceID(index: $0)), in: topology) }
    case .device(let device):
      topology.devices[Int(device.index)].ports.indices.map { LinkEnd(device, PortNumber($0)) }
    case .interface(_, let ends): ends
    }
  }
}

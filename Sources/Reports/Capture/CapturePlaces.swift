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

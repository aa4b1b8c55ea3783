import Configuration
import Devices
import Packets
import Simulation
import Topology

/// An address, or a machine that has it.
struct PeerAddress: Sendable {
  enum Written: Sendable {
    case address(IPv4Address)
    case machine(Located<String>)
  }

  static let shapes: [Shape<Written>] = [
    Shape<IPv4Address>.ipv4Address.map { .address($0) }, Shape<String>.string.located.map { .machine($0) },
  ]

  private let address: IPv4Address?
  private let machine: Int?
  let name: String

  init?(_ written: Written, _ reader: inout ExpectationReader) {
    switch written {
    case .address(let address):
      self.address = address
      machine = nil
      name = "\(address)"
    case .machine(let text):
      guard let index = reader.places.machine(text.value, at: text.location, &reader.diagnostics) else {
        return nil
      }
      address = nil
      machine = index
      name = text.value
    }
  }

  func matches(_ real: IPv4Address, _ evidence: Evidence) -> Bool {
    if let address { return address == real }
    guard let machine else { return false }
    return evidence.has(real, machine: machine)
  }
}

extension Evidence {
  /// Whether one of the machine's stacks has or had the address.
  func has(_ address: IPv4Address, machine: Int) -> Bool {
    topology.machines[machine].devices.contains { device in
      addresses.knew(address, at: DeviceID(index: device))
        || topology.devices[device].ports.contains { $0.addresses.contains { $0.address == address } }
    }
  }
}

extension Journey {
  /// How it ended.
  func endPhrase(_ evidence: Evidence) -> Phrase {
    let device = evidence.name(of: lastDevice)
    switch end {
    case .absorbed(let absorber): return .taken(by: device, absorber)
    case .dropped(let reason, _): return .dropped(at: device, reason)
    case .underWay: return .underWay(at: device)
    }
  }
}

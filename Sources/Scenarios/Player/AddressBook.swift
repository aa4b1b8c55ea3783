import Devices
import Packets
import Simulation
import Topology

/// Who has which address, as far as a journal has been read.
public struct AddressBook: Sendable {
  struct Entry: Sendable {
    var port: PortNumber
    var address: InterfaceAddress
    /// Whether it still has it.
    var isCurrent: Bool
  }

  private var entries: [DeviceID: [Entry]] = [:]  // looked up, never iterated
  /// Who had an address first.
  private var owners: [IPv4Address: DeviceID] = [:]  // looked up, never iterated
  private var readCount = 0

  public init() {}

  /// Who has which address before anything happens: those that are written down.
  init(of topology: Topology) {
    for (device, entry) in topology.devices.enumerated() {
      for (port, description) in entry.ports.enumerated() {
        for address in description.addresses { add(address, DeviceID(index: device), PortNumber(port)) }
      }
    }
  }

  /// Reads on from where it stopped.
  public mutating func read(_ records: [Record]) {
    while readCount < records.count {
      let record = records[readCount]
      readCount += 1
      switch record.event {
      case .configured(let address, _, _): add(address, record.device, record.port)
      case .deconfigured(let address): remove(address, record)
      default: break
      }
    }
  }

  private mutating func add(_ address: InterfaceAddress, _ device: DeviceID, _ port: PortNumber) {
    if owners[address.address] == nil { owners[address.address] = device }
    var known = entries[device] ?? []
    if let place = known.firstIndex(where: { $0.port == port && $0.address == address }) {
      known[place].isCurrent = true
    } else {
      known.append(Entry(port: port, address: address, isCurrent: true))
    }
    entries[device] = known
  }

  private mutating func remove(_ address: InterfaceAddress, _ record: Record) {
    guard
      let place = entries[record.device]?.firstIndex(where: {
        $0.port == record.port && $0.address == address
      })
    else { return }
    entries[record.device]?[place].isCurrent = false
  }

  /// The addresses a device has now, in the order of its ports.
  public func addresses(of device: DeviceID) -> [InterfaceAddress] {
    current(device).map(\.address)
  }

  /// Whether that device has or had the address.
  public func knew(_ address: IPv4Address, at device: DeviceID) -> Bool {
    entries[device]?.contains { $0.address.address == address } ?? false
  }

  /// Who has or had the address; of several the first.
  public func owner(of address: IPv4Address) -> DeviceID? { owners[address] }

  private func current(_ device: DeviceID) -> [Entry] {
    (entries[device] ?? []).filter(\.isCurrent).enumerated()
      .sorted { ($0.element.port, $0.offset) < ($1.element.port, $1.offset) }
      .map(\.element)
  }

  /// The address traffic goes to: on the sender's own networks where there is one, else the first.
  ///
  /// - Parameter interface: Only that interface of the machine's stack, or what the machine shows outside under this name.
  func address(
    of machine: Int, interface: String?, from sender: DeviceID, in topology: Topology
  ) -> IPv4Address? {
    guard let stack = topology.stack(of: machine) else { return nil }
    let ports = topology.devices[Int(stack.index)].ports
    var candidates = current(stack).filter { $0.port != .none }
    if let interface {
      candidates = candidates.filter { ports[Int($0.port.index)].name == interface }
      if candidates.isEmpty,
        let exposed = topology.machines[machine].interfaces.first(where: { $0.name == interface })
      {
        candidates = current(exposed.end.device).filter { $0.port == exposed.end.port }
      }
    }
    let networks = addresses(of: sender).map(\.prefix)
    let near = candidates.first { candidate in networks.contains { $0.contains(candidate.address.address) } }
    return (near ?? candidates.first)?.address.address
  }

  /// The address at the far end of a way; nil for a name, and where there is none yet.
  func address(of way: Traffic.Way, in topology: Topology) -> IPv4Address? {
    switch way.destination {
    case .address(let address): address
    case .name: nil
    case .machine(let machine): address(of: machine, interface: nil, from: way.sender, in: topology)
    case .interface(let machine, let name): address(of: machine, interface: name, from: way.sender, in: topology)
    }
  }
}

import Configuration
import Devices
import Packets
import Simulation

/// Machines, devices and links as a description: nothing of it is running yet.
public struct Topology: Sendable {
  public var machines: [Machine]
  /// In the order of the machines; the index is the `DeviceID`.
  public var devices: [DeviceEntry]
  public var links: [LinkEntry]
  public var origins: OriginTable

  public init(
    machines: [Machine] = [], devices: [DeviceEntry] = [], links: [LinkEntry] = [],
    origins: OriginTable = OriginTable()
  ) {
    self.machines = machines
    self.devices = devices
    self.links = links
    self.origins = origins
  }

  /// A box a person could touch or boot.
  public struct Machine: Sendable {
    public var name: String
    /// What the user called it: `host`, `home-router`, `vmware`.
    public var kind: String
    /// The machine it runs in, for guests.
    public var parent: Int?
    public var devices: Range<Int>
    /// What links from outside plug into: `eth0` of a VMware host is a port of its bridge driver.
    public var interfaces: [Interface]
    public var location: SourceLocation

    public init(
      name: String, kind: String, parent: Int?, devices: Range<Int>, interfaces: [Interface],
      location: SourceLocation
    ) {
      self.name = name
      self.kind = kind
      self.parent = parent
      self.devices = devices
      self.interfaces = interfaces
      self.location = location
    }
  }

  public struct Interface: Sendable {
    public var name: String
    public var end: LinkEnd

    public init(name: String, end: LinkEnd) {
      self.name = name
      self.end = end
    }
  }

  public struct DeviceEntry: Sendable {
    public var machine: Int
    public var name: String
    public var settings: any DeviceKind
    /// Those of the settings, then those that links added.
    public var ports: [PortDescription]
    public var location: SourceLocation

    public init(
      machine: Int, name: String, settings: any DeviceKind, ports: [PortDescription], location: SourceLocation
    ) {
      self.machine = machine
      self.name = name
      self.settings = settings
      self.ports = ports
      self.location = location
    }
  }

  public struct LinkEntry: Sendable {
    public var ends: (LinkEnd, LinkEnd)
    /// From the first end, and from the second.
    public var cables: (there: Cable, back: Cable)
    public var location: SourceLocation

    public init(ends: (LinkEnd, LinkEnd), cables: (there: Cable, back: Cable), location: SourceLocation) {
      self.ends = ends
      self.cables = cables
      self.location = location
    }
  }
}

/// Names.
extension Topology {
  public func machine(of device: DeviceID) -> Machine { machines[devices[Int(device.index)].machine] }

  /// `pc.VMnet8`.
  public func name(of device: DeviceID) -> String {
    "\(machine(of: device).name).\(devices[Int(device.index)].name)"
  }

  public func portName(_ end: LinkEnd) -> String {
    devices[Int(end.device.index)].ports[Int(end.port.index)].name
  }

  /// The interface of its machine that this port is, if it is one: `pc:eth0`.
  public func interface(at end: LinkEnd) -> Interface? {
    machine(of: end.device).interfaces.first { $0.end == end }
  }

  /// Whether both ends are in the same machine.
  public func isInside(_ link: LinkEntry) -> Bool {
    devices[Int(link.ends.0.device.index)].machine == devices[Int(link.ends.1.device.index)].machine
  }

  /// The device that pings, resolves and serves for a machine: its first IP stack.
  public func stack(of machine: Int) -> DeviceID? {
    machines[machine].devices.first { type(of: devices[$0].settings).role == .stack }.map(
      DeviceID.init(index:))
  }
}

/// Making it run.
extension Topology {
  /// A link as the simulator has it.
  public func wire(of link: LinkEntry) -> Simulator.Wire {
    var wire = Simulator.Wire(link.ends.0, link.ends.1, link.cables.there.configuration)
    wire.directions.1 = link.cables.back.configuration
    wire.impairments = (link.cables.there.impairments, link.cables.back.impairments)
    // A hub knows half duplex only (IEEE 802.3-2018, 9.1).
    if [link.ends.0, link.ends.1].contains(where: isHub) {
      wire.directions.0.isShared = true
      wire.directions.1.isShared = true
    }
    return wire
  }

  /// Lets an access point know whose card is linked to it.
  private func tell(_ parts: inout [Simulator.Part], about card: LinkEnd, at end: LinkEnd) {
    guard devices[Int(end.device.index)].settings.associatesStations,
      let address = devices[Int(card.device.index)].ports[Int(card.port.index)].associatesAs
    else { return }
    parts[Int(end.device.index)].device.know(.association(address, end.port))
  }

  private func isHub(_ end: LinkEnd) -> Bool {
    type(of: devices[Int(end.device.index)].settings).role == .hub
  }

  /// - Parameter conversations: The network starts with what these would teach it.
  public func simulator(
    seed: UInt64, detail: Journal.Detail = .full, limits: Simulator.Limits = Simulator.Limits(),
    knowing conversations: [Prelearning.Conversation] = []
  ) -> Simulator {
    var parts = devices.indices.map { index in
      let entry = devices[index]
      return Simulator.Part(
        entry.settings.makeDevice(ports: entry.ports.count), ports: entry.ports.count,
        name: name(of: DeviceID(index: index)))
    }
    if devices.contains(where: { $0.settings.associatesStations }) {
      for link in links {
        tell(&parts, about: link.ends.0, at: link.ends.1)
        tell(&parts, about: link.ends.1, at: link.ends.0)
      }
    }
    let wires = links.map(wire)
    guard !conversations.isEmpty else {
      return Simulator(parts: parts, wires: wires, seed: seed, detail: detail, limits: limits)
    }
    var prelearning = Prelearning(parts, wires)
    for conversation in conversations { prelearning.learn(conversation) }
    return Simulator(parts: prelearning.parts, wires: wires, seed: seed, detail: detail, limits: limits)
  }
}

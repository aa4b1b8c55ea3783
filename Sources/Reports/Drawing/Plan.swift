/// What there is to draw of one variant: machines, their devices with ports, and the links; the same for all its steps.
///
/// It holds words and indices only, so that a drawing can be made, tested and compared without a simulator.
public struct Plan: Hashable, Sendable {
  /// A box a person could touch or boot; `parent` is the machine that runs it, if it is a guest.
  public struct Machine: Hashable, Sendable {
    public var name: String
    /// In words a reader knows: "VMware host", "switch".
    public var kind: String
    public var parent: Int?
    public var devices: [Device]

    public init(name: String, kind: String, parent: Int? = nil, devices: [Device]) {
      self.name = name
      self.kind = kind
      self.parent = parent
      self.devices = devices
    }
  }

  /// What a device is to the eye; it decides shape, shade and which of two neighbours stands higher.
  public enum Role: String, Hashable, Sendable, CaseIterable {
    case stack
    case router
    case `switch`
    case bridge
    case hub
    case nat
    /// DHCP, DNS and whatever else answers and does not forward.
    case server
    /// Taggers, bonds, tunnels: one wire in, another out.
    case adapter

    /// Joins many wires and is drawn as a bar that they meet.
    var isBar: Bool { self == .switch || self == .bridge || self == .hub }
  }

  public struct Device: Hashable, Sendable {
    public var name: String
    public var role: Role
    /// What it is called where its role says too little: "bond", which is drawn as a bridge is.
    public var kind: String?
    /// Short facts below the name: "forwards", "masquerades out of wan0", "DHCP .128–.253".
    public var remarks: [String]
    public var ports: [Port]

    public init(name: String, role: Role, kind: String? = nil, remarks: [String] = [], ports: [Port]) {
      self.name = name
      self.role = role
      self.kind = kind
      self.remarks = remarks
      self.ports = ports
    }
  }

  /// An interface; without a name and an address it is only the place where a wire ends.
  public struct Port: Hashable, Sendable {
    public var name: String
    public var addresses: [String]

    public init(name: String = "", addresses: [String] = []) {
      self.name = name
      self.addresses = addresses
    }
  }

  public struct DeviceID: Hashable, Sendable {
    public var machine: Int
    public var device: Int

    public init(machine: Int, device: Int) {
      self.machine = machine
      self.device = device
    }
  }

  public struct End: Hashable, Sendable {
    public var device: DeviceID
    public var port: Int

    public init(machine: Int, device: Int, port: Int) {
      self.device = DeviceID(machine: machine, device: device)
      self.port = port
    }
  }

  public struct Link: Hashable, Sendable {
    public var a: End
    public var b: End
    /// What is worth knowing about the wire: "1 Gbit/s · 50 µs".
    public var label: String?

    public init(_ a: End, _ b: End, label: String? = nil) {
      self.a = a
      self.b = b
      self.label = label
    }
  }

  public var scenario: String
  public var variant: String
  /// The scenario's own headline.
  public var title: String
  /// The one of its legends.
  public var language: Language
  public var machines: [Machine]
  public var links: [Link]

  public init(
    scenario: String, variant: String, title: String = "", language: Language = .english, machines: [Machine],
    links: [Link]
  ) {
    self.scenario = scenario
    self.variant = variant
    self.title = title
    self.language = language
    self.machines = machines
    self.links = links
  }
}

extension Plan {
  subscript(_ id: DeviceID) -> Device { machines[id.machine].devices[id.device] }

  /// Per end of a link the device at its other end; of several links the first counts.
  var neighbours: [End: DeviceID] {
    var result: [End: DeviceID] = [:]
    for link in links where has(link.a) && has(link.b) {
      if result[link.a] == nil { result[link.a] = link.b.device }
      if result[link.b] == nil { result[link.b] = link.a.device }
    }
    return result
  }

  /// A port as it is worth showing: jacks of hubs and switches have names only for machines, and a name that repeats
  /// the neighbour's says nothing.
  func shownPort(_ end: End, neighbour: DeviceID?) -> Port {
    let port = self[end.device].ports[end.port]
    guard port.addresses.isEmpty else { return port }
    switch self[end.device].role {
    case .hub, .switch: return Port()
    default:
      guard let neighbour else { return port }
      let isEcho = port.name == self[neighbour].name || port.name == machines[neighbour.machine].name
      return isEcho ? Port() : port
    }
  }

  /// False if an index points nowhere; such links are left out of the drawing rather than trapped over.
  func has(_ end: End) -> Bool {
    machines.indices.contains(end.device.machine)
      && machines[end.device.machine].devices.indices.contains(end.device.device)
      && self[end.device].ports.indices.contains(end.port)
  }
}

import Devices
import Packets
import Protocols
import Simulation

/// A small network for tests: parts by name, wires by name and port, and what the journal says afterwards.
struct Lab {
  private var parts: [Simulator.Part] = []
  private var names: [String: DeviceID] = [:]
  private var wires: [Simulator.Wire] = []
  var simulator = Simulator(parts: [], wires: [])

  mutating func add(_ name: String, _ device: any Device, ports: Int) {
    names[name] = DeviceID(index: parts.count)
    parts.append(Simulator.Part(device, ports: ports, name: name))
  }

  /// A stack whose interfaces are `eth0`, `eth1`, …, in the order of the addresses.
  mutating func addStack(
    _ name: String, _ addresses: [String], gateway: String? = nil, forwards: Bool = false,
    masquerades: [Int] = [], translation: [TranslationRule] = [],
    behavior: EndpointMappings.Behavior? = nil,
    nameservers: [String] = [], owns: [String] = [], services: [any Application] = [],
    tcp: TCPConnection.Settings = .init()
  ) {
    let interfaces = addresses.enumerated().map { index, text in
      Interface(
        name: "eth\(index)", hardwareAddress: Lab.hardware(name, index),
        addresses: InterfaceAddress(text).map { [$0] } ?? [], origin: Origin(index: 0))
    }
    var routes: [Route] = []
    if let gateway, let router = IPv4Address(gateway) {
      let port = interfaces.firstIndex { $0.addresses.contains { $0.prefix.contains(router) } } ?? 0
      routes.append(Route(to: .all, via: router, on: PortNumber(port), origin: Origin(index: 1)))
    }
    var network = NetworkLayer(
      interfaces: interfaces, routes: routes,
      nameservers: nameservers.compactMap { IPv4Address($0) },
      forwards: forwards,
      translation: TranslationRules(
        translation
          + masquerades.map { .masquerade(leavingBy: PortNumber($0), origin: Origin(index: 2)) },
        behavior: behavior),
      owns: owns.compactMap { IPv4Address($0) })
    network.tcp = tcp
    add(name, IPStack(network, services: services), ports: interfaces.count)
  }

  static func hardware(_ name: String, _ index: Int) -> MACAddress {
    MACAddress(rawValue: 0x0200_0000_0000 | digest(name.utf8) & 0xffff_ff00 | UInt64(index))
  }

  mutating func wire(_ a: (String, Int), _ b: (String, Int), _ configuration: LinkConfiguration = .inside) {
    guard let first = names[a.0], let second = names[b.0] else { preconditionFailure("no such part") }
    wires.append(
      Simulator.Wire(
        LinkEnd(first, PortNumber(a.1)), LinkEnd(second, PortNumber(b.1)), configuration))
  }

  mutating func build(seed: UInt64 = 1, detail: Journal.Detail = .full) {
    var limits = Simulator.Limits()
    limits.events = .max
    limits.memory = 1 << 30
    simulator = Simulator(parts: parts, wires: wires, seed: seed, detail: detail, limits: limits)
  }

  func id(_ name: String) -> DeviceID { names[name] ?? .none }

  /// Has a part do something, and plays until that is over.
  mutating func play(_ name: String, _ command: any Command) -> Outcome {
    let activity = simulator.begin(command, on: id(name), step: 0)
    _ = simulator.run(orFinished: true)
    return outcome(of: activity)
  }

  func outcome(of activity: ActivityID) -> Outcome {
    for case .ended(let ended, let outcome) in simulator.journal.records.map(\.event) where ended == activity {
      return outcome
    }
    return .failure(.interrupted)
  }

  /// Lets `span` of virtual time pass.
  mutating func wait(_ span: TimeSpan) { _ = simulator.run(until: simulator.now + span) }

  /// The frames that `name` has sent, in order.
  func sent(by name: String) -> [EthernetFrame] {
    simulator.journal.records.compactMap { record in
      guard record.device == id(name), case .sent(let frame, _) = record.event else { return nil }
      return frame
    }
  }

  func records(of name: String) -> [Record] { simulator.journal.records.filter { $0.device == id(name) } }

  func drops(at name: String) -> [DropReason] {
    records(of: name).compactMap { if case .dropped(let reason) = $0.event { reason } else { nil } }
  }
}

extension EthernetFrame {
  var packet: IPv4Packet? {
    if case .ipv4(let packet) = payload { packet } else { nil }
  }

  var segment: TCPSegment? {
    if case .tcp(let segment)? = packet?.payload { segment } else { nil }
  }

  var icmp: ICMPMessage? {
    if case .icmp(let message)? = packet?.payload { message } else { nil }
  }
}

func address(_ text: String) -> IPv4Address { IPv4Address(text) ?? .any }

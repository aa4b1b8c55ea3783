import Devices
import Packets
import Protocols
import Simulation

/// Builds the parts of a simulator without a scenario file: the same devices, links, names and numbers as its reader makes.
///
/// Origins are counted as the reader counts them (of each stack its interfaces, its gateway, its routes, its translation,
/// its rules), so a play of what is built here writes the same journal as the scenario that says the same.
package struct NetworkBuilder {
  package private(set) var parts: [Simulator.Part] = []
  package private(set) var wires: [Simulator.Wire] = []
  private var origins = 0
  /// The next free port of each device that has no ports of its own.
  private var grown: [Int] = []

  package init() {}

  package mutating func origin() -> Origin {
    defer { origins += 1 }
    return Origin(index: origins)
  }

  /// A host; what it `owns` are addresses beside that of its interface. Without an address it has to ask for one.
  package mutating func host(
    _ name: String, _ address: InterfaceAddress? = nil, gateway: IPv4Address? = nil, owns: [IPv4Address] = [],
    services: [any Application] = []
  ) -> DeviceID {
    host(name, address, gateway: gateway, owns: owns) { _ in services }
  }

  /// - Parameter services: Made when the origins of what stands before them are counted, and told the next one.
  package mutating func host(
    _ name: String, _ address: InterfaceAddress?, gateway: IPv4Address?, owns: [IPv4Address] = [],
    services: (inout NetworkBuilder) -> [any Application]
  ) -> DeviceID {
    let interface = interface(of: name, 0, address)
    let routes = gateway.map { [Route(to: .all, via: $0, on: 0, origin: origin())] } ?? []
    let network = NetworkLayer(interfaces: [interface], routes: routes, owns: owns)
    return stack(name, network, services(&self), ports: 1)
  }

  /// A router; `routes` name the prefix and the router that leads there. Where there are `rules`, its filter has them for
  /// what it forwards.
  package mutating func router(
    _ name: String, _ addresses: [InterfaceAddress], routes: [(to: IPv4Prefix, via: IPv4Address)] = [],
    masqueradesBy ports: [PortNumber] = [], rules: [PacketFilter.Rule] = [],
    dropsOthers: Bool = false, services: [any Application] = []
  ) -> DeviceID {
    let interfaces = addresses.indices.map { interface(of: name, $0, addresses[$0]) }
    let written = routes.map { route in
      let port = addresses.firstIndex { $0.prefix.contains(route.via) } ?? 0
      return Route(to: route.to, via: route.via, on: PortNumber(port), origin: origin())
    }
    let masquerades = ports.map { TranslationRule.masquerade(leavingBy: $0, origin: origin()) }
    let network = NetworkLayer(
      interfaces: interfaces, routes: written, forwards: true, filter: filter(rules, dropsOthers: dropsOthers),
      translation: TranslationRules(masquerades))
    return stack(name, network, services, ports: interfaces.count)
  }

  private mutating func filter(_ rules: [PacketFilter.Rule], dropsOthers: Bool) -> PacketFilter {
    guard !rules.isEmpty else { return PacketFilter() }
    let policy: PacketFilter.Verdict = dropsOthers ? .drop(origin()) : .accept
    let counted = rules.map { rule in
      var rule = rule
      rule.origin = origin()
      return rule
    }
    return PacketFilter([PacketFilter.BaseChain(.forward, counted, policy: policy)])
  }

  private mutating func interface(of name: String, _ number: Int, _ address: InterfaceAddress?) -> Interface {
    Interface(
      name: "eth\(number)", hardwareAddress: .stationAddress(of: "eth\(number)", device: "stack", machine: name),
      addresses: address.map { [$0] } ?? [], origin: address == nil ? .none : origin())
  }

  private mutating func stack(
    _ name: String, _ network: NetworkLayer, _ services: [any Application], ports: Int
  ) -> DeviceID {
    add("\(name).stack", IPStack(network, services: services), ports: ports)
  }

  package mutating func bridge(_ name: String, ports: Int) -> DeviceID {
    add("\(name).bridge", Bridge(), ports: ports)
  }

  package mutating func add(_ name: String, _ device: any Device, ports: Int) -> DeviceID {
    parts.append(Simulator.Part(device, ports: ports, name: name))
    grown.append(0)
    return DeviceID(index: parts.count - 1)
  }

  /// Gives the parts away.
  mutating func takeParts() -> [Simulator.Part] {
    defer { parts = [] }
    return parts
  }

  /// Puts another device in the place of each.
  package mutating func replaceDevices(by other: (any Device) -> any Device) {
    for place in parts.indices { parts[place].device = other(parts[place].device) }
  }

  /// Plugs a cable into the next free port of each.
  package mutating func link(_ one: DeviceID, _ other: DeviceID, _ cable: LinkConfiguration) {
    wires.append(Simulator.Wire(nextPort(of: one), nextPort(of: other), cable))
  }

  private mutating func nextPort(of device: DeviceID) -> LinkEnd {
    let place = Int(device.index)
    defer { grown[place] += 1 }
    return LinkEnd(device, PortNumber(grown[place]))
  }
}

/// A network and what is played on it: one step.
package struct NetworkPlan {
  package var network: NetworkBuilder
  /// What the step asks for, of whom.
  package var commands: [(device: DeviceID, command: any Command)] = []
  /// Datagrams that reach a program if nothing is lost.
  package var expected: UInt64 = 0
  /// How many segments carry acknowledgments only, nobody knows beforehand.
  package var countsAtLeast = false

  package init(_ network: NetworkBuilder) { self.network = network }

  /// Whether it can be known beforehand who will speak to whom; of a client without an address it cannot.
  package var isForeseen: Bool { !isTranslated && commands.allSatisfy { $0.command is any TargetedCommand } }
  /// Whether answers go to others than those who asked.
  package var isTranslated = false

  /// Whether as much reached programs as should.
  package func isMet(by counters: Counters) -> Bool {
    countsAtLeast ? counters.delivered >= expected : counters.delivered == expected
  }

  /// Makes it run. The network goes into the simulator and is here no more: devices held in two places would be copied.
  ///
  /// - Parameter isPrelearned: Whether it starts with what its conversations would teach it.
  package mutating func makeSimulator(
    detail: Journal.Detail, seed: UInt64 = 1, isPrelearned: Bool = false
  ) -> Simulator {
    let network = network
    self.network = NetworkBuilder()
    var limits = Simulator.Limits()
    limits.events = .max
    limits.memory = .max
    guard isPrelearned else {
      return Simulator(parts: network.parts, wires: network.wires, seed: seed, detail: detail, limits: limits)
    }
    return Simulator(
      parts: prelearned(network), wires: network.wires, seed: seed, detail: detail, limits: limits)
  }

  private func prelearned(_ network: consuming NetworkBuilder) -> [Simulator.Part] {
    let wires = network.wires
    var prelearning = Prelearning(network.takeParts(), wires)
    for (device, command) in commands {
      if let target = (command as? any TargetedCommand)?.target, case .address(let address) = target {
        prelearning.learn(Prelearning.Conversation(device, address))
      }
    }
    return prelearning.parts
  }

  /// Plays the step as a scenario of one step is played.
  package func play(on simulator: inout Simulator) {
    simulator.mark(.stepBegan(0))
    for (device, command) in commands { _ = simulator.begin(command, on: device, step: 0) }
    _ = simulator.run(until: simulator.now + .seconds(10_000_000), orFinished: true)
    simulator.mark(.stepEnded(0))
    _ = simulator.run(until: simulator.now + .seconds(1))
  }
}

extension InterfaceAddress {
  /// An address that the benchmark itself makes.
  static func made(_ address: IPv4Address, _ length: Int) -> InterfaceAddress {
    guard let made = InterfaceAddress(address, length: length) else {
      preconditionFailure("a benchmark made an address with \(length) bits of prefix")
    }
    return made
  }
}

extension IPv4Address {
  /// The address `number` places on.
  func place(_ number: Int) -> IPv4Address { IPv4Address(rawValue: rawValue + UInt32(number)) }
}

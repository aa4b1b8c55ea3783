import Configuration
import Devices
import Packets

/// The rules that libvirt installs, in the order in which the kernel walks them (iptables backend).
///
/// That order is not the order of the networks: LIBVIRT_FWI, into any network, is walked before LIBVIRT_FWO, out of any
/// network, and in each of them the rules of networks started later stand before those started earlier.
struct LibvirtFirewall {
  /// One network's rules in each chain; the last network comes first.
  private var blocks: [String: [[Value]]] = [:]  // looked up, never iterated
  private var translations: [[Value]] = []
  private var zones: [Value] = []
  private var hooks: [(accept: Value, translate: Value)] = []

  private static let chains = [
    ("input", "LIBVIRT_INP"), ("output", "LIBVIRT_OUT"), ("forward", "LIBVIRT_FWX"), ("forward", "LIBVIRT_FWI"),
    ("forward", "LIBVIRT_FWO"),
  ]

  mutating func add(_ network: LibvirtNetwork, on bridge: String, at place: SourceLocation) {
    let bridge = Value.string(bridge)
    var rules = Rules(place: place)
    rules.add("LIBVIRT_INP", ["in": bridge, "protocol": "udp", "port": [53, 67], "action": "accept"])
    rules.add("LIBVIRT_INP", ["in": bridge, "protocol": "tcp", "port": [53, 67], "action": "accept"])
    rules.add("LIBVIRT_OUT", ["out": bridge, "protocol": "udp", "port": [53, 68], "action": "accept"])
    rules.add("LIBVIRT_OUT", ["out": bridge, "protocol": "tcp", "port": [53, 68], "action": "accept"])
    addZone(network, bridge, at: place)
    if network.mode != .open { addForwarding(network, bridge, &rules) }
    for (_, chain) in LibvirtFirewall.chains {
      if let block = rules.chains[chain] { blocks[chain, default: []].insert(block, at: 0) }
    }
    if network.mode == .nat { translations.insert(translation(of: network, at: place), at: 0) }
  }

  private struct Rules {
    let place: SourceLocation
    var chains: [String: [Value]] = [:]  // looked up, never iterated

    mutating func add(_ chain: String, _ rule: [(String, Value?)]) {
      let entries = rule.compactMap { name, value in value.map { (name, $0) } }
      chains[chain, default: []].append(Value.map(entries).located(at: place))
    }

    mutating func add(_ chain: String, _ rule: KeyValuePairs<String, Value>) {
      add(chain, rule.map { ($0.key, Optional($0.value)) })
    }
  }

  private func addForwarding(_ network: LibvirtNetwork, _ bridge: Value, _ rules: inout Rules) {
    let subnet = network.address.map { Value.string("\($0.value.prefix)") }
    let device = network.device.map { Value.string($0.value) }
    rules.add("LIBVIRT_FWX", ["in": bridge, "out": bridge, "action": "accept"])
    if let subnet, network.mode == .nat || network.mode == .route {
      rules.add(
        "LIBVIRT_FWI",
        [
          ("in", device), ("out", bridge), ("destination", subnet),
          ("state", network.mode == .nat ? ["established", "related"] : nil), ("action", "accept"),
        ])
      rules.add("LIBVIRT_FWO", [("in", bridge), ("out", device), ("source", subnet), ("action", "accept")])
    }
    rules.add("LIBVIRT_FWI", ["out": bridge, "reject-with": "icmp-port-unreachable"])
    rules.add("LIBVIRT_FWO", ["in": bridge, "reject-with": "icmp-port-unreachable"])
  }

  /// LIBVIRT_PRT: what goes to everybody keeps its source; the rest is hidden, TCP and UDP behind ports the host's own
  /// servers do not have.
  private func translation(of network: LibvirtNetwork, at place: SourceLocation) -> [Value] {
    guard let prefix = network.address?.value.prefix else { return [] }
    let device = network.device.map { Value.string($0.value) }
    let ports = network.translation.ports
    func rule(_ destination: String, _ entries: [(String, Value)]) -> Value {
      let match: [(String, Value?)] = [
        ("source", .string("\(prefix)")), ("destination", .string(destination)), ("out", device),
      ]
      return Value.map(match.compactMap { name, value in value.map { (name, $0) } } + entries).located(at: place)
    }
    func hide(withPorts: Bool) -> (String, Value) {
      guard let addresses = network.translation.addresses, let text = addresses.text else {
        return ("masquerade", withPorts ? ["ports": ports] : true)
      }
      return ("snat", .string(withPorts ? "\(text):\(ports.text ?? "")" : text, at: addresses.location))
    }
    return [
      rule("224.0.0.0/24", [("accept", true)]), rule("255.255.255.255/32", [("accept", true)]),
      rule("!\(prefix)", [("protocol", "tcp"), hide(withPorts: true)]),
      rule("!\(prefix)", [("protocol", "udp"), hide(withPorts: true)]), rule("!\(prefix)", [hide(withPorts: false)]),
    ]
  }

  /// firewalld's zone: what guests may ask of the host itself.
  private mutating func addZone(_ network: LibvirtNetwork, _ bridge: Value, at place: SourceLocation) {
    guard let zone = network.zone else { return }
    let rules: [Value] = [
      ["in": bridge, "state": ["established", "related"], "action": "accept"],
      ["in": bridge, "protocol": "icmp", "action": "accept"],
      ["in": bridge, "protocol": "udp", "port": [53, 67, 69], "action": "accept"],
      ["in": bridge, "protocol": "tcp", "port": [22, 53], "action": "accept"],
      ["in": bridge, "reject-with": "icmp-port-unreachable"],
    ]
    zones += rules.map { $0.located(at: zone.location) }
  }

  /// A hook script inserts its rules, so they stand before libvirt's.
  mutating func add(_ hook: LibvirtHook, to bridge: String) {
    let accept: Value = [
      "out": .string(bridge), "destination": .string("\(hook.address)/32"), "protocol": hook.transport,
      "port": .integer(hook.targetPort), "action": "accept",
    ]
    var translate: [(String, Value)] = [("protocol", hook.transport), ("port", hook.port)]
    if let destination = hook.destination { translate.append(("destination", destination)) }
    translate.append(("dnat", .string(hook.to.value)))
    let place = hook.to.location
    hooks.append((accept.located(at: place), Value.map(translate).located(at: place)))
  }

  /// Writes all of it down; rules of the host's owner come after.
  func install(in stack: inout StackWriter, _ node: inout NodeReader) {
    var rules = HostRules()
    for hook in hooks { rules.add(hook.accept, at: "forward") }
    for (hook, chain) in LibvirtFirewall.chains {
      guard let blocks = blocks[chain] else { continue }
      rules.add(["jump": .string(chain)], at: hook)
      rules.add(blocks.flatMap { $0 }, to: chain)
    }
    for rule in zones { rules.add(rule, at: "input") }
    if !hooks.isEmpty { rules.translate(hooks.map(\.translate), at: "prerouting") }
    if !translations.isEmpty { rules.translate(translations.flatMap { $0 }, at: "postrouting") }
    rules.install(in: &stack, &node)
  }
}

import Configuration
import Devices
import Packets
import Topology

/// One node of the installation while it is being wired.
struct NovaNode {
  let plan: NovaPlan
  let number: Int
  let name: String
  /// What the user said of its stack.
  private var stack: StackWriter
  /// Interfaces of the stack as they are in the end.
  private var interfaces = Mapping()
  private var devices = Mapping()
  private var links: [Value] = []
  /// What links from outside plug into.
  private var sockets = Mapping()

  var options: NovaOptions { plan.options }
  /// Its networks, which are its bridges.
  let networks: [NovaNetwork]
  /// Its instances.
  let instances: [NovaPlan.Booted]
  /// Instances whose gateway it is.
  let clients: [NovaPlan.Booted]
  let isGateway: Bool

  init(number: Int, of plan: NovaPlan) {
    self.plan = plan
    self.number = number
    name = plan.nodes[number].name
    stack = StackWriter(plan.nodes[number])
    networks = plan.networks(on: number)
    instances = plan.instances.filter { $0.node == number }
    isGateway = plan.isGateway(number)
    clients = isGateway ? plan.instances.filter { plan.controller(of: $0) == number } : []
  }

  /// The node and its instances.
  var expansion: Expansion {
    var copy = self
    copy.wire()
    var expansion = Expansion(machine: name, copy.machine)
    for (place, instance) in instances.enumerated() {
      expansion.machines.append((instance.name, machine(of: instance).located(at: instance.location)))
      let bridge = plan.networks[instance.network].bridge
      let link: Value = [.string("\(instance.name):eth0"), .string("\(name).\(bridge):vnet\(place)")]
      expansion.links.append(link.located(at: instance.location))
    }
    return expansion
  }

  /// Its stack as the plain language has it.
  var plainStack: Value {
    var copy = self
    copy.wire()
    return copy.stack.device
  }

  private var machine: Value {
    var parts = Mapping([("stack", stack.device)])
    for entry in devices.entries { parts.set(entry.key, to: entry.value) }
    return [
      "kind": "machine", "shows-as": .string(showsAs), "devices": .map(parts), "links": .list(links),
      "interfaces": .map(sockets),
    ]
  }

  private var showsAs: String {
    let words = NovaRole.allCases.filter { plan.has($0, number) }.map(\.rawValue)
    return "nova \(words.joined(separator: ", "))"
  }
}

/// Bridges and cards.
extension NovaNode {
  private mutating func wire() {
    let vlans = networks.compactMap(\.vlan)
    let card = vlans.isEmpty ? options.flatInterface?.value : options.vlanInterface?.value
    for entry in stack.interfaces.entries {
      if entry.key == card, !networks.isEmpty {
        vlans.isEmpty ? enslave(entry) : split(entry, vlans)
      } else if !networks.contains(where: { $0.bridge == entry.key }) {
        interfaces.set(entry.key, to: entry.value, keyLocation: entry.keyLocation)
        sockets.set(entry.key, to: .string("stack:\(entry.key)"), keyLocation: entry.keyLocation)
      }
    }
    for network in networks { addBridge(of: network, behind: card) }
    if isGateway { becomeGateway() }
    if let filter = stackFilter { stack.suggest("filter", filter) }
    stack.interfaces = interfaces
  }

  /// The card becomes a port of the bridge; its addresses move to the bridge.
  private mutating func enslave(_ entry: Mapping.Entry) {
    sockets.set(
      entry.key, to: .string("\(networks[0].bridge):\(entry.key)"), keyLocation: entry.keyLocation)
  }

  /// 802.1Q: every VLAN is a port of its own, and what has no tag is for the card itself.
  private mutating func split(_ entry: Mapping.Entry, _ vlans: [Int]) {
    devices.set(
      entry.key, to: ["kind": "vlan-tagger", "vlans": .list(vlans.map { .integer($0) })])
    var untagged = entry.value.map ?? Mapping()
    if entry.value.map == nil, !Self.addresses(in: entry.value).isEmpty { untagged.set("address", to: entry.value) }
    if untagged["mac"] == nil { untagged.set("mac", to: hardware(of: entry.key)) }
    interfaces.set(entry.key, to: .map(untagged, at: entry.value.location), keyLocation: entry.keyLocation)
    link("stack:\(entry.key)", "\(entry.key):untagged")
    sockets.set(entry.key, to: .string("\(entry.key):trunk"), keyLocation: entry.keyLocation)
  }

  private mutating func addBridge(of network: NovaNetwork, behind card: String?) {
    var ports = Mapping([(network.bridge, .map(Mapping()))])
    let hasCard = card.map { stack.interfaces[$0] != nil } ?? false
    if let vlan = network.vlan, let card, hasCard {
      ports.set("vlan\(vlan)", to: .map(Mapping()))
      link("\(network.bridge):vlan\(vlan)", "\(card):\(vlan)")
    } else if let card, hasCard {
      ports.set(card, to: .map(Mapping()))
    }
    for (place, instance) in instances.enumerated() where instance.network == network.number {
      // Folsom's libvirt driver and Essex's both let an instance reach itself by its floating address.
      ports.set("vnet\(place)", to: options.release == .cactus ? .map(Mapping()) : ["hairpin": true])
    }
    var bridge = Mapping([("kind", "bridge"), ("ports", .map(ports))])
    let filter = bridgeFilter(of: network)
    if filter != nil || seesBridged { bridge.set("own-port", to: .string(network.bridge)) }
    if seesBridged { bridge.set("bridge-nf", to: true) }
    if let filter { bridge.set("filter", to: filter) }
    devices.set(network.bridge, to: .map(bridge))
    link("stack:\(network.bridge)", "\(network.bridge):\(network.bridge)")
    // A bridge has the lowest address of its ports, and those of taps are high.
    var interface = Mapping()
    let all = bridgeAddresses(of: network, behind: card)
    if !all.isEmpty { interface.set("address", to: .list(all)) }
    if let card, hasCard { interface.set("mac", to: hardware(of: card)) }
    if seesBridged { interface.set("bridge-nf", to: true) }
    interfaces.set(network.bridge, to: .map(interface))
  }

  /// The gateway's address comes first, then what a card brought with it, then what was written by hand.
  private func bridgeAddresses(of network: NovaNetwork, behind card: String?) -> [Value] {
    var all: [Value] = []
    if isGateway { all.append(.string("\(plan.gateway(of: network, on: number))/\(network.length)")) }
    if network.vlan == nil, let card, let moved = stack.interfaces[card] {
      all += Self.addresses(in: moved)
      if card == options.publicInterface.value { all += floatingAddresses }
    }
    if let written = stack.interfaces[network.bridge] { all += Self.addresses(in: written) }
    return all
  }

  private var floatingAddresses: [Value] {
    clients.compactMap { client in client.floating.map { .string("\($0)/32", at: client.location) } }
  }

  static func addresses(in value: Value) -> [Value] {
    let written = value["address"] ?? (value.map == nil ? value : .null)
    return (written.list ?? [written]).filter { !$0.isNull && $0.text != "up" }
  }

  private func hardware(of card: String) -> Value {
    let made = MACAddress.stationAddress(of: card, device: "stack", machine: name)
    return stack.interfaces[card]?["mac"] ?? .string("\(made)")
  }

  func hasInterface(_ name: String) -> Bool { interfaces[name] != nil }

  private mutating func link(_ one: String, _ other: String) { links.append([.string(one), .string(other)]) }
}

/// The gateway.
extension NovaNode {
  private mutating func becomeGateway() {
    stack.suggest("forwards", true)
    if options.announces { stack.suggest("arp-notify", true) }
    let owned = stack["owns"].map { $0.list ?? [$0] } ?? []
    stack.set("owns", .list(owned + [.string("\(NovaPlan.metadataAddress)")]))
    let place = options.publicInterface.value
    if let card = interfaces[place], !floatingAddresses.isEmpty {
      var fields = card.map ?? Mapping()
      fields.set("address", to: .list(Self.addresses(in: card) + floatingAddresses))
      interfaces.set(place, to: .map(fields, at: card.location))
    }
    if let rules = translation { stack.suggest("nat", rules) }
    for network in networks { serve(network) }
    stack.serve(["kind": "http-server", "port": .integer(options.metadataPort)])
  }

  /// dnsmasq for one bridge: fixed hosts only, its own bridge as router and name server.
  private mutating func serve(_ network: NovaNetwork) {
    let own = Value.string("\(plan.gateway(of: network, on: number))")
    let known = clients.filter { $0.network == network.number }
    let reservations = known.map { client -> (String, Value) in
      (
        client.hardware.text ?? "",
        ["address": .string("\(client.address)"), "name": .string(client.name)]
      )
    }
    stack.serve(
      "dhcp-server",
      [
        ("interface", .string(network.bridge)), ("reservations", .map(reservations)),
        ("lease", .string("\(options.lease)s")), ("router", options.router ?? own), ("dns", own),
        ("domain", options.domain), ("allocation", "hash"), ("check", "none"), ("renewal-times", true),
        ("lease-limit", .integer(1 << (32 - network.length))),
      ])
    guard networks.count == 1 || network.number == networks[0].number else { return }
    stack.serve("dns-server", [("forward-to", stack["dns"])])
  }
}

/// Instances.
extension NovaNode {
  private func machine(of instance: NovaPlan.Booted) -> Value {
    let network = plan.networks[instance.network]
    var interface = Mapping([("mac", instance.hardware)])
    var stack = Mapping([("kind", "ip-stack")])
    // FlatManager writes into the image what DHCP would have said.
    let isInjected = options.manager == .flat && options.injects
    if isInjected { interface.set("address", to: .string("\(instance.address)/\(network.length)")) }
    stack.set("interfaces", to: ["eth0": .map(interface)])
    if isInjected {
      stack.set("gateway", to: options.router ?? .string("\(network.gateway)"))
      stack.set("dns", to: options.flatNameserver)
    }
    for field in instance.wish.stackFields { stack.set(field.key, to: field.value, keyLocation: field.keyLocation) }
    var machine = Mapping([("kind", "machine"), ("shows-as", "host"), ("inside", .string(name))])
    guard instance.wish.isCloudpipe else {
      machine.set("devices", to: ["stack": .map(stack)])
      return .map(machine)
    }
    NovaNode.makeServer(of: &machine, stack, interface)
    return .map(machine)
  }

  /// OpenVPN's port (Service Name and Port Number Registry, IANA).
  private static let openVPN = 1194

  /// OpenVPN's tap0 and eth0 in one bridge: who comes in by the tunnel is in the project's network.
  private static func makeServer(of machine: inout Mapping, _ stack: Mapping, _ interface: Mapping) {
    var stack = stack
    stack.set(
      "interfaces",
      to: ["eth0": .map(interface), "openvpn": ["kind": "sockets", "listens": .string("udp/\(Self.openVPN)")]])
    machine.set(
      "devices",
      to: [
        "stack": .map(stack), "br0": ["kind": "bridge"],
        // Its tap takes packets of 1500 bytes, whatever becomes of the datagrams.
        "tap0": ["kind": "tunnel", "port": .integer(Self.openVPN), "source-port": "own", "mtu": 1500],
      ])
    machine.set("links", to: [["stack:eth0", "br0:self"], ["br0:tap0", "tap0:tap"], ["stack:openvpn", "tap0:host"]])
    machine.set("interfaces", to: ["eth0": "br0:eth0"])
  }
}

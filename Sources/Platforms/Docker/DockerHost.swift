import Configuration
import Devices
import Packets
import Topology

/// A host with the Docker engine while it is being wired.
struct DockerHost {
  /// A network that was made, with what the engine keeps of it.
  struct Network: Sendable {
    var name: String
    var bridge: String
    var prefix: IPv4Prefix
    var isInternal = false
    var mtu: Value?
    var location = SourceLocation.none
    /// Addresses that are given away, the bridge's among them.
    fileprivate var taken: Set<IPv4Address> = []  // looked up, never iterated

    /// The bridge's, which containers have as their gateway.
    var gateway: IPv4Address { IPv4Address(rawValue: prefix.network.rawValue &+ 1) }
    var isDefault: Bool { name == "bridge" }
  }

  /// A container in a network.
  struct Leg: Sendable {
    var container: String
    var network: Int
    var address: IPv4Address
  }

  private let name: String
  private let bridges: HostBridges
  private var stack: StackWriter
  private var devices = Mapping()
  private var links: [Value] = []
  private var outside = Mapping()
  private(set) var networks: [Network] = []
  private(set) var legs: [Leg] = []
  /// Links to containers.
  private(set) var outerLinks: [Value] = []
  private var firewall = DockerFirewall()

  init(_ node: inout NodeReader) {
    name = node.name
    bridges = HostBridges(&node)
    var plain = node
    plain.value = bridges.asInterfaces(in: node.value)
    stack = StackWriter(plain)
    for interface in stack.interfaces.keys where !bridges.names.contains(interface) {
      outside.set(interface, to: .string("stack:\(interface)"))
    }
    for bridge in bridges.entries {
      devices.set(bridge.name, to: .map(bridge.settings), keyLocation: bridge.keyLocation)
      links.append([.string("stack:\(bridge.name)"), .string("\(bridge.name):\(bridge.name)")])
      for port in bridge.ports { outside.set(port.value, to: .string("\(bridge.name):\(port.value)")) }
    }
  }

  /// The whole as a machine of the plain language.
  mutating func machine(userRules: Value?, _ node: inout NodeReader) -> Value {
    firewall.install(networks, userRules: userRules, in: &stack, &node)
    var parts = Mapping([("stack", stack.device)])
    for entry in devices.entries { parts.set(entry.key, to: entry.value, keyLocation: entry.keyLocation) }
    return [
      "kind": "machine", "shows-as": "Docker host", "devices": .map(parts), "links": .list(links),
      "interfaces": .map(outside),
    ]
  }
}

/// Networks.
extension DockerHost {
  /// docker0 is there from the start; each network of one's own is a bridge of its own.
  mutating func addNetworks(_ written: [ReadEntry<DockerNetwork>], _ node: inout NodeReader) {
    let usual = written.first { $0.key == "bridge" }
    stack.suggest("forwards", true)
    add("bridge", usual?.value ?? DockerNetwork(), bridge: "docker0", at: usual?.keyLocation ?? .none, &node)
    for entry in written where entry.key != "bridge" {
      guard !["host", "none"].contains(entry.key) else {
        node.diagnostics.report(
          "'\(entry.key)' is a network of the engine's own, of which nothing can be said", .reservedName,
          at: entry.keyLocation)
        continue
      }
      guard NameRule.check(entry.key, of: "a network", at: entry.keyLocation, &node.diagnostics) else { continue }
      add(entry.key, entry.value, bridge: "br-\(entry.key)", at: entry.keyLocation, &node)
    }
  }

  private mutating func add(
    _ key: String, _ network: DockerNetwork, bridge: String, at location: SourceLocation, _ node: inout NodeReader
  ) {
    let place = network.subnet?.location ?? location
    guard let prefix = network.subnet?.value ?? freeSubnet(), prefix.length <= 29 else {
      return node.diagnostics.report(
        "\(network.subnet.map { "\($0.value)" } ?? "the next subnet") is no subnet for '\(key)'", .impossiblePrefix,
        at: place, notes: ["it needs addresses for the bridge and for containers: a /29 at least"])
    }
    if devices[bridge] != nil || stack.interfaces[bridge] != nil {
      node.diagnostics.report("'\(name)' has a part '\(bridge)' already", .duplicateName, at: location)
    }
    var made = Network(
      name: key, bridge: bridge, prefix: prefix, isInternal: network.isInternal, mtu: network.mtu, location: location)
    made.taken.insert(made.gateway)
    networks.append(made)
    devices.set(bridge, to: ["kind": "bridge"], keyLocation: location)
    let interface: Value = [
      "address": .string("\(made.gateway)/\(prefix.length)", at: place),
      "mac": .string("\(MACAddress.made(from: "\(name).\(bridge)", behind: 0x0242_0000_0000, bits: 32))"),
    ]
    stack.interfaces.set(bridge, to: interface.located(at: location), keyLocation: location)
    let ends: Value = [.string("stack:\(bridge)"), .string("\(bridge):\(bridge)")]
    links.append(network.mtu.map { ["endpoints": ends, "mtu": $0] } ?? ends)
  }

  /// The engine's pools: 172.17.0.0/16 to 172.31.0.0/16, passing over what the host is on already.
  private func freeSubnet() -> IPv4Prefix? {
    let taken = stack.networks
    return (17...31).lazy.compactMap { IPv4Prefix(holding: IPv4Address(172, $0, 0, 0), length: 16) }
      .first { candidate in !taken.contains { $0.overlaps(candidate) } }
  }
}

/// Containers.
extension DockerHost {
  /// Gives a container its addresses and publishes its ports.
  mutating func add(_ container: ReadEntry<DockerContainer>, _ node: inout NodeReader) {
    guard NameRule.check(container.key, of: "a container", at: container.keyLocation, &node.diagnostics) else { return }
    let memberships = container.value.memberships
    for special in memberships where ["host", "none"].contains(special.network.value) && memberships.count > 1 {
      node.diagnostics.report(
        "a container with the network '\(special.network.value)' is in no other", .eitherOr,
        at: special.network.location)
    }
    if isOnHost(container.value) { return run(container.value, &node) }
    for (number, membership) in memberships.enumerated() where membership.network.value != "none" {
      join(container.key, number, membership, container.keyLocation, &node)
    }
    guard let leg = legs.first(where: { $0.container == container.key && !networks[$0.network].isInternal }) else {
      return
    }
    for port in container.value.ports {
      firewall.publish(port, of: leg.address, behind: networks[leg.network], by: ownAddresses)
    }
  }

  private func isOnHost(_ container: DockerContainer) -> Bool { container.memberships.first?.network.value == "host" }

  /// With the host's network a container has no stack of its own: its programs are the host's.
  private mutating func run(_ container: DockerContainer, _ node: inout NodeReader) {
    let services = container.value["services"]
    for service in services.map({ $0.list ?? [$0] }) ?? [] { stack.serve(service) }
    for entry in container.value.map?.entries ?? []
    where DockerContainer.isField(entry.key) && !["network", "services"].contains(entry.key) {
      node.diagnostics.report(
        "a container with the host's network has no '\(entry.key)' of its own", .eitherOr, at: entry.keyLocation,
        notes: ["say it of '\(name)'"])
    }
  }

  private mutating func join(
    _ container: String, _ number: Int, _ membership: DockerContainer.Membership, _ place: SourceLocation,
    _ node: inout NodeReader
  ) {
    let wish = membership.network
    guard let network = networks.firstIndex(where: { $0.name == wish.value }) else {
      node.diagnostics.report(
        "'\(name)' has no network '\(wish.value)'", .unknownNetwork, at: wish.location,
        notes: Diagnostic.Note.suggestion(
          for: wish.value, among: networks.map(\.name) + ["host", "none"], called: "networks"))
      return
    }
    guard let address = address(membership, in: network, &node) else { return }
    networks[network].taken.insert(address)
    legs.append(Leg(container: container, network: network, address: address))
    let ends: Value = [
      .string("\(container):eth\(number)"), .string("\(name).\(networks[network].bridge):veth\(legs.count - 1)"),
    ]
    let link = networks[network].mtu.map { mtu -> Value in ["endpoints": ends, "mtu": mtu] } ?? ends
    outerLinks.append(link.located(at: wish.location.isNone ? place : wish.location))
  }

  /// The one that was asked for, or the lowest that is free.
  private func address(
    _ membership: DockerContainer.Membership, in network: Int, _ node: inout NodeReader
  ) -> IPv4Address? {
    let net = networks[network]
    guard let wish = membership.address else {
      let hosts = (net.prefix.network.rawValue &+ 2)..<net.prefix.broadcast.rawValue
      if let free = hosts.lazy.map(IPv4Address.init(rawValue:)).first(where: { !net.taken.contains($0) }) {
        return free
      }
      node.diagnostics.report(
        "'\(net.name)' has no address left in \(net.prefix)", .addressesExhausted, at: membership.network.location)
      return nil
    }
    let isHost = wish.value != net.prefix.network && wish.value != net.prefix.broadcast
    guard net.prefix.contains(wish.value), isHost else {
      node.diagnostics.report(
        "\(wish.value) is no address of '\(net.name)', which has \(net.prefix)", .addressOutsideNetwork,
        at: wish.location)
      return nil
    }
    guard !net.taken.contains(wish.value) else {
      node.diagnostics.report(
        "\(wish.value) is taken on '\(net.name)'", .duplicateAddress, at: wish.location,
        notes: wish.value == net.gateway ? ["it is the bridge's own"] : [])
      return nil
    }
    return wish.value
  }

  /// Where published ports are waited on.
  private var ownAddresses: [IPv4Address] {
    stack.interfaces.keys.flatMap { stack.addresses(of: $0).map(\.address) }
  }

  /// The container as a machine of the plain language; nil for one that has no stack of its own.
  func machine(of container: ReadEntry<DockerContainer>) -> Value? {
    guard !isOnHost(container.value) else { return nil }
    let own = legs.filter { $0.container == container.key }
    var interfaces = Mapping()
    for (number, leg) in own.enumerated() {
      // The engine makes hardware addresses of IP addresses, so that they are as different.
      let mac = MACAddress(rawValue: 0x0242_0000_0000 | UInt64(leg.address.rawValue))
      interfaces.set(
        "eth\(number)",
        to: ["address": .string("\(leg.address)/\(networks[leg.network].prefix.length)"), "mac": .string("\(mac)")])
    }
    var stack = Mapping([("kind", "ip-stack"), ("interfaces", .map(interfaces))])
    if let way = own.first(where: { !networks[$0.network].isInternal }) {
      stack.set("gateway", to: .string("\(networks[way.network].gateway)"))
    }
    addNames(own, to: &stack)
    for field in HandedField.ofStack where field.name != "interfaces" {
      guard let entry = container.value.value.map?.entry(field.name), !entry.value.isNull else { continue }
      if field.name == "services", let embedded = stack["services"]?.list {
        let services = entry.value.list ?? [entry.value]
        stack.set("services", to: .list(services + embedded), keyLocation: entry.keyLocation)
      } else {
        stack.set(field.name, to: entry.value, keyLocation: entry.keyLocation)
      }
    }
    return [
      "kind": "machine", "shows-as": "container", "inside": .string(name), "devices": ["stack": .map(stack)],
    ]
  }

  /// In networks of one's own the engine answers for the names of containers, inside each of them and at 127.0.0.11;
  /// those on docker0 have the host's name servers and no names of each other.
  private func addNames(_ own: [Leg], to stack: inout Mapping) {
    let nameservers = self.stack["dns"]
    guard own.contains(where: { !networks[$0.network].isDefault }) else {
      if let nameservers, !own.isEmpty { stack.set("dns", to: nameservers) }
      return
    }
    var names = Mapping()
    for leg in legs where names[leg.container] == nil && !networks[leg.network].isDefault {
      if own.contains(where: { $0.network == leg.network }) {
        names.set(leg.container, to: .string("\(leg.address)"))
      }
    }
    var service: [(String, Value)] = [("kind", "dns-server"), ("names", .map(names))]
    if let nameservers { service.append(("forward-to", nameservers)) }
    stack.set("dns", to: "127.0.0.11")
    stack.set("owns", to: ["127.0.0.11"])
    stack.set("services", to: [.map(service)])
  }
}

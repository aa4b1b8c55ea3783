import Configuration
import Devices
import Packets
import Topology

/// The host of a VirtualBox installation while it is being wired: networks come with the first guest that uses them.
struct VirtualBoxHost {
  private let name: String
  private var stack: StackWriter
  private var devices = Mapping()
  private var links: [Value] = []
  private let natNetworks: [ReadEntry<VirtualBoxNATNetwork>]
  private let hostOnly: [ReadEntry<VirtualBoxHostOnly>]
  private let leaseServers: [ReadEntry<VirtualBoxLeaseServer>]
  /// The device that stands between the wire and the stack, by interface. Looked up, never iterated.
  private var bridges: [String: String] = [:]
  private let outside: [String]
  /// Where each port of the host is forwarded, by `tcp/2222`. Looked up, never iterated.
  private var forwarded: [String: SourceLocation] = [:]
  private var used: Set<String> = []  // looked up, never iterated

  init(
    _ node: NodeReader, natNetworks: [ReadEntry<VirtualBoxNATNetwork>], hostOnly: [ReadEntry<VirtualBoxHostOnly>],
    leaseServers: [ReadEntry<VirtualBoxLeaseServer>]
  ) {
    name = node.name
    stack = StackWriter(node)
    outside = stack.interfaces.keys
    self.natNetworks = natNetworks
    self.hostOnly = hostOnly
    self.leaseServers = leaseServers
  }

  /// The whole as a machine of the plain language.
  var machine: Value {
    var parts = Mapping([("stack", stack.device)])
    for entry in devices.entries { parts.set(entry.key, to: entry.value, keyLocation: entry.keyLocation) }
    let interfaces = outside.map { ($0, Value.string(bridges[$0].map { device in "\(device):wire" } ?? "stack:\($0)")) }
    return [
      "kind": "machine", "shows-as": "VirtualBox host", "devices": .map(parts), "links": .list(links),
      "interfaces": .map(interfaces),
    ]
  }

  private mutating func link(_ one: String, _ other: String) { links.append([.string(one), .string(other)]) }

  /// The device that an adapter is plugged into; nil when that was reported.
  mutating func plug(_ nic: VirtualBoxGuest.NIC, of guest: String, _ node: inout NodeReader) -> String? {
    switch nic.attachment {
    case .none: nil
    case .nat: addEngine(of: nic, guest, &node)
    case .natnetwork: addNATNetwork(nic.network ?? Located("NatNetwork", at: nic.location), &node)
    case .bridged: addBridge(nic, &node)
    case .intnet: addInternal(nic.network ?? Located("intnet", at: nic.location), &node)
    case .hostonly: addHostOnly(nic.network ?? Located("vboxnet0", at: nic.location), &node)
    }
  }

  /// What was written about networks that no guest is in, and so was not looked at.
  func checkUse(_ node: inout NodeReader) {
    for entry in natNetworks {
      NameRule.check(entry.key, of: "a NAT network", at: entry.keyLocation, &node.diagnostics)
    }
    for entry in hostOnly where !used.contains(entry.key) {
      _ = number(of: entry.key, at: entry.keyLocation, &node)
    }
    for entry in leaseServers where !used.contains(entry.key) {
      node.diagnostics.report(
        "no guest is in a network '\(entry.key)' that this DHCP server could serve", .unknownNetwork,
        at: entry.keyLocation,
        notes: Diagnostic.Note.suggestion(for: entry.key, among: used.sorted(), called: "networks"))
    }
  }
}

/// Networks that reach the world.
extension VirtualBoxHost {
  /// An engine for one adapter: a wire of two, the proxy at .2, and at .3 the servers for leases and names.
  ///
  /// The product answers DHCP from .2. Here the server stands at .3, since two parts cannot have one address.
  private mutating func addEngine(of nic: VirtualBoxGuest.NIC, _ guest: String, _ node: inout NodeReader) -> String? {
    let label = nic.number == 1 ? guest : "\(guest)-\(nic.number)"
    let location = nic.natNetwork?.location ?? nic.location
    let prefix = nic.natNetwork?.value ?? IPv4Prefix(holding: IPv4Address(10, 0, UInt8(nic.number + 1), 0), length: 24)
    guard let prefix, let net = VirtualBoxSubnet(prefix, room: 32, at: location) else {
      report(nic.natNetwork, "a NAT adapter", 27, &node)
      return nil
    }
    let wire = "wire-\(label)"
    devices.set(wire, to: ["kind": "bridge"])
    let forwards = nic.forwards.map { rule in
      var rule = rule
      rule.guest = rule.guest ?? net.host(15)
      return rule
    }
    addProxy("nat-\(label)", net.written(2), forwards, on: wire, &node)
    var services: [Value] = [
      leaseService(net.range(15, 15), router: "\(net.host(2))", dns: [.string("\(net.host(3))", at: location)])
    ]
    if let nameserver = stack["dns"] { services.append(["kind": "dns-server", "forward-to": nameserver]) }
    addServer("dhcp-\(label)", net.written(3), services, gateway: net.host(2), on: wire)
    return wire
  }

  /// One engine for many guests: gateway .1, leases from .3 on, which name the host's own name servers.
  private mutating func addNATNetwork(_ wish: Located<String>, _ node: inout NodeReader) -> String? {
    guard used.insert(wish.value).inserted else { return devices[wish.value] == nil ? nil : wish.value }
    guard isFree(wish, &node) else { return nil }
    guard let network = natNetworks.first(where: { $0.key == wish.value })?.value else {
      let known = natNetworks.map(\.key)
      node.diagnostics.report(
        "'\(name)' has no NAT network '\(wish.value)'", .unknownNetwork, at: wish.location,
        notes: known.isEmpty
          ? ["add '\(wish.value): {}' under 'natnetworks'"]
          : Diagnostic.Note.suggestion(for: wish.value, among: known, called: "NAT networks"))
      return nil
    }
    let location = network.network?.location ?? wish.location
    guard let prefix = network.network?.value ?? IPv4Prefix("10.0.2.0/24"),
      let net = VirtualBoxSubnet(prefix, room: 8, at: location)
    else {
      report(network.network, "a NAT network", 29, &node)
      return nil
    }
    devices.set(wish.value, to: ["kind": "bridge"])
    addProxy("nat-\(wish.value)", net.written(1), network.forwards, on: wish.value, &node)
    guard network.hasLeases else { return wish.value }
    let service = leaseService(
      net.range(4, net.size - 2), router: "\(net.host(1))", dns: stack["dns"].map { $0.list ?? [$0] } ?? [])
    addServer("dhcp-\(wish.value)", net.written(3), [service], gateway: nil, on: wish.value)
    return wish.value
  }

  /// The driver in front of a NIC of the host: the guests' frames leave as they are.
  private mutating func addBridge(_ nic: VirtualBoxGuest.NIC, _ node: inout NodeReader) -> String? {
    let interface = nic.network?.value ?? outside.first ?? "eth0"
    guard node.check(interface, of: stack, at: nic.network?.location ?? nic.location) else { return nil }
    if let bridge = bridges[interface] { return bridge }
    let bridge = "bridge-\(interface)"
    devices.set(bridge, to: ["kind": "bridge"])
    link("stack:\(interface)", "\(bridge):host")
    bridges[interface] = bridge
    return bridge
  }
}

/// Networks that do not.
extension VirtualBoxHost {
  private mutating func addInternal(_ wish: Located<String>, _ node: inout NodeReader) -> String? {
    guard used.insert(wish.value).inserted else { return devices[wish.value] == nil ? nil : wish.value }
    guard NameRule.check(wish.value, of: "an internal network", at: wish.location, &node.diagnostics),
      isFree(wish, &node)
    else { return nil }
    devices.set(wish.value, to: ["kind": "bridge"])
    if let server = leaseServers.first(where: { $0.key == wish.value })?.value { add(server, to: wish.value) }
    return wish.value
  }

  private mutating func addHostOnly(_ wish: Located<String>, _ node: inout NodeReader) -> String? {
    guard used.insert(wish.value).inserted else { return devices[wish.value] == nil ? nil : wish.value }
    guard let number = number(of: wish.value, at: wish.location, &node), isFree(wish, &node) else { return nil }
    let network = hostOnly.first { $0.key == wish.value }?.value ?? VirtualBoxHostOnly()
    let address = network.address ?? .string("192.168.\(56 + number).1/24", at: wish.location)
    devices.set(wish.value, to: ["kind": "bridge"])
    stack.interfaces.set(wish.value, to: ["address": address, "mac": VirtualBoxAddress.adapter(number)])
    link("stack:\(wish.value)", "\(wish.value):host")
    if let server = leaseServers.first(where: { $0.key == wish.value })?.value {
      add(server, to: wish.value)
    } else if network.hasLeases, let prefix = address.text.flatMap({ InterfaceAddress($0) })?.prefix,
      let net = VirtualBoxSubnet(prefix, room: 256, at: address.location)
    {
      // What the product sets up for a fresh network of 254 stations; a smaller one has to be told.
      add(VirtualBoxLeaseServer(address: net.written(100), range: net.range(101, 254)), to: wish.value)
    }
    return wish.value
  }

  private func number(of name: String, at location: SourceLocation, _ node: inout NodeReader) -> Int? {
    if let number = VirtualBoxHostOnly.number(of: name), number < 128 { return number }
    node.diagnostics.report(
      "'\(name)' is no host-only network", .unknownNetwork, at: location,
      notes: ["they are called vboxnet0, vboxnet1 and so on up to vboxnet127"])
    return nil
  }

  private mutating func add(_ server: VirtualBoxLeaseServer, to network: String) {
    addServer(
      "dhcp-\(network)", server.address, [leaseService(server.range, router: "none", dns: [])], gateway: nil,
      on: network)
  }
}

/// Parts of networks.
extension VirtualBoxHost {
  private mutating func addProxy(
    _ device: String, _ address: Value, _ forwards: [VirtualBoxForward], on network: String, _ node: inout NodeReader
  ) {
    var fields = Mapping([("kind", "nat-proxy"), ("address", address)])
    var listens: [Value] = []
    var targets: [(String, Mapping)] = [("tcp", Mapping()), ("udp", Mapping())]
    for rule in forwards {
      let service = "\(rule.transport)/\(rule.port)"
      guard let guest = rule.guest else { continue }
      if let first = forwarded[service] {
        node.diagnostics.report(
          "port \(service) of '\(name)' is forwarded twice", .duplicateName, at: rule.location,
          notes: [Diagnostic.Note("the other one is here", at: first)])
        continue
      }
      forwarded[service] = rule.location
      listens.append(.string(service, at: rule.location))
      targets[rule.transport == "tcp" ? 0 : 1].1.set(
        "\(rule.port)", to: .string("\(guest):\(rule.guestPort)", at: rule.location), keyLocation: rule.location)
    }
    let written = targets.filter { !$0.1.isEmpty }.map { ($0.0, Value.map($0.1)) }
    if !written.isEmpty { fields.set("forwards", to: .map(written)) }
    devices.set(device, to: .map(fields))
    var sockets = Mapping([("kind", "sockets")])
    if !listens.isEmpty { sockets.set("listens", to: .list(listens)) }
    stack.interfaces.set(device, to: .map(sockets))
    link("\(device):jack", "\(network):\(device)")
    link("\(device):host", "stack:\(device)")
  }

  private mutating func addServer(
    _ device: String, _ address: Value, _ services: [Value], gateway: IPv4Address?, on network: String
  ) {
    var fields = Mapping([("kind", "ip-stack"), ("interfaces", .map([("jack", address)]))])
    if let gateway { fields.set("gateway", to: .string("\(gateway)", at: address.location)) }
    fields.set("services", to: .list(services))
    devices.set(device, to: .map(fields))
    link("\(device):jack", "\(network):\(device)")
  }

  private func leaseService(_ range: Value, router: String, dns: [Value]) -> Value {
    let router = Value.string(router, at: range.location)
    var service = Mapping([("kind", "dhcp-server"), ("interface", "jack"), ("range", range), ("router", router)])
    service.set("lease", to: "24h")
    if !dns.isEmpty { service.set("dns", to: .list(dns)) }
    service.set("allocation", to: "ascending")
    service.set("check", to: "none")
    return .map(service)
  }

  /// Whether no other part of the host has that name.
  private func isFree(_ wish: Located<String>, _ node: inout NodeReader) -> Bool {
    guard devices[wish.value] != nil || wish.value == "stack" else { return true }
    node.diagnostics.report(
      "'\(name)' has a part '\(wish.value)' already", .duplicateName, at: wish.location)
    return false
  }

  private func report(
    _ prefix: Located<IPv4Prefix>?, _ what: String, _ longest: Int, _ node: inout NodeReader
  ) {
    node.diagnostics.report(
      "\(prefix?.value.description ?? "the network") is no network for \(what)", .impossiblePrefix,
      at: prefix?.location ?? .none,
      notes: ["a /\(longest) is the least that has the addresses it needs, a /8 the most"])
  }
}

/// Who has which address in a network of the product.
struct VirtualBoxSubnet {
  private let prefix: IPv4Prefix
  private let location: SourceLocation
  /// How many addresses it has, with the first and the last that nobody can have.
  let size: UInt32

  /// Nil when it has not `room` for so many addresses, or is larger than any private block.
  init?(_ prefix: IPv4Prefix, room: UInt32, at location: SourceLocation) {
    size = prefix.broadcast.rawValue &- prefix.network.rawValue &+ 1
    guard (8...30).contains(prefix.length), size >= room else { return nil }
    self.prefix = prefix
    self.location = location
  }

  func host(_ number: UInt32) -> IPv4Address { IPv4Address(rawValue: prefix.network.rawValue &+ number) }
  func range(_ first: UInt32, _ last: UInt32) -> Value { .string("\(host(first))-\(host(last))", at: location) }
  func written(_ number: UInt32) -> Value { .string("\(host(number))/\(prefix.length)", at: location) }
}

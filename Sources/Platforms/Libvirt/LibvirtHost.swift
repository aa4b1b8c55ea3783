import Configuration
import Devices
import Packets
import Topology

/// A host with libvirt while it is being wired.
struct LibvirtHost {
  /// Where guests of a network are plugged in.
  struct Outlet {
    var device: String
    var prefix: String
    var mtu: Value?
    var isolatesPorts = false
    /// One guest has the NIC for itself.
    var isSingle = false
  }

  private let name: String
  private let bridges: HostBridges
  private var stack: StackWriter
  private var devices = Mapping()
  private var links: [Value] = []
  /// What the outside plugs into: a NIC alone, a port of a bridge, or what guests share by macvtap.
  private var outside = Mapping()
  /// By network, of those that run.
  private var outlets: [String: Outlet] = [:]  // looked up, never iterated
  /// By the owner's bridges.
  private var bridgeOutlets: [String: Outlet] = [:]  // looked up, never iterated
  private var networkNames: [String] = []
  private var stopped: Set<String> = []  // looked up, never iterated
  /// Devices of NICs that one guest has for itself.
  private var inUse: Set<String> = []  // looked up, never iterated
  /// The addresses of started networks, with their bridges, for forwarded ports.
  private var subnets: [(prefix: IPv4Prefix, bridge: String)] = []
  private var firewall = LibvirtFirewall()
  private var taps = ["vnet": 0, "macvtap": 0]  // looked up, never iterated
  /// Whether dnsmasq is that of the years in which isolated networks resolved all names.
  var isOld = false

  /// Whether the networks could not be read: which there are is then not known.
  var hasUnreadNetworks = false

  init(_ node: inout NodeReader, bonds: Bonds) {
    name = node.name
    bridges = HostBridges(&node)
    var plain = node
    plain.value = bridges.asInterfaces(in: node.value)
    stack = StackWriter(plain)
    let written = node.value["interfaces"]?.map
    if written == nil {
      // What links name is a NIC of the host, unless it is of a bond.
      let nics = node.linkedInterfaces.isEmpty ? ["eth0"] : node.linkedInterfaces
      stack.interfaces = Mapping((nics.filter { !bonds.isMember($0) } + bonds.names).map { ($0, "up") })
    }
    for interface in stack.interfaces.keys where !bridges.names.contains(interface) {
      outside.set(interface, to: .string("stack:\(interface)"))
    }
    for bridge in bridges.entries { addBridge(bridge, bonds, &node) }
    for bond in bonds.names where outside[bond] == nil {
      stack.interfaces.set(bond, to: "up")
      outside.set(bond, to: .string("stack:\(bond)"))
    }
  }

  /// A bridge of the host's owner: NICs are its ports, and the host's own interface is one more.
  private mutating func addBridge(_ bridge: HostBridges.Entry, _ bonds: Bonds, _ node: inout NodeReader) {
    add(bridge.name, .map(bridge.settings), at: bridge.keyLocation, &node)
    link("stack:\(bridge.name)", "\(bridge.name):\(bridge.name)", mtu: bridges.mtu(of: bridge, node))
    for port in bridge.ports { outside.set(port.value, to: .string("\(bridge.name):\(port.value)")) }
    bonds.warn(underBridge: bridge.name, of: bridge.ports, &node)
    bridgeOutlets[bridge.name] = Outlet(device: bridge.name, prefix: "vnet")
  }

  /// False when there is one of that name, which has been reported.
  @discardableResult
  private mutating func add(
    _ device: String, _ value: Value, at location: SourceLocation, _ node: inout NodeReader
  ) -> Bool {
    guard devices[device] == nil, device != "stack" else {
      node.diagnostics.report("'\(name)' has a part '\(device)' already", .duplicateName, at: location)
      return false
    }
    devices.set(device, to: value, keyLocation: location)
    return true
  }

  private mutating func link(_ one: String, _ other: String, mtu: Value? = nil) {
    let ends: Value = [.string(one), .string(other)]
    links.append(mtu.map { ["endpoints": ends, "mtu": $0] } ?? ends)
  }

  /// The whole as a machine of the plain language.
  mutating func machine(_ bonds: Bonds, _ node: inout NodeReader) -> Value {
    firewall.install(in: &stack, &node)
    var parts = Mapping([("stack", stack.device)])
    for entry in devices.entries { parts.set(entry.key, to: entry.value, keyLocation: entry.keyLocation) }
    let machine: Value = [
      "kind": "machine", "shows-as": "KVM host", "devices": .map(parts), "links": .list(links),
      "interfaces": .map(outside),
    ]
    let ports = outside.entries.map { (name: $0.key, target: $0.value) }
    return bonds.isEmpty ? machine : bonds.added(to: machine, ports: ports) { _ in nil }
  }
}

/// Networks.
extension LibvirtHost {
  mutating func addNetwork(_ entry: ReadEntry<LibvirtNetwork>, _ node: inout NodeReader) {
    networkNames.append(entry.key)
    let network = entry.value
    guard network.isStarted else {
      stopped.insert(entry.key)
      return
    }
    switch network.mode {
    case .nat, .route, .open, .isolated: addVirtual(entry, &node)
    case .bridge where network.bridge != nil: addBridged(entry, &node)
    case .bridge, .private, .passthrough: addShared(entry, &node)
    }
  }

  /// A bridge of libvirt's own: the host has an address on it, dnsmasq serves it, and rules say where its guests may go.
  private mutating func addVirtual(_ entry: ReadEntry<LibvirtNetwork>, _ node: inout NodeReader) {
    let network = entry.value
    let place = entry.keyLocation
    let bridge = network.bridge?.value ?? freeBridge()
    let bridgeLocation = network.bridge?.location ?? place
    guard NameRule.check(bridge, of: "a bridge", at: bridgeLocation, &node.diagnostics) else { return }
    if let device = network.device, !node.check(device.value, of: stack, at: device.location) { return }
    var settings = Mapping([("kind", "bridge")])
    let mac = network.mac ?? LibvirtAddress.made(from: "\(name).\(bridge)")
    if network.hasSpanningTree {
      settings.set("spanning-tree", to: "stp")
      settings.set("forward-delay", to: network.delay)
      settings.set("mac", to: mac)
    }
    guard add(bridge, Value.map(settings).located(at: place), at: bridgeLocation, &node) else { return }
    var interface = Mapping()
    if let address = network.address {
      interface.set("address", to: .string("\(address.value)", at: address.location))
      subnets.append((address.value.prefix, bridge))
    }
    interface.set("mac", to: mac)
    stack.interfaces.set(bridge, to: Value.map(interface).located(at: place), keyLocation: place)
    link("stack:\(bridge)", "\(bridge):\(bridge)", mtu: network.mtu)
    if network.mode != .isolated { stack.suggest("forwards", Value.boolean(true, at: place)) }
    serve(network, on: bridge, at: place)
    firewall.add(network, on: bridge, at: place)
    outlets[entry.key] = Outlet(
      device: bridge, prefix: "vnet", mtu: network.mtu, isolatesPorts: network.isolatesPorts)
  }

  /// The first that is free, as libvirt takes it.
  private func freeBridge() -> String {
    var number = 0
    while devices["virbr\(number)"] != nil { number += 1 }
    return "virbr\(number)"
  }

  /// The owner's bridge: libvirt does nothing but plug guests into it.
  private mutating func addBridged(_ entry: ReadEntry<LibvirtNetwork>, _ node: inout NodeReader) {
    guard let bridge = entry.value.bridge, var outlet = outlet(ofBridge: bridge, &node) else { return }
    outlet.mtu = entry.value.mtu
    outlet.isolatesPorts = entry.value.isolatesPorts
    outlets[entry.key] = outlet
  }

  /// macvtap: guests and host share a NIC, and the host is not among those that its guests reach.
  ///
  /// What a guest sends leaves by the NIC, or goes to another guest of the same network; the host's own frames only leave.
  private mutating func addShared(_ entry: ReadEntry<LibvirtNetwork>, _ node: inout NodeReader) {
    guard let nic = entry.value.device else { return }
    let mode = entry.value.mode
    guard let target = outside[nic.value]?.text else {
      _ = node.check(nic.value, of: stack, at: nic.location)
      return
    }
    let shared = "\(nic.value)-macvtap"
    if !target.hasPrefix("\(shared):") {
      guard target.hasPrefix("stack:") else {
        return node.diagnostics.report(
          "'\(nic.value)' is a port of '\(bridges.owner(of: nic.value) ?? "a bridge")', and macvtap wants it alone",
          .eitherOr, at: nic.location, notes: ["name the bridge as 'bridge' instead of the NIC as 'dev'"])
      }
      addSharing(of: nic.value, as: shared, withHost: mode != .passthrough, at: entry.keyLocation, &node)
    } else if mode == .passthrough {
      return node.diagnostics.report(
        "'\(nic.value)' is shared by another network already, and 'passthrough' gives it to one guest alone", .eitherOr,
        at: nic.location)
    }
    var outlet = Outlet(device: shared, prefix: "macvtap", mtu: entry.value.mtu)
    if mode == .private { outlet.isolatesPorts = true }
    if mode == .passthrough { outlet.isSingle = true }
    if mode == .bridge {
      // Guests of one NIC reach each other: together they are one of the parties that do not.
      let meeting = "\(nic.value)-guests"
      if devices[meeting] == nil {
        add(meeting, ["kind": "bridge"], at: entry.keyLocation, &node)
        link("\(meeting):\(shared)", "\(shared):\(meeting)")
        isolate(meeting, on: shared)
      }
      outlet.device = meeting
    }
    outlets[entry.key] = outlet
  }

  private mutating func addSharing(
    of nic: String, as shared: String, withHost: Bool, at location: SourceLocation, _ node: inout NodeReader
  ) {
    add(shared, ["kind": "bridge"], at: location, &node)
    if withHost {
      link("stack:\(nic)", "\(shared):host")
      isolate("host", on: shared)
    }
    outside.set(nic, to: .string("\(shared):\(nic)"))
  }

  /// Keeps a port from the device's other isolated ones.
  private mutating func isolate(_ port: String, on device: String) {
    guard var settings = devices[device]?.map else { return }
    var ports = settings["ports"]?.map ?? Mapping()
    ports.set(port, to: ["isolated": true])
    settings.set("ports", to: .map(ports))
    devices.set(device, to: .map(settings))
  }
}

/// dnsmasq: one for each network, on the host's address there.
extension LibvirtHost {
  private mutating func serve(_ network: LibvirtNetwork, on bridge: String, at place: SourceLocation) {
    guard let address = network.address else { return }
    let own = Value.string("\(address.value.address)", at: address.location)
    if let leases = network.leases {
      // The address is chosen by a hash of the client's and pinged for three seconds; an isolated guest has no router.
      var service: [(String, Value)] = [
        ("kind", "dhcp-server"), ("interface", .string(bridge)), ("allocation", "hash"), ("check", "3s"),
        ("renewal-times", true), ("authoritative", true),
      ]
      if let range = leases.written { service.append(("range", range)) }
      if let range = leases.range?.value {
        let count = Int(range.upperBound.rawValue) - Int(range.lowerBound.rawValue) + 1
        service.append(("lease-limit", .integer(count)))
      }
      if let lease = leases.lease { service.append(("lease", lease)) }
      if network.mode == .isolated { service.append(("router", "none")) }
      if network.names.isOn { service.append(("dns", own)) }
      if let domain = network.names.domain { service.append(("domain", domain)) }
      if !leases.reservations.isEmpty { service.append(("reservations", .map(leases.reservations))) }
      stack.serve(Value.map(service).located(at: leases.range?.location ?? place))
    }
    guard network.names.isOn else { return }
    // Nobody is asked about the names of others from where nothing else could be reached either.
    let upstream = network.names.forwarders ?? (network.mode == .isolated && !isOld ? nil : stack["dns"])
    var service: [(String, Value)] = [("kind", "dns-server"), ("interface", .string(bridge))]
    if let hosts = network.names.hosts { service.append(("names", hosts)) }
    if let upstream { service.append(("forward-to", upstream)) }
    if network.names.isLocalOnly, let domain = network.names.domain { service.append(("authority", domain)) }
    stack.serve(Value.map(service).located(at: place))
  }
}

/// Guests.
extension LibvirtHost {
  /// The link from a guest's adapter to its tap.
  mutating func plug(_ adapter: String, _ wish: LibvirtGuest.Wish, _ node: inout NodeReader) -> Value? {
    let found = wish.isBridge ? outlet(ofBridge: wish.network, &node) : outlet(ofNetwork: wish.network, &node)
    guard let outlet = found else { return nil }
    let number = taps[outlet.prefix] ?? 0
    taps[outlet.prefix] = number + 1
    let tap = "\(outlet.prefix)\(number)"
    if outlet.isolatesPorts || wish.isIsolated { isolate(tap, on: outlet.device) }
    if outlet.isSingle, !isFree(outlet, of: wish, &node) { return nil }
    let ends: Value = [.string(adapter), .string("\(name).\(outlet.device):\(tap)")]
    return outlet.mtu.map { ["endpoints": ends, "mtu": $0] } ?? ends
  }

  /// Whether no guest has the NIC of a passthrough network yet; from now on one has.
  private mutating func isFree(_ outlet: Outlet, of wish: LibvirtGuest.Wish, _ node: inout NodeReader) -> Bool {
    if inUse.insert(outlet.device).inserted { return true }
    node.diagnostics.report(
      "'\(wish.network.value)' gives its NIC to one guest alone, and another one has it", .interfaceUsedTwice,
      at: wish.network.location)
    return false
  }

  private func outlet(ofNetwork wish: Located<String>, _ node: inout NodeReader) -> Outlet? {
    guard !stopped.contains(wish.value) else {
      node.diagnostics.report(
        "network '\(wish.value)' is not active", .unknownNetwork, at: wish.location,
        notes: ["remove 'autostart: no' from it"])
      return nil
    }
    // One that could not be wired has been complained of where it is written.
    if hasUnreadNetworks || networkNames.contains(wish.value) { return outlets[wish.value] }
    var notes = Diagnostic.Note.suggestion(for: wish.value, among: networkNames, called: "networks")
    if bridges.names.contains(wish.value) { notes = ["for the host's own bridge write { bridge: \(wish.value) }"] }
    node.diagnostics.report(
      "'\(name)' has no network '\(wish.value)'", .unknownNetwork, at: wish.location, notes: notes)
    return nil
  }

  private func outlet(ofBridge bridge: Located<String>, _ node: inout NodeReader) -> Outlet? {
    if let outlet = bridgeOutlets[bridge.value] { return outlet }
    var notes = Diagnostic.Note.suggestion(for: bridge.value, among: bridges.names, called: "bridges")
    if bridges.names.isEmpty {
      notes = [Diagnostic.Note("write 'interfaces: { \(bridge.value): { ports: [eth0] } }'")]
    }
    node.diagnostics.report(
      "'\(name)' has no bridge '\(bridge.value)'", .unknownInterface, at: bridge.location, notes: notes)
    return nil
  }

  mutating func addHook(_ hook: LibvirtHook, _ node: inout NodeReader) {
    guard let subnet = subnets.first(where: { $0.prefix.contains(hook.address) }) else {
      return node.diagnostics.report(
        "\(hook.address) is in none of the networks of '\(name)'", .addressOutsideNetwork, at: hook.to.location,
        notes: subnets.isEmpty
          ? [] : [Diagnostic.Note("they are \(subnets.map { "\($0.prefix)" }.joined(separator: ", "))")])
    }
    firewall.add(hook, to: subnet.bridge)
  }
}

import Configuration
import Devices
import Packets
import Topology

/// The host of a VMware installation while it is being wired.
struct VMwareHost {
  private let name: String
  private var stack: StackWriter
  private var devices = Mapping()
  private var links: [Value] = []
  /// What the outside plugs into: the first NIC is the bridge driver's, the others are the stack's.
  private var interfaces: [(String, Value)] = []
  private var listens: [Value] = []
  private var taken: [IPv4Prefix]

  init(_ node: NodeReader) {
    name = node.name
    stack = StackWriter(node)
    taken = stack.networks
  }

  /// The whole as a machine of the plain language.
  var machine: Value {
    var parts = Mapping([("stack", stack.device)])
    for entry in devices.entries { parts.set(entry.key, to: entry.value, keyLocation: entry.keyLocation) }
    return [
      "kind": "machine", "shows-as": "VMware host", "devices": .map(parts), "links": .list(links),
      "interfaces": .map(interfaces),
    ]
  }

  private mutating func link(_ one: String, _ other: String) { links.append([.string(one), .string(other)]) }
}

/// Networks.
extension VMwareHost {
  /// A Linux host can have 255 of them, VMnet0 to VMnet254.
  private static let highestNumber = 254

  mutating func addNetworks(_ written: [ReadEntry<VMwareNetwork>], _ node: inout NodeReader) {
    var networks: [Int: ReadEntry<VMwareNetwork>] = [:]
    for number in [0, 1, 8] {
      networks[number] = ReadEntry(key: "VMnet\(number)", keyLocation: .none, value: VMwareNetwork())
    }
    for entry in written {
      guard let number = VMwareNetwork.number(of: entry.key) else {
        node.diagnostics.report(
          "'\(entry.key)' is no VMware network", .unknownNetwork, at: entry.keyLocation,
          notes: ["they are called VMnet0, VMnet1 and so on; LAN segments stand under 'segments'"])
        continue
      }
      guard number <= Self.highestNumber else {
        node.diagnostics.report(
          "'\(entry.key)' is beyond VMnet\(Self.highestNumber), the last the product has", .platformLimit,
          at: entry.keyLocation)
        continue
      }
      entry.value.checkPlace(in: number, &node.diagnostics)
      networks[number] = entry
      if let subnet = entry.value.subnet { taken.append(subnet.value) }
    }
    for number in networks.keys.sorted() {
      guard let network = networks[number] else { continue }
      number == 0 ? addBridged(network.value, &node) : addNetwork(number, network.value, &node)
    }
  }

  /// VMnet0: a hub with the bridge driver on a physical NIC; host and guests share the wire.
  private mutating func addBridged(_ network: VMwareNetwork, _ node: inout NodeReader) {
    var nic = stack.interfaces.keys.first ?? "eth0"
    if let wish = network.bridgedTo, node.check(wish.value, of: stack, at: wish.location) { nic = wish.value }
    devices.set("bridge0", to: network.isWireless ? wirelessBridge(on: nic) : ["kind": "bridge"])
    devices.set("VMnet0", to: ["kind": "hub"])
    link("stack:\(nic)", "bridge0:host")
    link(network.isWireless ? "bridge0:guests" : "bridge0:VMnet0", "VMnet0:bridge0")
    let outside = network.isWireless ? "air" : nic
    for interface in stack.interfaces.keys {
      interfaces.append((interface, .string(interface == nic ? "bridge0:\(outside)" : "stack:\(interface)")))
    }
  }

  /// On a Wi-Fi card the bridge driver gives all frames the card's address, which is the host's.
  private func wirelessBridge(on nic: String) -> Value {
    let made = MACAddress.stationAddress(of: nic, device: "stack", machine: name)
    return ["kind": "wifi-bridge", "mac": stack.interfaces[nic]?["mac"] ?? .string("\(made)")]
  }

  /// VMnet1, VMnet8 and more host-only nets: a hub, the host's adapter, the DHCP server, and in VMnet8 the NAT device.
  private mutating func addNetwork(_ number: Int, _ network: VMwareNetwork, _ node: inout NodeReader) {
    let net = "VMnet\(number)"
    let hasNAT = number == 8 && network.hasNAT
    devices.set(net, to: ["kind": "hub"])
    let location = network.subnet?.location ?? network.location
    guard let addresses = VMwareSubnet(network.subnet?.value ?? freeSubnet(for: net), at: location) else {
      return node.diagnostics.report(
        "\(network.subnet?.value.description ?? "the subnet") is no subnet for \(net)", .impossiblePrefix,
        at: location,
        notes: [
          "it needs addresses for host, NAT device, DHCP server and guests: a /29 at least, a /8 at most"
        ])
    }
    if network.hasAdapter {
      let adapter = "vmnet\(number)"
      let address = network.sharing.map { ConnectionSharing.address(at: $0.location) } ?? addresses.adapter
      stack.interfaces.set(adapter, to: ["address": address, "mac": VMwareAddress.adapter(number)])
      link("stack:\(adapter)", "\(net):\(adapter)")
    }
    if let sharing = network.sharing { share(sharing, on: number, network, &node) }
    if hasNAT { addNATDevice(network, addresses, number) }
    if network.hasDHCP { addLeaseServer(number, addresses, hasNAT: number == 8) }
  }

  private mutating func share(
    _ sharing: Located<String>, on number: Int, _ network: VMwareNetwork, _ node: inout NodeReader
  ) {
    guard node.check(sharing.value, of: stack, at: sharing.location) else { return }
    guard network.hasAdapter else {
      return node.diagnostics.report(
        "without its adapter in VMnet\(number) the host has nothing to share with", .eitherOr,
        at: sharing.location, notes: ["leave 'adapter: off' out"])
    }
    ConnectionSharing.set(up: &stack, of: sharing, to: "vmnet\(number)")
  }

  /// The product picks an unused private /24 when it is installed; here its name picks one.
  private mutating func freeSubnet(for net: String) -> IPv4Prefix {
    let start = Int(MACAddress.made(from: "\(name).\(net)", behind: 0, bits: 40).rawValue % 254)
    var subnet = IPv4Prefix.all
    for step in 0..<254 {
      let third = UInt8((start + step) % 254 + 1)
      guard let candidate = IPv4Prefix(holding: IPv4Address(192, 168, third, 0), length: 24) else { continue }
      subnet = candidate
      if !taken.contains(where: { $0.overlaps(candidate) }) { break }
    }
    taken.append(subnet)
    return subnet
  }
}

/// The product's servers.
extension VMwareHost {
  /// A program on the host: `jack` is its place in the hub, `host` its sockets in the host's stack.
  private mutating func addNATDevice(_ network: VMwareNetwork, _ addresses: VMwareSubnet, _ number: Int) {
    let device = "nat\(number)"
    var fields = Mapping([
      ("kind", "nat-proxy"), ("address", addresses.natDevice),
      ("mac", VMwareAddress.natDevice("\(name).\(device)")),
    ])
    // It never takes what comes from the host's own adapter.
    if network.hasAdapter { fields.set("not-for", to: [addresses.host(addresses.adapter)]) }
    if let nameserver = stack.firstAddress(in: "dns") { fields.set("dns", to: nameserver) }
    if let timeout = network.timeout { fields.set("udp-timeout", to: timeout) }
    var forwards: [(String, Value)] = []
    for (transport, ports) in [("tcp", network.incomingTCP), ("udp", network.incomingUDP)] {
      guard let ports else { continue }
      forwards.append((transport, ports))
      for entry in ports.map?.entries ?? [] {
        listens.append(.string("\(transport)/\(entry.key)", at: entry.keyLocation))
      }
    }
    if !forwards.isEmpty { fields.set("forwards", to: .map(forwards)) }
    devices.set(device, to: .map(fields))
    var sockets = Mapping([("kind", "sockets")])
    if !listens.isEmpty { sockets.set("listens", to: .list(listens)) }
    stack.interfaces.set("nat", to: .map(sockets))
    link("\(device):jack", "VMnet\(number):\(device)")
    link("\(device):host", "stack:nat")
  }

  /// An ISC daemon: lowest address first, 30 minutes, at most two hours, options 58 and 59 not sent.
  ///
  /// The daemon pings an address for a second by default; whether the product's build kept that is not known, so it
  /// does not here: the lease comes at once.
  private mutating func addLeaseServer(_ number: Int, _ addresses: VMwareSubnet, hasNAT: Bool) {
    let device = "dhcp\(number)"
    let nat = addresses.host(addresses.natDevice)
    var service: [(String, Value)] = [
      ("kind", "dhcp-server"), ("interface", "jack"), ("range", addresses.pool), ("lease", "1800s"),
      ("max-lease", "7200s"), ("router", hasNAT ? nat : "none"),
      ("dns", [hasNAT ? nat : addresses.host(addresses.adapter)]), ("domain", "localdomain"),
    ]
    if hasNAT { service.append(("netbios", [nat])) }
    service += [("allocation", "ascending"), ("check", "none")]
    devices.set(
      device,
      to: [
        "kind": "ip-stack",
        "interfaces": [
          "jack": ["address": addresses.leaseServer, "mac": VMwareAddress.leaseServer("\(name).\(device)")]
        ],
        "services": [.map(service)],
      ])
    link("\(device):jack", "VMnet\(number):\(device)")
  }
}

/// Guests.
extension VMwareHost {
  mutating func addSegment(_ segment: Located<String>, _ node: inout NodeReader) {
    guard NameRule.check(segment.value, of: "a LAN segment", at: segment.location, &node.diagnostics) else {
      return
    }
    guard devices[segment.value] == nil, segment.value != "stack" else {
      return node.diagnostics.report(
        "'\(name)' has a part '\(segment.value)' already", .duplicateName, at: segment.location)
    }
    devices.set(segment.value, to: ["kind": "hub"], keyLocation: segment.location)
  }

  /// The product gives a guest ten adapters at most.
  private static let mostAdapters = 10

  func nics(of guest: ReadEntry<VMwareGuest>, _ node: inout NodeReader) -> [VMwareGuest.NIC] {
    if guest.value.wishes.count > Self.mostAdapters {
      node.diagnostics.report(
        "'\(guest.key)' has \(guest.value.wishes.count) network adapters; a guest can have \(Self.mostAdapters)",
        .platformLimit, at: guest.value.wishes[Self.mostAdapters].network.location)
    }
    return guest.value.wishes.enumerated().compactMap { number, wish in
      guard let network = network(wish.network, &node) else { return nil }
      return VMwareGuest.NIC(
        network: network, address: wish.address, duplicate: wish.duplicate,
        mac: wish.mac ?? VMwareAddress.guest(number == 0 ? guest.key : "\(guest.key):\(number)"),
        location: wish.network.location)
    }
  }

  private func network(_ wish: Located<String>, _ node: inout NodeReader) -> String? {
    switch wish.value {
    case "bridged": return "VMnet0"
    case "host-only": return "VMnet1"
    case "nat": return "VMnet8"
    default: break
    }
    let hubs = devices.entries.filter { $0.value["kind"]?.text == "hub" }.map(\.key)
    if hubs.contains(wish.value) { return wish.value }
    var notes = Diagnostic.Note.suggestion(
      for: wish.value, among: ["bridged", "nat", "host-only"] + hubs, called: "networks")
    if VMwareNetwork.number(of: wish.value) != nil { notes = ["add '\(wish.value): {}' under 'networks'"] }
    node.diagnostics.report(
      "'\(name)' has no network '\(wish.value)'", .unknownNetwork, at: wish.location, notes: notes)
    return nil
  }
}

/// Who has which address in a VMnet.
struct VMwareSubnet {
  private let prefix: IPv4Prefix
  /// Where the subnet was written: what follows from it points there.
  private let location: SourceLocation

  /// Nil when it is too small for host, NAT device, DHCP server and a pool, or larger than any private block.
  init?(_ prefix: IPv4Prefix, at location: SourceLocation) {
    guard (8...29).contains(prefix.length) else { return nil }
    self.prefix = prefix
    self.location = location
  }

  var adapter: Value { written(first: 1) }
  var natDevice: Value { written(first: 2) }
  var leaseServer: Value { written(first: size - 2) }
  /// The upper half, up to the address before the DHCP server's: .128 to .253.
  var pool: Value { .string("\(address(size / 2))-\(address(size - 3))", at: location) }

  /// The address alone.
  func host(_ value: Value) -> Value {
    .string(String(value.text?.prefix { $0 != "/" } ?? ""), at: location)
  }

  private var size: UInt32 { prefix.broadcast.rawValue &- prefix.network.rawValue &+ 1 }
  private func address(_ offset: UInt32) -> IPv4Address {
    IPv4Address(rawValue: prefix.network.rawValue &+ offset)
  }
  private func written(first offset: UInt32) -> Value {
    .string("\(address(offset))/\(prefix.length)", at: location)
  }
}

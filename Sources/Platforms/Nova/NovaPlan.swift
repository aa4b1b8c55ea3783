import Configuration
import Packets
import Topology

/// What the whole installation is: which node does what, and who has which address.
struct NovaPlan {
  let options: NovaOptions
  let nodes: [NodeReader]
  /// What runs on each node.
  private(set) var roles: [Set<NovaRole>] = []
  /// In the order of boot.
  var instances: [Booted] = []
  var networks: [NovaNetwork] = []
  private var nextFloating = 1
  private var floatingOwners: [IPv4Address: String] = [:]  // looked up, never iterated

  /// An instance with what it drew.
  struct Booted {
    var name: String
    var location: SourceLocation
    var node: Int
    var wish: NovaInstance
    var network: Int
    var address: IPv4Address
    var floating: IPv4Address?
    var hardware: Value
  }

  init(_ nodes: [NodeReader], _ options: NovaOptions) {
    self.nodes = nodes
    self.options = options
  }

  /// False when nothing can be wired, which has been reported.
  ///
  /// - Parameter errors: How many there were before the options were read: what rests on wrong ones is not complained of.
  mutating func read(_ installation: inout InstallationReader, after errors: Int) -> Bool {
    roles = nodes.map { Set(installation.read(Nova.runs, of: $0) ?? [.network, .compute]) }
    if installation.diagnostics.errorCount == errors { checkOptions(&installation.diagnostics) }
    if !nodes.isEmpty { checkRoles(&installation.diagnostics) }
    guard installation.diagnostics.errorCount == errors else {
      // Mistakes in instances are told in the same run.
      for node in nodes { _ = installation.read(Nova.instances, of: node) }
      return false
    }
    makeNetworks(&installation.diagnostics)
    var order: [(node: Int, entry: ReadEntry<NovaInstance>)] = []
    for (place, node) in nodes.enumerated() {
      for entry in installation.read(Nova.instances, of: node) ?? [] {
        order += single(entry, &installation.diagnostics).map { (place, $0) }
      }
    }
    for (node, entry) in order { boot(entry, on: node, &installation.diagnostics) }
    checkNodes(&installation.diagnostics)
    return installation.diagnostics.errorCount == errors
  }

  private static let mostInstances = 10_000

  /// `vm[1-29]` for 29 instances.
  private func single(_ entry: ReadEntry<NovaInstance>, _ diagnostics: inout Diagnostics) -> [ReadEntry<NovaInstance>] {
    guard NamePattern.isPattern(entry.key) else { return [entry] }
    guard let pattern = NamePattern(entry.key, at: entry.keyLocation, &diagnostics) else { return [] }
    guard pattern.count <= Self.mostInstances else {
      diagnostics.report(
        "'\(entry.key)' stands for more than \(Self.mostInstances) instances", .outOfRange, at: entry.keyLocation)
      return []
    }
    return pattern.names.map { ReadEntry(key: $0, keyLocation: entry.keyLocation, value: entry.value) }
  }

  func has(_ role: NovaRole, _ node: Int) -> Bool { roles[node].contains(role) }

  /// The node that is the gateway of an instance; nil where nobody is.
  func controller(of instance: Booted) -> Int? {
    options.isMultiHost ? instance.node : roles.firstIndex { $0.contains(.network) }
  }

  /// A node that only keeps others from saying that it is not there.
  func placeholder(of node: NodeReader) -> Expansion {
    Expansion(machine: node.name, StackWriter(node).machine(showsAs: Nova.word))
  }
}

/// What does not fit together.
extension NovaPlan {
  private func checkOptions(_ diagnostics: inout Diagnostics) {
    if options.manager == .vlan {
      if options.vlanInterface == nil {
        diagnostics.report(
          "VlanManager needs 'vlan_interface', the card that carries the VLANs", .missingField, at: options.location,
          notes: ["write vlan_interface: eth1, or another network_manager"])
      }
    } else if options.flatBridge == nil {
      diagnostics.report(
        "\(options.manager.rawValue) needs 'flat_network_bridge'", .missingField, at: options.location,
        notes: ["write flat_network_bridge: br100"])
    }
    for name in [options.flatBridge, options.flatInterface, options.vlanInterface, options.publicInterface] {
      if let name { NameRule.check(name.value, of: "an interface", at: name.location, &diagnostics) }
    }
    let last = options.firstVLAN + options.networkCount - 1
    if options.manager == .vlan, last > 4094 {
      diagnostics.report(
        "\(options.networkCount) networks from VLAN \(options.firstVLAN) on would end at \(last); 4094 is the last there is",
        .platformLimit, at: options.location)
    }
    let lastPort = options.firstVPNPort + options.networkCount - 1
    if options.manager == .vlan, lastPort > 65535 {
      diagnostics.report(
        "\(options.networkCount) VPN ports from \(options.firstVPNPort) on would end at \(lastPort); 65535 is the last there is",
        .platformLimit, at: options.location)
    }
    for name in options.groups.flatMap({ $0.value.compactMap(\.group) }) { checkGroup(name, &diagnostics) }
  }

  private func checkGroup(_ name: Located<String>, _ diagnostics: inout Diagnostics) {
    let names = ["default"] + options.groups.map(\.key)
    guard !names.contains(name.value) else { return }
    diagnostics.report(
      "there is no security group '\(name.value)'", .unknownChoice, at: name.location,
      notes: Diagnostic.Note.suggestion(for: name.value, among: names, called: "security groups"))
  }

  private func checkRoles(_ diagnostics: inout Diagnostics) {
    let controllers = nodes.indices.filter { has(.network, $0) }
    if !options.isMultiHost, let second = controllers.dropFirst().first {
      diagnostics.report(
        "'\(nodes[controllers[0]].name)' and '\(nodes[second].name)' both run network, and without multi_host one node serves all",
        .platformLimit, at: nodes[second].fields.location(of: Nova.runs),
        notes: ["write runs: [compute] for all but one, or multi_host: true under nova"])
    }
    if controllers.isEmpty, options.manager != .flat {
      diagnostics.report(
        "no node runs network, so there is no gateway and no DHCP", .missingField, at: nodes[0].value.location,
        notes: ["write runs: [network] for one of them, or network_manager: FlatManager under nova"])
    }
    for (place, node) in nodes.enumerated() {
      guard let written = node.fields.value(of: Nova.instances), written.map?.isEmpty == false else { continue }
      if !has(.compute, place) {
        diagnostics.report(
          "'\(node.name)' has instances but does not run compute", .platformLimit, at: written.location,
          notes: ["add compute to its 'runs', or move the instances"])
      } else if options.isMultiHost, options.hasDHCP, !has(.network, place) {
        diagnostics.report(
          "with multi_host every node with instances runs network, and '\(node.name)' does not", .platformLimit,
          at: node.fields.location(of: Nova.runs), notes: ["write runs: [compute, network]"])
      }
    }
  }
}

/// Networks and addresses.
extension NovaPlan {
  /// `nova-manage network create`: consecutive networks of one size, the flat managers use the first.
  private mutating func makeNetworks(_ diagnostics: inout Diagnostics) {
    let range = options.fixedRange.value
    let room = 1 << (32 - Int(range.length))
    let size: Int
    if let wish = options.networkSize {
      size = NovaPlan.powerOfTwo(atLeast: wish.value)
    } else {
      size = min(256, NovaPlan.powerOfTwo(atMost: max(1, room / options.networkCount)))
    }
    let bits = size.trailingZeroBitCount
    guard size * options.networkCount <= room, size >= 8 else {
      let what = options.networkCount == 1 ? "a network" : "\(options.networkCount) networks"
      return diagnostics.report(
        size < 8
          ? "a network of \(size) addresses has no room for instances"
          : "\(what) of \(size) addresses do not fit into \(range)",
        .networkTooSmall, at: options.networkSize?.location ?? options.fixedRange.location,
        notes: ["take a larger fixed_range, or a smaller network_size or num_networks"])
    }
    for number in 0..<(options.manager == .vlan ? options.networkCount : 1) {
      guard let start = range.network.advanced(by: number * size),
        let prefix = IPv4Prefix(holding: start, length: 32 - bits)
      else { break }
      let vlan = options.manager == .vlan ? options.firstVLAN + number : nil
      networks.append(
        NovaNetwork(
          number: number, prefix: prefix, bridge: vlan.map { "br\($0)" } ?? options.flatBridge?.value ?? "br100",
          vlan: vlan, pool: NovaPool(prefix, options)))
    }
  }

  static func powerOfTwo(atLeast number: Int) -> Int {
    var size = 1
    while size < number { size *= 2 }
    return size
  }

  static func powerOfTwo(atMost number: Int) -> Int {
    var size = 1
    while size * 2 <= number { size *= 2 }
    return size
  }

  private mutating func boot(_ entry: ReadEntry<NovaInstance>, on node: Int, _ diagnostics: inout Diagnostics) {
    let wish = entry.value
    guard NameRule.check(entry.key, of: "an instance", at: entry.keyLocation, &diagnostics) else { return }
    for name in wish.groups { checkGroup(name, &diagnostics) }
    guard let network = network(of: wish, entry, &diagnostics),
      let address = draw(in: network, for: entry, &diagnostics)
    else { return }
    let hardware = wish.mac ?? .string("\(MACAddress.made(from: entry.key, behind: 0xfa16_3e00_0000, bits: 24))")
    if wish.isTerminated {
      // Without a release that is forced, the address stays taken until dnsmasq reports the end of the lease.
      if options.forcesRelease || options.manager == .flat { networks[network].pool.free(address) }
      return
    }
    let floating = drawFloating(for: entry, &diagnostics)
    networks[network].instances.append(instances.count)
    instances.append(
      Booted(
        name: entry.key, location: entry.keyLocation, node: node, wish: wish, network: network, address: address,
        floating: floating, hardware: hardware))
    drawHostAddress(of: node, in: network, at: entry.keyLocation, &diagnostics)
  }

  /// Of VlanManager the project's: the first free one is bound to a project when its first instance boots.
  private mutating func network(
    of wish: NovaInstance, _ entry: ReadEntry<NovaInstance>, _ diagnostics: inout Diagnostics
  ) -> Int? {
    guard !networks.isEmpty else { return nil }
    guard options.manager == .vlan else { return 0 }
    let project = wish.project?.value ?? "default"
    if let known = networks.firstIndex(where: { $0.project == project }) { return known }
    guard let free = networks.firstIndex(where: { $0.project == nil }) else {
      diagnostics.report(
        "there is no network left for project '\(project)': \(networks.count) \(networks.count == 1 ? "was" : "were") made",
        .networkTooSmall, at: wish.project?.location ?? entry.keyLocation,
        notes: ["nova says NoMoreNetworks; write a larger num_networks under nova"])
      return nil
    }
    networks[free].project = project
    return free
  }

  private mutating func draw(
    in network: Int, for entry: ReadEntry<NovaInstance>, _ diagnostics: inout Diagnostics
  ) -> IPv4Address? {
    if entry.value.isCloudpipe, options.manager == .vlan { return networks[network].vpnAddress }
    if let address = networks[network].pool.take() { return address }
    let (count, prefix) = (networks[network].pool.count, networks[network].prefix)
    diagnostics.report(
      "'\(entry.key)' is not built: all \(count) addresses of \(prefix) are taken", .networkTooSmall,
      at: entry.keyLocation, notes: ["nova says NoMoreFixedIps before any packet is sent; take a larger fixed_range"])
    return nil
  }

  /// Where every node is a gateway, it draws an address right after its first instance.
  private mutating func drawHostAddress(
    of node: Int, in network: Int, at location: SourceLocation, _ diagnostics: inout Diagnostics
  ) {
    let name = nodes[node].name
    guard options.isMultiHost, options.hasDHCP, networks[network].hostAddresses[name] == nil else { return }
    guard let address = networks[network].pool.take() else {
      return diagnostics.report(
        "\(networks[network].prefix) has no address left for the bridge of '\(name)'", .networkTooSmall, at: location
      )
    }
    networks[network].hostAddresses[name] = address
  }

  private mutating func drawFloating(
    for entry: ReadEntry<NovaInstance>, _ diagnostics: inout Diagnostics
  ) -> IPv4Address? {
    let wish = entry.value.floating
    guard wish != nil || options.assignsFloating else { return nil }
    let location = wish?.location ?? entry.keyLocation
    guard options.hasDHCP else {
      diagnostics.report(
        "FlatManager knows no floating addresses", .platformLimit, at: location,
        notes: ["FlatDHCPManager and VlanManager do"])
      return nil
    }
    var address: IPv4Address?
    if case .address(let written) = wish?.value {
      address = written
    } else {
      let pool = options.floatingRange.value
      repeat {
        address = pool.network.advanced(by: nextFloating)
        nextFloating += 1
      } while address.map { floatingOwners[$0] != nil } ?? false
      guard let drawn = address, pool.contains(drawn), drawn != pool.broadcast else {
        diagnostics.report("\(pool) has no floating address left", .networkTooSmall, at: location)
        return nil
      }
    }
    guard let address else { return nil }
    if let owner = floatingOwners.updateValue(entry.key, forKey: address) {
      diagnostics.report(
        "\(address) is the floating address of '\(owner)' already", .duplicateAddress, at: location)
    }
    return address
  }
}

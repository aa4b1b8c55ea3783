import Configuration
import Packets

/// Security groups and the rules beside them, in the chains of the product and in its order.
extension NovaNode {
  private static let fallback = "nova-compute-sg-fallback"

  private func chain(of instance: NovaPlan.Booted) -> String { "nova-compute-inst-\(instance.name)" }

  private static func jump(to chain: String) -> Value { ["jump": .string(chain)] }

  /// What the stack asks: of packets it routes, takes in and sends.
  var stackFilter: Value? {
    var filter = Mapping()
    if !instances.isEmpty {
      filter.set("forward", to: .list([Self.jump(to: "nova-filter-top")] + acceptances(of: networks)))
      filter.set("output", to: [Self.jump(to: "nova-filter-top")])
      filter.set("chains", to: .map(chains(for: instances)))
    } else if isGateway {
      filter.set("forward", to: .list(acceptances(of: networks)))
    }
    if isGateway { filter.set("input", to: .list(networks.flatMap(welcome))) }
    return filter.isEmpty ? nil : .map(filter)
  }

  /// Whether the stack sees what is bridged, and may translate it.
  var seesBridged: Bool { isGateway && options.bridgeNetfilter == .all }

  /// What the bridge asks, where bridge-nf shows bridged packets to the same rules.
  func bridgeFilter(of network: NovaNetwork) -> Value? {
    let own = instances.filter { $0.network == network.number }
    guard !own.isEmpty, options.bridgeNetfilter != .none else { return nil }
    let identities = Value.list(own.flatMap(identity))
    guard !seesBridged else { return ["prerouting": identities] }
    return [
      "prerouting": identities,
      "forward": .list([Self.jump(to: "nova-filter-top")] + acceptances(of: [network])),
      "chains": .map(chains(for: own)),
    ]
  }

  /// nova-network-FORWARD: what comes in or goes out by a bridge may pass.
  private func acceptances(of networks: [NovaNetwork]) -> [Value] {
    networks.flatMap { network -> [Value] in
      [
        ["in": .string(network.bridge), "action": "accept"], ["out": .string(network.bridge), "action": "accept"],
      ]
    }
  }

  /// nova-network-INPUT: DHCP, names and metadata.
  private func welcome(_ network: NovaNetwork) -> [Value] {
    let services: [(String, Value)] = [
      ("udp", 67), ("tcp", 67), ("udp", 53), ("tcp", 53), ("tcp", .integer(options.metadataPort)),
    ]
    return services.map { transport, port in
      ["in": .string(network.bridge), "protocol": .string(transport), "port": port, "action": "accept"]
    }
  }

  /// nwfilter's nova-base: nobody speaks as another. A VPN server speaks for its clients.
  private func identity(_ instance: NovaPlan.Booted) -> [Value] {
    guard !instance.wish.isCloudpipe, let tap = instances.firstIndex(where: { $0.name == instance.name }) else {
      return []
    }
    let port = Value.string("vnet\(tap)")
    return [
      ["physdev-in": port, "mac": .string("!\(instance.hardware.text ?? "")"), "action": "drop"],
      [
        "physdev-in": port, "source": "0.0.0.0/32", "protocol": "udp", "port": 67, "action": "accept",
      ],
      ["physdev-in": port, "source": .string("!\(instance.address)/32"), "action": "drop"],
    ]
  }

  private func chains(for instances: [NovaPlan.Booted]) -> Mapping {
    var chains = Mapping([("nova-filter-top", .list([Self.jump(to: "nova-compute-local")]))])
    chains.set(
      "nova-compute-local",
      to: .list(
        instances.map { instance -> Value in
          ["destination": .string("\(instance.address)/32"), "jump": .string(chain(of: instance))]
        }))
    for instance in instances {
      chains.set(chain(of: instance), to: .list(rules(of: instance)).located(at: instance.location))
    }
    chains.set(Self.fallback, to: [["action": "drop"]])
    return chains
  }

  private func rules(of instance: NovaPlan.Booted) -> [Value] {
    let network = plan.networks[instance.network]
    var rules: [Value] = [
      ["state": "invalid", "action": "drop"], ["state": ["established", "related"], "action": "accept"],
    ]
    if options.hasDHCP, let controller = plan.controller(of: instance) {
      let server = plan.gateway(of: network, on: controller)
      rules.append([
        "source": .string("\(server)/32"), "protocol": "udp", "source-port": 67, "port": 68, "action": "accept",
      ])
    }
    // On a flat network this is every project, and the gateway itself.
    if options.allowsSameNetwork { rules.append(["source": .string("\(network.prefix)"), "action": "accept"]) }
    if instance.wish.isCloudpipe {
      rules += [["protocol": "udp", "port": 1194, "action": "accept"], ["protocol": "icmp", "action": "accept"]]
    }
    rules += groups(of: instance).flatMap { group in
      (options.groups.first { $0.key == group }?.value ?? []).flatMap { rule in
        rule.accepting(from: rule.group.map { plan.members(of: $0.value) })
      }
    }
    return rules + [Self.jump(to: Self.fallback)]
  }

  private func groups(of instance: NovaPlan.Booted) -> [String] {
    instance.wish.groups.isEmpty ? ["default"] : instance.wish.groups.map(\.value)
  }
}

/// Translation on the gateway, in the order of the chains.
extension NovaNode {
  private var isKilo: Bool { options.release == .kilo }

  /// A fixed address and the floating one that stands for it.
  private struct Pair {
    var fixed: Value
    var floating: Value
    var location: SourceLocation
  }

  private var pairs: [Pair] {
    clients.compactMap { client in
      client.floating.map {
        Pair(
          fixed: .string("\(client.address)"), floating: .string("\($0)"),
          location: client.wish.floating?.location ?? client.location)
      }
    }
  }

  var translation: Value? {
    guard let own = plan.sourceAddress(of: number) else { return nil }
    let inward: [Value] =
      networks.compactMap { vpnRule(of: $0, own) }
      + pairs.map { pair in
        let rule: Value = ["destination": slash32(pair.floating), "dnat": pair.fixed]
        return rule.located(at: pair.location)
      }
    return [
      "prerouting": .list([metadataRule(own)] + inward), "output": .list(inward), "postrouting": .list(outward(own)),
    ]
  }

  private func slash32(_ address: Value) -> Value { .string("\(address.text ?? "")/32") }

  private func metadataRule(_ own: IPv4Address) -> Value {
    [
      "destination": .string("\(NovaPlan.metadataAddress)/32"), "protocol": "tcp", "port": 80,
      "dnat": .string("\(options.metadataHost ?? own):\(options.metadataPort)"),
    ]
  }

  /// Every project's network has its port at vpn_ip.
  private func vpnRule(of network: NovaNetwork, _ own: IPv4Address) -> Value? {
    guard network.vlan != nil else { return nil }
    return [
      "destination": .string("\(options.vpnAddress ?? own)/32"), "protocol": "udp",
      "port": .integer(options.firstVPNPort + network.number), "dnat": .string("\(network.vpnAddress):1194"),
    ]
  }

  private func outward(_ own: IPv4Address) -> [Value] {
    let metadata = Value.string("\(options.metadataHost ?? own)/32")
    let ranges: [Value] =
      isKilo ? networks.map { .string("\($0.prefix)") } : [.string("\(options.fixedRange.value)")]
    var rules: [Value] = []
    for range in ranges {
      rules.append(["source": range, "destination": metadata, "accept": true])
      rules += options.unhidden.map { ["source": range, "destination": .string("\($0)"), "accept": true] }
      var same = Mapping([("source", range), ("destination", range)])
      if options.release != .cactus { same.set("destination-translated", to: false) }
      same.set("accept", to: true)
      rules.append(.map(same))
    }
    rules = rules.map { $0.located(at: options.fixedRange.location) }
    for pair in pairs { rules += floatingRules(pair).map { $0.located(at: pair.location) } }
    let hiding = ranges.compactMap { leaving(["source": $0, "snat": .string("\(own)")]) }
    return rules + hiding.map { $0.located(at: options.fixedRange.location) }
  }

  private func floatingRules(_ pair: Pair) -> [Value] {
    let source: Value = ["source": slash32(pair.fixed), "snat": pair.floating]
    guard isKilo else { return [source] }
    return [
      with("destination-translated", true, in: source), leaving(source),
      with("destination", slash32(pair.fixed), in: source),
    ].compactMap { $0 }
  }

  /// Since Folsom sources are hidden only where they leave by public_interface. Where that card is a port of the bridge,
  /// nothing leaves by it, and the rule never matches.
  private func leaving(_ rule: Value) -> Value? {
    guard isKilo else { return rule }
    guard hasInterface(options.publicInterface.value) else { return nil }
    return with("out", .string(options.publicInterface.value), in: rule)
  }

  private func with(_ field: String, _ value: Value, in rule: Value) -> Value {
    var fields = rule.map ?? Mapping()
    fields.set(field, to: value)
    return .map(fields)
  }
}

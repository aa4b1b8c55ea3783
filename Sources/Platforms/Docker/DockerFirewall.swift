import Configuration
import Devices
import Packets

/// The rules that the Docker engine installs, in the order in which the kernel walks them.
struct DockerFirewall {
  /// A port that leads to a container.
  private struct Publication {
    var port: DockerPort
    var container: IPv4Address
    var bridge: String
    /// The host's addresses at which it can be asked for.
    var addresses: [IPv4Address]
  }

  private var publications: [Publication] = []
  /// What docker-proxy takes carries this mark through the host.
  private static let proxied: Value = "0xd0c"

  mutating func publish(
    _ port: DockerPort, of container: IPv4Address, behind network: DockerHost.Network, by own: [IPv4Address]
  ) {
    publications.append(
      Publication(
        port: port, container: container, bridge: network.bridge, addresses: port.host.map { [$0] } ?? own))
  }

  /// Writes all of it down; rules of the host's owner come after, and nothing is forwarded that none of them lets pass.
  func install(
    _ networks: [DockerHost.Network], userRules: Value?, in stack: inout StackWriter, _ node: inout NodeReader
  ) {
    var rules = HostRules()
    addProxy(networks, to: &rules)
    rules.add(["jump": "DOCKER-USER"], at: "forward")
    rules.add(userRules?.list ?? [], to: "DOCKER-USER")
    rules.add(["jump": "DOCKER-ISOLATION-STAGE-1"], at: "forward")
    addIsolation(networks, to: &rules)
    // A network that was made later puts its rules before those of earlier ones.
    for network in networks.reversed() { addForwarding(network, to: &rules) }
    rules.add([], to: "DOCKER")
    for publication in publications { addPublished(publication, to: &rules) }
    for network in networks.reversed() where !network.isInternal {
      let rule: Value = [
        "source": .string("\(network.prefix)"), "out": .string("!\(network.bridge)"), "masquerade": true,
      ]
      rules.translate([rule.located(at: network.location)], at: "postrouting")
    }
    rules.install(in: &stack, &node)
    closeForwarding(&stack)
  }

  /// The engine sets the policy of FORWARD to DROP when it switches forwarding on.
  private func closeForwarding(_ stack: inout StackWriter) {
    guard var filter = stack["filter"]?.map, filter["policy"] == nil else { return }
    filter.set("policy", to: ["forward": "drop"])
    stack.set("filter", .map(filter, at: stack["filter"]?.location ?? .none))
  }

  private func addForwarding(_ network: DockerHost.Network, to rules: inout HostRules) {
    let bridge = Value.string(network.bridge)
    let others = Value.string("!\(network.bridge)")
    var own: [Value] = [["in": bridge, "out": bridge, "action": "accept"]]
    if !network.isInternal {
      own =
        [
          ["out": bridge, "state": ["related", "established"], "action": "accept"], ["out": bridge, "jump": "DOCKER"],
          ["in": bridge, "out": others, "action": "accept"],
        ] + own
    }
    for rule in own { rules.add(rule.located(at: network.location), at: "forward") }
  }

  /// From one of the engine's bridges to another nothing passes.
  private func addIsolation(_ networks: [DockerHost.Network], to rules: inout HostRules) {
    for network in networks.reversed() {
      let bridge = Value.string(network.bridge)
      let first: [Value] =
        network.isInternal
        ? [
          ["source": .string("!\(network.prefix)"), "out": bridge, "action": "drop"],
          ["destination": .string("!\(network.prefix)"), "in": bridge, "action": "drop"],
        ]
        : [["in": bridge, "out": .string("!\(network.bridge)"), "jump": "DOCKER-ISOLATION-STAGE-2"]]
      rules.add(first.map { $0.located(at: network.location) }, to: "DOCKER-ISOLATION-STAGE-1")
      guard !network.isInternal else { continue }
      let second: Value = ["out": bridge, "action": "drop"]
      rules.add([second.located(at: network.location)], to: "DOCKER-ISOLATION-STAGE-2")
    }
    rules.add([], to: "DOCKER-ISOLATION-STAGE-2")
  }

  /// The destination becomes the container's for whoever asks the host, and the container's bridge lets that in.
  private func addPublished(_ publication: Publication, to rules: inout HostRules) {
    let port = publication.port
    let target = "\(publication.container):\(port.target)"
    for chain in ["prerouting", "output"] {
      for address in publication.addresses {
        let rule: Value = [
          "destination": .string("\(address)/32"), "protocol": .string(port.transport),
          "port": .integer(port.published), "dnat": .string(target),
        ]
        rules.translate([rule.located(at: port.location)], at: chain)
      }
    }
    let accept: Value = [
      "in": .string("!\(publication.bridge)"), "out": .string(publication.bridge),
      "destination": .string("\(publication.container)/32"), "protocol": .string(port.transport),
      "port": .integer(port.target), "action": "accept",
    ]
    rules.add([accept.located(at: port.location)], to: "DOCKER")
  }

  /// docker-proxy: what containers themselves ask of a published port ends at the host, and the program asks the
  /// container in its stead. Both ends see the same with these rules: the container sees its bridge's address.
  private func addProxy(_ networks: [DockerHost.Network], to rules: inout HostRules) {
    guard !publications.isEmpty else { return }
    rules.add(["jump": "docker-proxy"], at: "forward")
    rules.add([["mark": Self.proxied, "action": "accept"]], to: "docker-proxy")
    for publication in publications {
      let port = publication.port
      let transport = Value.string(port.transport)
      for network in networks {
        for address in publication.addresses {
          let mark: Value = [
            "in": .string(network.bridge), "destination": .string("\(address)/32"), "protocol": transport,
            "port": .integer(port.published), "set-mark": Self.proxied,
          ]
          rules.add(mark.located(at: port.location), at: "prerouting")
        }
        let hide: Value = [
          "source": .string("\(network.prefix)"), "destination": .string("\(publication.container)/32"),
          "protocol": transport, "port": .integer(port.target), "masquerade": true,
        ]
        rules.translate([hide.located(at: port.location)], at: "postrouting")
      }
      let back: Value = [
        "in": .string(publication.bridge), "source": .string("\(publication.container)/32"), "protocol": transport,
        "source-port": .integer(port.target), "state": ["established"], "action": "accept",
      ]
      rules.add([back.located(at: port.location)], to: "docker-proxy")
    }
  }
}

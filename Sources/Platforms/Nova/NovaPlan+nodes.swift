import Configuration
import Packets
import Topology

/// What the plan says of each node.
extension NovaPlan {
  static let metadataAddress = IPv4Address(169, 254, 169, 254)

  /// Whether it is the gateway of anybody.
  func isGateway(_ node: Int) -> Bool {
    guard options.hasDHCP, has(.network, node) else { return false }
    return !options.isMultiHost || networks.contains { $0.hostAddresses[nodes[node].name] != nil }
  }

  /// The networks that have a bridge there.
  func networks(on node: Int) -> [NovaNetwork] {
    networks.filter { network in
      if isMade(byHand: network, node) { return true }
      if network.instances.contains(where: { instances[$0].node == node }) { return true }
      guard isGateway(node) else { return false }
      // A flat network is there from the start, a project's from its first instance on.
      return options.isMultiHost
        ? network.hostAddresses[nodes[node].name] != nil : network.vlan == nil || network.project != nil
    }
  }

  /// Whether somebody wrote the bridge down among the node's interfaces.
  private func isMade(byHand network: NovaNetwork, _ node: Int) -> Bool {
    network.vlan == nil && nodes[node].value["interfaces"]?.map?[network.bridge] != nil
  }

  /// What a network's bridge is called by its instances: the first address, or that of their own node.
  func gateway(of network: NovaNetwork, on node: Int) -> IPv4Address {
    network.hostAddresses[nodes[node].name] ?? network.gateway
  }

  /// As whom instances are seen: routing_source_ip, or the first address of the public card, or of any.
  func sourceAddress(of node: Int) -> IPv4Address? {
    if !options.isMultiHost, let written = options.sourceAddress { return written.value }
    let stack = StackWriter(nodes[node])
    let names = [options.publicInterface.value] + stack.interfaces.keys
    return names.lazy.compactMap { stack.address(of: $0)?.address }.first
  }

  /// Fixed addresses of the instances in a group.
  func members(of group: String) -> [IPv4Address] {
    instances.filter { instance in
      let groups = instance.wish.groups
      return groups.isEmpty ? group == "default" : groups.contains { $0.value == group }
    }.map(\.address)
  }

  /// Reports cards that options name and nodes do not have, and gateways that have no address.
  func checkNodes(_ diagnostics: inout Diagnostics) {
    for (place, node) in nodes.enumerated() {
      let used = networks(on: place)
      let stack = StackWriter(node)
      let card = options.manager == .vlan ? options.vlanInterface : options.flatInterface
      if !used.isEmpty, let card, stack.interfaces[card.value] == nil {
        let word = options.manager == .vlan ? "vlan_interface" : "flat_interface"
        diagnostics.report(
          "'\(node.name)' has no interface '\(card.value)', and \(word) names it", .unknownInterface,
          at: node.value["interfaces"]?.location ?? node.value.location,
          notes: Diagnostic.Note.suggestion(for: card.value, among: stack.interfaces.keys, called: "interfaces"))
      }
      guard isGateway(place), sourceAddress(of: place) == nil else { continue }
      diagnostics.report(
        "'\(node.name)' runs network and has no address that instances could be seen as", .noAddress,
        at: node.value.location, notes: ["give \(options.publicInterface.value) an address, or write routing_source_ip"]
      )
    }
  }
}

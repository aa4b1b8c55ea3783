import Configuration
import Devices
import Packets

/// `set: { node: vm1, floating: 172.16.0.101 }`: what nova-network does on the gateway when a floating address is associated
/// with an instance, or disassociated.
struct NovaChanges: ChangeTranslator {
  static let floating = Field(
    "floating",
    Shape<IPv4Address?>.either(
      Shape.ipv4Address.map { Optional($0) }, Shape<IPv4Address?>.oneOf([("none", nil)])),
    "Of an instance of nova: its floating address from now on, or none")
  private static let node = Field("node", .string, "The instance", required: true)

  private var plan: NovaPlan

  init(_ plan: NovaPlan) { self.plan = plan }

  mutating func plain(_ change: Value, _ diagnostics: inout Diagnostics) -> Value? {
    guard let written = change[Self.floating.name], let name = change[Self.node.name]?.text,
      let place = plan.instances.firstIndex(where: { $0.name == name })
    else { return nil }
    let fields = Fields(
      change, declared: [Self.node, Self.floating], of: "a 'set' about a floating address", &diagnostics)
    guard let wish = fields.read(Self.floating, &diagnostics),
      mayBind(wish, to: place, at: written.location, &diagnostics),
      let gateway = plan.controller(of: plan.instances[place])
    else { return [:] }
    let before = NovaNode(number: gateway, of: plan).plainStack
    plan.instances[place].floating = wish
    let after = NovaNode(number: gateway, of: plan).plainStack
    // Reports call the step as it was written.
    var plain = Mapping([
      ("x-words", .string("set \(name): floating \(wish.map { "\($0)" } ?? "none")")),
      ("node", .string(plan.nodes[gateway].name)),
    ])
    let changed = Self.changedAddresses(before, after)
    if !changed.isEmpty { plain.set("interfaces", to: .map(changed)) }
    if let rules = after["nat"] { plain.set("nat", to: rules) }
    return Value.map(plain).located(at: change.location)
  }

  private func mayBind(
    _ address: IPv4Address?, to place: Int, at location: SourceLocation, _ diagnostics: inout Diagnostics
  ) -> Bool {
    guard plan.options.hasDHCP else {
      diagnostics.report(
        "\(plan.options.manager.rawValue) knows no floating addresses", .platformLimit, at: location,
        notes: ["FlatDHCPManager and VlanManager do"])
      return false
    }
    guard let address,
      let owner = plan.instances.first(where: { $0.floating == address && $0.name != plan.instances[place].name })
    else { return true }
    diagnostics.report(
      "\(address) is the floating address of '\(owner.name)'", .duplicateAddress, at: location,
      notes: ["take it away first: set: { node: \(owner.name), floating: none }"])
    return false
  }

  /// All addresses of each interface that has others than before.
  private static func changedAddresses(_ before: Value, _ after: Value) -> Mapping {
    var changed = Mapping()
    for entry in after["interfaces"]?.map?.entries ?? [] {
      let addresses = NovaNode.addresses(in: entry.value)
      let known = before["interfaces"]?[entry.key].map { NovaNode.addresses(in: $0) }
      guard addresses.map(\.text) != known?.map(\.text) else { continue }
      changed.set(entry.key, to: .list(addresses))
    }
    return changed
  }
}

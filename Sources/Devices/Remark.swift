import Packets

/// What a device does, in a few words below its name in a drawing.
public enum Remark: Hashable, Sendable {
  /// What every language writes alike: a protocol with its numbers, a mode, a product's word.
  case text(String)
  case forwards, filters, translatesAddresses
  case owns(IPv4Address)
  case more(Int)
  case masquerades(out: String)
  case ownSockets
  case hostPort(UInt16, to: String)
  case oneAddressForAll
  case spanningTree(isRapid: Bool)
  case allVLANs
  case vlans(count: Int)
  case tagsVLAN(UInt16)
  case tagsVLANs(count: Int)
  case proxy(of: String, port: UInt16?)
  case server(of: String, port: UInt16)
  case leaseRelay(to: [IPv4Address])
}

extension Remark: CustomStringConvertible {
  public var description: String {
    switch self {
    case .text(let text): text
    case .forwards: "forwards"
    case .filters: "filters"
    case .translatesAddresses: "translates addresses"
    case .owns(let address): "owns \(address)"
    case .more(let count): "and \(count) more"
    case .masquerades(let interface): "masquerades out of \(interface)"
    case .ownSockets: "own sockets in the host"
    case .hostPort(let port, let guest): "host port \(port) to \(guest)"
    case .oneAddressForAll: "one address for all"
    case .spanningTree(let isRapid): isRapid ? "rapid spanning tree" : "spanning tree"
    case .allVLANs: "all VLANs"
    case .vlans(let count): "\(count) VLANs"
    case .tagsVLAN(let id): "tags VLAN \(id)"
    case .tagsVLANs(let count): "tags \(count) VLANs"
    case .proxy(let name, let port): "\(name) proxy" + (port.map { " on \($0)" } ?? "")
    case .server(let name, let port): "\(name) on \(port)"
    case .leaseRelay(let servers): "DHCP relay to \(servers.map(\.description).joined(separator: ", "))"
    }
  }
}

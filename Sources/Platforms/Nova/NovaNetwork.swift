import Configuration
import Packets

/// One fixed network: the flat one, or a project's.
struct NovaNetwork: Sendable {
  /// Counted from 0: VLAN and VPN port go by it.
  let number: Int
  let prefix: IPv4Prefix
  var bridge: String
  /// Nil on a flat network.
  var vlan: Int?
  var project: String?
  var pool: NovaPool
  /// The addresses that the bridges of nodes drew, by node, where every node is a gateway; looked up, never iterated.
  var hostAddresses: [String: IPv4Address] = [:]
  /// Its instances, by their places among all.
  var instances: [Int] = []

  /// The first address (nova/network/manager.py).
  var gateway: IPv4Address { prefix.network.advanced(by: 1) ?? prefix.network }
  var vpnAddress: IPv4Address { prefix.network.advanced(by: 2) ?? prefix.network }
  var length: Int { Int(prefix.length) }
}

/// The fixed addresses of a network.
struct NovaPool: Sendable {
  /// Those that instances may have.
  private let range: ClosedRange<UInt32>?
  private var next: UInt32
  private var unusable: Set<UInt32>  // looked up, never iterated
  private var freed: [IPv4Address] = []
  private let reusesLast: Bool

  /// Reserved are network and gateway, and the address of the VPN where there may be one; then broadcast and what VPN
  /// clients get. Cactus forgot the broadcast address.
  init(_ prefix: IPv4Prefix, _ options: NovaOptions) {
    let bottom = options.manager == .vlan ? 3 : 2
    let forgotten = options.release == .cactus ? 0 : 1
    let top = forgotten + (options.manager == .vlan ? options.vpnClients : 0)
    let first = Int(prefix.network.rawValue) + bottom
    let last = Int(prefix.broadcast.rawValue) - top
    range = first <= last ? UInt32(first)...UInt32(last) : nil
    next = range?.lowerBound ?? 0
    unusable = Set(options.reserved.map(\.value.rawValue))
    // 32b4ce0e92: never used ones first, then the one that has been free longest.
    reusesLast = options.release == .kilo
  }

  var count: Int {
    guard let range else { return 0 }
    return range.count - unusable.count { range.contains($0) }
  }

  /// The lowest free address, or in kilo the lowest that nobody has had; nil when all are taken.
  mutating func take() -> IPv4Address? {
    if !reusesLast, !freed.isEmpty { return freed.removeFirst() }
    guard let range else { return nil }
    while next <= range.upperBound {
      defer { next += 1 }
      if !unusable.contains(next) { return IPv4Address(rawValue: next) }
    }
    return freed.isEmpty ? nil : freed.removeFirst()
  }

  mutating func free(_ address: IPv4Address) {
    freed.append(address)
    if !reusesLast { freed.sort() }
  }
}

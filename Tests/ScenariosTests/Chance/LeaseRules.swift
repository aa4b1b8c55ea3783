import Packets
import Simulation

/// RFC 2131, 1.6: an address is one client's at a time, as the server sees it and as the clients do.
struct LeaseRules {
  private struct Server: Hashable {
    var device: DeviceID
    var port: PortNumber
    var address: IPv4Address
  }

  private struct Lease {
    var client: MACAddress
    var end: UInt64
  }

  private struct Use: Hashable {
    var server: IPv4Address
    var address: IPv4Address
  }

  private var leases: [Server: Lease] = [:]  // looked up, never iterated
  private var users: [Use: LinkEnd] = [:]  // looked up, never iterated
  /// What each client uses, with who gave it.
  private var uses: [LinkEnd: Use] = [:]  // looked up, never iterated
  /// Those that were switched off: their lease ended without their hearing of it.
  private var unreliable: Set<DeviceID> = []

  mutating func take(_ record: Record) -> [String] {
    let end = LinkEnd(record.device, record.port)
    switch record.event {
    case .leased(let address, let client, let span):
      return lease(
        address, client, span, Server(device: record.device, port: record.port, address: address), record.time)
    case .configured(let address, _, let server):
      // Networks inside two VMware hosts may have the same addresses.
      guard address.address.rawValue >> 24 == 10 else { return [] }
      forget(end)
      let use = Use(server: server, address: address.address)
      let other = users.updateValue(end, forKey: use)
      uses[end] = use
      guard let other, other != end, !unreliable.contains(other.device) else { return [] }
      return ["\(address.address) of \(server) is used by two clients at \(record.time)"]
    case .deconfigured:
      forget(end)
      return []
    case .deviceChanged(isUp: false):
      unreliable.insert(record.device)
      return []
    default: return []
    }
  }

  private mutating func forget(_ end: LinkEnd) {
    if let use = uses.removeValue(forKey: end), users[use] == end { users[use] = nil }
  }

  private mutating func lease(
    _ address: IPv4Address, _ client: MACAddress, _ span: TimeSpan, _ key: Server, _ now: Instant
  ) -> [String] {
    let before = leases[key]
    guard span > .zero else {
      leases[key] = nil
      return []
    }
    let (end, overflow) = now.nanoseconds.addingReportingOverflow(span.nanoseconds)
    leases[key] = Lease(client: client, end: overflow ? .max : end)
    guard let before, before.client != client, before.end > now.nanoseconds else { return [] }
    return ["\(address) is leased to \(client) while \(before.client) has it, at \(now)"]
  }
}

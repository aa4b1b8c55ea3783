import Packets
import Simulation

extension DHCPServer {
  /// One address that is not free, as a report shows it.
  public struct Lease: Hashable, Sendable {
    public enum Standing: String, Hashable, Sendable {
      case offered, bound
      /// Declined, or found in use by somebody unknown.
      case blocked
    }

    public var address: IPv4Address
    public var standing: Standing
    /// Nil where nobody is known to have it.
    public var hardware: MACAddress?
    /// What the client calls itself by; nil where it goes by its hardware address.
    public var identifier: [UInt8]?
    public var expiry: Instant
  }

  /// All addresses that are not free at that moment, in their order.
  public func leases(at now: Instant) -> [Lease] {
    leases.occupied.compactMap { address in
      guard let entry = leases.entry(address), now < entry.expiry else { return nil }
      var identifier: [UInt8]?
      if case .identifier(let bytes)? = entry.client { identifier = bytes }
      return Lease(
        address: address, standing: entry.standing.shown, hardware: entry.hardware == .zero ? nil : entry.hardware,
        identifier: identifier, expiry: entry.expiry)
    }
  }
}

extension DHCPLeaseTable.Standing {
  fileprivate var shown: DHCPServer.Lease.Standing {
    switch self {
    case .offered: .offered
    case .bound: .bound
    case .blocked: .blocked
    }
  }
}

import Packets
import Simulation

/// A port of an IP stack with its addresses.
public struct Interface: Sendable {
  public enum Kind: Sendable {
    case ethernet
    /// System calls of a program beside the stack: packets that come in here are the stack's own, and packets for the
    /// program's sockets go out here. Nothing is resolved and no time to live is spent.
    case sockets
  }

  public var name: String
  public var kind: Kind
  public var hardwareAddress: MACAddress
  /// The first one is the address that packets leave with.
  public var addresses: [InterfaceAddress]
  /// Where the addresses were written.
  public var origin: Origin
  public var isUp = true
  /// Whether its addresses may be another station's as well, on purpose.
  public var mayBeDuplicate = false
  /// Whether it answers ARP for what the machine would forward elsewhere (RFC 1027; Linux, `proxy_arp`).
  public var answersForOthers = false
  /// Whether the bridge behind it hands over what it only bridges (Linux, `bridge-nf-call-iptables`).
  public var isBridged = false
  /// Of a program's sockets: the ports it waits on from the beginning.
  public var listens: [(transport: IPProtocol, port: UInt16)] = []

  public init(
    name: String, kind: Kind = .ethernet, hardwareAddress: MACAddress, addresses: [InterfaceAddress] = [],
    origin: Origin = .none
  ) {
    self.name = name
    self.kind = kind
    self.hardwareAddress = hardwareAddress
    self.addresses = addresses
    self.origin = origin
  }

  /// Whether `address` is the broadcast address of one of the connected networks (RFC 1122, 3.3.6).
  func isBroadcast(_ address: IPv4Address) -> Bool {
    address.isLimitedBroadcast
      || addresses.contains { $0.prefix.length < 31 && $0.prefix.broadcast == address }
  }

  /// The own address to speak to `neighbor` with: one on its network, or else the first.
  func address(toward neighbor: IPv4Address) -> IPv4Address? {
    (addresses.first { $0.prefix.contains(neighbor) } ?? addresses.first)?.address
  }
}

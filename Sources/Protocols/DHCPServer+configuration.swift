import Packets
import Simulation

extension DHCPServer {
  public struct Reservation: Hashable, Sendable {
    public var hardwareAddress: MACAddress
    public var address: IPv4Address
    /// Option 12, for who asks.
    public var hostName: String?

    public init(_ hardwareAddress: MACAddress, _ address: IPv4Address, hostName: String? = nil) {
      self.hardwareAddress = hardwareAddress
      self.address = address
      self.hostName = hostName
    }
  }

  public enum Allocation: Hashable, Sendable {
    /// The lowest free address, kept for the client from the offer on, as ISC's daemon does.
    case ascending
    /// As dnsmasq does: the address the client's hardware address hashes to, or the next free one; a declined address
    /// shifts the hash. An offer is not kept: of two clients that are offered the same address the second is refused.
    case hashOfHardwareAddress
  }

  public enum Check: Hashable, Sendable {
    case none
    /// Asks the network before a dynamic address is offered and waits that long for an answer.
    case ping(wait: TimeSpan)
  }

  public enum OptionOrder: Hashable, Sendable {
    /// 53, 54, 51, 58, 59, 1, 28 always; then 3, 6, 15, 12, 44 as far as the client asked.
    case fixed
    /// 53, 54, 51; then what the client asked for in the order it asked. Who names nothing gets 1, 28, 3, 6, 15, 44.
    case asRequested
  }

  /// A network whose clients are heard through a relay agent on it.
  public struct Network: Hashable, Sendable {
    public var prefix: IPv4Prefix
    /// Nil serves reservations only.
    public var pool: ClosedRange<IPv4Address>?
    /// Option 3; the relay agent itself unless set, as dnsmasq has it.
    public var router: IPv4Address?

    public init(_ prefix: IPv4Prefix, pool: ClosedRange<IPv4Address>?, router: IPv4Address? = nil) {
      self.prefix = prefix
      self.pool = pool
      self.router = router
    }
  }

  public struct Configuration: Hashable, Sendable {
    /// Nil serves reservations only.
    public var pool: ClosedRange<IPv4Address>?
    public var prefix: IPv4Prefix
    public var serverAddress: IPv4Address
    public var router: IPv4Address?
    /// Networks behind relay agents, told apart by the agent's address.
    public var relayed: [Network] = []
    public var nameservers: [IPv4Address] = []
    public var domain: String?
    public var netbios: [IPv4Address] = []
    public var lease: TimeSpan = .seconds(3600)
    public var minimumLease: TimeSpan = .zero
    /// What a client can get that asks for more.
    public var maximumLease: TimeSpan = .seconds(3600)
    /// Options 58 and 59: a half and seven eighths of the lease, a little less on renewals.
    public var sendsRenewalTimes = false
    public var allocation = Allocation.ascending
    public var check = Check.none
    public var reservations: [Reservation] = []
    /// Refuses what it does not know instead of keeping silent.
    public var isAuthoritative = false
    /// Refuses the request a client made of another server, as an authoritative dnsmasq does.
    public var refusesForeignRequests = false
    public var leaseLimit = Int.max
    public var optionOrder = OptionOrder.asRequested
    /// How long an offered address is kept for the client, and an address in use is left alone.
    public var offerTime: TimeSpan = .seconds(30)
    /// How long a declined address is left alone; dnsmasq's `DECLINE_BACKOFF`.
    public var declineTime: TimeSpan = .seconds(600)

    public init(pool: ClosedRange<IPv4Address>?, prefix: IPv4Prefix, serverAddress: IPv4Address) {
      self.pool = pool
      self.prefix = prefix
      self.serverAddress = serverAddress
    }
  }
}

/// Which of some networks an address is in, found by as many look-ups as there are lengths of prefixes.
struct DHCPNetworks: Sendable {
  /// Looked up, never iterated.
  private var places: [IPv4Prefix: Int] = [:]
  /// The longest first.
  private var lengths: [Int] = []

  init(_ prefixes: [IPv4Prefix]) {
    for (place, prefix) in prefixes.enumerated() where places[prefix] == nil { places[prefix] = place }
    lengths = Set(prefixes.map { Int($0.length) }).sorted(by: >)
  }

  func place(of address: IPv4Address) -> Int? {
    for length in lengths {
      if let prefix = IPv4Prefix(holding: address, length: length), let place = places[prefix] { return place }
    }
    return nil
  }
}

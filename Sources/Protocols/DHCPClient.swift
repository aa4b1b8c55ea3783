import Packets
import Simulation

/// What a DHCP server granted, as the client configures it.
public struct DHCPLease: Hashable, Sendable {
  public var address: IPv4Address
  public var prefix: IPv4Prefix
  public var routers: [IPv4Address] = []
  public var nameservers: [IPv4Address] = []
  public var domain: String?
  public var server: IPv4Address
  /// The greatest span stands for a lease without end.
  public var duration: TimeSpan
  /// T1, counted like T2 and the duration from the sending of the request (RFC 2131, 4.4.1).
  public var renewal: TimeSpan
  /// T2.
  public var rebinding: TimeSpan
}

/// The client's half of RFC 2131 for one interface.
///
/// It has one timer: each `setTimer` replaces what was set before, and every call but `release` and `stop` may set it.
public struct DHCPClient: Sendable {
  public struct Configuration: Hashable, Sendable {
    public var hardwareAddress: MACAddress
    public var hostName: String?
    /// Option 61; nil leaves it out.
    public var clientIdentifier: [UInt8]?
    /// Option 55: what dhclient asks for, with the names of the Windows world.
    public var parameterRequests: [UInt8] = [1, 28, 3, 6, 15, 12, 44]
    /// Asks for broadcast answers (RFC 2131, 4.1), as the bridge of a single-address medium makes clients do.
    public var wantsBroadcast = false
    /// Asks the owner to probe a granted address before it is used (RFC 2131, 4.4.1; RFC 5227).
    public var probesAddress = false
    /// How long one search for a lease goes on, dhclient's `timeout`.
    public var timeout: TimeSpan = .seconds(60)
    /// How long the old address is asked for before the search starts anew, dhclient's `reboot`.
    public var rebootTimeout: TimeSpan = .seconds(10)

    public init(hardwareAddress: MACAddress, hostName: String? = nil) {
      self.hardwareAddress = hardwareAddress
      self.hostName = hostName
    }
  }

  /// The states of RFC 2131, figure 5, and the two waits around an address in use.
  public enum State: Hashable, Sendable {
    case initial, selecting, requesting, rebooting, probing, waiting, bound, renewing, rebinding
  }

  public enum Destination: Hashable, Sendable {
    case broadcast
    case unicast(IPv4Address)
  }

  public enum Failure: Hashable, Sendable {
    /// Nobody granted an address in time.
    case noLease
    /// The last word before the time was over was a DHCPNAK.
    case nak
  }

  public enum Action: Hashable, Sendable {
    /// From port 68 to 67; the source is the leased address in renewing, rebinding and release, else 0.0.0.0.
    case send(DHCPMessage, to: Destination)
    /// Call `timerFired` when it is over; replaces the timer set before.
    case setTimer(TimeSpan)
    case stopTimer
    /// A new or renewed lease: set address, routes and name servers.
    case configure(DHCPLease)
    /// Take the address away.
    case deconfigure
    /// The search is over; a new `acquire` starts another.
    case failed(Failure)
    /// Ask by ARP who has the address and call `probed`.
    case probe(IPv4Address)
    /// The message that came changes nothing.
    case silent(DropReason)
  }

  public let configuration: Configuration
  public internal(set) var state = State.initial
  /// The lease in use or, while it lasts, the one remembered from before a stop.
  public internal(set) var lease: DHCPLease?

  var isConfigured = false
  /// When the request that gave `lease` was sent.
  var leaseStart = Instant.start
  /// The address held last, asked for again in the next search.
  var lastAddress: IPv4Address?
  var transaction: UInt32 = 0
  var searchStart = Instant.start
  var deadline = Instant.never
  var rebootDeadline = Instant.never
  /// Sendings of the current message so far; decides the back-off.
  var attempts = 0
  var refusals = 0
  var requestSent = Instant.start
  /// The offer taken.
  var offered: (address: IPv4Address, server: IPv4Address)?
  /// Granted and being probed.
  var granted: DHCPLease?

  public init(_ configuration: Configuration) { self.configuration = configuration }

  /// Looks for a lease; a lease that has not run out is asked for again first (INIT-REBOOT, RFC 2131, 3.2).
  ///
  /// While a search is under way it only gets its full time again.
  public mutating func acquire(now: Instant, random: inout RandomSource) -> [Action] {
    deadline = now + configuration.timeout
    switch state {
    case .selecting, .requesting, .rebooting, .probing, .waiting: return []
    case .initial, .bound, .renewing, .rebinding: break
    }
    searchStart = now
    refusals = 0
    if let lease, now < expiry(of: lease) { return reboot(lease, now, &random) }
    return discover(now, &random)
  }

  /// Asks for an extension now instead of at T1; without a lease it is `acquire`.
  public mutating func renew(now: Instant, random: inout RandomSource) -> [Action] {
    guard state == .bound, let lease else {
      return state == .renewing || state == .rebinding
        ? retry(now) : acquire(now: now, random: &random)
    }
    return startRenewing(lease, now, &random)
  }

  /// Gives the lease back (RFC 2131, 4.4.6): one message that nobody answers.
  public mutating func release(now: Instant, random: inout RandomSource) -> [Action] {
    guard isConfigured, let lease else { return stop() }
    newTransaction(&random)
    var message = message(.release)
    message.clientAddress = lease.address
    message.options.append(.serverIdentifier(lease.server))
    let sending = Action.send(message, to: .unicast(lease.server))
    let stopping = stop()
    self.lease = nil
    return [sending] + stopping
  }

  /// Falls silent without a word to the server, as a machine switched off; the lease is remembered.
  public mutating func stop() -> [Action] {
    state = .initial
    (offered, granted) = (nil, nil)
    return unconfigure() + [.stopTimer]
  }

  /// Whether it looks for a lease and has none yet.
  public var isSearching: Bool {
    switch state {
    case .selecting, .requesting, .rebooting, .waiting: true
    case .initial, .probing, .bound, .renewing, .rebinding: false
    }
  }

  /// When the lease ends; never for one without end.
  func expiry(of lease: DHCPLease) -> Instant {
    lease.duration == .endless ? .never : leaseStart + lease.duration
  }

  mutating func unconfigure() -> [Action] {
    guard isConfigured else { return [] }
    isConfigured = false
    return [.deconfigure]
  }

  mutating func newTransaction(_ random: inout RandomSource) {
    transaction = UInt32(truncatingIfNeeded: random.next() >> 32)
    attempts = 0
  }
}

extension TimeSpan {
  /// A lease time of all ones (RFC 2131, 3.3).
  static let endless = TimeSpan(nanoseconds: .max)
}
